"""Who has not begun, as a list that goes to the coordinator of a unit. Pure.

It holds no NIP: the room, and so the board, knows none.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

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
