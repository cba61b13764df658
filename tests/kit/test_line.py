"""The line to Redis: whoever asks is answered, whatever the reply was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.kit import line as line_module
from app.kit.errors import Busy
from app.kit.line import Command, Deliver, Line
from app.settings import Settings


class Choking:
    """A source that cannot read its first reply."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self.work: list[tuple[Command, Deliver]] = [(("PING",), self.deliver)]

    def take(self) -> list[tuple[Command, Deliver]]:
        due, self.work = self.work, []
        return due

    def deliver(self, reply: object) -> None:
        self.said.append(reply)
        if len(self.said) == 1:
            raise ValueError("cannot be read")


@asynccontextmanager
async def running(line: Line) -> AsyncIterator[None]:
    """Keep a line, from when it carries."""
    keeping = asyncio.create_task(line.run())
    for _ in range(500):
        if line.fault is None:
            break
        await asyncio.sleep(0.01)
    yield
    keeping.cancel()
    await asyncio.wait([keeping])
    await line.close()


@pytest.mark.asyncio
async def test_who_cannot_read_a_reply_is_told_busy_and_the_line_goes_on(
    settings: Settings,
) -> None:
    line, source = Line(settings.redis_address, []), Choking()
    line.add_source(source)
    async with running(line):
        assert await line.command("PING") == "PONG"
        assert source.said[0] == "PONG"
        assert isinstance(source.said[1], Busy)


@pytest.mark.asyncio
async def test_a_process_rests_after_a_batch_of_many_and_not_after_one_that_is_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: asyncio.Queue[float] = asyncio.Queue()
    monkeypatch.setattr(line_module, "sleep", rests.put_nowait)
    line = Line(settings.redis_address, [])
    async with running(line):
        await line.command("PING")
        assert await rests.get() == 0.0
        await asyncio.gather(line.command("PING"), line.command("PING"))
        assert await rests.get() > 0.0


@pytest.mark.asyncio
async def test_what_a_task_calls_leaves_with_what_needed_no_task(settings: Settings) -> None:
    line, source = Line(settings.redis_address, []), Choking()

    async def call() -> None:
        assert source.work, "its batch has left"
        await line.command("PING")

    async with running(line):
        line.add_source(source)
        line.wake()
        await asyncio.create_task(call())


@pytest.mark.asyncio
async def test_a_line_without_redis_says_busy_at_once() -> None:
    line = Line("unix:///nowhere/valkey.sock", [])
    with pytest.raises(Busy):
        await line.command("PING")
    await line.close()
