"""D2: the power goes. With ``always`` nothing is lost; with weaker settings this must find losses.

Nobody heals here what was lost: the phones went dark as well, and do not come back before the
record has been judged.
"""

import asyncio
from dataclasses import replace
from typing import Final

from app.installation import WORKERS
from loadtest.faults import crowd
from loadtest.faults.ground import Event, Ground
from loadtest.faults.page import Page
from loadtest.faults.power import NoCompiler, Power

UNDER_LOAD_S: Final = (1.5, 3.5)
#: Under a weak setting nobody else runs before the cut: the recorder would have put some of what
#: must be found missing into Postgres.
NEEDED: Final = ("app",)


async def always(ground: Ground) -> None:
    """Cut the power under the settings that the product asks for; then let everybody come back."""
    if power := built(ground):
        for _ in range(ground.size.cuts):
            event, pages = await cut(ground, power, "always")
            await ground.judge(event)
            ground.failures += await ground.finish(pages)
            await ground.judge(event)
            ground.count("cuts")


async def everysec(ground: Ground) -> None:
    """Cut the power under ``everysec``: what a second holds must be found missing."""
    await weakly(ground, "everysec")


async def never(ground: Ground) -> None:
    """Cut the power under ``no``: all since the start must be found missing."""
    await weakly(ground, "no")


async def weakly(ground: Ground, policy: str) -> None:
    """Cut the power once under a setting that the product refuses unless it is told otherwise."""
    if power := built(ground):
        await ground.house.stop(*WORKERS)
        ground.house.weaken("true")
        event, _ = await cut(ground, power, policy)
        await ground.judge(event, audited=False)
        ground.count("cuts")


def built(ground: Ground) -> Power | None:
    """Return the shim; None, and the scenario is skipped, where it cannot be built."""
    power = Power(ground.house.folder)
    try:
        power.build()
    except NoCompiler as missing:
        ground.skip(str(missing))
        return None
    return power


async def cut(ground: Ground, power: Power, policy: str) -> tuple[Event, list[Page]]:
    """Run Valkey under the shim, cut the power under load, and start everybody again.

    Returns the event and its pages, which stood still from then on.
    """
    house, folder = ground.house, ground.house.data / "valkey"
    usual = house.children["valkey"]
    await house.stop("valkey")
    power.watch(folder)
    argv = list(usual.argv)
    argv[argv.index("--appendfsync") + 1] = policy
    env = {**(usual.env or {}), **power.environment()}
    house.children["valkey"] = replace(usual, argv=tuple(argv), env=env)
    await house.start("valkey")
    event = await ground.event()
    await house.start(*(name for name in NEEDED if not house.runs(name)))
    pages = await ground.seat(event)
    drawn = ground.chance(event.id)
    never_done = asyncio.Event()
    sitting = [
        asyncio.create_task(crowd.sit(page, ground.chance(event.id, n), never_done, 0.02))
        for n, page in enumerate(pages)
    ]
    await asyncio.sleep(drawn.uniform(*UNDER_LOAD_S))
    await house.stop("valkey", *WORKERS, kill=True)
    for task in sitting:
        task.cancel()
    ground.failures += await crowd.together(sitting)
    ground.count("bytes_cut", power.cut(folder))
    house.children["valkey"] = usual
    house.weaken(None)
    await house.start("valkey")
    await house.start(*WORKERS)
    return event, pages
