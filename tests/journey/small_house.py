"""``serentak run`` with few people: the same servers and processes, a small exam.

``python -m tests.journey.small_house PEOPLE`` with DATA_DIR and PORT set. Prints "open" once it is.
"""

import asyncio
import logging
import sys

from app import settings as environment
from app.installation import worker
from app.kit import clock, embedded, secrets, supervisor
from app.operations.priming import prime
from app.wiring.stores import stores
from tests.exam import EVENT, migrated, seed


async def _run(people: int) -> None:
    settings = environment.load()

    async def prepare() -> None:
        secrets.create_missing(settings)
        await migrated(settings)
        await seed(settings, people)
        async with stores(settings) as opened:
            await prime(opened, EVENT, clock.now_ms())

    async def opened() -> None:
        print("open", flush=True)

    await supervisor.run(
        settings,
        servers=embedded.servers(settings),
        prepare=prepare,
        workers=[[worker(settings, name) for name in ("app", "flusher", "sweeper")]],
        opened=opened,
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    asyncio.run(_run(int(sys.argv[1])))
