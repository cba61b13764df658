"""The room as staff act on it: who sits where, and what is done to many sittings at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson
from redis.asyncio import Redis

from app.exams.live import EventCard
from app.kit.ids import account_key, partition_tag
from app.kit.redis import LIBRARY, Command, ask
from app.proctoring.model import Order
from app.sittings.live import View, parse_view
from app.sittings.model import STATES

_MINUTE_MS: Final = 60_000
_FIND_MOST: Final = 1000  # sittings looked at in one call: some milliseconds of the room's time


class Place(NamedTuple):
    """Where a sitting stands: the hash tag of its partition, its id."""

    tag: str
    sitting: str


class RoomClosed(Exception):
    """A partition has no room: the doors are closed while it is being recovered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What ``act`` said: its status, the state, the deadline where time runs, the card's number."""

    status: str
    state: str | None
    deadline: int | None
    card: int = 0


class Deed(NamedTuple):
    """One call of ``act``, see staff.lua: ``extra`` is what the action needs besides.

    ``standing`` names the seal upon which it is done, where that matters; ``note`` is what this
    participant reads, as JSON, where it is not what all of them read; ``card`` is the number of a
    new card, for the log.
    """

    place: Place
    extra: str = ""
    standing: str = ""
    note: str = ""
    card: int = 0


async def named(room: Redis, what: str, event: str) -> dict[str, dict[str, Any]]:
    """Return what stands under ``units:``, ``rooms:`` or ``waves:<event>``, read from its JSON."""
    (held,) = await ask(room, ("HGETALL", f"{what}:{event}"))
    return {name: orjson.loads(text) for name, text in held.items()}


async def of_person(room: Redis, nip_key: bytes, nip: str, event: str) -> Place | None:
    """Return where this person sits in the event; None where the room knows of no sitting."""
    (held,) = await ask(room, ("HGET", account_key(nip_key, nip), event))
    if held is None:
        return None
    partition, _, sitting = held.partition(":")
    return Place(partition_tag(event, int(partition)), sitting)


async def unknown(room: Redis, places: Sequence[Place]) -> list[Place]:
    """Return those of the places where no sitting stands."""
    commands = [("SISMEMBER", f"index:{place.tag}", place.sitting) for place in places]
    known = await ask(room, *commands)
    return [place for place, held in zip(places, known, strict=True) if not held]


async def seats(room: Redis, places: Sequence[Place]) -> list[tuple[str, str] | None]:
    """Return in which unit and room each of them sits, by number; None where nobody does."""
    commands = [("HMGET", f"sit:{place.tag}:{place.sitting}", "un", "rm") for place in places]
    replies = await ask(room, *commands)
    return [(unit, number or "") if unit else None for unit, number in replies]


async def find(room: Redis, card: EventCard, field: str = "", value: str = "") -> list[Place]:
    """Return the event's sittings, those whose ``field`` (``un``, ``rm``, ``wv``) has the value.

    Raises:
        RoomClosed: while a partition is being recovered.
    """
    found: dict[Place, None] = {}  # one that comes twice counts once
    cursors = dict.fromkeys(card.tags(), "0")
    name = LIBRARY.name("find")
    while cursors:
        pages = await ask(
            room,
            *(
                ("FCALL", name, 1, f"room:{tag}", cursor, _FIND_MOST, field, value)
                for tag, cursor in cursors.items()
            ),
        )
        following = {}
        for tag, (cursor, *sittings) in zip(cursors, pages, strict=True):
            if cursor == "closed":
                raise RoomClosed
            found |= dict.fromkeys(Place(tag, sitting) for sitting in sittings)
            if cursor != "0":
                following[tag] = cursor
        cursors = following
    return list(found)


async def look(room: Redis, places: Sequence[Place]) -> list[View | str]:
    """Return each sitting as it stands, or the status that refuses it."""
    name = LIBRARY.name("look")
    commands = [("FCALL", name, 1, f"room:{place.tag}", place.sitting) for place in places]
    replies = await _each(room, commands)
    return [
        reply if isinstance(reply, str) else parse_view(reply) if len(reply) > 1 else reply[0]
        for reply in replies
    ]


async def act(room: Redis, deeds: Sequence[Deed], order: Order, note: str) -> list[Reply]:
    """Do something to many sittings; each is done, or refused, for itself.

    ``note``: what the participants read, as JSON.

    Raises:
        redis.RedisError: Redis went away meanwhile; what was done is done, and not done twice.
    """
    name = LIBRARY.name("act")
    words = (order.kind, order.action, order.actor, order.minutes * _MINUTE_MS)
    commands = [
        (
            *("FCALL", name, 1, f"room:{deed.place.tag}", deed.place.sitting, *words),
            *(deed.extra, deed.note or note, deed.standing, _said(order, deed), order.undoes),
        )
        for deed in deeds
    ]
    return [_read(reply) for reply in await _each(room, commands)]


def _said(order: Order, deed: Deed) -> str:
    """Return what the log tells of an act besides, as JSON."""
    told: dict[str, Any] = {"undoes": order.undoes, "card": deed.card}
    if order.severity:
        told |= {"category": order.category, "severity": order.severity}
    more = {name: value for name, value in told.items() if value}
    why = order.reason or order.text
    return orjson.dumps({"role": order.role, "where": order.where, "why": why, **more}).decode()


def _read(reply: Any) -> Reply:  # noqa: ANN401 - of Redis
    if isinstance(reply, str):
        return Reply(reply, None, None)
    if len(reply) == 1:
        return Reply(reply[0], None, None)
    status, state, deadline, _, card = reply
    return Reply(status, STATES[state], int(deadline) if state == "o" else None, int(card or 0))


async def _each(room: Redis, commands: Sequence[Command]) -> list[Any]:
    """Send commands in one go; where Redis refuses one, what it says stands in its place."""
    replies = await ask(room, *commands, raising=False)
    return [str(reply) if isinstance(reply, Exception) else reply for reply in replies]
