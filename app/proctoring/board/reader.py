"""The reader: looks once a second for what has changed, for all boards of the installation."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Sequence
from math import ceil
from time import monotonic
from typing import Final

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.proctoring.board import live
from app.proctoring.board.gaps import fold
from app.proctoring.board.model import HELD, SEEN, Cursor, message

_log = logging.getLogger(__name__)

_TURN_S: Final = 1.0
_TURNS: Final = 15
"""A round: in which it is told of every sitting when it was last heard of."""
_WHOLE_EACH: Final = 12
"""Rounds: in one of them every sitting is told whole, whether it has changed or not."""


class Reader:
    """One of several, of which one at a time reads; the others stand by. Holds no truth.

    ``events``: those that the process knows, be the room empty; ``is_wanted``: whether this process
    shows a board. One that shows none leaves the office to others, and saves pay nothing for it.
    """

    def __init__(
        self,
        room: Redis,
        events: Callable[[], Collection[EventCard]],
        is_wanted: Callable[[], bool],
    ) -> None:
        self._room = room
        self._events = events
        self._is_wanted = is_wanted
        self._me = secrets.token_hex(6)
        self._number = 0
        self._cursors: dict[str, str] = {}
        self._rounds: dict[str, int] = {}

    async def keep(self) -> None:
        """Read for ever, whenever a board is shown here and nobody else reads.

        A change is told at least once: it is settled after it was told, and what a reader who died
        had taken is taken again.
        """
        said = ""
        while True:
            began_s = monotonic()
            try:
                if self._is_wanted():
                    await self.turn()
                said = ""
            except (RedisError, OSError, TimeoutError) as error:
                line = f"no board is told of changes: {type(error).__name__}"
                if line != said:
                    _log.warning("%s", line)
                said = line
            except Exception:  # noqa: BLE001 - a defect must not end the boards
                _log.exception("a turn of the board's reader failed")
            await asyncio.sleep(max(0.1, _TURN_S - (monotonic() - began_s)))

    async def turn(self) -> bool:
        """Look once; False where another one reads.

        1. Hold the office, or go. 2. Of each event that somebody watches, take what has changed,
        and of a share of all sittings when they were last heard of, so that each has its turn
        within a round. 3. Tell all processes. 4. Settle what was told.
        """
        if not await live.holds(self._room, self._me):
            return False
        for card in await live.is_watched(self._room, self._events()):
            await self._tell(card)
        return True

    async def _tell(self, card: EventCard) -> None:
        taken: dict[str, Sequence[str]] = {}
        found: dict[str, None] = {}  # what comes twice is told once
        closed: list[int] = []
        gaps: dict[int, str] = {}
        at = 0
        for partition, tag in enumerate(card.tags()):
            seen, more = await self._look(tag)
            at, taken[tag] = max(at, seen.at), seen.changed
            gaps[partition] = seen.gaps
            if not seen.is_open:
                closed.append(partition)
            found |= dict.fromkeys((*seen.texts, *more))
        self._number += 1
        cursor = Cursor(self._me, self._number)
        text = orjson.dumps(message(cursor, at, closed, fold(gaps), found))
        await self._room.publish(live.channel(card.id), text)
        await live.settle(self._room, taken)

    async def _look(self, tag: str) -> tuple[live.Changed, list[str]]:
        """Look at a partition: who has changed, and a share; in a round everybody has a turn."""
        seen = await live.changed(self._room, tag)
        more = await live.texts(self._room, tag, seen.changed[live.AT_ONCE :])
        share = max(1, ceil(seen.sittings / _TURNS))
        while share > 0:
            is_whole = self._rounds.get(tag, 0) % _WHOLE_EACH == 0
            held, most = (HELD, live.AT_ONCE) if is_whole else ((SEEN,), live.SEEN_AT_ONCE)
            cursor = self._cursors.get(tag, live.FIRST)
            page = await live.page(self._room, tag, cursor, min(share, most), held)
            share -= most
            more += page.texts
            self._cursors[tag] = page.following
            if page.following == live.FIRST:
                self._rounds[tag] = self._rounds.get(tag, 0) + 1
        return seen, more
