"""A connection for tests of the stores: empty tables before, nothing left after."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_ROOTS = "org_units, participants, instruments, items, events"


@asynccontextmanager
async def emptied(record: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction in which the record is empty; it is rolled back in the end."""
    async with record.connect() as conn:
        await conn.execute(text(f"TRUNCATE {_ROOTS} RESTART IDENTITY CASCADE"))
        yield conn
        await conn.rollback()
