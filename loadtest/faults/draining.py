"""Waiting for the recorder: until Postgres has what stands in the room's logs."""

import asyncio
from time import monotonic
from typing import Final

from redis.exceptions import RedisError

from app.kit.ids import partition_tag
from app.kit.redis import ask
from app.operations.demo import DEMO_PARTITIONS
from loadtest.faults.house import House
from loadtest.server import RunError

DRAIN_S: Final = 300.0
LOOK_S: Final = 0.1


async def until_recorded(house: House, event: str) -> float:
    """Wait until the record has all that an event's logs hold now; return how many seconds.

    What comes in meanwhile is not waited for.

    Raises:
        RunError: when it does not get there.
    """
    began = monotonic()
    logs = [f"log:{partition_tag(event, n)}" for n in range(DEMO_PARTITIONS)]
    newest: list[str] = []
    waiting: object = "all"
    while monotonic() < began + DRAIN_S:
        try:
            async with house.stores() as held:
                if not newest:
                    ends = [("XREVRANGE", log, "+", "-", "COUNT", 1) for log in logs]
                    newest = [end[0][0] if end else "-" for end in await ask(held.room, *ends)]
                pairs = zip(logs, newest, strict=True)
                left = [("XRANGE", log, "-", until, "COUNT", 1) for log, until in pairs]
                waiting = sum(map(len, await ask(held.room, *left)))
        except (RedisError, OSError) as error:
            waiting = error
        if waiting == 0:
            return monotonic() - began
        await asyncio.sleep(LOOK_S)
    raise RunError(f"{event} is not recorded after {DRAIN_S:.0f} s: {waiting} logs wait")
