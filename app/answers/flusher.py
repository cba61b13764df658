"""The flusher: takes accepted changes out of the room's log once Postgres has them.

Guarantee: an entry stays in the log until the transaction that holds it has been committed; whoever
dies at whatever moment, the next one goes on from the mark, and nothing is written twice.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import asyncpg
from redis.asyncio import Redis
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.answers import ledger
from app.answers.acts import entries_of
from app.answers.arrivals import opened
from app.answers.ledger import Mark
from app.answers.log import Id, Line, WalkIn, after, id_text, is_barrier, parse_id, parse_line
from app.answers.partition import Partition
from app.answers.sealing import Applied, recorded_between
from app.kit.crash import crash_point
from app.kit.ids import sitting_text
from app.kit.postgres import sqlstate
from app.kit.redis import ask, call, ms_of
from app.people.audit_log.chain import ChainKey
from app.people.audit_log.store import append
from app.people.envelope import Envelope
from app.sittings.receipts import Receipts

_log = logging.getLogger(__name__)

_DATA_CLASSES: Final = ("22", "23")  # SQLSTATE: the rows are wrong, not the moment
_LOOK_MS: Final = 5000  # how old a mark's stamp may grow while nothing is to be written


class RoomBehind(Exception):
    """Redis was set back or emptied: the doors must close and the room be recovered.

    ``epoch`` is the life of which the record knows.
    """

    def __init__(self, what: str, epoch: int) -> None:
        super().__init__(what)
        self.epoch = epoch


class RecordBehind(Exception):
    """Postgres was set back: what it lacks must be sent again from the room."""


@dataclass(frozen=True, slots=True)
class Logged:
    """What stands in a partition's log after the mark, read in one moment.

    ``stamp`` is when the app last stamped the room, ``now`` the room's time.
    """

    epoch: int | None
    stamp: int
    flushed_epoch: int
    flushed: Id
    now: int
    holds_mark: bool
    entries: list[tuple[Id, str]]


@dataclass(frozen=True, slots=True)
class Flushed:
    """What a batch wrote; ``more`` says that the log holds more than one batch."""

    entries: int
    more: bool
    alarms: list[str]


class Flusher:
    """Flushes partitions. Several flushers share them by the lock on the mark's row."""

    def __init__(
        self,
        record: AsyncEngine,
        room: Redis,
        signer: Receipts,
        key: ChainKey,
        rows: int,
        *,
        envelope: Envelope,
    ) -> None:
        self._record = record
        self._room = room
        self._signer = signer
        self._key = key
        self._rows = rows
        self._envelope = envelope
        self._newest: dict[str, tuple[int, Id]] = {}

    async def flush(self, place: Partition, *, draining: bool = False) -> Flushed:
        """Flush one batch of a partition, as if all in it were new and right; else with care.

        1. Lock the mark; the transaction is its only lock. 2. Read the room's epoch, ``flushed``
        and what follows the mark, in one moment; look for a store that was set back. 3. Write the
        batch, move the mark; what staff did goes into the audit log. 4. Commit. 5. Trim the log up
        to the mark and raise ``flushed``.

        ``draining`` reads a log whose room is closed, for recovery: nothing is compared or trimmed,
        and what an older room took in is doubted. The mark's stamp stays: an outage began there.

        With care: what stands in the record already is passed over, and what Postgres refuses as
        data is set aside alone. That costs half as much again, and is needed once in a long while.

        Raises:
            RoomBehind, RecordBehind: a store was set back.
        """
        try:
            return await self._flush(place, draining=draining, with_care=False)
        except (KeyError, OverflowError, DBAPIError, asyncpg.PostgresError) as error:
            if not _is_of_data(error):
                raise
        return await self._flush(place, draining=draining, with_care=True)

    def forget(self, tag: str) -> None:
        """Forget what was seen of a partition: it has been recovered."""
        self._newest.pop(tag, None)

    async def _flush(self, place: Partition, *, draining: bool, with_care: bool) -> Flushed:
        async with self._record.begin() as conn:
            mark = await ledger.take(conn, place, wait=draining)
            if mark is None:
                return Flushed(0, more=False, alarms=[])
            crash_point("flush-marked")
            logged = await self._read(place, mark)
            if not draining:
                self._compare(place, mark, logged)
            unsaid = await self._unsaid(conn, place, mark, logged)
            is_old = not draining and logged.stamp - mark.stamp >= _LOOK_MS
            if logged.entries or is_old:
                applied = await self._apply(
                    conn, place, mark, logged, draining=draining, with_care=with_care
                )
                unsaid.add(applied)
                newest = logged.entries[-1][0] if logged.entries else mark.at
                stamp = mark.stamp if draining else max(mark.stamp, logged.stamp)
                mark = Mark(mark.epoch, newest, stamp)
                crash_point("flush-written")
                await ledger.move(conn, place, mark)
                await append(conn, self._key, applied.acts)
                crash_point("flush-moved")
        if not draining:
            if mark.at != logged.flushed:
                crash_point("flush-committed")
                await self._say(place, mark, unsaid.recorded)
                crash_point("flush-said")
            self._newest[place.tag] = (mark.epoch, mark.at)
        for alarm in unsaid.alarms:
            _log.error("alarm: %s", alarm)
        return Flushed(len(logged.entries), len(logged.entries) >= self._rows, unsaid.alarms)

    async def _read(self, place: Partition, mark: Mark) -> Logged:
        log, at = f"log:{place.tag}", id_text(mark.at)
        (epoch, stamp), flushed, now, held, entries = await ask(
            self._room,
            ("HMGET", f"room:{place.tag}", "epoch", "stamp"),
            ("GET", f"flushed:{place.tag}"),
            ("TIME",),
            ("XRANGE", log, at, at, "COUNT", 1),
            ("XRANGE", log, f"({at}", "+", "COUNT", self._rows),
            atomic=True,
        )
        flushed_epoch, _, flushed_id = (flushed or "0:0-0").partition(":")
        return Logged(
            epoch=int(epoch) if epoch else None,
            stamp=int(stamp or 0),
            flushed_epoch=int(flushed_epoch),
            flushed=parse_id(flushed_id),
            now=ms_of(now),
            holds_mark=bool(held),
            entries=[(parse_id(entry), fields["d"]) for entry, fields in entries],
        )

    def _compare(self, place: Partition, mark: Mark, logged: Logged) -> None:
        if logged.epoch is None or logged.epoch < mark.epoch:
            raise RoomBehind(f"{place.tag}: no room, or one of an earlier life", mark.epoch)
        if logged.epoch > mark.epoch:
            raise RecordBehind(f"{place.tag}: the room has had more lives than the record knows")
        if logged.flushed_epoch != mark.epoch or logged.flushed > mark.at:
            raise RecordBehind(f"{place.tag}: flushed is beyond the mark")
        if logged.flushed < mark.at and not logged.holds_mark:
            raise RoomBehind(f"{place.tag}: the mark is neither flushed nor in the log", mark.epoch)
        newest = logged.entries[-1][0] if logged.entries else mark.at
        if (mark.epoch, newest) < self._newest.get(place.tag, (0, (0, 0))):
            raise RoomBehind(f"{place.tag}: the log is older than it was", mark.epoch)

    async def _unsaid(
        self, conn: AsyncConnection, place: Partition, mark: Mark, logged: Logged
    ) -> Applied:
        """Return the seals that a predecessor recorded without living to tell the room."""
        if mark.at == logged.flushed:
            return Applied()
        found = await recorded_between(conn, place, logged.flushed, mark.at)
        return Applied(recorded=found)

    async def _apply(
        self,
        conn: AsyncConnection,
        place: Partition,
        mark: Mark,
        logged: Logged,
        *,
        draining: bool,
        with_care: bool,
    ) -> Applied:
        done = Applied()
        told: list[Line] = []
        lines: list[tuple[Line, str]] = []
        for at, text in logged.entries:
            try:
                line = parse_line(at, text)
                told.append(line)
                if isinstance(line, WalkIn):
                    line = opened(line, self._envelope)
                lines.append((line, text))
            except ValueError as error:
                await ledger.bury(conn, place, mark.epoch, at, text, f"unreadable: {error}")
                done.alarms.append(f"{place.tag} {id_text(at)}: unreadable")
        # Whatever becomes of these lines below: staff did it, and the room took it.
        done.acts = entries_of(place, mark.epoch, told)
        for run, following in runs(lines):
            due = run
            if draining:
                due = await ledger.doubted(conn, place, mark, run, following, done)
            if with_care:
                await self._write(conn, place, mark.epoch, due, logged.now, done)
            else:
                news = [line for line, _ in due]
                signer, now = self._signer, logged.now
                done.add(await ledger.apply(conn, place, mark.epoch, news, signer, now, anew=True))
        return done

    async def _write(
        self,
        conn: AsyncConnection,
        place: Partition,
        epoch: int,
        run: Sequence[tuple[Line, str]],
        now: int,
        done: Applied,
    ) -> None:
        """Write a run; what Postgres refuses as data is halved until the wrong line is alone."""
        if not run:
            return
        try:
            async with conn.begin_nested():
                applied = await ledger.apply(
                    conn, place, epoch, [line for line, _ in run], self._signer, now
                )
        except (KeyError, DBAPIError, asyncpg.PostgresError) as error:
            if not _is_of_data(error):
                raise
            if len(run) == 1:
                (line, text), *_ = run
                why = f"{type(error).__name__}: {error}"
                await ledger.bury(conn, place, epoch, line.at, text, why)
                done.alarms.append(f"{place.tag} {id_text(line.at)}: refused as data")
                return
            half = len(run) // 2
            await self._write(conn, place, epoch, run[:half], now, done)
            await self._write(conn, place, epoch, run[half:], now, done)
            return
        done.add(applied)

    async def _say(self, place: Partition, mark: Mark, recorded: dict[int, str]) -> None:
        marks = [part for sid, name in recorded.items() for part in (sitting_text(sid), name)]
        await call(
            self._room, "flushed", place.tag, mark.epoch, id_text(mark.at), after(mark.at), *marks
        )


def runs(
    lines: Sequence[tuple[Line, str]],
) -> Iterator[tuple[list[tuple[Line, str]], Sequence[tuple[Line, str]]]]:
    """Cut lines before each barrier; yield each run with what follows it."""
    starts = [n for n, (line, _) in enumerate(lines) if n == 0 or is_barrier(line)]
    for start, end in pairwise([*starts, len(lines)]):
        yield list(lines[start:end]), lines[end:]


def _is_of_data(error: Exception) -> bool:
    """Tell whether the rows are wrong, not the moment."""
    return isinstance(error, KeyError | OverflowError) or sqlstate(error)[:2] in _DATA_CLASSES
