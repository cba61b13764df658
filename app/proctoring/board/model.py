"""A line of the board: one sitting, as staff see it. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, NamedTuple, get_type_hints

from typing_extensions import override

from app.proctoring.board.gaps import Gap
from app.sittings.model import STATES

_SEALS: Final = ("se", "sl", "rc")
"""What the room is asked for besides: the standing seal, and which one the record has."""


def _mark(text: str) -> str:
    return text[:8]


class Glance(NamedTuple):
    """What the room says of a sitting: a line a field, with where ``sit`` holds it.

    A number is 0 and a text empty where ``sit`` has nothing; a third word reads it otherwise.
    """

    sitting: str
    unit: Annotated[int, "un"]
    room: Annotated[str, "rm"]
    state: Annotated[str, "st"]
    answered: Annotated[int, "an"]
    flagged: Annotated[int, "fl"]
    started_at: Annotated[int, "sa"]
    deadline: Annotated[int, "dl"]
    left_ms: Annotated[int, "lf"]
    extra_ms: Annotated[int, "ex"]
    seen_at: Annotated[int, "sn"]
    sealed_at: Annotated[int, "sz"]
    sealed_by: Annotated[str, "sy"]
    device: Annotated[str, "dv", _mark]
    notices: Annotated[int, "nt"]
    held: Annotated[int, "hd"]
    wave: Annotated[int, "wv"]
    remarks: Annotated[int, "rn"]
    severity: Annotated[int, "rs"]
    late: Annotated[int, "lt"]
    focus: Annotated[int, "fo"]
    network: Annotated[str, "nw"]
    away: Annotated[str, "aw"]
    card: Annotated[int, "cn"]
    opened_at: Annotated[int, "os"]

    def row(self, name: str) -> list[Any]:
        """Return the row of the board, see `FIELDS`."""
        return [self[0], name, *self[1:]]


def _reader(hint: Any) -> tuple[Callable[[str], Any], int | str]:  # noqa: ANN401 - a type with its words
    _, *otherwise = hint.__metadata__
    kind = hint.__origin__
    return (otherwise[0] if otherwise else kind), kind()


_HINTS: Final = {
    name: hint
    for name, hint in get_type_hints(Glance, include_extras=True).items()
    if name != "sitting"
}
_READERS: Final = (_reader(Annotated[str, "sid"]), *map(_reader, _HINTS.values()))
"""How each field is read, the sitting's id before them, and what it is where there is no text."""
SEEN: Final[str] = _HINTS["seen_at"].__metadata__[0]
"""The field of ``sit`` that moves with every call of a device, and is not marked as a change."""
_STATE: Final = Glance._fields.index("state")
HELD: Final[tuple[str, ...]] = (*(hint.__metadata__[0] for hint in _HINTS.values()), *_SEALS)
"""The fields of ``sit`` that a glance is made of, in the order in which the room is asked."""
FIELDS: Final = ("sitting", "name", *_HINTS)
"""What a row holds, in its order. Times in milliseconds since 1970, by the room's clock; unit and
room by number; 0 or an empty text where there is nothing."""


def parse_glance(text: str) -> Glance | None:
    """Read a sitting as `live.lua` says it; None where the room has it no more."""
    parts = text.split("\t")
    if len(parts) != 1 + len(HELD) or not parts[_STATE]:
        return None
    *held, epoch, number, recorded = parts
    letter = held[_STATE]
    held[_STATE] = STATES["r" if letter == "s" and recorded == f"{epoch}.{number}" else letter]
    return Glance._make(
        [
            read(text) if text else nothing
            for (read, nothing), text in zip(_READERS, held, strict=True)
        ]
    )


def parse_seen(text: str) -> tuple[str, int] | None:
    """Read who was last heard of when, in milliseconds since 1970; None where it says more."""
    sitting, _, at = text.partition("\t")
    return (sitting, int(at or 0)) if "\t" not in at else None


@dataclass(frozen=True, slots=True)
class View:
    """What a board shows: an event, or of it the units, rooms and waves with these numbers."""

    event: str
    units: frozenset[int] = frozenset()
    rooms: frozenset[str] = frozenset()
    waves: frozenset[int] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole event."""
        return not self.units and not self.rooms and not self.waves

    def shows(self, glance: Glance) -> bool:
        """Tell whether the sitting stands on this board."""
        return (
            self.is_whole
            or glance.unit in self.units
            or glance.room in self.rooms
            or glance.wave in self.waves
        )


@dataclass(frozen=True, slots=True)
class Cursor:
    """Up to where a board has been told: a reader's name and the number of its message."""

    reader: str
    number: int

    @override
    def __str__(self) -> str:
        return f"{self.reader}:{self.number}"


def parse_cursor(text: str) -> Cursor | None:
    """Read what a board says it has; None where it is none of ours."""
    reader, _, number = text.partition(":")
    if not reader or not number.isascii() or not number.isdigit():
        return None
    return Cursor(reader, int(number))


def message(
    cursor: Cursor, at: int, closed: Sequence[int], gaps: Sequence[Gap], texts: Iterable[str]
) -> Mapping[str, Any]:
    """Return what a reader tells all processes; ``closed``: partitions whose doors are closed.

    ``texts``: sittings as the room says them, see `parse_glance` and `parse_seen`.
    """
    return {
        "reader": cursor.reader,
        "number": cursor.number,
        "at": at,
        "closed": list(closed),
        "gaps": [list(gap) for gap in gaps],
        "texts": list(texts),
    }
