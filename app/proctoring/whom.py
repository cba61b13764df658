"""Whom an order is for: what staff name becomes sittings, by what the room knows alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from redis.asyncio import Redis

from app.exams.live import EventCard, read_cards
from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.people.nip import NipError, nip_digits
from app.proctoring import live
from app.proctoring.live import Place
from app.proctoring.model import BadOrder, Scope

_SUGGESTED: Final = 3
_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Named:
    """A unit or a room: its number in the room, what it is called, how it is told from others."""

    number: str
    names: frozenset[str]
    label: str


class Whom:
    """Finds sittings in the room. All raise BadOrder for what is not there."""

    def __init__(self, room: Redis, nip_key: bytes) -> None:
        self._room = room
        self._nip_key = nip_key

    async def event(self, name: str | None) -> EventCard:
        """Return the event of this id; where none is named, the only one."""
        cards = {card.id: card for card in await read_cards(self._room)}
        if name is None and len(cards) == 1:
            return next(iter(cards.values()))
        there = f"in the room: {', '.join(cards) or 'none'}"
        if name is None:
            raise BadOrder(f"Name the event; {there}.")
        if name not in cards:
            raise BadOrder(f"The event {name!r} is not in the room; {there}.")
        return cards[name]

    async def places(self, card: EventCard, scope: Scope) -> Sequence[Place]:
        """Return where those of the scope sit, at least one.

        Raises:
            RoomClosed: while a partition is being recovered.
        """
        match scope.whom:
            case "sitting":
                found = [await self.sitting(card, scope.name)]
            case "nip":
                found = [await self._person(card, scope.name)]
            case "unit":
                unit = chosen("unit", scope.name, await self._units(card))
                found = await live.find(self._room, card, "un", unit)
            case "room":
                room = chosen("room", scope.name, await self._rooms(card))
                found = await live.find(self._room, card, "rm", room)
            case "everybody":
                found = await live.find(self._room, card)
        if not found:
            where = f"{scope.whom} {scope.name!r} of {card.id}" if scope.name else card.id
            raise BadOrder(f"Nobody sits in {where}.")
        return found

    async def sitting(self, card: EventCard, name: str) -> Place:
        """Return where a sitting stands, by its 12 letters."""
        sitting = name.strip().lower()
        try:
            number = sitting_from_text(sitting)
        except ValueError:
            raise BadOrder(f"{name!r} is no sitting: it has 12 letters and digits.") from None
        tag = partition_tag(card.id, partition_of(number, card.partitions))
        place = Place(tag, sitting)
        if not await live.is_known(self._room, place):
            raise BadOrder(f"There is no sitting {sitting} in {card.id}.")
        return place

    async def _person(self, card: EventCard, unsafe_nip: str) -> Place:
        try:
            nip = nip_digits(unsafe_nip)
        except NipError:
            raise BadOrder("This is no NIP: it has 18 digits.") from None
        place = await live.of_person(self._room, self._nip_key, nip, card.id)
        if place is None:
            raise BadOrder(f"Nobody with this NIP takes part in {card.id}.")
        return place

    async def _units(self, card: EventCard) -> list[Named]:
        units = await live.named(self._room, "units", card.id)
        return [
            Named(str(unit["id"]), frozenset({code, unit["name"]}), f"{code} ({unit['name']})")
            for code, unit in units.items()
        ]

    async def _rooms(self, card: EventCard) -> list[Named]:
        """Return the rooms; ``#3`` is a number for certain, where another is called 3."""
        rooms = await live.named(self._room, "rooms", card.id)
        return [
            Named(
                number,
                frozenset({number, f"#{number}", room["name"], f"{room['venue']} {room['name']}"}),
                f"#{number} ({room['venue']} {room['name']})",
            )
            for number, room in rooms.items()
        ]


def chosen(what: str, unsafe_name: str, there: Collection[Named]) -> str:
    """Return the number of what is called so; large and small letters are the same.

    Raises:
        BadOrder: nothing is, or several; the sentence says which come near.
    """
    name = unsafe_name.strip().casefold()
    called = {one.casefold() for named in there for one in named.names}
    fits = [named for named in there if name in {one.casefold() for one in named.names}]
    if len(fits) == 1:
        return fits[0].number
    if fits:
        labels = " or ".join(named.label for named in fits)
        raise BadOrder(f"Several are called {unsafe_name!r}: say {labels}.")
    near = set(get_close_matches(name, sorted(called), n=_SUGGESTED, cutoff=_ALIKE))
    labels = " or ".join(
        named.label for named in there if near & {one.casefold() for one in named.names}
    )
    hint = f" Did you mean {labels}?" if labels else ""
    raise BadOrder(f"There is no {what} {unsafe_name!r}.{hint}")
