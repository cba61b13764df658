"""A change of an event's roster: one transaction of the record, then the room catches up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.model import EventRow
from app.exams.store import all_events
from app.kit.errors import OpsError
from app.kit.postgres import sqlstate
from app.kit.redis import time_ms
from app.operations.catching_up import catch_up
from app.operations.lock import event_lock
from app.operations.priming import known_event
from app.operations.stores import Stores
from app.people.audit_log.model import Actor, Entry
from app.people.audit_log.store import append
from app.people.store import lock_roster
from app.sittings.store import SittingRow, sitting_of

_DEADLOCK: Final = "40P01"
_PATIENCE_S: Final = 15.0
"""Several desks may add people at once."""


@dataclass(slots=True)
class Change:
    """A change of an event's roster that is under way.

    ``touched``: the sittings that the room is to look at afterwards; None: all of the event.
    ``is_kept``: whether it is committed in the end. ``caught_up``: how many the room lacked then.
    """

    conn: AsyncConnection
    event: EventRow
    now: int
    actor: Actor
    touched: list[int] | None = field(default_factory=list)
    is_kept: bool = True
    caught_up: int = 0
    entries: list[Entry] = field(default_factory=list)

    def log(self, what: str, whom: str | None = None, **more: Any) -> None:  # noqa: ANN401 - of an entry
        """Note who did it, for the audit log; ``whom``: else the event."""
        whom = whom or f"event:{self.event.id}"
        self.entries.append(self.actor.did(what, self.now, whom=whom, **more))


@asynccontextmanager
async def changing(stores: Stores, event_id: str | None, actor: Actor) -> AsyncIterator[Change]:
    """Change an event's roster; ``event_id`` may be None where there is one event only.

    1. Hold the event, and the roster. 2. The block changes the record, in one transaction, and the
    audit log says so. 3. Commit. 4. Give the room what it lacks; who dies before that repeats the
    command.

    Raises:
        OpsError: the event is unknown, or somebody else changes it for too long.
    """
    async with stores.record.connect() as conn:
        event = await _chosen_event(conn, event_id)
    async with event_lock(stores.record, event.number, patience_s=_PATIENCE_S) as check:
        async with stores.record.connect() as conn:
            await lock_roster(conn)
            # As it is now: it may have been primed while we waited.
            event = await known_event(conn, event.id)
            change = Change(conn, event, await time_ms(stores.room), actor)
            try:
                yield change
            except DBAPIError as error:
                if sqlstate(error) != _DEADLOCK:
                    raise
                raise OpsError("The recorder went first: give the same command again.") from error
            if not change.is_kept:
                await conn.rollback()
                return
            await append(conn, stores.chain, change.entries)
            await conn.commit()
        await check()
        change.caught_up = await catch_up(stores, event, change.touched)


async def known_sitting(conn: AsyncConnection, event: EventRow, number: int) -> SittingRow:
    """Return a sitting of the event.

    Raises:
        OpsError: nobody has it.
    """
    row = await sitting_of(conn, event.number, number)
    if row is None:
        raise OpsError(f"This person does not sit in {event.id}; `serentak roster add` lets them.")
    return row


async def _chosen_event(conn: AsyncConnection, event_id: str | None) -> EventRow:
    if event_id is not None:
        return await known_event(conn, event_id)
    match await all_events(conn):
        case [only]:
            return only
        case []:
            raise OpsError("There is no event yet.")
        case several:
            ids = ", ".join(event.id for event in several)
            raise OpsError(f"Say which event with --event: {ids}.")
