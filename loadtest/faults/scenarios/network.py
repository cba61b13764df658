"""D6: a bad network, no network for long, and a page that was closed in between."""

import asyncio

from app.kit.redis import call
from loadtest.faults import crowd
from loadtest.faults.exchange import Wire
from loadtest.faults.ground import Event, Ground
from loadtest.faults.page import Page, unless_refused
from loadtest.faults.proxy import Proxy, Weather

RESETS = 0.05
PATIENCE_S = 5.0
HOURS_MS = 3_600_000


async def storm(ground: Ground) -> None:
    """Delay, tear and black out the connections of everybody."""
    size, weather = ground.size, Weather(RESETS)
    proxy = Proxy(ground.house.port, weather, ground.chance("weather"))
    async with proxy.listening():
        event = await ground.event()
        wires = [
            Wire("127.0.0.1", proxy.port, patience_s=max(PATIENCE_S, 3 * size.latency_ms / 1000))
            for _ in range(ground.devices)
        ]
        pages = await ground.seat(event, wires=wires)
        async with ground.load(event, pages):
            await asyncio.sleep(size.storm_s / 2)
            weather.delay_s = size.latency_ms / 1000
            await asyncio.sleep(size.storm_s / 2)
            weather.clear.clear()
            await asyncio.sleep(size.black_s)
            proxy.hang_up()
            weather.clear.set()
            await asyncio.sleep(1)
            weather.delay_s = 0.0
    ground.count("resets", proxy.resets)
    if not proxy.resets:
        ground.fail("no connection was torn")
    await ground.judge(event)


async def offline(ground: Ground) -> None:
    """Write without a line for long, with a reload in between; half come back after the deadline.

    These are told that it is too late, and everything that they typed is kept apart.
    """
    event = await ground.event()
    pages = await ground.seat(event)
    drawn = ground.chance("offline")
    await crowd.answer(pages, drawn, 3)
    for page in pages:
        for _ in range(ground.size.offline):
            crowd.write(page, drawn)
    half = len(pages) // 2
    for page in pages[:half]:
        await page.reload()
    await move_deadlines(ground, event, pages[half:], -10 * HOURS_MS)
    await asyncio.gather(*(crowd.finish(page) for page in pages[:half]))
    for page in pages[half:]:
        refused = await unless_refused(page.send, "closed", "sealed")
        if not refused:
            ground.fail("a save after the deadline was not refused")
        waiting = len(page.book.unsent())
        kept = await page.hand_over_late()
        ground.count("kept_late", kept)
        if kept != waiting:
            ground.fail(f"{kept} of {waiting} answers were kept as late")
    await ground.judge(event)


async def move_deadlines(ground: Ground, event: Event, pages: list[Page], ms: int) -> None:
    """Move the deadlines of sittings, as staff extend them: the room logs it."""
    rest = '{"role":"ops","where":"","why":""}'
    async with ground.house.stores() as held:
        for page in pages:
            _, _, partition, sitting, *_ = page.book.token.split(".")
            tag = f"{{{event.id}.p{int(partition):02d}}}"
            words = (sitting, "extend", f"move-{abs(ms)}", "harness", ms, "", "", "", rest)
            status, *_ = await call(held.room, "act", tag, *words)
            if status != "ok":
                ground.fail(f"a deadline could not be moved: {status}")


async def shuffled(ground: Ground) -> None:
    """Send requests twice, late and in any order, over several connections at the same time."""
    event = await ground.event()
    pages = await ground.seat(event)
    tabs = {page.person.nip: [page, ground.tab(page), ground.tab(page)] for page in pages}
    for turn in range(ground.size.shuffled):
        drawn = ground.chance("shuffled", turn)
        doing = []
        for page in pages:
            changes = [crowd.write(page, drawn) for _ in range(6)]
            requests = [drawn.sample(changes, drawn.randint(1, 6)) for _ in range(4)]
            doing += [drawn.choice(tabs[page.person.nip]).post(request) for request in requests]
        drawn.shuffle(doing)
        await asyncio.gather(*doing)
        ground.count("requests", len(doing))
    ground.failures += await ground.finish(pages)
    await ground.judge(event)
