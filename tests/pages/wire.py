"""A wire between a browser and the server, which can be cut, and counts every byte.

Chromium's own "offline" neither stops what a page sends while it is left (keepalive) nor all that a
service worker asks for; and what its tools count is one page's. Nothing gets round a wire.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools


@dataclass
class Counted:
    """Bytes by kind of request, e.g. ``GET /static`` or ``POST answers``, and how many there were.

    What is not body is head: lines, fields, and the frames of a body in chunks.
    """

    requests: Counter[str] = field(default_factory=Counter)
    body: Counter[str] = field(default_factory=Counter)
    head: Counter[str] = field(default_factory=Counter)

    @property
    def bodies(self) -> int:
        return sum(self.body.values())

    @property
    def total(self) -> int:
        return self.bodies + sum(self.head.values())

    def clear(self) -> None:
        """Begin anew."""
        self.requests.clear()
        self.body.clear()
        self.head.clear()

    def table(self) -> str:
        """Return it line by line, the heaviest first."""
        kinds = sorted(self.requests, key=lambda kind: -self.body[kind] - self.head[kind])
        rows = [(kind, self.requests[kind], self.body[kind], self.head[kind]) for kind in kinds]
        rows.append(("all", sum(self.requests.values()), self.bodies, self.total - self.bodies))
        return "\n".join(f"{k:<28}{n:>5} × {b:>8} body {h:>8} head" for k, n, b, h in rows)


class _Side:
    """One direction of a connection; the request's side says what the response is to."""

    def __init__(self, wire: "Wire", ask: "_Side | None" = None) -> None:
        self.kinds: list[str] = []
        self._wire, self._ask = wire, ask
        self._url, self._body, self._taken = b"", 0, 0
        self._parser: httptools.HttpRequestParser | httptools.HttpResponseParser
        self._parser = (
            httptools.HttpRequestParser(self) if ask is None else httptools.HttpResponseParser(self)
        )

    def feed(self, data: bytes) -> None:
        self._taken += len(data)
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body += len(body)

    def on_message_complete(self) -> None:
        if self._ask is None:
            assert isinstance(self._parser, httptools.HttpRequestParser)
            kind = kind_of(self._parser.get_method().decode(), self._url.decode())
            self.kinds.append(kind)
            self._wire.counted.requests[kind] += 1
        else:
            kind = self._ask.kinds.pop(0)
        self._wire.counted.body[kind] += self._body
        self._wire.counted.head[kind] += self._taken - self._body
        self._url, self._body, self._taken = b"", 0, 0


class Wire:
    """What is cut can be mended. ``counted``: what went over it."""

    def __init__(self, port: int) -> None:
        self.counted = Counted()
        self.address = ""
        self._to = port
        self._at = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()

    @classmethod
    @asynccontextmanager
    async def to(cls, address: str) -> AsyncIterator["Wire"]:
        """Open one to a server, on a free port."""
        wire = cls(urlsplit(address).port or 80)
        await wire.mend()
        try:
            yield wire
        finally:
            wire.cut()

    async def mend(self) -> None:
        """Carry (again), at the same address."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", self._at)
        self._at = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{self._at}"

    def cut(self) -> None:
        """Carry nothing any longer, and break off what is under way."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in self._ends:
            end.transport.abort()

    async def _connect(self, browser: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:  # the server is dead: nobody answers
            back.transport.abort()
            return
        ends = {back, writer}
        self._ends |= ends
        asked = _Side(self)
        answered = _Side(self, asked)
        ways = (_pump(browser, writer, asked.feed), _pump(reader, back, answered.feed))
        await asyncio.gather(*ways)
        self._ends -= ends


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, feed: Callable[[bytes], None]
) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            feed(data)
            writer.write(data)
            await writer.drain()
    writer.close()


def kind_of(method: str, url: str) -> str:
    """Return the kind of a request, without what is of one sitting or one version."""
    path = urlsplit(url).path
    if path.startswith("/static/"):
        return f"{method} {path.split('/', 3)[3]}"
    if path.startswith("/api/v1/sittings/"):
        rest = path.split("/", 5)[5:]
        return f"{method} api {rest[0] if rest else 'sitting'}"
    if path.startswith("/ujian/"):
        return f"{method} /ujian"
    return f"{method} {path}"
