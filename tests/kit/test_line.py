"""The line to Redis: whoever asks is answered, whatever the reply was."""

import asyncio

import pytest

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


@pytest.mark.asyncio
async def test_who_cannot_read_a_reply_is_told_busy_and_the_line_goes_on(
    settings: Settings,
) -> None:
    line, source = Line(settings.redis_address, []), Choking()
    line.add_source(source)
    running = asyncio.create_task(line.run())
    for _ in range(500):
        if line.fault is None:
            break
        await asyncio.sleep(0.01)
    assert await line.command("PING") == "PONG"
    assert source.said[0] == "PONG"
    assert isinstance(source.said[1], Busy)
    running.cancel()
    await asyncio.wait([running])
    await line.close()


@pytest.mark.asyncio
async def test_a_line_without_redis_says_busy_at_once() -> None:
    line = Line("unix:///nowhere/valkey.sock", [])
    with pytest.raises(Busy):
        await line.command("PING")
    await line.close()
