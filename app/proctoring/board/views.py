"""Which part of an event a board shows, and whether whoever asks may see it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

from app.kit.errors import NotFound
from app.people.staff.model import Account
from app.people.staff.problems import NotAllowed
from app.proctoring import live
from app.proctoring.board.model import View

_KNOWN_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Places:
    """The units of an event by their code, its rooms and waves by their number."""

    units: Mapping[str, Mapping[str, Any]]
    rooms: Mapping[str, Mapping[str, Any]]
    waves: Mapping[str, Mapping[str, Any]]

    def unit_code(self, number: int) -> str:
        """Return a unit's code by its number; empty where there is none."""
        return next((code for code, unit in self.units.items() if unit["id"] == number), "")


async def places_of(room: Redis, event: str) -> Places:
    """Return the units, rooms and waves of an event."""
    return Places(*[await live.named(room, what, event) for what in ("units", "rooms", "waves")])


class KnownPlaces:
    """The places of events as a process knows them: read again after some seconds, once for all."""

    def __init__(self, room: Redis) -> None:
        self._room = room
        self._reading: dict[str, tuple[float, asyncio.Task[Places]]] = {}

    async def of(self, event: str) -> Places:
        """Return the places of an event, some seconds old at the most."""
        now_s = asyncio.get_running_loop().time()
        until_s, reading = self._reading.get(event, (0.0, None))
        if reading is None or now_s >= until_s or (reading.done() and reading.exception()):
            reading = asyncio.create_task(places_of(self._room, event))
            self._reading[event] = now_s + _KNOWN_S, reading
        return await asyncio.shield(reading)


def view_of(
    account: Account,
    event: str,
    places: Places,
    units: Sequence[str],
    rooms: Sequence[str],
    waves: Sequence[str] = (),
) -> View:
    """Return what a board shows: these units, rooms and waves, or all that the account reaches.

    A wave goes through all units and rooms: only who reaches the whole event reaches one.

    Raises:
        NotFound: there is no such unit, room or wave.
        NotAllowed: the account does not reach it.
    """
    for code in units:
        _require("Unit", code in places.units, account.covers(event, unit=code))
    for number in rooms:
        _require("Ruang", number in places.rooms, account.covers(event, room=number))
    for number in waves:
        _require("Gelombang", number in places.waves, account.covers_all(event))
    if units or rooms or waves:
        return _view(event, places, units, rooms, waves)
    if account.covers_all(event):
        return View(event)
    own = [scope for scope in account.scopes if scope.event == event]
    mine = [one.name for one in own if one.kind == "unit" and one.name in places.units]
    view = _view(event, places, mine, [one.name for one in own if one.kind == "room"])
    if view.is_whole:  # bound to what the event does not have: that is nothing, not everything
        raise NotAllowed(detail="Akun Anda belum dibatasi pada unit atau ruang kegiatan ini.")
    return view


def _require(what: str, stands: bool, is_reached: bool) -> None:  # noqa: FBT001 - of one place
    if not stands:
        raise NotFound(detail=f"{what} ini tidak ada dalam kegiatan.")
    if not is_reached:
        raise NotAllowed(detail=f"{what} ini di luar batas tugas Anda.")


def _view(
    event: str,
    places: Places,
    units: Sequence[str],
    rooms: Sequence[str],
    waves: Sequence[str] = (),
) -> View:
    numbers = frozenset(int(places.units[code]["id"]) for code in units)
    return View(event, numbers, frozenset(rooms), frozenset(map(int, waves)))
