"""One node's line to Redis: calls that arrive together leave together.

One batch is in flight at a time; while its fsync runs, the next one gathers. That is group commit
from the app's side, and it keeps the cost of a call far below that of a round trip of its own. On
a busy line batches keep a small distance, since two half-full ones cost more than a full one; who
is alone waits for nothing. Until the distance has passed the whole process rests: what arrives
would have to wait anyhow, and requests that are read one after another cost a quarter less than
those for each of which a process wakes.
Nothing is sent twice: when the line breaks, everybody in the batch is told `busy` and the device
sends the same revision again.

Replies are handed over by callbacks, in the moment they are read: tasks and futures between the
room and the device would cost more than the reply itself.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic, sleep
from typing import Final, Protocol, cast

from hiredis import Reader, pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError
from typing_extensions import override

from app.kit.crash import crash_point
from app.kit.errors import Busy
from app.kit.redis import LIBRARY, connect

_log = logging.getLogger(__name__)

_REPLY_S: Final = 8.0
_DISTANCE_S: Final = 0.020
_LATE_S: Final = 0.050  # a batch is that late where the loop's turns are long
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
        self._wire: _Wire | None = None
        self._is_due = False
        self._earliest_s = 0.0
        self.fault: str | None = "Redis is not connected yet"

    def add_source(self, source: Source) -> None:
        """Ask this source, before the queue, each time a batch is put together."""
        self._sources.append(source)

    def wake(self) -> None:
        """Say that a source has work. Raises Busy where nothing gets through."""
        if self.fault is not None:
            raise Busy
        if not self._is_due:
            self._is_due = True
            self._plan()

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
        """Keep the line for ever: connect, be introduced, carry batches until it breaks."""
        failures = 0
        while True:
            try:
                connection = await self._open()
            except Exception as error:  # noqa: BLE001 - the line is tried again, whatever it was
                self._break(error)
                await asyncio.sleep(_BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)])
                failures += 1
                continue
            failures = 0
            self._wire = wire = _Wire(_transport_of(connection), self._on_settled)
            self._is_due, self.fault = False, None
            try:
                self._break(await wire.until_broken())
            finally:
                self._wire = None
                wire.give_up()
                await connection.disconnect(nowait=True)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def _open(self) -> AbstractConnection:
        for introduce in self._introductions:
            await introduce(self._client)
        connection: AbstractConnection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call] # redis-py
        await connection.connect()  # type: ignore[no-untyped-call] # redis-py
        return connection

    def _break(self, error: Exception) -> None:
        why = str(error) or type(error).__name__
        if self.fault != why:
            _log.warning("the line to Redis is broken: %s", why)
        self.fault = why
        for _, deliver in self._take(_QUEUE_MOST * 4):
            _hand_over(deliver, Busy())

    def _plan(self) -> None:
        """See to it that what is due leaves as soon as it may."""
        if self._wire is None or self._wire.is_waiting:
            return  # it leaves with the replies of the batch in flight
        loop = asyncio.get_running_loop()
        wait_s = self._earliest_s - monotonic()
        # A turn later, so that it takes along what the tasks of this one call.
        if wait_s > 0:
            loop.call_later(wait_s, loop.call_soon, self._send)
        else:
            loop.call_soon(loop.call_soon, self._send)

    def _on_settled(self) -> None:
        if self._is_due and monotonic() > self._earliest_s + _LATE_S:
            asyncio.get_running_loop().call_soon(self._send)  # each turn is long: one less to wait
        elif self._is_due:
            self._plan()
        # A turn later: uvloop writes what was just answered at the end of this one.
        loop = asyncio.get_running_loop()
        loop.call_soon(loop.call_soon, self._rest)

    def _rest(self) -> None:
        """Let everything wait until the next batch may leave; not while one is in flight."""
        if self._wire is not None and not self._wire.is_waiting:
            sleep(max(0.0, self._earliest_s - monotonic()))

    def _send(self) -> None:
        wire = self._wire
        if wire is None or wire.is_waiting:
            return
        batch = self._take(_BATCH_MOST)
        self._is_due = bool(self._queue)
        if batch:
            self._earliest_s = monotonic() + (_DISTANCE_S if len(batch) > 1 else 0.0)
            crash_point("batch-due")
            wire.send(batch)
            crash_point("batch-sent")

    def _take(self, most: int) -> list[tuple[Command, Deliver]]:
        batch = [work for source in self._sources for work in source.take()]
        room = max(0, most - len(batch))
        batch += self._queue[:room]
        del self._queue[:room]
        return batch


class _Wire(asyncio.Protocol):
    """One connection, after redis-py has greeted: a batch goes out, its replies come in."""

    def __init__(self, transport: asyncio.Transport, on_settled: Callable[[], None]) -> None:
        self._transport = transport
        self._on_settled = on_settled
        self._reader = Reader(replyError=ResponseError, encoding="utf-8")
        self._awaited: deque[Deliver] = deque()
        self._since_s = 0.0
        self._broken: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        transport.set_protocol(self)

    @property
    def is_waiting(self) -> bool:
        """Tell whether a batch is in flight."""
        return bool(self._awaited)

    def send(self, batch: Sequence[tuple[Command, Deliver]]) -> None:
        """Send a batch, none being in flight."""
        self._since_s = asyncio.get_running_loop().time()
        self._awaited.extend(deliver for _, deliver in batch)
        try:
            # hiredis packs six times as fast as redis-py's own packer.
            packed = b"".join(
                pack_command(command)  # type: ignore[arg-type] # its stub takes one part only
                for command, _ in batch
            )
        except Exception as error:  # noqa: BLE001 - whoever is in the batch must be told
            self._end(error)
        else:
            self._transport.write(packed)

    async def until_broken(self) -> Exception:
        """Return why the connection cannot be used any more."""
        loop = asyncio.get_running_loop()
        while not self._broken.done():
            await asyncio.wait([self._broken], timeout=1.0)
            if self.is_waiting and loop.time() > self._since_s + _REPLY_S:
                return TimeoutError("Redis does not answer")
        return self._broken.result()

    def give_up(self) -> None:
        """Tell everybody whose reply will not come."""
        self._end(ConnectionError("given up"))
        while self._awaited:
            _hand_over(self._awaited.popleft(), Busy())

    @override
    def data_received(self, data: bytes) -> None:
        """Hand over every reply that is complete."""
        if self._broken.done():
            return
        crash_point("batch-answered")
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not False:
                _hand_over(self._awaited.popleft(), self._read(reply))
        except Exception as error:  # noqa: BLE001 - no reply of this connection can be told apart now
            self._end(error)
            return
        if not self._awaited:
            self._on_settled()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Note it: the line is opened again."""
        self._end(exc or ConnectionError("Redis closed the connection"))

    def _read(self, reply: object) -> object:
        if not isinstance(reply, ResponseError):
            return reply
        text = str(reply)
        if "Function not found" in text:  # Redis came back without its disk: be introduced again
            self._end(reply)
        else:
            # Out of memory, disk full, read only, still loading: refused before it wrote anything.
            _log.warning("Redis refused a call: %s", text[:200])
        return Busy()

    def _end(self, error: Exception) -> None:
        if not self._broken.done():
            self._broken.set_result(error)


def _transport_of(connection: AbstractConnection) -> asyncio.Transport:
    """Return the transport below redis-py's streams, which cost more than Redis itself."""
    writer = cast("asyncio.StreamWriter", connection._writer)  # noqa: SLF001 - no public way to it
    return cast("asyncio.Transport", writer.transport)


def _hand_over(deliver: Deliver, reply: object) -> None:
    """Deliver; whoever chokes on the reply is told `busy`, so that nobody waits for ever."""
    try:
        deliver(reply)
    except Exception:  # noqa: BLE001 - one reply must not hang or break the others
        _log.exception("a reply could not be read")
        if not isinstance(reply, Busy):
            _hand_over(deliver, Busy())


def _ignore(_: object) -> None:
    """Wait for nothing."""
