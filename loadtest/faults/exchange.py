"""One device's connection: a request goes out, a reply comes back, or it broke."""

import asyncio

import orjson

from loadtest.protocol import Answer

BASE = "/api/v1"
HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
CLOSE = b"\r\nconnection: close"


class Broken(Exception):
    """No complete reply came: what was asked may have been done or not."""


class Wire:
    """A keep-alive connection, opened when first used and again after it broke.

    One exchange at a time: who shares a wire waits for its turn. ``patience_s`` is how long a reply
    is waited for.
    """

    def __init__(self, host: str, port: int, *, patience_s: float = 15.0) -> None:
        self.patience_s = patience_s
        self.headers: dict[str, str] = {}
        self._place = host, port
        self._turn = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, token: str, body: object | None) -> Answer:
        """Send one request below the API's base and return its reply.

        Raises:
            Broken: when there is no complete reply.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(self.patience_s):
                    return await self._exchange(self._message(method, path, token, body))
            except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
                self.close()
                raise Broken(str(error) or type(error).__name__) from error
            except BaseException:
                self.close()  # a reply that is still to come would be taken for the next one's
                raise

    def close(self) -> None:
        """Hang up at once."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()

    def _message(self, method: str, path: str, token: str, body: object | None) -> bytes:
        payload = b"" if body is None else orjson.dumps(body)
        headers = {"Host": self._place[0], "Content-Type": "application/json", **self.headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        headers["Content-Length"] = str(len(payload))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{method} {BASE}{path} HTTP/1.1\r\n{lines}\r\n".encode() + payload

    async def _exchange(self, message: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._place)
        reader, writer = self._streams
        writer.write(message)
        head = (await reader.readuntil(HEAD_END)).lower()
        at = head.find(LENGTH)
        size = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        content = await reader.readexactly(size)
        if CLOSE in head:
            self.close()
        document = orjson.loads(content) if content else {}
        return Answer(int(head[9:12]), document if isinstance(document, dict) else {"": document})
