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

_HELD: Final = "Ditahan"
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
    waves: frozenset[int] = frozenset()

    def holds(self, glance: Glance) -> bool:
        """Tell whether the sitting is in it."""
        return (
            (not self.units or glance.unit in self.units)
            and (not self.rooms or glance.room in self.rooms)
            and (not self.waves or glance.wave in self.waves)
        )


def part_of(
    places: Places, units: Sequence[str], rooms: Sequence[str], waves: Sequence[str]
) -> Part:
    """Return the part that is asked for by codes of units, numbers of rooms and of waves.

    Raises:
        NotFound: there is no such unit, room or wave.
    """
    for what, known, named in (
        ("Unit", places.units, units),
        ("Ruang", places.rooms, rooms),
        ("Gelombang", places.waves, waves),
    ):
        if not known.keys() >= set(named):
            raise NotFound(detail=f"{what} ini tidak ada dalam kegiatan.")
    numbers = frozenset(int(places.units[code]["id"]) for code in units)
    return Part(numbers, frozenset(rooms), frozenset(map(int, waves)))


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
    order = [*STANDINGS.values(), _HELD]
    found = [
        Missing(
            names.get(one.sitting, ""),
            units.get(one.unit, ""),
            rooms.get(one.room, one.room),
            _HELD if one.held and one.state != "absent" else STANDINGS[one.state],
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
