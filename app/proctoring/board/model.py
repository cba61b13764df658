"""A line of the board: one sitting, as staff see it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from typing_extensions import override

from app.sittings.model import STATES

FIELDS: Final = (
    *("sitting", "name", "unit", "room", "state", "answered", "flagged", "started_at", "deadline"),
    *("left_ms", "extra_ms", "seen_at", "sealed_at", "sealed_by", "device", "notices"),
)
"""What a row holds, in its order. Times in milliseconds since 1970, by the room's clock; unit and
room by number; 0 or an empty text where there is nothing."""

_GLANCED: Final = 18


class Glance(NamedTuple):
    """What the room says of a sitting, in the order of `live.lua`."""

    sitting: str
    state: str
    answered: int
    flagged: int
    started_at: int
    deadline: int
    left_ms: int
    extra_ms: int
    seen_at: int
    sealed_at: int
    sealed_by: str
    unit: int
    room: str
    device: str
    notices: int

    def row(self, name: str) -> list[Any]:
        """Return the row of the board, see `FIELDS`."""
        sitting, state, *more = self
        answered, flagged, started, deadline, left, extra, seen, sealed, by = more[:9]
        unit, room, device, notices = more[9:]
        return [
            *(sitting, name, unit, room, state, answered, flagged, started, deadline),
            *(left, extra, seen, sealed, by, device, notices),
        ]


def parse_glance(text: str) -> Glance | None:
    """Read a sitting as `live.lua` says it; None where the room has it no more."""
    parts = text.split("\t")
    if len(parts) != _GLANCED:
        return None
    sid, letter, answered, flagged, started, deadline, left, extra, seen, sealed, by = parts[:11]
    seal_epoch, seal, recorded, unit, room, device, notices = parts[11:]
    if letter == "s" and recorded == f"{seal_epoch}.{seal}":
        letter = "r"
    return Glance(
        sid,
        STATES[letter],
        _number(answered),
        _number(flagged),
        _number(started),
        _number(deadline),
        _number(left),
        _number(extra),
        _number(seen),
        _number(sealed),
        by,
        _number(unit),
        room,
        device[:8],
        _number(notices),
    )


def _number(text: str) -> int:
    return int(text) if text else 0


@dataclass(frozen=True, slots=True)
class View:
    """What a board shows: an event, or of it the units and rooms with these numbers."""

    event: str
    units: frozenset[int] = frozenset()
    rooms: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole event."""
        return not self.units and not self.rooms

    def shows(self, glance: Glance) -> bool:
        """Tell whether the sitting stands on this board."""
        return self.is_whole or glance.unit in self.units or glance.room in self.rooms


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
    cursor: Cursor, at: int, closed: Sequence[int], glances: Sequence[Glance]
) -> Mapping[str, Any]:
    """Return what a reader tells all processes; ``closed``: partitions whose doors are closed."""
    return {
        "reader": cursor.reader,
        "number": cursor.number,
        "at": at,
        "closed": list(closed),
        "rows": [list(glance) for glance in glances],
    }
