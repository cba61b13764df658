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


async def always(ground: Ground) -> None:
    """Cut the power under the settings that the product asks for; then let everybody come back."""
    for _ in range(ground.size.cuts):
        event = await ground.event()
        pages = await cut(ground, event, "always")
        await ground.judge(event)
        ground.failures += await ground.finish(pages)
        await ground.judge(event)
        ground.count("cuts")


async def everysec(ground: Ground) -> None:
    """Cut the power under ``everysec``: what a second holds must be found missing."""
    await cut(ground, event := await ground.event(), "everysec")
    await ground.judge(event, audited=False)
    ground.count("cuts")


async def never(ground: Ground) -> None:
    """Cut the power under ``no``: all since the start must be found missing."""
    await cut(ground, event := await ground.event(), "no")
    await ground.judge(event, audited=False)
    ground.count("cuts")


async def cut(ground: Ground, event: Event, policy: str) -> list[Page]:
    """Run Valkey under the shim, cut the power under load, and start everybody again.

    Returns the pages, which stood still from then on.
    """
    house, folder = ground.house, ground.house.data / "valkey"
    power = Power(house.folder)
    try:
        power.build()
    except NoCompiler as missing:
        ground.skip(str(missing))
        return []
    usual = house.children["valkey"]
    weak = None if policy == "always" else "true"
    await house.stop(*WORKERS, "valkey")
    power.watch(folder)
    argv = list(usual.argv)
    argv[argv.index("--appendfsync") + 1] = policy
    env = {**(usual.env or {}), **power.environment()}
    house.children["valkey"] = replace(usual, argv=tuple(argv), env=env)
    house.weaken(weak)
    await house.start("valkey")
    await house.start(*WORKERS)
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
    return pages
