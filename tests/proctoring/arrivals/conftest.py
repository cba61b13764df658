"""An event that takes place in rooms."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.kit import redis, secrets
from app.settings import Settings
from tests.conftest import on_database
from tests.databases import copy_of
from tests.exam import exam_on
from tests.proctoring.arrivals.builders import PINS, Hall, make_hall


@pytest_asyncio.fixture
async def hall(settings: Settings, seeded: str) -> AsyncIterator[Hall]:
    """The demo event in two rooms, primed into an empty room."""
    async with copy_of(settings.postgres_url, seeded) as name:
        room = redis.connect(settings.redis_address)
        await room.flushall()
        await room.aclose()
        there = on_database(settings, name)
        engine = create_async_engine(there.postgres_url, poolclass=NullPool)
        async with engine.begin() as conn:
            by_nip = text("SELECT nip FROM participants WHERE demo ORDER BY nip LIMIT 2")
            nips = list(await conn.scalars(by_nip))
            rooms = await make_hall(conn, secrets.load(there).pin, nips)
        await engine.dispose()
        async with exam_on(there) as running:
            yield Hall(running, rooms, PINS)
