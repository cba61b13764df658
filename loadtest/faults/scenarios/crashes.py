"""D1: a process dies at a named point, where it hurts most."""

import asyncio
from collections import defaultdict
from pathlib import Path
from random import Random
from time import monotonic
from typing import Final

from app.kit import clock
from app.kit.crash import POINTS
from app.kit.redis import ask
from app.people.audit_log import live
from app.people.audit_log.model import Actor
from loadtest.faults.ground import Event, Ground
from loadtest.faults.scenarios.set_back import put_back, take_copy

REACHED_S: Final = 60.0
PASSES: Final = 3  # of each point, in the long campaign
#: A point is passed for the nth time, drawn up to here; what happens rarely dies early.
NTH: Final = {"batch": 30, "flush": 8, "seal": 2, "recover": 1, "note": 1, "reflow": 1}
HALF: Final = 3  # of four partitions


async def crashes(ground: Ground) -> None:
    """Arm one point after the other, and let what leads there happen under load."""
    drawn = ground.chance("points")
    for point in chosen(drawn, ground.size.crashes):
        event = await ground.event()
        most = HALF if "-half" in point else NTH[kind_of(point)]
        await crash(ground, event, point, drawn.randint(1, most))


def chosen(drawn: Random, count: int) -> list[str]:
    """Return so many points, as different in kind as can be; 0: each of them three times."""
    if not count:
        points = list(POINTS) * PASSES
        drawn.shuffle(points)
        return points
    kinds: dict[str, list[str]] = defaultdict(list)
    for point in POINTS:
        kinds[kind_of(point)].append(point)
    order = drawn.sample(list(kinds), len(kinds))
    return [drawn.choice(kinds[order[n % len(order)]]) for n in range(count)]


def kind_of(point: str) -> str:
    """Return what is done where a point is passed."""
    return point.partition("-")[0]


async def crash(ground: Ground, event: Event, point: str, nth: int) -> None:
    """Let a process die at a point once."""
    kind = kind_of(point)
    house, process = ground.house, "app" if kind == "batch" else "flusher"
    pages = await ground.seat(event, forgetful=kind == "recover")
    old: Path | None = None
    async with ground.load(event, pages):
        if kind == "reflow":
            old = await take_copy(house, "postgres")
            await asyncio.sleep(1)
            await ground.recorded(event)
        note = house.arm(process, point, nth)
        await house.restart(process)
        if kind == "recover":
            await ground.empty()
        if kind == "note":
            await note_something(ground)
        if old is not None:
            await put_back(house, "postgres", old)
        await reached(ground, note)
        house.set_variable(process, "CRASH_AT", None)
        await house.serves(process)
    await ground.judge(event, history=kind != "reflow")


async def note_something(ground: Ground) -> None:
    """Let something wait for the audit log."""
    entry = Actor("harness").did("session.begin", clock.now_ms())
    async with ground.house.stores() as held:
        await ask(held.room, live.note(entry))


async def reached(ground: Ground, note: Path) -> None:
    """Wait until the process has died there."""
    limit = monotonic() + REACHED_S
    while not await asyncio.to_thread(note.exists):
        if monotonic() > limit:
            ground.fail(f"{note.name} was never reached")
            return
        await asyncio.sleep(0.02)
    ground.count("crashes")
