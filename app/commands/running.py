"""What every command needs: the settings, the stores, and one sentence for ops when they fail.

A command imports what it needs in its body: each process of an installation starts through here,
and the flusher need not wait for the code of the reports.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app import settings as environment
from app.kit.log import write_log
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from app.operations.stores import Stores

T = TypeVar("T")

Event = Annotated[str, typer.Argument(help="The event's id, e.g. kukar-2023.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
_NO_TABLE = "42P01"


def settings_now() -> Settings:
    """Read the settings, and begin to write the log as they say."""
    settings = environment.load()
    write_log(settings)
    return settings


def with_stores(work: "Callable[[Stores], Awaitable[T]]") -> T:
    """Do something with both stores open, and return what it returned."""
    from app.wiring.stores import stores

    async def inside() -> T:
        async with stores(settings_now()) as opened:
            return await work(opened)

    return asyncio.run(inside())


def with_record(work: "Callable[[AsyncEngine], Awaitable[T]]") -> T:
    """Do something with Postgres alone, and return what it returned."""
    from app.wiring.stores import record_only

    async def inside() -> T:
        async with record_only(settings_now()) as record:
            return await work(record)

    return asyncio.run(inside())


def for_ever(settings: Settings, keep: "Callable[[Stores], Awaitable[None]]") -> None:
    """Keep a process of the installation going; while Redis is away it waits."""
    import uvloop
    from redis.exceptions import RedisError

    from app.wiring.stores import stores

    async def inside() -> None:
        while True:
            try:
                async with stores(settings) as opened:
                    await keep(opened)
            except (RedisError, OSError) as error:
                logging.getLogger(__name__).warning("waiting for Redis: %s", said(error))
                await asyncio.sleep(1)

    uvloop.run(inside())


def sentence_of(error: Exception) -> str | None:
    """Return what ops should know of a store that cannot be used; None where it is a defect."""
    from redis.exceptions import RedisError

    from app.kit.postgres import is_away, sqlstate

    if isinstance(error, RedisError):
        return f"Redis cannot be used: {said(error)} Is it running (REDIS_URL)?"
    if isinstance(error, OSError) and error.filename:  # a file that was named, not a store
        return f"{error.filename} cannot be used: {error.strerror}."
    if sqlstate(error) == _NO_TABLE:
        return "Postgres has no schema yet: run `serentak migrate`."
    if is_away(error):
        return f"Postgres cannot be used: {said(error)} Is it running (DATABASE_URL)?"
    return None


def said(error: Exception) -> str:
    """Return the first line of what an error says, as a sentence."""
    return str(error).splitlines()[0].rstrip(".") + "."
