"""One entry of the audit log: who did what, on whom, why, from where, and what it changed."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

# However a NIP was typed: 18 digits, or in its printed groups. Hexadecimal words are none.
_NIP: Final = re.compile(r"(?<![0-9A-Za-z])\d{8}[ .]?\d{6}[ .]?\d[ .]?\d{3}(?![0-9A-Za-z])")
_HIDDEN: Final = "[nip]"
_INTEGER_LIMIT: Final = 1 << 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act of staff. Pseudonyms alone: a sitting's id stands where a NIP would tell too much.

    A NIP that somebody typed into a reason or a name is hidden, and what no text of Postgres may
    hold is replaced: an entry can always be written.

    ``at``: milliseconds since 1970, by the room's clock where the room can be asked. ``source``
    names the entry wherever it comes from: the same one again is not written twice.
    """

    at: int
    who: str
    """An account's login, ``token:<name>`` of a script, ``shell:<user>``, ``process:<name>`` of
    what the installation does by itself; empty: nobody is known."""
    role: str
    """Under which role it was done; ``ops`` from a shell; empty where nobody is known."""
    what: str
    """A word and a verb, ``account.change``, ``sitting.extend``, ``session.begin``."""
    whom: str = ""
    """What it was done to: ``account:<login>``, ``sitting:<id>``, ``event:<id>``."""
    why: str = ""
    where: str = ""
    """The address it came from; empty from a shell."""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    """What it changed, each as JSON can say it; no password, no key, no NIP."""
    source: str = field(default_factory=lambda: f"direct:{secrets.token_hex(12)}")

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, _plain(getattr(self, one.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows are to be read; what is None does not matter.

    ``what`` that ends with a dot means all that begins so. ``since`` and ``until``: milliseconds
    since 1970, both included.
    """

    who: str | None = None
    what: str | None = None
    whom: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, under which role, from which address; see `Entry`."""

    who: str
    role: str = "ops"
    where: str = ""

    def did(self, what: str, at: int, **more: Any) -> Entry:  # noqa: ANN401 - as the fields say
        """Return the entry of what they did; ``more``: its other fields."""
        return Entry(at=at, who=self.who, role=self.role, where=self.where, what=what, **more)


ITSELF: Final = Actor("process:serentak", "")
"""The installation itself: it mends a store, it makes the demo event."""


def _plain(value: object) -> object:
    match value:
        case str():
            whole = value.encode(errors="replace").decode().replace("\x00", "\\0")
            return _NIP.sub(_HIDDEN, whole)
        case Mapping():
            return {str(_plain(str(name))): _plain(held) for name, held in value.items()}
        case list() | tuple():
            return [_plain(held) for held in value]
        case int() if abs(value) >= _INTEGER_LIMIT or _NIP.fullmatch(str(value)):
            return _plain(str(value))
        case _:
            return value
