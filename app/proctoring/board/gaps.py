"""When the server itself was away: what the partitions remember of it, made one list. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

_TOUCHING_MS: Final = 10_000
"""A server that comes back is stamped anew within this: what lies closer together is one gap."""


class Gap(NamedTuple):
    """From when to when some partitions were without a server; ``to`` is 0 while they are.

    Times in milliseconds since 1970, by the room's clock. What it took was given back already.
    """

    start: int
    to: int
    partitions: tuple[int, ...]


def parse_gaps(text: str) -> list[tuple[int, int]]:
    """Read ``from:to from:to``, as the room of a partition remembers; without ``to`` it lasts."""
    pairs = (one.split(":") for one in text.split())
    return [(int(start), int(to or 0)) for start, to in pairs]


def fold(by_partition: Mapping[int, str]) -> list[Gap]:
    """Return the gaps of all partitions in their order; those that overlap or touch are one."""
    found = sorted(
        (start, to, partition)
        for partition, text in by_partition.items()
        for start, to in parse_gaps(text)
    )
    folded: list[Gap] = []
    for start, to, partition in found:
        last = folded[-1] if folded else None
        if last is not None and (not last.to or start <= last.to + _TOUCHING_MS):
            over = max(last.to, to) if last.to and to else 0
            where = tuple(sorted({*last.partitions, partition}))
            folded[-1] = Gap(last.start, over, where)
        else:
            folded.append(Gap(start, to, (partition,)))
    return folded
