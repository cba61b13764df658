"""D1: processes are killed by ``kill -9`` at random moments under load."""

import asyncio
import os
import signal
from contextlib import suppress
from typing import Final

import psutil

from loadtest.faults.ground import Ground
from loadtest.faults.house import House
from loadtest.faults.schedule import batches, blows

AT_ONCE: Final = 25  # kills between two judgements
WORKER: Final = "worker"
LOOK_S: Final = 0.05
#: Pauses before a blow, in seconds. Python takes a second to start: a recorder must live longer.
PAUSES: Final = {
    "valkey": (0.05, 1.0),
    "app": (0.1, 1.0),
    "flusher": (0.5, 3.5),
    "postgres": (0.2, 2.5),
    "several": (0.5, 3.0),
}
SEVERAL: Final = (
    "app flusher",
    "valkey postgres",
    "valkey flusher",
    "app valkey",
    "app flusher sweeper valkey postgres",
)


async def redis(ground: Ground) -> None:
    """Kill Valkey."""
    await kills(ground, "valkey", ("valkey",), ground.size.redis)


async def app(ground: Ground) -> None:
    """Kill the web server with its workers, or one of its workers."""
    await kills(ground, "app", ("app", WORKER), ground.size.app)


async def flusher(ground: Ground) -> None:
    """Kill the recorder."""
    await kills(ground, "flusher", ("flusher",), ground.size.flusher)


async def postgres(ground: Ground) -> None:
    """Kill Postgres."""
    await kills(ground, "postgres", ("postgres",), ground.size.postgres)


async def several(ground: Ground) -> None:
    """Kill several processes in the same moment."""
    await kills(ground, "several", SEVERAL, ground.size.several)


async def kills(ground: Ground, name: str, targets: tuple[str, ...], total: int) -> None:
    """Kill in rounds, each with an event of its own, and judge after each round."""
    for part, count in enumerate(batches(total, AT_ONCE)):
        event = await ground.event()
        pages = await ground.seat(event)
        async with ground.load(event, pages):
            drawn = ground.chance("blows", part)
            for blow in blows(drawn, targets, count, pause_s=PAUSES[name]):
                await asyncio.sleep(blow.after_s)
                await strike(ground.house, blow.what)
                ground.count("kills")
        await ground.judge(event)


async def strike(house: House, what: str) -> None:
    """Kill, and wait until others serve in their place."""
    if what != WORKER:
        await house.kill(*what.split(" "))
        return
    workers = web_workers(house.pid("app"))
    while not workers:  # the last ones are being replaced
        await asyncio.sleep(LOOK_S)
        workers = web_workers(house.pid("app"))
    with suppress(ProcessLookupError):
        os.kill(workers[0], signal.SIGKILL)


def web_workers(app: int) -> list[int]:
    """Return the pids of a web server's living workers; who has just ended is none."""
    found = []
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(app).children():
            with suppress(psutil.NoSuchProcess):
                if "spawn_main" in " ".join(child.cmdline()):
                    found.append(child.pid)
    return found
