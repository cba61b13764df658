"""D8: clocks of devices that are wrong, and a server that is away across the deadline."""

import asyncio
from datetime import timedelta
from email.utils import formatdate
from typing import Final

from app.installation import WORKERS
from app.kit import clock
from loadtest.faults import crowd
from loadtest.faults.ground import Ground
from loadtest.faults.scenarios.network import move_deadlines
from loadtest.protocol import Refused

DAY: Final = timedelta(days=1)
GRACE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
LEFT_MS: Final = 2500  # of deadline and grace when the server goes away
AWAY_S: Final = 6.0  # more than the gap that a room gives back, and more than what is left
TOLERANCE_MS: Final = 30_000
SECOND_MS: Final = 1000


async def devices(ground: Ground) -> None:
    """Let half the devices be a day early and half a day late: only the room's time counts."""
    event = await ground.event()
    pages = await ground.seat(event)
    now_s = clock.now_ms() / SECOND_MS
    for n, page in enumerate(pages):
        off = DAY if n % 2 else -DAY
        page.wire.headers["Date"] = formatdate(now_s + off.total_seconds(), usegmt=True)
    drawn = ground.chance("clocks")
    await crowd.answer(pages, drawn, 10)
    for page in pages:
        seen = await page.look()
        left = seen["deadline"] - seen["started_at"]
        late = seen["server_time"] - clock.now_ms()
        if not HOUR_MS <= left <= HOUR_MS + TOLERANCE_MS or abs(late) > TOLERANCE_MS:
            ground.fail(f"a deadline follows a device's clock: {left} ms after the start")
    ground.failures += await ground.finish(pages)
    await ground.judge(event)


async def deadline(ground: Ground) -> None:
    """Let everything be away across the deadline: time is given back, nobody sealed meanwhile."""
    house = ground.house
    for _ in range(ground.size.deadlines):
        event = await ground.event()
        pages = await ground.seat(event)
        drawn = ground.chance(event.id)
        await crowd.answer(pages, drawn, 4)
        before = [(await page.look())["deadline"] for page in pages]
        now = clock.now_ms()
        await asyncio.gather(
            *(
                move_deadlines(ground, event, [page], now - GRACE_MS + LEFT_MS - was)
                for page, was in zip(pages, before, strict=True)
            )
        )
        moved = [(await page.look())["deadline"] for page in pages]
        await house.stop(*WORKERS, "valkey", kill=drawn.random() < 0.5)  # noqa: PLR2004 - or politely
        await asyncio.sleep(AWAY_S)
        await house.start("valkey")
        await house.start(*WORKERS)
        await asyncio.sleep(2)  # the sweeper looks each second
        for page, was in zip(pages, moved, strict=True):
            try:
                await crowd.act(page, drawn)
            except Refused as refused:
                ground.fail(f"refused after an outage: {refused}")
                continue
            seen = await page.look()
            if seen["state"] != "open":
                ground.fail(f"a sitting was {seen['state']} after an outage")
            elif seen["deadline"] < was + AWAY_S * SECOND_MS * 0.9:
                ground.fail(f"{seen['deadline'] - was} ms given back of {AWAY_S} s")
        ground.failures += await ground.finish(pages)
        await ground.judge(event)
        ground.count("outages")
