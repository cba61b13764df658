"""Both stores, for the commands and the all-day processes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from app.exams.live import introduce
from app.kit import postgres, redis, secrets
from app.operations.stores import Stores
from app.settings import Settings
from app.sittings.receipts import Receipts


@asynccontextmanager
async def stores(settings: Settings) -> AsyncIterator[Stores]:
    """Open both stores; Redis must be there with the right settings, Postgres when it is used."""
    held = secrets.load(settings)
    record = postgres.engine(settings.postgres_url)
    room = redis.connect(settings.redis_address)
    try:
        await introduce(room, allow_volatile=settings.allow_volatile_redis)
        yield Stores(record, room, held, Receipts(held.receipt_keys, held.receipt_key_id))
    finally:
        await room.aclose()
        await record.dispose()


@asynccontextmanager
async def record_only(settings: Settings) -> AsyncIterator[AsyncEngine]:
    """Open Postgres alone."""
    record = postgres.engine(settings.postgres_url)
    try:
        yield record
    finally:
        await record.dispose()
