"""Who asks: people of the demo event, or sittings made up in the room by the thousand."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import orjson
from redis import Redis

from app.exams.live import EventCard, parse_card
from app.kit import secrets
from app.kit.ids import partition_of, partition_tag, sitting_text
from app.settings import Settings
from app.sittings.model import Ref
from app.sittings.tokens import Tokens

EVENT: Final = "kukar-2023"
KEPT_BY: Final = (
    "appendonly",
    "appendfsync",
    "no-appendfsync-on-rewrite",
    "save",
    "maxmemory",
    "maxmemory-policy",
)
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Seat:
    """A sitting that was started: its token, and how many changes it has made."""

    sitting: str
    token: str
    gen: int
    items: tuple[str, ...]
    n: int = 0


@dataclass(frozen=True, slots=True)
class Files:
    """The files of Redis: how long they are, and what they began with at the last rewrite."""

    size: int
    base: int

    def more_than(self, before: "Files", saves: int) -> float | None:
        """Return what each of so many saves added; None where they were rewritten meanwhile."""
        return None if self.base != before.base else (self.size - before.size) / saves


@dataclass(frozen=True, slots=True)
class Copy:
    """A sitting as the room holds it."""

    seat: Seat
    fields: dict[str, str]
    layout: str


def write_cards(credentials: Path, path: Path) -> int:
    """Write the cards of a CSV as ``calls.lua`` reads them; return how many there are."""
    with credentials.open(newline="", encoding="utf-8") as file:
        lines = [f"{row['nip']} {row['pin']}\n" for row in csv.DictReader(file)]
    path.write_text("".join(lines))
    return len(lines)


def write(seats: Iterable[Seat], path: Path) -> None:
    """Write seats as ``calls.lua`` reads them."""
    path.write_text(
        "".join(f"{s.sitting} {s.token} {s.gen} {s.n} {','.join(s.items)}\n" for s in seats)
    )


def moved(seats: Sequence[Seat], requests: int) -> list[Seat]:
    """Return the seats as they are after ``requests`` saves that went to each in turn."""
    each, more = divmod(requests, len(seats))
    return [replace(seat, n=seat.n + each + (at < more)) for at, seat in enumerate(seats)]


class RoomOfBench:
    """The room of the server under test, looked at and filled directly."""

    def __init__(self, settings: Settings) -> None:
        self._redis: Redis = Redis.from_url(settings.redis_address, decode_responses=True)
        self._card: EventCard = parse_card(cast("str", self._redis.get(f"event:{EVENT}")))
        self._tokens = Tokens(secrets.load(settings).token, lambda _: str(self._card.primed_at))

    def close(self) -> None:
        """Hang up."""
        self._redis.close()

    def entered(self, logins: Path) -> list[Seat]:
        """Return the seats of logins, whose replies stand in a file."""
        replies = [orjson.loads(line) for line in logins.read_bytes().splitlines()]
        layouts = self._layouts([reply["token"] for reply in replies])
        return [
            Seat(reply["sitting"], reply["token"], reply["gen"], items, reply["rev"] % (1 << 20))
            for reply, items in zip(replies, layouts, strict=True)
        ]

    def log_length(self) -> int:
        """Return how many entries have ever been added to the event's logs."""
        logs = [f"log:{tag}" for tag in self._card.tags()]
        return sum(
            cast("dict[str, int]", self._redis.xinfo_stream(log))["entries-added"]
            for log in logs
            if self._redis.exists(log)
        )

    @property
    def partitions(self) -> int:
        """How many the event has."""
        return self._card.partitions

    def waiting(self) -> tuple[int, int]:
        """Return how many entries wait for the record, and the bytes of memory they take."""
        logs = [f"log:{tag}" for tag in self._card.tags()]
        with self._redis.pipeline(transaction=False) as pipe:
            for log in logs:
                pipe.xlen(log)
            for log in logs:
                pipe.memory_usage(log, samples=0)
            told = pipe.execute()
        return sum(told[: len(logs)]), sum(one or 0 for one in told[len(logs) :])

    def files(self) -> Files:
        """Return how long the files are."""
        known = cast("dict[str, int]", self._redis.info("persistence"))
        return Files(known["aof_current_size"], known["aof_base_size"])

    def configuration(self) -> dict[str, str]:
        """Return the settings under which Redis keeps what it acknowledges."""
        return cast("dict[str, str]", self._redis.config_get(*KEPT_BY))

    def bytes_of(self, seats: Sequence[Seat]) -> float:
        """Return what a sitting takes in Redis on average: all keys that are its own."""
        with self._redis.pipeline(transaction=False) as pipe:
            for seat in seats:
                tag = self._tag(seat.token)
                for kind in ("sit", "ans", "form", "late", "note"):
                    pipe.memory_usage(f"{kind}:{tag}:{seat.sitting}", samples=0)
            taken = pipe.execute()
        return sum(one or 0 for one in taken) / len(seats)

    def copy_of(self, seat: Seat) -> Copy:
        """Return what the room holds of a sitting that was just started."""
        tag = self._tag(seat.token)
        fields = cast("dict[str, str]", self._redis.hgetall(f"sit:{tag}:{seat.sitting}"))
        return Copy(seat, fields, cast("str", self._redis.get(f"form:{tag}:{seat.sitting}")))

    def made_up(self, copy: Copy, count: int) -> list[Seat]:
        """Put ``count`` open sittings into the room, each like the one that was copied."""
        seats, like = [], copy.seat
        pipe = self._redis.pipeline(transaction=False)
        for number in range(count):
            sitting = sitting_text(number)
            partition = partition_of(number, self._card.partitions)
            own = partition_tag(EVENT, partition)
            pipe.hset(f"sit:{own}:{sitting}", mapping=cast("Any", copy.fields))
            pipe.set(f"form:{own}:{sitting}", copy.layout)
            token = self._tokens.issue(Ref(sitting, EVENT, partition, own, like.gen))
            seats.append(Seat(sitting, token, like.gen, like.items))
            if number % _BATCH == 0:
                pipe.execute()
        pipe.execute()
        return seats

    def _layouts(self, tokens: Sequence[str]) -> list[tuple[str, ...]]:
        keys = [f"form:{self._tag(token)}:{token.split('.')[3]}" for token in tokens]
        texts = cast("list[str]", self._redis.mget(keys)) if keys else []
        return [
            tuple(line.split(" ", 1)[0] for line in text.rstrip("\n").split("\n")[1:])
            for text in texts
        ]

    @staticmethod
    def _tag(token: str) -> str:
        _, event, partition, *_ = token.split(".")
        return partition_tag(event, int(partition))
