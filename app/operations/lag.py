"""How far the record is behind the room, read from the room alone."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

from app.kit.line import Line
from app.kit.redis import ms_of


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """Entries of a partition's log that Postgres does not have yet; ``ms`` is the oldest's age."""

    tag: str
    entries: int
    ms: int
    flushed: str
    open: bool

    def describe(self) -> dict[str, Any]:
        """Return it as health reports it."""
        return {
            "partition": self.tag.strip("{}"),
            "entries": self.entries,
            "ms": self.ms,
            "flushed": self.flushed,
            "open": self.open,
        }


async def lag_of(line: Line, tags: list[str]) -> list[PartitionLag]:
    """Return the lag of each partition, in one batch."""
    if not tags:
        return []
    now = ms_of(cast("list[str]", await line.command("TIME")))
    replies = await asyncio.gather(
        *(line.command("XLEN", f"log:{tag}") for tag in tags),
        *(line.command("XRANGE", f"log:{tag}", "-", "+", "COUNT", 1) for tag in tags),
        *(line.command("GET", f"flushed:{tag}") for tag in tags),
        *(line.command("EXISTS", f"room:{tag}") for tag in tags),
    )
    columns = [replies[n * len(tags) : (n + 1) * len(tags)] for n in range(4)]
    lags = []
    for tag, entries, oldest, flushed, stands in zip(tags, *columns, strict=True):
        first = cast("list[list[Any]]", oldest)
        age = max(0, now - int(str(first[0][0]).split("-")[0])) if first else 0
        lags.append(
            PartitionLag(tag, cast("int", entries), age, str(flushed or "0:0-0"), stands == 1)
        )
    return lags
