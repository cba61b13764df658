"""The board's calls to the room. Redis holds the truth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from redis.asyncio import Redis

from app.exams.live import EventCard
from app.kit.batches import batches
from app.kit.redis import LIBRARY, ask, call
from app.proctoring.board.model import HELD, Glance, parse_glance

AT_ONCE: Final = 100
"""Sittings a call: half a millisecond of the room, in which no save is served."""
FIRST: Final = "0"
HOLDING_MS: Final = 5000
_READER: Final = "board:reader"


@dataclass(frozen=True, slots=True)
class Changed:
    """Who has changed in a partition, of how many sittings. ``at``: milliseconds since 1970."""

    at: int
    is_open: bool
    sittings: int
    changed: Sequence[str]


def channel(event: str) -> str:
    """Return where readers tell what has changed in an event."""
    return f"board:{event}"


async def holds(room: Redis, who: str) -> bool:
    """Tell whether this reader is the installation's, for the next five seconds."""
    (reply,) = await ask(room, ("FCALL", LIBRARY.name("hold"), 1, _READER, who, HOLDING_MS))
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
    """Return who has changed in a partition; to be settled when it was told."""
    at, state, sittings, *who = await call(room, "changed", tag)
    return Changed(int(at), state == "open", int(sittings), who)


async def glances(room: Redis, tag: str, sittings: Sequence[str]) -> list[Glance]:
    """Return these sittings as they are, without those that are gone."""
    found: list[Glance] = []
    for some in batches(sittings, AT_ONCE):
        _, *texts = await call(room, "glanced", tag, len(HELD), *HELD, *some)
        found += filter(None, map(parse_glance, texts))
    return found


async def settle(room: Redis, tag: str, sittings: Sequence[str]) -> None:
    """Say that these were told to all boards."""
    if sittings:
        await call(room, "settled", tag, *sittings)


async def page(room: Redis, tag: str, cursor: str) -> tuple[str, list[Glance]]:
    """Return the next cursor (``0`` at the end) and a page of all sittings."""
    _, following, *texts = await call(room, "glances", tag, cursor, AT_ONCE, *HELD)
    return following, list(filter(None, map(parse_glance, texts)))


async def names(room: Redis, tag: str, sittings: Sequence[str]) -> dict[str, str]:
    """Return whose these sittings are."""
    if not sittings:
        return {}
    (texts,) = await ask(room, ("HMGET", f"people:{tag}", *sittings))
    return {
        sitting: orjson.loads(text)["name"]
        for sitting, text in zip(sittings, texts, strict=True)
        if text
    }
