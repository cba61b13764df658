"""What Postgres takes for what it holds, and how it is set."""

import asyncio
from typing import Final

import asyncpg

from app.settings import Settings

TABLES: Final = ("answer_log", "answers")
SETTINGS: Final = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers",
    "wal_compression",
)
_BYTES: Final = """
SELECT pg_total_relation_size($1::regclass)
  + coalesce(sum(pg_total_relation_size(relid)), 0)::bigint
FROM pg_partition_tree($1::regclass) WHERE relid <> $1::regclass
"""


def bytes_a_row(settings: Settings) -> dict[str, float]:
    """Return the bytes of a row, indexes included, of each table that holds answers."""
    return asyncio.run(_bytes_a_row(settings))


def configuration(settings: Settings) -> dict[str, str]:
    """Return the settings under which Postgres keeps what it commits."""
    return asyncio.run(_configuration(settings))


async def _bytes_a_row(settings: Settings) -> dict[str, float]:
    conn = await _connect(settings)
    try:
        rows = {
            table: await conn.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
            for table in TABLES
        }
        return {
            table: await conn.fetchval(_BYTES, table) / max(count, 1)
            for table, count in rows.items()
        }
    finally:
        await conn.close()


async def _configuration(settings: Settings) -> dict[str, str]:
    conn = await _connect(settings)
    try:
        return {name: await conn.fetchval(f"SHOW {name}") for name in SETTINGS}
    finally:
        await conn.close()


async def _connect(settings: Settings) -> "asyncpg.Connection":
    return await asyncpg.connect(settings.postgres_url.replace("+asyncpg", ""))
