"""The scorer: gives every recorded seal its result, soon after the record has it.

Guarantee: what is recorded is scored, or a line in the log says why a person must look first; a
result whose seal was replaced is withdrawn. A page of seals is one transaction: whoever dies at
whatever moment, the next one finds what still waits, and nothing is counted twice. Any number may
run; an event is scored by one of them at a time.
"""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kit import clock
from app.kit.errors import OpsError, first_line
from app.kit.ids import sitting_text
from app.kit.postgres import is_away
from app.scoring import store
from app.scoring.service import PAGE, ScoredEvent, open_event, score_page

_log = logging.getLogger(__name__)

_LOOK_S: Final = 2.0
_AWAY_S: Final = 0.25
_LONGEST_AWAY_S: Final = 5.0


class Scorer:
    """Scores all events from the record alone; the room is not asked."""

    def __init__(self, record: AsyncEngine) -> None:
        self._record = record
        self._opened: dict[int, ScoredEvent] = {}
        self._closed: dict[int, str] = {}

    async def keep(self) -> None:
        """Score for ever; see ``turn``. While Postgres is away it waits, longer each time."""
        pause = _AWAY_S
        while True:
            try:
                await self.turn(clock.now_ms())
            except (DBAPIError, OSError, TimeoutError) as error:
                if pause == _AWAY_S:
                    doing = "waiting for Postgres" if is_away(error) else "trying again"
                    _log.warning("%s: %s", doing, first_line(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_AWAY_S)
                continue
            pause = _AWAY_S
            await asyncio.sleep(_LOOK_S)

    async def turn(self, now_ms: int) -> int:
        """Score everything that waits; return how many sittings were scored.

        1. Ask which events have something waiting; an index holds just that. 2. Page by page, a
        transaction each: take the event's lock, or leave the event to whoever holds it. 3. Open
        the event, anew when the bank is another. 4. Withdraw results whose seals were replaced.
        5. Mark the page, store the results, note that its seals are done with; commit.
        """
        async with self._record.connect() as conn:
            events = await store.waiting_events(conn)
        return sum([await self._score_event(event, now_ms) for event in events])

    async def _score_event(self, number: int, now_ms: int) -> int:
        scored, after = 0, -1
        while True:
            async with self._record.begin() as conn:
                event = await self._take(conn, number)
                if event is None:
                    return scored
                if after < 0:
                    await store.withdraw_replaced(conn, number)
                page = await store.waiting_page(conn, number, after=after, most=PAGE)
                report = await score_page(conn, event, page, now_ms)
            for sitting, why in report.refused.items():
                _log.error("alarm: sitting %s is not scored: %s", sitting_text(sitting), why.value)
            scored += report.scored
            if len(page) < PAGE:
                return scored
            after = page[-1].sitting

    async def _take(self, conn: AsyncConnection, number: int) -> ScoredEvent | None:
        """Return the event, locked, as the bank is now; None where it cannot be scored at present.

        Keys that cannot mark close one event, and hold up no other.
        """
        if not await store.lock(conn, number, wait=False):
            return None
        event = self._opened.get(number)
        if event is not None and event.stamp == await store.bank_stamp(conn):
            return event
        before = event.keys if event else None
        try:
            event = self._opened[number] = await open_event(conn, number)
        except OpsError as fault:
            if self._closed.get(number) != str(fault):
                _log.error("alarm: event %s is not scored: %s", number, fault)
            self._closed[number] = str(fault)
            return None
        self._closed.pop(number, None)
        if before not in {None, event.keys}:
            named = event.measured.event_id
            _log.warning("%s: keys changed; `serentak score %s` marks all by them", named, named)
        return event
