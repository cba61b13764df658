"""What is done to the system, a function each: GOALS.md's D1 to D9."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from loadtest.faults.ground import Ground
from loadtest.faults.scenarios import (
    away,
    clocks,
    crashes,
    cuts,
    devices,
    full,
    kills,
    network,
    set_back,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """``must_lose``: the harness has to find losses here, or it could find none anywhere.

    ``beside``: it hurts neither processes nor stores, so that others may be played beside it.
    """

    id: str
    goal: str
    play: Callable[[Ground], Awaitable[None]]
    must_lose: bool = False
    beside: bool = False

    @property
    def about(self) -> str:
        """What happens, in a line."""
        return (self.play.__doc__ or "").strip().splitlines()[0]


#: Those that lose the whole room come first: every event that was made before is rebuilt there.
SCENARIOS: Final = (
    Scenario("redis-emptied", "D4", set_back.emptied),
    Scenario("crash-points", "D1", crashes.crashes),
    Scenario("power-always", "D2", cuts.always),
    Scenario("power-everysec", "D2", cuts.everysec, must_lose=True),
    Scenario("power-no", "D2", cuts.never, must_lose=True),
    Scenario("kill-redis", "D1", kills.redis),
    Scenario("kill-app", "D1", kills.app),
    Scenario("kill-flusher", "D1", kills.flusher),
    Scenario("kill-postgres", "D1", kills.postgres),
    Scenario("kill-several", "D1", kills.several),
    Scenario("postgres-away", "D3", away.postgres),
    Scenario("redis-old", "D4", set_back.redis_old),
    Scenario("postgres-old", "D4", set_back.postgres_old),
    Scenario("memory-full", "D5", full.memory),
    Scenario("disk-full", "D5", full.disk),
    Scenario("network", "D6", network.storm, beside=True),
    Scenario("offline", "D6", network.offline, beside=True),
    Scenario("shuffled", "D6", network.shuffled, beside=True),
    Scenario("two-devices", "D7", devices.takeovers, beside=True),
    Scenario("one-computer", "D7", devices.one_computer, beside=True),
    Scenario("late-saves", "D7", devices.races, beside=True),
    Scenario("device-clocks", "D8", clocks.devices, beside=True),
    Scenario("over-deadline", "D8", clocks.deadline),
    Scenario("rolling", "D9", away.rolling),
)
