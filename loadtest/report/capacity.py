"""What an installation of this size carries at natural pace, derived from a bench. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from loadtest.plan import ITEMS
from loadtest.tempo import HEARTBEAT_S, ITEM_S

DOORS_S: Final = 60
"""Within which everybody logs in, starts and gets the form."""
ENTRY: Final = ("login", "start", "form")
MB, GB = 1e6, 1e9


@dataclass(frozen=True, slots=True)
class Need:
    """What so many people ask for, and what there is of it."""

    name: str
    unit: str
    needed: float
    there_is: float

    @property
    def factor(self) -> float:
        """Return how many times it would do."""
        return self.there_is / self.needed


def derive(bench: Mapping[str, Any], people: int) -> list[Need]:
    """Return what so many people at once need of the machine that was measured.

    Rates are those of all cores doing nothing else, until all is recorded. Nothing where a figure
    that it takes is void.
    """
    cost, bytes_a_save = bench["operations_us"], bench["redis_disk_bytes_a_save"]
    if bytes_a_save is None or any(cost[one]["void"] for one in ("save", "beat", *ENTRY)):
        return []
    us_s = bench["machine"]["cores"] * 1e6
    save_us, beat_us = (cost[one]["recorded"] for one in ("save", "beat"))
    entry_us = sum(cost[one]["recorded"] for one in ENTRY)
    saves, beats = people / ITEM_S, people / HEARTBEAT_S
    memory = int(bench["configuration"]["Valkey"]["maxmemory"]) / MB
    disk = bench["disk_free_gb"] * GB / MB
    sitting, answers = bench["redis_bytes_a_sitting"], people * ITEMS
    record = bench["postgres_bytes_a_change"] + bench["postgres_bytes_an_answer"]
    used = (saves * save_us + beats * beat_us) / 1e6
    away = people * sitting + answers * bench["redis_bytes_a_waiting_change"]
    return [
        Need("saves", "a second", saves, us_s / save_us),
        Need("heartbeats", "a second", beats, us_s / beat_us),
        Need("saves and heartbeats together", "cores", used, bench["machine"]["cores"]),
        Need("logins, with start and form", "a second", people / DOORS_S, us_s / entry_us),
        Need("Redis, memory", "MB", people * sitting / MB, memory),
        Need("Redis, memory, Postgres away for the whole exam", "MB", away / MB, memory),
        Need("Redis, disk", "MB", (people * sitting + answers * bytes_a_save) / MB, disk),
        Need("Postgres, disk", "MB", answers * record / MB, disk),
    ]
