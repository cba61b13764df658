"""D4: Redis loses its disk, or a store is put back to an old copy of it."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from time import monotonic

from loadtest.faults import crowd
from loadtest.faults.ground import Event, Ground
from loadtest.faults.house import House
from loadtest.faults.page import Page


async def emptied(ground: Ground) -> None:
    """Empty Redis in the middle of the exam: by command, or with its whole folder."""
    ways = ["command", "folder"] * ground.size.emptied
    ground.chance("ways").shuffle(ways)
    for way in ways[: ground.size.emptied]:
        event = await ground.event()
        pages = await ground.seat(event, forgetful=True)
        async with ground.load(event, pages):
            await asyncio.sleep(ground.chance(event.id).uniform(0.5, 2))
            began = monotonic()
            if way == "command":
                await ground.empty()
            else:
                await ground.house.stop("valkey", kill=True)
                shutil.rmtree(ground.house.data / "valkey")
                await ground.house.start("valkey")
            await _all_claimed([page for page in ground.pages if page.event == event.id])
            ground.most("claimed_s", monotonic() - began)
            ground.count("emptied")
        ground.most("recovered_s", monotonic() - began)
        await _judge(ground, event)


async def redis_old(ground: Ground) -> None:
    """Put Redis back to a copy of its files from a while ago."""
    for turn in range(ground.size.put_back):
        event = await ground.event()
        drawn = ground.chance("redis-old", turn)
        pages = await ground.seat(event, forgetful=True)
        await crowd.answer(pages, drawn, 4)
        old = await take_copy(ground.house, "valkey")
        await crowd.answer(pages, drawn, 8)
        handed_in, others = pages[:2], pages[2:]
        await asyncio.gather(*(crowd.finish(page) for page in handed_in))
        if drawn.random() < 0.5:  # noqa: PLR2004 - or the record knows nothing newer
            await ground.recorded(event)
        await put_back(ground.house, "valkey", old)
        await crowd.answer(others, drawn, 4)
        ground.failures += await ground.finish(others)
        await asyncio.gather(*(page.submit() for page in handed_in))
        await _judge(ground, event)
        ground.count("put_back")


async def postgres_old(ground: Ground) -> None:
    """Put Postgres back to a copy of its files from a while ago."""
    for turn in range(ground.size.put_back):
        event = await ground.event()
        drawn = ground.chance("postgres-old", turn)
        pages = await ground.seat(event)
        await crowd.answer(pages, drawn, 4)
        old = await take_copy(ground.house, "postgres")
        await crowd.answer(pages, drawn, 8)
        await asyncio.gather(*(crowd.finish(page) for page in pages[:2]))
        await ground.recorded(event)
        await put_back(ground.house, "postgres", old)
        await crowd.answer(pages[2:], drawn, 4)
        ground.failures += await ground.finish(pages[2:])
        await _judge(ground, event, history=False)
        ground.count("put_back")


async def take_copy(house: House, name: str) -> Path:
    """Copy a store's files while it stands still, as a backup of the disk would; return where."""
    to = house.folder / f"old-{name}"
    shutil.rmtree(to, ignore_errors=True)
    async with house.away(name):
        await _copy(house.data / name, to)
    return to


async def put_back(house: House, name: str, old: Path) -> None:
    """Kill a store and put an older copy in the place of its files."""
    await house.stop(name, kill=True)
    shutil.rmtree(house.data / name)
    await _copy(old, house.data / name)
    await house.start(name)


async def _copy(source: Path, to: Path) -> None:
    """Copy a folder with its owners."""
    command = ["cp", "-a", str(source), str(to)]
    await asyncio.to_thread(subprocess.run, command, check=True)


async def _all_claimed(pages: list[Page]) -> None:
    """Wait until each of these devices has come back by itself."""
    waiting = True
    while waiting:
        await asyncio.sleep(0.05)
        waiting = any(_is_waiting(page) for page in pages)


def _is_waiting(page: Page) -> bool:
    return page.claims == 0 and page.person.sealed_s is None


async def _judge(ground: Ground, event: Event, *, history: bool = True) -> None:
    await ground.judge(event, history=history)
    for person in event.people:
        if person.pins != 1:
            ground.fail(f"a PIN was typed {person.pins} times")
