"""The audit log in the room: entries that wait for the record, and the heads that were seen.

Redis holds the truth of what waits, Postgres of everything else. ``audit-log`` is a stream that is
never cut: an entry stays until Postgres has it. ``audit-heads`` is a sorted set of the heads that
stood in Postgres, ``number:hash`` by number: with it a tail that was cut off there is found.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

import orjson
from redis.asyncio import Redis

from app.kit.json import canonical
from app.kit.redis import ask
from app.people.audit_log.model import Entry

WAITING: Final = "audit-log"
HEADS: Final = "audit-heads"
_HEADS_MOST: Final = 10_000
_TIME_LIMIT: Final = 1 << 63
_MAPPINGS: Final = frozenset({"before", "after"})
_NAMES: Final = frozenset(one.name for one in fields(Entry))


def note(entry: Entry) -> tuple[str, str, str, str, str]:
    """Return the command that notes an entry in the room; Postgres may be away.

    For either connection: ``await line.command(*note(entry))``, ``await ask(room, note(entry))``.
    Whoever does not know whether it came through sends the same entry again.

    Raises:
        TypeError: before or after cannot be said in JSON.
    """
    return ("XADD", WAITING, "*", "d", canonical(asdict(entry)))


def parse(text: str) -> Entry:
    """Read an entry that was noted.

    Raises:
        ValueError: it is none of ours.
    """
    held = orjson.loads(text)
    if not isinstance(held, dict) or held.keys() != _NAMES:
        raise ValueError(text)
    for name, value in held.items():
        wanted = int if name == "at" else dict if name in _MAPPINGS else str
        if type(value) is not wanted:
            raise ValueError(text)
    if not 0 <= held["at"] < _TIME_LIMIT:
        raise ValueError(text)
    return Entry(**held)


async def waiting(room: Redis, most: int) -> list[tuple[str, str]]:
    """Return the oldest entries that wait: their ids and texts."""
    (entries,) = await ask(room, ("XRANGE", WAITING, "-", "+", "COUNT", most))
    return [(str(at), _text(held)) for at, held in entries]


async def count_waiting(room: Redis) -> int:
    """Return how many entries wait for the record."""
    (count,) = await ask(room, ("XLEN", WAITING))
    return int(count)


async def settle(room: Redis, ids: Sequence[str]) -> None:
    """Let go of entries that the record has."""
    await ask(room, ("XDEL", WAITING, *ids))


async def newest_seen(room: Redis) -> str | None:
    """Return the head with the highest number that was seen, ``number:hash``."""
    (found,) = await ask(room, ("ZREVRANGE", HEADS, 0, 0))
    return str(found[0]) if found else None


async def heads_seen(room: Redis) -> list[str]:
    """Return the heads that were seen, as far back as they are kept, the oldest first."""
    (found,) = await ask(room, ("ZRANGE", HEADS, 0, -1))
    return [str(head) for head in found]


async def see(room: Redis, number: int, head: str) -> None:
    """Remember a head that stands in the record."""
    await ask(
        room,
        ("ZADD", HEADS, number, head),
        ("ZREMRANGEBYRANK", HEADS, 0, -_HEADS_MOST - 1),
    )


async def forget(room: Redis, heads: Collection[str]) -> None:
    """Forget heads: the log itself tells by now that they are gone."""
    await ask(room, ("ZREM", HEADS, *heads))


def _text(held: Any) -> str:  # noqa: ANN401 - a mapping, or a flat list where nobody parsed it
    return str(held["d"] if isinstance(held, dict) else held[1])
