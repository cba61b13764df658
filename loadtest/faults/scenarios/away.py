"""D3 and D9: a process stands still for a while, or all of them in turn."""

import asyncio
from typing import Final

from loadtest.faults.ground import Ground
from loadtest.faults.house import EVERYBODY

A_SITTING_S: Final = 5  # at the least: so that somebody new logs in as long as it lasts
LATECOMERS: Final = 5


async def postgres(ground: Ground) -> None:
    """Stop Postgres under load: logins, starts, saves, submits and staff's acts go on."""
    chairs = ground.devices * (1 + ground.size.away_s // A_SITTING_S)
    event = await ground.event(people=chairs + LATECOMERS)
    kept = [event.cards.pop() for _ in range(LATECOMERS)]
    pages = await ground.seat(event)
    async with ground.load(event, pages):
        async with ground.house.away("postgres"):
            await asyncio.sleep(ground.size.away_s / 2)
            await _newcomers(ground, event_id=event.id)
            event.cards.extendleft(kept)
            late = await ground.seat(event, LATECOMERS)
            ground.count("logins_meanwhile", len(late))
            await asyncio.sleep(ground.size.away_s / 2)
            ground.facts["away_s"] = ground.size.away_s
        ground.most("drained_s", await ground.recorded(event))  # under load, from its return on
    ground.failures += await ground.finish(late)
    await ground.judge(event)


async def _newcomers(ground: Ground, event_id: str) -> None:
    """Let a proctor act by command."""
    words = ("act", "extend", "--event", event_id, "--minutes", "5", "--id", "away", "--by", "ops")
    done = await asyncio.to_thread(ground.house.server.command, *words)
    if done.returncode:
        ground.fail(f"no act without Postgres: {done.stderr.decode(errors='replace').strip()}")
    ground.count("acts_meanwhile")


async def rolling(ground: Ground) -> None:
    """Stop every process as an operator does, one after the other, and start it again."""
    event = await ground.event()
    pages = await ground.seat(event)
    async with ground.load(event, pages):
        for turn in range(ground.size.rolling):
            order = list(EVERYBODY)
            ground.chance("order", turn).shuffle(order)
            for name in order:
                await ground.house.restart(name)
                await asyncio.sleep(0.3)
                ground.count("restarts")
    await ground.judge(event)
