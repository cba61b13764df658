"""The board's calls to the room. Redis holds the truth.

A sitting travels as the text that the room makes of it, see `model.parse_glance`: most of what is
read stands already in every model, and is known by its text.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from redis.asyncio import Redis

from app.exams.live import EventCard
from app.kit.batches import batches
from app.kit.redis import LIBRARY, ask, call, call_of
from app.proctoring.board.model import HELD

AT_ONCE: Final = 100
"""Sittings a call: one to three milliseconds of the room, in which no save is served."""
SEEN_AT_ONCE: Final = 500
"""The same, where only the moment is asked for at which each was last heard of."""
FIRST: Final = "0"
HOLDING_MS: Final = 5000
_SETTLED: Final = 1000
_FORM: Final = hashlib.sha256(" ".join((LIBRARY.version, *HELD)).encode()).hexdigest()[:8]
"""Of messages and texts: while processes of two versions serve, each has a reader of its own."""
READER: Final = f"board:reader:{_FORM}"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a partition says when it is looked at. ``at``: milliseconds since 1970.

    ``sittings``: how many there are; ``gaps``: when the server was away, see
    `app.proctoring.board.gaps`; ``changed``: who has changed, to be settled when it was told;
    ``texts``: the first of these.
    """

    at: int
    is_open: bool
    sittings: int
    gaps: str
    changed: Sequence[str]
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a partition's sittings. ``following``: the next cursor, ``FIRST`` at the end."""

    at: int
    following: str
    texts: Sequence[str]


def channel(event: str) -> str:
    """Return where readers tell what has changed in an event."""
    return f"board:{_FORM}:{event}"


async def holds(room: Redis, who: str) -> bool:
    """Tell whether this reader is the installation's, for the next five seconds."""
    (reply,) = await ask(room, ("FCALL", LIBRARY.name("hold"), 1, READER, who, HOLDING_MS))
    return bool(reply)


async def is_watched(room: Redis, cards: Iterable[EventCard]) -> list[EventCard]:
    """Return the events of which some process shows a board."""
    held = {channel(card.id): card for card in cards}
    if not held:
        return []
    (flat,) = await ask(room, ("PUBSUB", "NUMSUB", *held))
    pairs = (
        flat
        if flat and isinstance(flat[0], tuple | list)
        else zip(flat[::2], flat[1::2], strict=True)
    )
    return [held[str(name)] for name, count in pairs if int(count)]


async def changed(room: Redis, tag: str) -> Changed:
    """Return who has changed in a partition."""
    reply = await call(room, "changed", tag, AT_ONCE, *HELD)
    at, state, sittings, gaps, count, *rest = reply
    who, texts = rest[: int(count)], rest[int(count) :]
    return Changed(int(at), state == "open", int(sittings), gaps, who, texts)


async def texts(room: Redis, tag: str, sittings: Sequence[str]) -> list[str]:
    """Return these sittings as they are."""
    found: list[str] = []
    for some in batches(sittings, AT_ONCE):
        _, *more = await call(room, "glanced", tag, len(HELD), *HELD, *some)
        found += more
    return found


async def settle(room: Redis, told: Mapping[str, Sequence[str]]) -> None:
    """Say of each partition who of those that had changed was told to all boards."""
    commands = [
        call_of("settled", tag, *some)
        for tag, sittings in told.items()
        for some in batches(sittings, _SETTLED)
    ]
    if commands:
        await ask(room, *commands)


async def page(
    room: Redis, tag: str, cursor: str, share: int = AT_ONCE, held: Sequence[str] = HELD
) -> Page:
    """Return about ``share`` of all sittings; one may come twice.

    ``held``: `HELD`, or `SEEN` alone where it is asked when they were last heard of.
    """
    at, following, *found = await call(room, "glances", tag, cursor, share, *held)
    return Page(int(at), following, found)


async def names(room: Redis, tag: str, sittings: Sequence[str]) -> dict[str, str]:
    """Return whose these sittings are."""
    if not sittings:
        return {}
    (held,) = await ask(room, ("HMGET", f"people:{tag}", *sittings))
    return {
        sitting: orjson.loads(text)["name"]
        for sitting, text in zip(sittings, held, strict=True)
        if text
    }
