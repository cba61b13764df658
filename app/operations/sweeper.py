"""The sweeper: whose time has run out is handed in with what is there."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from redis.exceptions import RedisError

from app.exams.live import EventCard, read_cards
from app.kit.redis import call
from app.operations.stores import Stores

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 100
_SWEEP_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Swept:
    """How many sittings were sealed, and how many were marked absent at the close."""

    sealed: int
    absent: int


async def sweep_once(stores: Stores, cards: list[EventCard]) -> Swept:
    """Go over every partition until nothing is due. The room decides; this only asks."""
    sealed, absent = 0, 0
    for tag in (tag for card in cards for tag in card.tags()):
        more = True
        while more:
            reply = await call(stores.room, "sweep", tag, _AT_ONCE, stores.signer.current)
            _, swept, marked = reply
            sealed += swept
            absent += marked
            more = swept >= _AT_ONCE or marked > 0
    return Swept(sealed, absent)


async def keep_sweeping(stores: Stores) -> None:
    """Sweep each second, for ever. While Redis is away nobody's time is over."""
    while True:
        try:
            swept = await sweep_once(stores, await read_cards(stores.room))
            if swept.sealed or swept.absent:
                _log.info("swept: %s sealed, %s absent", swept.sealed, swept.absent)
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("waiting for Redis: %s", type(error).__name__)
        await asyncio.sleep(_SWEEP_S)
