"""The reader: looks once a second for what has changed, for all boards of the installation."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from math import ceil
from time import monotonic
from typing import Final

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard, read_cards
from app.proctoring.board import live
from app.proctoring.board.gaps import fold
from app.proctoring.board.model import Cursor, Glance, message

_log = logging.getLogger(__name__)

_TURN_S: Final = 1.0
_TURNS: Final = 15
"""In which every sitting is told again, whether it has changed or not."""


class Reader:
    """One of several, of which one at a time reads; the others stand by. Holds no truth."""

    def __init__(self, room: Redis) -> None:
        self._room = room
        self._me = secrets.token_hex(6)
        self._number = 0
        self._cursors: dict[str, str] = {}

    async def keep(self) -> None:
        """Read for ever, whenever nobody else does.

        A change is told at least once: it is settled after it was told, and what a reader who died
        had taken is taken again.
        """
        said = ""
        while True:
            began_s = monotonic()
            try:
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
        and a share of all sittings, so that each is told anew within a round. 3. Tell all
        processes. 4. Settle what was told.
        """
        if not await live.holds(self._room, self._me):
            return False
        for card in await live.is_watched(self._room, await read_cards(self._room)):
            await self._tell(card)
        return True

    async def _tell(self, card: EventCard) -> None:
        found: dict[str, Glance] = {}
        taken: dict[str, Sequence[str]] = {}
        closed: list[int] = []
        gaps: dict[int, str] = {}
        at = 0
        for partition, tag in enumerate(card.tags()):
            seen = await live.changed(self._room, tag)
            at, taken[tag] = max(at, seen.at), seen.changed
            gaps[partition] = seen.gaps
            if not seen.is_open:
                closed.append(partition)
            glances = await live.glances(self._room, tag, seen.changed)
            glances += await self._share(tag, seen.sittings)
            found |= {glance.sitting: glance for glance in glances}
        self._number += 1
        cursor = Cursor(self._me, self._number)
        text = orjson.dumps(message(cursor, at, closed, fold(gaps), list(found.values())))
        await self._room.publish(live.channel(card.id), text)
        for tag, sittings in taken.items():
            await live.settle(self._room, tag, sittings)

    async def _share(self, tag: str, sittings: int) -> list[Glance]:
        """Return a share of all sittings of a partition: in a round everybody has had a turn."""
        found: list[Glance] = []
        for _ in range(ceil(sittings / live.AT_ONCE / _TURNS)):
            self._cursors[tag], some = await live.page(
                self._room, tag, self._cursors.get(tag, live.FIRST)
            )
            found += some
        return found
