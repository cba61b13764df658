"""A fresh database a test: copied from a template that was migrated, or seeded, once a session."""

import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import NullPool, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_numbers = itertools.count(1)


def engine_of(url: str, database: str) -> AsyncEngine:
    """Return an engine on another database of the same server; it holds no connection."""
    return create_async_engine(make_url(url).set(database=database), poolclass=NullPool)


async def admin(url: str, *statements: str) -> None:
    """Run statements that cannot stand in a transaction."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        for statement in statements:
            await conn.execute(text(statement))
    await engine.dispose()


@asynccontextmanager
async def copy_of(url: str, template: str) -> AsyncIterator[str]:
    """Make a database from a template, give its name, and drop it."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    await admin(url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield name
    finally:
        await admin(url, f"DROP DATABASE {name} WITH (FORCE)")
