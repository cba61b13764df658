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
    """The units of an event by their code, and its rooms by their number."""

    units: Mapping[str, Mapping[str, Any]]
    rooms: Mapping[str, Mapping[str, Any]]

    def unit_code(self, number: int) -> str:
        """Return a unit's code by its number; empty where there is none."""
        return next((code for code, unit in self.units.items() if unit["id"] == number), "")


async def places_of(room: Redis, event: str) -> Places:
    """Return the units and rooms of an event."""
    units = await live.named(room, "units", event)
    return Places(units, await live.named(room, "rooms", event))


class KnownPlaces:
    """The places of events as a process knows them: read again after some seconds, once for all."""

    def __init__(self, room: Redis) -> None:
        self._room = room
        self._reading: dict[str, tuple[float, asyncio.Task[Places]]] = {}

    async def of(self, event: str) -> Places:
        """Return the units and rooms of an event, some seconds old at the most."""
        now_s = asyncio.get_running_loop().time()
        until_s, reading = self._reading.get(event, (0.0, None))
        if reading is None or now_s >= until_s or (reading.done() and reading.exception()):
            reading = asyncio.create_task(places_of(self._room, event))
            self._reading[event] = now_s + _KNOWN_S, reading
        return await asyncio.shield(reading)


def view_of(
    account: Account, event: str, places: Places, units: Sequence[str], rooms: Sequence[str]
) -> View:
    """Return what a board shows: these units and rooms, or all that the account reaches.

    Raises:
        NotFound: there is no such unit or room.
        NotAllowed: the account does not reach it.
    """
    for code in units:
        if code not in places.units:
            raise NotFound(detail="Unit ini tidak ada dalam kegiatan.")
        if not account.covers(event, unit=code):
            raise NotAllowed(detail="Unit ini di luar batas tugas Anda.")
    for number in rooms:
        if number not in places.rooms:
            raise NotFound(detail="Ruang ini tidak ada dalam kegiatan.")
        if not account.covers(event, room=number):
            raise NotAllowed(detail="Ruang ini di luar batas tugas Anda.")
    if units or rooms:
        return _view(event, places, units, rooms)
    if account.covers_all(event):
        return View(event)
    own = [scope for scope in account.scopes if scope.event == event]
    mine = [one.name for one in own if one.kind == "unit" and one.name in places.units]
    view = _view(event, places, mine, [one.name for one in own if one.kind == "room"])
    if view.is_whole:  # bound to what the event does not have: that is nothing, not everything
        raise NotAllowed(detail="Akun Anda belum dibatasi pada unit atau ruang kegiatan ini.")
    return view


def _view(event: str, places: Places, units: Sequence[str], rooms: Sequence[str]) -> View:
    numbers = frozenset(int(places.units[code]["id"]) for code in units)
    return View(event, numbers, frozenset(rooms))
