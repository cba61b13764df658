"""One lock an event: prime, recover and whatever changes who sits in it never overlap."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit.errors import OpsError

_SPACE = 7236838
_LOOK_S = 0.1

Check = Callable[[], Awaitable[None]]
"""Raises sqlalchemy.exc.DBAPIError where the lock is lost."""


@asynccontextmanager
async def event_lock(
    record: AsyncEngine, event: int, *, patience_s: float = 0
) -> AsyncIterator[Check]:
    """Hold the event for as long as the block runs, in a transaction of its own.

    Waits for another holder no longer than ``patience_s``.

    What is yielded asks whether it is still held: the lock goes with its connection, and whoever
    was waiting may be at work.

    Raises:
        OpsError: when another process holds it.
    """
    until = monotonic() + patience_s
    async with record.connect() as conn, conn.begin():
        while not await conn.scalar(
            text("SELECT pg_try_advisory_xact_lock(:space, :event)"),
            {"space": _SPACE, "event": event},
        ):
            if monotonic() >= until:
                raise OpsError("Another prime, recover or roster change of this event is running.")
            await asyncio.sleep(_LOOK_S)

        async def check() -> None:
            await conn.execute(text("SELECT 1"))

        yield check
