"""The item bank and its instruments."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.commands.running import with_record
from app.commands.who import By, actor, chain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.operations.bank_import import BankImport

bank = typer.Typer(help="The item bank and its instruments.", no_args_is_help=True)
_NAMED: Final = 12


@bank.command("import")
def import_command(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Holds one instrument.toml and items/*.toml; none: what ships."),
    ] = None,
    *,
    by: By = None,
) -> None:
    """Take over an instrument and its items from files: all of it or nothing.

    Events whose forms are drawn keep them, and the items they are drawn from.
    """
    from app.bank.shipped import CONTENT
    from app.operations.bank_import import import_bank

    key = chain()
    done = with_record(lambda record: import_bank(record, key, folder or CONTENT, actor=actor(by)))
    _tell(done)


def _tell(done: "BankImport") -> None:
    items = done.items
    new = "new" if done.instrument_is_new else "unchanged"
    typer.echo(f"instrument {done.instrument} version {done.version}: {new}")
    typer.echo(
        f"items: {len(items.new)} new, {len(items.revised)} revised, "
        f"{len(items.unchanged)} unchanged"
    )
    if done.only_in_record:
        typer.echo(
            f"{len(done.only_in_record)} items of the record are not in these files; they stay, "
            f"and are drawn like the others: {_some(done.only_in_record)}"
        )
    for event, codes in done.touched.items():
        typer.echo(
            f"event {event} has forms with {len(codes)} of the revised items ({_some(codes)}): the "
            "forms stay; it shows the new texts after the next prime or recover and a restart of "
            f"the app, and `serentak score {event}` marks by the new keys"
        )


def _some(codes: "Sequence[str]") -> str:
    more = f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else ""
    return f"{', '.join(codes[:_NAMED])}{more}"
