"""Both stores, for the commands and the all-day processes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.exams.live import refuse_weak_settings
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


async def introduce(room: Redis, *, allow_volatile: bool) -> None:
    """Check Redis's settings and load the functions.

    Raises:
        OpsError: when acknowledged answers could be lost there.
    """
    if not allow_volatile:
        await refuse_weak_settings(room)
    await redis.load_functions(room)
