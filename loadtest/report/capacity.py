"""What an installation of this size carries at natural pace, derived from a bench.

An hour for fifty items: a save every 72 seconds and, between, a heartbeat every 25.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

ITEMS: Final = 50
HOUR_S: Final = 3600
HEARTBEAT_S: Final = 25
DOORS_S: Final = 60
LOG_BYTES: Final = 420
"""What an entry of the log takes in Redis's append-only file until it is rewritten."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What so many people ask for, and what the machine has. Rates a second, bytes."""

    people: int
    saves: float
    heartbeats: float
    cores_used: float
    cores: int
    logins: float
    logins_possible: float
    redis_memory: float
    redis_disk: float
    postgres_disk: float

    @property
    def factor(self) -> float:
        """Return how many times these people would fit, by CPU."""
        return self.cores / self.cores_used

    @property
    def doors_factor(self) -> float:
        """Return how many times their logins, starts and forms fit into a minute."""
        return self.logins_possible / self.logins


def derive(bench: Mapping[str, Any], people: int) -> Capacity:
    """Return the capacity of the machine that was measured, for so many people at once."""
    cost = bench["operations_us"]
    cores = int(bench["machine"]["cores"])
    saves, heartbeats = people * ITEMS / HOUR_S, people / HEARTBEAT_S
    entry_us = sum(cost[name]["recorded"] for name in ("login", "start", "form"))
    return Capacity(
        people=people,
        saves=saves,
        heartbeats=heartbeats,
        cores_used=(saves * cost["save"]["recorded"] + heartbeats * cost["beat"]["recorded"]) / 1e6,
        cores=cores,
        logins=people / DOORS_S,
        logins_possible=cores * 1e6 / entry_us,
        redis_memory=people * bench["redis_bytes_a_sitting"],
        redis_disk=people * ITEMS * LOG_BYTES,
        postgres_disk=people
        * ITEMS
        * (bench["postgres_bytes_a_change"] + bench["postgres_bytes_an_answer"]),
    )
