"""The room at its door. Redis holds the truth of who came in, until the record has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from redis.asyncio import Redis

from app.exams.live import drawing_key
from app.kit.ids import account_key
from app.kit.redis import ask, call


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who is to sit there: the texts and fields of the sitting, see live.lua.

    ``line``: what the log tells of them, after the sitting's id.
    """

    tag: str
    sitting: str
    layout: str
    person: str
    line: str
    fields: Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Met:
    """What the room said: new, same, there (with the numbers of unit and room), over, closed."""

    status: str
    unit: int = 0
    room: str = ""


async def walk_in(room: Redis, one: Arrival, action: str) -> Met:
    """Let somebody sit there, unless they do so already."""
    words = (one.sitting, action, one.layout, one.person, one.line, *one.fields)
    status, *where = await call(room, "walk_in", one.tag, *words)
    return Met(status, int(where[0]), where[1]) if where else Met(status)


async def name_place(room: Redis, nip_key: bytes, nip: str, event: str, place: str) -> None:
    """Put down where this person's sitting is to be found, ``partition:sitting``."""
    await ask(room, ("HSET", account_key(nip_key, nip), event, place))


async def drawing(room: Redis, event: str) -> str | None:
    """Return what the event's forms are drawn from, see `app.operations.drawing`."""
    (text,) = await ask(room, ("GET", drawing_key(event)))
    return text if text is None else str(text)


async def turn(
    room: Redis, tag: str, number: str, hashed: str, action: str, said: dict[str, str]
) -> tuple[str, int]:
    """Give a room a PIN in the first partition; return the status and the turn's number."""
    words = (number, hashed, action, orjson.dumps(said).decode())
    status, *turned = await call(room, "turn", tag, *words)
    return status, int(turned[0]) if turned else 0


async def follow(
    room: Redis, tags: Sequence[str], number: str, hashed: str, turned: int
) -> list[Any]:
    """Do as the first partition did, in the others; return what each said."""
    return [await call(room, "follow", tag, number, hashed, turned) for tag in tags]
