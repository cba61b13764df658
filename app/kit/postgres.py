"""Postgres: the record. One metadata for all rooms' tables, one way to make an engine."""

from typing import Any, cast

import asyncpg
from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def engine(url: str, *, pool_size: int = 4) -> AsyncEngine:
    """Return an engine; nothing is connected before the first use."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        connect_args={"timeout": 5, "server_settings": {"application_name": "serentak"}},
    )


async def driver(conn: AsyncConnection) -> "asyncpg.Connection[asyncpg.Record]":
    """Return asyncpg's connection inside the SQLAlchemy transaction that has begun on ``conn``.

    For what SQLAlchemy has no words for: binary COPY and arrays of a whole batch.
    """
    raw = await conn.get_raw_connection()
    return cast("asyncpg.Connection[asyncpg.Record]", raw.driver_connection)


def is_away(error: BaseException) -> bool:
    """Tell whether Postgres is out of reach (try again later), not refusing what was sent."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return isinstance(
        error,
        OSError
        | TimeoutError
        | asyncpg.PostgresConnectionError
        | asyncpg.InterfaceError
        | asyncpg.exceptions.OperatorInterventionError
        | asyncpg.exceptions.InsufficientResourcesError,
    )


def sqlstate(error: BaseException) -> str:
    """Return the five characters Postgres gave for a refusal, or an empty text."""
    inner: Any = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(inner, "sqlstate", None) or getattr(inner, "pgcode", None)
    return str(state or "")
