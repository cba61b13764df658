"""One node's line to Redis: calls that arrive together leave together.

One batch is in flight at a time; while its fsync runs, the next one gathers. That is group commit
from the app's side, and it keeps the cost of a call far below that of a round trip of its own.
Nothing is sent twice: when the line breaks, everybody in the batch is told `busy` and the device
sends the same revision again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

from app.kit.errors import Busy
from app.kit.redis import LIBRARY, connect

_log = logging.getLogger(__name__)

_REPLY_S: Final = 8.0
_QUEUE_MOST: Final = 4096
_BATCH_MOST: Final = 512
_BACKOFF_S: Final = (0.05, 0.1, 0.2, 0.5, 1.0)

Command = tuple[str | bytes | int, ...]
Deliver = Callable[[object], None]
Introduction = Callable[[Redis], Awaitable[None]]


class Source(Protocol):
    """Something that gathers work of its own and hands it over when the line is free."""

    def take(self) -> list[tuple[Command, Deliver]]:
        """Return the commands that are due; a reply or an exception is delivered for each."""


class Line:
    """The line. ``run`` must be running; where nothing gets through, ``fault`` says why."""

    def __init__(self, address: str, introductions: Sequence[Introduction]) -> None:
        self._client = connect(address)
        self._introductions = list(introductions)
        self._queue: list[tuple[Command, Deliver]] = []
        self._sources: list[Source] = []
        self._waiting = asyncio.Event()
        self.fault: str | None = "Redis is not connected yet"

    def add_source(self, source: Source) -> None:
        """Ask this source, before the queue, each time a batch is put together."""
        self._sources.append(source)

    def wake(self) -> None:
        """Say that a source has work. Raises Busy where nothing gets through."""
        if self.fault is not None:
            raise Busy
        self._waiting.set()

    def command(self, *parts: str | int) -> asyncio.Future[object]:
        """Send one command with the next batch; the future gives its reply.

        Raises:
            Busy: when the queue is full or Redis is away.
        """
        if len(self._queue) >= _QUEUE_MOST:
            raise Busy
        self.wake()
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def deliver(reply: object) -> None:
            if future.done():
                return
            if isinstance(reply, Exception):
                future.set_exception(reply)
            else:
                future.set_result(reply)

        self._queue.append((parts, deliver))
        return future

    def send(self, *parts: str | int) -> None:
        """Send one command with the next batch; nobody waits for its reply."""
        self.wake()
        self._queue.append((parts, _ignore))

    def call(self, function: str, tag: str, *args: str | int) -> asyncio.Future[object]:
        """Call a function of the library on a partition."""
        return self.command("FCALL", LIBRARY.name(function), 1, f"room:{tag}", *args)

    async def run(self) -> None:
        """Carry batches for ever: connect, be introduced, then exchange until the line breaks."""
        failures = 0
        while True:
            try:
                connection = await self._open()
            except Exception as error:  # noqa: BLE001 - the line is tried again, whatever it was
                self._break(str(error) or type(error).__name__)
                await asyncio.sleep(_BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)])
                failures += 1
                continue
            failures = 0
            self.fault = None
            try:
                await self._carry(connection)
            except Exception as error:  # noqa: BLE001 - the line is opened again, whatever it was
                self._break(str(error) or type(error).__name__)
            finally:
                await connection.disconnect(nowait=True)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _open(self) -> AbstractConnection:
        for introduce in self._introductions:
            await introduce(self._client)
        connection: AbstractConnection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call] # redis-py
        connection.socket_timeout = None  # one timeout a batch, not one a reply
        await connection.connect()  # type: ignore[no-untyped-call] # redis-py
        return connection

    def _break(self, why: str) -> None:
        if self.fault != why:
            _log.warning("the line to Redis is broken: %s", why)
        self.fault = why
        for _, deliver in self._take(_QUEUE_MOST * 4):
            deliver(Busy())

    def _take(self, most: int) -> list[tuple[Command, Deliver]]:
        batch = [work for source in self._sources for work in source.take()]
        room = max(0, most - len(batch))
        batch += self._queue[:room]
        del self._queue[:room]
        return batch

    async def _carry(self, connection: AbstractConnection) -> None:
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            while batch := self._take(_BATCH_MOST):
                await self._exchange(connection, batch)

    async def _exchange(
        self, connection: AbstractConnection, batch: list[tuple[Command, Deliver]]
    ) -> None:
        replied = 0
        try:
            async with asyncio.timeout(_REPLY_S):
                # hiredis packs six times as fast as redis-py's own packer.
                packed = b"".join(
                    pack_command(command)  # type: ignore[arg-type] # its stub takes one part only
                    for command, _ in batch
                )
                await connection.send_packed_command(packed, check_health=False)
                for _, deliver in batch:
                    reply = await _reply(connection)
                    replied += 1
                    _hand_over(deliver, reply)
        finally:
            for _, deliver in batch[replied:]:
                deliver(Busy())


def _hand_over(deliver: Deliver, reply: object) -> None:
    """Deliver; whoever chokes on the reply is told `busy`, so that nobody waits for ever."""
    try:
        deliver(reply)
    except Exception:  # noqa: BLE001 - one reply must not hang or break the others
        _log.exception("a reply could not be read")
        deliver(Busy())


def _ignore(_: object) -> None:
    """Wait for nothing."""


async def _reply(connection: AbstractConnection) -> object:
    try:
        reply: object = await connection.read_response()
    except ResponseError as error:
        text = str(error)
        if "Function not found" in text:  # Redis came back without its disk: be introduced again
            raise
        # Out of memory, disk full, read only, still loading: refused before anything was written.
        _log.warning("Redis refused a call: %s", text[:200])
        return Busy()
    return reply
