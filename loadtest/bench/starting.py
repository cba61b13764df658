"""How long people wait for a server: to come up from nothing, to come up again, to prime (S9)."""

import asyncio
import time
from typing import Any, Final

from app.kit import clock
from app.operations.demo import seed_demo
from app.settings import Settings
from app.wiring.stores import stores
from loadtest.stack import Stack

ROSTER: Final = "roster-of-bench"


def seconds_to_start(server: Stack) -> dict[str, Any]:
    """End a server that was started from nothing, and start it again; return what it took.

    Everything from the command to the first reply that saves are taken.
    """
    from_nothing_s = server.ready_s
    began = time.perf_counter()
    server.stop()
    stop_s = time.perf_counter() - began
    server.start()
    return {
        "from_nothing_s": round(from_nothing_s, 1),
        "stop_s": round(stop_s, 1),
        "again_s": round(server.ready_s, 1),
    }


def seconds_to_prime(server: Stack, settings: Settings, people: int) -> float:
    """Enrol people into an event of their own; return how long ``serentak prime`` takes.

    It draws a form for each and puts them into the room.
    """
    asyncio.run(_enrol(settings, people))
    began = time.perf_counter()
    server.asked("prime", ROSTER)
    return time.perf_counter() - began


async def _enrol(settings: Settings, people: int) -> None:
    async with stores(settings) as held, held.record.begin() as conn:
        now_ms = clock.now_ms()
        await seed_demo(conn, held.secrets.nip, now_ms, event_id=ROSTER, people=people)
