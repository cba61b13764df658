"""Who has not begun, as a list that goes to the coordinator of a unit. Pure.

It holds no NIP: the room, and so the board, knows none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.kit.errors import NotFound
from app.kit.workbook import workbook
from app.proctoring.board.model import Glance
from app.proctoring.board.views import Places

STANDINGS: Final = {
    "assigned": "Belum hadir",
    "admitted": "Hadir, belum mulai",
    "absent": "Tidak hadir",
}
_HEAD: Final = ("No", "Nama", "Unit", "Ruang", "Status")
_WIDTHS: Final = (6, 36, 44, 24, 20)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what one reaches: of several kinds of bounds, all hold."""

    units: frozenset[int] = frozenset()
    rooms: frozenset[str] = frozenset()

    def holds(self, glance: Glance) -> bool:
        """Tell whether the sitting is in it."""
        in_unit = not self.units or glance.unit in self.units
        return in_unit and (not self.rooms or glance.room in self.rooms)


def part_of(places: Places, units: Sequence[str], rooms: Sequence[str]) -> Part:
    """Return the part that is asked for by codes of units and numbers of rooms.

    Raises:
        NotFound: there is no such unit or room.
    """
    if not places.units.keys() >= set(units):
        raise NotFound(detail="Unit ini tidak ada dalam kegiatan.")
    if not places.rooms.keys() >= set(rooms):
        raise NotFound(detail="Ruang ini tidak ada dalam kegiatan.")
    return Part(frozenset(int(places.units[code]["id"]) for code in units), frozenset(rooms))


class Missing(NamedTuple):
    """Somebody who has not begun, in the words of the list."""

    name: str
    unit: str
    room: str
    standing: str


def not_begun(glances: Iterable[Glance], names: Mapping[str, str], places: Places) -> list[Missing]:
    """Return who of these has not begun: by unit, who has not come first, then by name."""
    units = {unit["id"]: unit["name"] for unit in places.units.values()}
    rooms = {number: _room(one) for number, one in places.rooms.items()}
    order = list(STANDINGS.values())
    found = [
        Missing(
            names.get(one.sitting, ""),
            units.get(one.unit, ""),
            rooms.get(one.room, one.room),
            STANDINGS[one.state],
        )
        for one in glances
        if one.state in STANDINGS
    ]
    return sorted(
        found,
        key=lambda one: (one.unit.casefold(), order.index(one.standing), one.name.casefold()),
    )


def sheet_of(missing: Iterable[Missing]) -> bytes:
    """Return the list as a workbook: no, nama, unit, ruang, status."""
    rows = ((number, *one) for number, one in enumerate(missing, start=1))
    return workbook("Belum mulai", _HEAD, _WIDTHS, rows)


def _room(room: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (room["name"], room["venue"])))
