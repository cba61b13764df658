"""When saves are as usual again: a gentle stream of them, looked at second by second."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Final

NORMAL_MS: Final = 250.0  # what a save may take at the doors; more is not as usual
SHARE: Final = 0.99


@dataclass(frozen=True, slots=True)
class Probed:
    """One save of the probe, due ``at_s`` after its beginning; ``ms`` is None: it was refused."""

    at_s: float
    ms: float | None


def recovered_s(probed: Iterable[Probed], lasted_s: int) -> int | None:
    """Return after how many seconds saves were as usual, and stayed so; None: they were not.

    A second is as usual in which some came, none was refused, and 99 % took ``NORMAL_MS`` at most.
    """
    seconds: dict[int, list[Probed]] = defaultdict(list)
    for one in probed:
        seconds[int(one.at_s)].append(one)
    since = None
    for second in range(lasted_s):
        if not _is_usual(seconds[second]):
            since = None
        elif since is None:
            since = second
    return since


def p99_ms(probed: Iterable[Probed]) -> float | None:
    """Return within how many milliseconds 99 % of those that were let in were answered."""
    took = sorted(one.ms for one in probed if one.ms is not None)
    return round(took[ceil(SHARE * len(took)) - 1], 1) if took else None


def _is_usual(probed: list[Probed]) -> bool:
    slowest = p99_ms(probed)
    refused = any(one.ms is None for one in probed)
    return slowest is not None and not refused and slowest <= NORMAL_MS
