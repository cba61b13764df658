"""Whom an order is for: what staff name becomes sittings, by what the room knows alone."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

from redis.asyncio import Redis

from app.exams.live import EventCard, read_cards
from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.people.nip import NipError, nip_digits
from app.proctoring import live
from app.proctoring.live import Place
from app.proctoring.model import BadOrder, Scope

PlaceKind = Literal["unit", "room", "wave"]
_SUGGESTED: Final = 3
_ALIKE: Final = 0.5
_PLACES: Final = {"unit": "unit ini", "room": "ruang ini", "wave": "gelombang ini"}


@dataclass(frozen=True, slots=True)
class Named:
    """A unit, a room or a wave: its number, what it is called, how it is told from others."""

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
        there = ", ".join(cards) or "-"
        if name is None:
            raise BadOrder("event-unnamed", there=there)
        if name not in cards:
            raise BadOrder("event-unknown", name=name, there=there)
        return cards[name]

    async def places(self, card: EventCard, scope: Scope) -> Sequence[Place]:
        """Return where those of the scope sit, at least one.

        Raises:
            RoomClosed: while a partition is being recovered.
        """
        match scope.whom:
            case "sitting":
                found = [await self.sitting(card, scope.name)]
            case "sittings":
                found = await self.sittings(card, scope.names)
            case "nip":
                found = [await self._person(card, scope.name)]
            case "unit":
                unit = chosen("unit", scope.name, await self._units(card))
                found = await live.find(self._room, card, "un", unit)
            case "room":
                room = chosen("room", scope.name, await self._rooms(card))
                found = await live.find(self._room, card, "rm", room)
            case "wave":
                wave = chosen("wave", scope.name, await self._waves(card))
                found = await live.find(self._room, card, "wv", wave)
            case "everybody":
                found = await live.find(self._room, card)
        if not found:
            where = f"{scope.whom} {scope.name!r} of {card.id}" if scope.name else card.id
            raise BadOrder("nobody", where=where, place=_PLACES.get(scope.whom, "kegiatan ini"))
        return found

    async def sitting(self, card: EventCard, name: str) -> Place:
        """Return where a sitting stands, by its 12 letters."""
        (place,) = await self.sittings(card, [name])
        return place

    async def sittings(self, card: EventCard, names: Iterable[str]) -> list[Place]:
        """Return where sittings stand, each once; none where one of them is unknown."""
        places = list(dict.fromkeys(_place(card, name) for name in names))
        for place in await live.unknown(self._room, places):
            raise BadOrder("sitting-unknown", name=place.sitting, event=card.id)
        return places

    async def _person(self, card: EventCard, unsafe_nip: str) -> Place:
        try:
            nip = nip_digits(unsafe_nip)
        except NipError:
            raise BadOrder("no-nip") from None
        place = await live.of_person(self._room, self._nip_key, nip, card.id)
        if place is None:
            raise BadOrder("nip-unknown", event=card.id)
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

    async def _waves(self, card: EventCard) -> list[Named]:
        waves = await live.named(self._room, "waves", card.id)
        return [
            Named(
                number,
                frozenset({number, f"#{number}", wave["name"]}),
                f"#{number} ({wave['name']})",
            )
            for number, wave in waves.items()
        ]


def _place(card: EventCard, name: str) -> Place:
    sitting = name.strip().lower()
    try:
        number = sitting_from_text(sitting)
    except ValueError:
        raise BadOrder("no-sitting", name=name) from None
    return Place(partition_tag(card.id, partition_of(number, card.partitions)), sitting)


def chosen(what: PlaceKind, unsafe_name: str, there: Collection[Named]) -> str:
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
        raise BadOrder("several", name=unsafe_name, **_either(fits))
    near = set(get_close_matches(name, sorted(called), n=_SUGGESTED, cutoff=_ALIKE))
    alike = [named for named in there if near & {one.casefold() for one in named.names}]
    if alike:
        raise BadOrder(f"unknown-{what}-alike", name=unsafe_name, **_either(alike))
    raise BadOrder(f"unknown-{what}", name=unsafe_name)


def _either(named: Iterable[Named]) -> dict[str, str]:
    """Return what they are told apart by, for an English and an Indonesian sentence."""
    labels = [one.label for one in named]
    return {"either": " or ".join(labels), "salah_satu": " atau ".join(labels)}
