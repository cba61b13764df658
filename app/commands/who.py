"""Who does something from a shell, as the audit log says it, and the key it is written with."""

import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.commands.running import settings_now

if TYPE_CHECKING:
    from app.people.audit_log.chain import ChainKey
    from app.people.audit_log.model import Actor

By = Annotated[
    str | None, typer.Option(help="Who does it, as the audit log will say; else the user.")
]
_USER_MOST: Final = 34
_STRANGE: Final = re.compile(r"[^A-Za-z0-9._@+-]")


def actor(by: str | None) -> "Actor":
    """Return who does something: who says so, or the user of this machine."""
    import getpass

    from app.people.audit_log.model import Actor

    if by is not None:
        return Actor(by)
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may run as nobody who has a name
        user = "ops"
    return Actor(f"shell:{_STRANGE.sub('-', user)[:_USER_MOST]}")


def chain() -> "ChainKey":
    """Return the key of the audit log's chain, for commands that open Postgres alone."""
    from app.kit import secrets
    from app.people.audit_log.chain import chain_key

    return chain_key(secrets.load(settings_now()).staff)
