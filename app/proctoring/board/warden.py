"""The warden: sees to it that whoever looks at a board may still see it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from math import ceil
from typing import Final

from app.proctoring.board.telling import Watch

_log = logging.getLogger(__name__)

ROUND_S: Final = 3.6
"""In which each board had its turn: with what a look takes, rights end within five seconds."""
_TICK_S: Final = 0.4

#: Tells whether whoever watches may still see the board.
MayStill = Callable[[], Awaitable[bool]]


class Warden:
    """Looks after all boards of a process, some at a time.

    Those of one look are asked for together: the room is asked in batches, between which a process
    rests, so that a look of each board's own would keep saves waiting.
    """

    def __init__(self) -> None:
        self._held: dict[Watch, MayStill] = {}  # who was looked at longest ago first

    @contextmanager
    def guarding(self, watch: Watch, may_still: MayStill) -> Iterator[None]:
        """Look after a board, that was let in just now."""
        self._held[watch] = may_still
        try:
            yield
        finally:
            self._held.pop(watch, None)

    async def keep(self) -> None:
        """Look for ever at those whose turn it is."""
        while True:
            await asyncio.sleep(_TICK_S)
            await self.look(ceil(len(self._held) * _TICK_S / ROUND_S))

    async def look(self, most: int) -> None:
        """Look at so many, and expel who may not see their board any more."""
        group = list(islice(self._held.items(), most))
        for watch, may_still in group:
            del self._held[watch]
            self._held[watch] = may_still
        found = await asyncio.gather(*(ask() for _, ask in group), return_exceptions=True)
        for (watch, _), may in zip(group, found, strict=True):
            if isinstance(may, BaseException):
                _log.error("the rights of a board could not be looked at", exc_info=may)
            elif not may:
                watch.expel()
