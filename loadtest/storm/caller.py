"""One keep-alive connection on asyncio: a request goes out, its reply is handed over."""

import asyncio
from collections.abc import Callable
from typing import Final, cast

import orjson
from typing_extensions import override

from loadtest.connection import CLOSE, HEAD_END, LENGTH, LINE_END, Address
from loadtest.protocol import Answer
from loadtest.wire import BUSY, RETRY_AFTER

BROKEN: Final = 0  # the status of a reply that never came; its content says why

#: Hears the status of a reply, its lower-case head and its content.
Heard = Callable[[int, bytes, bytes], None]


class Caller(asyncio.Protocol):
    """Speaks to one server, a request at a time; connects when first asked and after a hang-up.

    A connection that was closed while it was at rest is opened anew and the request sent again,
    once, as browsers do. The server gives every reply a length.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._transport: asyncio.Transport | None = None
        self._opening: asyncio.Task[None] | None = None
        self._heard: Heard | None = None
        self._message = b""
        self._received = b""
        self._is_fresh = True
        self.reconnects = 0

    def ask(self, message: bytes, heard: Heard) -> None:
        """Send a request, none being under way; ``heard`` is called once, later."""
        self._message, self._heard, self._received = message, heard, b""
        if self._transport is None:
            self._open()
        else:
            self._is_fresh = False
            self._transport.write(message)

    async def exchange(self, message: bytes) -> tuple[int, bytes, bytes]:
        """Send a request, none being under way; return the reply's status, head and content."""
        reply: asyncio.Future[tuple[int, bytes, bytes]] = (
            asyncio.get_running_loop().create_future()
        )  # fmt: skip

        def heard(status: int, head: bytes, content: bytes) -> None:
            if not reply.done():
                reply.set_result((status, head, content))

        self.ask(message, heard)
        return await reply

    def hang_up(self) -> None:
        """End the connection, which is at rest; the port is free at once."""
        transport, self._transport = self._transport, None
        if transport:
            transport.abort()

    def give_up(self) -> None:
        """Hang up; whoever still waits for a reply hears that none came."""
        if self._opening:
            self._opening.cancel()
        self.hang_up()
        self._hear(BROKEN, b"", b"no reply came")

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send what waits."""
        self._transport = cast("asyncio.Transport", transport)
        self._is_fresh = True
        if self._heard:
            self._transport.write(self._message)

    @override
    def data_received(self, data: bytes) -> None:
        """Hand over a reply that is complete."""
        received = self._received = self._received + data if self._received else data
        end = received.find(HEAD_END)
        if end < 0:
            return
        head = received[:end].lower()
        at = head.find(LENGTH)
        size = int(head[at + len(LENGTH) :].split(LINE_END, 1)[0]) if at >= 0 else 0
        content = received[end + len(HEAD_END) :]
        if len(content) < size:
            return
        if CLOSE in head and self._transport:
            transport, self._transport = self._transport, None
            transport.close()
        self._hear(int(head[9:12]), head, content)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Connect again where the server hung up at rest; else whoever waits hears of it."""
        self._transport = None
        if self._heard and not self._is_fresh and not self._received:
            self.reconnects += 1
            self._open()
        else:
            self._hear(BROKEN, b"", repr(exc or "the server hung up").encode())

    def _open(self) -> None:
        async def connect() -> None:
            loop = asyncio.get_running_loop()
            try:
                await loop.create_connection(lambda: self, **self._address.endpoint())
            except OSError as error:
                self._hear(BROKEN, b"", repr(error).encode())

        self._opening = asyncio.get_running_loop().create_task(connect())

    def _hear(self, status: int, head: bytes, content: bytes) -> None:
        heard, self._heard, self._received = self._heard, None, b""
        if heard:
            heard(status, head, content)


def retry_after_s(status: int, head: bytes) -> float | None:
    """Return how long a reply says to wait; None where it is no refusal for a while."""
    at = head.find(RETRY_AFTER) if status in BUSY else -1
    return float(head[at + len(RETRY_AFTER) :].split(LINE_END, 1)[0]) if at >= 0 else None


def answer_of(status: int, content: bytes) -> Answer:
    """Return a reply's status and JSON object; an empty one where it is none."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        body = {}
    return Answer(status, body if isinstance(body, dict) else {})
