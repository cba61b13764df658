"""A change of what the record knows of staff: with its line of the audit log, then in the room."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kit.errors import Busy
from app.kit.postgres import is_away
from app.people.audit_log.chain import ChainKey
from app.people.audit_log.model import Entry
from app.people.audit_log.store import append
from app.people.staff.live import StaffRoom
from app.people.staff.model import Visitor
from app.people.staff.problems import RecordAway

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Change:
    """A change that is under way: one transaction, by one visitor, at one moment.

    ``now`` in milliseconds since 1970, by the room's clock.
    """

    conn: AsyncConnection
    by: Visitor
    now: int
    entries: list[Entry] = field(default_factory=list)
    copies: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def write(
        self,
        what: str,
        whom: str,
        *,
        why: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Have a line of the audit log written with this change."""
        entry = self.by.actor.did(
            what, self.now, whom=whom, why=why, before=before or {}, after=after or {}
        )
        self.entries.append(entry)

    def then(self, copy: Callable[[], Awaitable[None]]) -> None:
        """Have the room told once the change is committed."""
        self.copies.append(copy)


class Desk:
    """Where staff's accounts and tokens are changed. Postgres holds the truth."""

    def __init__(self, record: AsyncEngine, room: StaffRoom, key: ChainKey) -> None:
        self._record = record
        self.room = room
        self._key = key

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open the record to read.

        Raises:
            RecordAway: Postgres is out of reach.
        """
        try:
            async with self._record.connect() as conn:
                yield conn
        except Exception as error:
            if is_away(error):
                raise RecordAway from error
            raise

    @asynccontextmanager
    async def changing(self, by: Visitor) -> AsyncIterator[Change]:
        """Change the record.

        1. The block changes it, in one transaction. 2. The audit log's lines are written in the
        same. 3. Commit. 4. The room is told; where it cannot be, the recorder does so within
        seconds (`app.people.staff.copying`).

        Raises:
            RecordAway: Postgres is out of reach; nothing was changed.
        """
        now = await self.room.now_ms()
        async with self.reading() as conn:
            change = Change(conn, by, now)
            yield change
            await append(conn, self._key, change.entries)
            await conn.commit()
        try:
            for copy in change.copies:
                await copy()
        except (RedisError, Busy) as error:
            _log.warning("the room will hear of a change of staff later: %s", error)
