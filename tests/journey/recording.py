"""A recorder that runs beside a test, as ``serentak flush`` runs beside an exam."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from redis.exceptions import RedisError

from app.kit import redis
from app.operations.demo import DEMO_PARTITIONS
from app.operations.recorder import Recorder
from tests.exam import EVENT, Exam
from tests.journey.phone import Phone

DRAINED_S = 20.0


@asynccontextmanager
async def recording(exam: Exam) -> AsyncIterator[None]:
    """Record all the while."""
    recorder = Recorder(exam.stores, rows=500, seconds=0.05)
    task = asyncio.create_task(recorder.keep())
    try:
        yield
    finally:
        while not task.done():  # asyncio.wait_for of Python 3.11 may swallow a cancellation
            task.cancel()
            await asyncio.wait([task], timeout=0.2)


async def drained(exam: Exam) -> None:
    """Wait until the record has everything and the room knows it."""
    await until(exam.unflushed, 0)


async def epoch_of(exam: Exam) -> int:
    """Return the life that all partitions of the room are in; 0 while a door is closed."""
    rooms = [("HGET", f"room:{{{EVENT}.p{n:02d}}}", "epoch") for n in range(DEMO_PARTITIONS)]
    epochs = await redis.ask(exam.stores.room, *rooms)
    return int(epochs[0]) if epochs[0] and len(set(epochs)) == 1 else 0


async def until(read: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Wait until a reading is what is wanted; a store that is away is waited for."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + DRAINED_S
    said: object = None
    while loop.time() < deadline:
        try:
            said = await read()
        except (RedisError, OSError) as error:
            said = error
        if said == wanted:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it stays at {said!r}, not {wanted!r}")


async def seated(exam: Exam, *people: int) -> list[Phone]:
    """Return a phone for each person, entered and started."""
    phones = [Phone(exam.http, *exam.cards[person]) for person in people]
    for phone in phones:
        await phone.enter()
    return phones
