"""What can be done with the audit log: carry into it what waits, look at its end, verify it.

Acts with a transaction of their own are written there, by `store.append`; see also `live.note`.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kit.crash import crash_point
from app.kit.errors import OpsError
from app.kit.redis import time_ms
from app.people.audit_log import live, store
from app.people.audit_log.chain import ChainKey, Row, head_text, parse_head
from app.people.audit_log.model import ITSELF, Actor, Entry, Wanted
from app.people.audit_log.verifying import CUT, RESTORED, Verdict, Verifier

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 500
_CUTS_MOST: Final = 1000
_SHOWN_MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows that the room has seen and the record has no more; ``head``: the newest of them."""

    first: int
    last: int
    head: str


class AuditLog:
    """The audit log of both stores. Postgres holds the truth, Redis what waits and what it saw."""

    def __init__(self, record: AsyncEngine, room: Redis, key: ChainKey) -> None:
        self._record = record
        self._room = room
        self._key = key

    async def carry(self) -> bool:
        """Carry what waits in the room into the chain; True where there may be more.

        1. Read the oldest entries. 2. Append them; what stands already, by its source, is passed
        over: whoever died after COMMIT, or works beside us, has written it. 3. Commit. 4. Let go
        of them in the room.
        """
        waiting = await live.waiting(self._room, _AT_ONCE)
        if not waiting:
            return False
        entries = [_read(at, text) for at, text in waiting]
        async with self._record.begin() as conn:
            await store.append(conn, self._key, entries)
            crash_point("note-appended")
        crash_point("note-committed")
        await live.settle(self._room, [at for at, _ in waiting])
        return len(waiting) == _AT_ONCE

    async def look(self) -> Lost | None:
        """Let the room see the head that stands now; return what it saw before and is gone.

        Rows that are gone are named in the log itself, once, before the room forgets them.
        """
        seen = await live.newest_seen(self._room)
        async with self._record.connect() as conn:
            head = await store.newest(conn)
            if seen == head_text(*head) or (seen is None and not head.number):
                return None
            stands = seen is None or not await _gone(conn, [seen])
        lost = None if stands else await self._note_loss()
        if lost is not None:
            async with self._record.connect() as conn:
                head = await store.newest(conn)
        await live.see(self._room, head.number, head_text(*head))
        return lost

    async def restored(self, actor: Actor, why: str) -> list[Lost]:
        """Say that rows are gone since Postgres was restored on purpose; return which.

        From then on they are no finding any more, and the log tells who said so, and why.

        Raises:
            OpsError: no row is gone, or all that are have been explained.
        """
        await self.look()
        at = await time_ms(self._room)
        async with self._record.begin() as conn:
            explained = {_lost_in(row).head for row in await self._sound(conn, RESTORED)}
            cuts = [_lost_in(row) for row in await self._sound(conn, CUT)]
            open_cuts = [lost for lost in cuts if lost.head not in explained]
            if not open_cuts:
                raise OpsError("The audit log lacks no row of which the room knows.")
            entries = [
                actor.did(RESTORED, at, why=why, after=asdict(lost), source=f"restored:{lost.head}")
                for lost in open_cuts
            ]
            await store.append(conn, self._key, entries)
        await self.look()
        return open_cuts

    async def verify(self, head: str | None = None) -> Verdict:
        """Look at every row as it stands in one moment, and compare the heads that are known.

        ``head``: ``number:hash``, of which somebody outside knows.

        Raises:
            OpsError: ``head`` is none.
        """
        known = {"the room": await live.heads_seen(self._room)}  # first: what it saw had been kept
        if head is not None:
            known["the given head"] = [_checked(head)]
        verifier = Verifier(self._key, known)
        async with self._record.connect() as fresh:
            conn = await fresh.execution_options(isolation_level="REPEATABLE READ")
            async for row in store.stream(conn):
                verifier.see(row)
            return verifier.end(await store.read_head(conn))

    async def _note_loss(self) -> Lost | None:
        heads = await live.heads_seen(self._room)
        at = await time_ms(self._room)
        async with self._record.begin() as conn:
            gone = await _gone(conn, heads)
            if not gone:
                return None
            numbers = sorted(parse_head(one)[0] for one in heads if one not in gone)
            newest = max(gone, key=parse_head)
            first = min(parse_head(one)[0] for one in gone)
            first = max((number + 1 for number in numbers if number < first), default=first)
            lost = Lost(first, parse_head(newest)[0], newest)
            cut = ITSELF.did(CUT, at, after=asdict(lost), source=f"cut:{newest}")
            await store.append(conn, self._key, [cut])
        _log.error(
            "alarm: the audit log lacks rows %s to %s: run `serentak audit-log verify`",
            lost.first,
            lost.last,
        )
        await live.forget(self._room, gone)
        return lost

    async def _sound(self, conn: AsyncConnection, what: str) -> list[Row]:
        page = await store.read(conn, Wanted(what=what), limit=_CUTS_MOST)
        return [row for row in page.rows if row.fits(self._key)]


async def _gone(conn: AsyncConnection, heads: Sequence[str]) -> list[str]:
    """Return those of these heads that do not stand in the record."""
    known = {head: parse_head(head) for head in heads}
    held = await store.hashes_of(conn, {number for number, _ in known.values()})
    return [head for head, (number, digest) in known.items() if held.get(number) != digest]


def _read(at: str, text: str) -> Entry:
    """Return an entry that waited; what cannot be read is kept as it stands."""
    try:
        entry = live.parse(text)
        live.note(entry)  # too deep to be said again?
    except (ValueError, TypeError, RecursionError):
        _log.error("alarm: an entry for the audit log cannot be read: %s", at)
        ms = int(at.partition("-")[0])
        return ITSELF.did("audit-log.unreadable", ms, why=text[:_SHOWN_MOST], source=f"room:{at}")
    return entry


def _lost_in(row: Row) -> Lost:
    after = row.entry().after
    return Lost(int(after["first"]), int(after["last"]), str(after["head"]))


def _checked(head: str) -> str:
    try:
        return head_text(*parse_head(head))
    except ValueError:
        raise OpsError(f"{head!r} is no head of the audit log: NUMBER:HASH.") from None
