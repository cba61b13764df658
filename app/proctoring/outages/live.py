"""The credits that were confirmed, in the room: who came too late finds what was done."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

import orjson
from redis.asyncio import Redis

from app.kit.redis import ask
from app.proctoring.outages.model import Outage

_SAME_MS: Final = 180_000
"""So far apart two tellings of an outage may put its beginning."""


@dataclass(frozen=True, slots=True)
class Credited:
    """How many minutes were given for an outage; ``at``, ``start``: milliseconds since 1970.

    It is written before anybody is given them: of two who confirm at once one decides how many.
    ``meant``: to whom; ``settled``: who has them, or was handed in before and cannot.
    """

    id: str
    start: int
    minutes: int
    at: int
    by: str
    meant: frozenset[str]
    settled: frozenset[str] = frozenset()

    def covers(self, outage: Outage) -> bool:
        """Tell whether it was for this outage, by whatever name that goes now."""
        if outage.cause == "server" or self.id == outage.id:
            return self.id == outage.id
        is_near = abs(outage.start - self.start) <= _SAME_MS
        return is_near and any(one.sitting in self.meant for one in outage.hit)


def key_of(event: str) -> str:
    """Return where the credits of an event stand: a hash by the outages' ids."""
    return f"outages:{event}"


async def read_credits(room: Redis, event: str) -> list[Credited]:
    """Return what was confirmed in an event."""
    (texts,) = await ask(room, ("HVALS", key_of(event)))
    return [_parse(text) for text in texts]


async def claim_credit(room: Redis, event: str, credit: Credited) -> Credited:
    """Write a credit down unless one stands for this outage; return the one that stands."""
    key = key_of(event)
    _, text = await ask(
        room, ("HSETNX", key, credit.id, _text(credit)), ("HGET", key, credit.id), atomic=True
    )
    return _parse(text)


async def note_settled(room: Redis, event: str, credit: Credited) -> None:
    """Write down for whom it is done."""
    await ask(room, ("HSET", key_of(event), credit.id, _text(credit)))


def _text(credit: Credited) -> bytes:
    held = {field.name: getattr(credit, field.name) for field in fields(Credited)}
    return orjson.dumps(held | {"meant": sorted(credit.meant), "settled": sorted(credit.settled)})


def _parse(text: str) -> Credited:
    held = orjson.loads(text)
    whom = {name: frozenset(held[name]) for name in ("meant", "settled")}
    return Credited(**(held | whom))


def credit_of(outage: Outage, credits_: Iterable[Credited]) -> Credited | None:
    """Return what was confirmed for an outage."""
    return next((one for one in credits_ if one.covers(outage)), None)
