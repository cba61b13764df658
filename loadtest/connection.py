"""One keep-alive HTTP/1.1 connection of a ``FastHttpUser``, at the least cost.

The socket comes from the user's own pool, so that TLS, proxy and time limits are those of Locust's
client. What is said on it is put together here, because cookie jar, redirects, header objects and
liveness probes of the general client cost as much CPU again as the exchange itself (measured: 175
against 97 µs a request), on cores that the server under test needs.
"""

from socket import IPPROTO_TCP, TCP_NODELAY
from typing import TYPE_CHECKING

from geventhttpclient.response import HTTPConnectionClosed, HTTPResponse

if TYPE_CHECKING:
    from socket import socket

    from geventhttpclient.client import HTTPClient

BLOCK = 65536
HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"


class Connection:
    """Speaks to one server; connects when first used and again after the server hung up."""

    def __init__(self, client: "HTTPClient") -> None:
        self._pool = client._connection_pool  # noqa: SLF001 - the one part wanted, and not public
        self._host = f"Host: {client.host}:{client.port}\r\n"
        self._heads: dict[tuple[str, str, str], bytes] = {}
        self._sock: socket | None = None
        self.reconnects = 0

    def exchange(
        self, method: str, path: str, token: str, payload: bytes
    ) -> tuple[int, bytes, bytes]:
        """Send a request and return the reply's status, its lower-case head and its content.

        A connection that the server closed while it was at rest is opened anew and the request
        sent again, once, as browsers do.

        Raises:
            OSError, HTTPConnectionClosed: when there is no complete reply.
        """
        message = b"%b%d\r\n\r\n%b" % (self._head(method, path, token), len(payload), payload)
        rested = self._sock is not None
        try:
            return self._converse(message)
        except (OSError, HTTPConnectionClosed) as error:
            self.close()
            if not rested or isinstance(error, TimeoutError):
                raise
        self.reconnects += 1
        try:
            return self._converse(message)
        except (OSError, HTTPConnectionClosed):
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        sock, self._sock = self._sock, None
        if sock is not None:
            self._pool.release_socket(sock)

    def _converse(self, message: bytes) -> tuple[int, bytes, bytes]:
        if self._sock is None:
            self._sock = self._pool.get_socket()
            self._sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._sock.sendall(message)
        received = self._receive()
        while (end := received.find(HEAD_END)) < 0:
            received += self._receive()
        head = received[:end].lower()
        at = head.find(LENGTH)
        if at < 0:
            return self._parsed(head, received)
        wanted = end + len(HEAD_END) + int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0])
        while len(received) < wanted:
            received += self._receive()
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12]), head, received[end + len(HEAD_END) :]

    def _parsed(self, head: bytes, received: bytes) -> tuple[int, bytes, bytes]:
        """Read a reply that does not say its length, such as one in chunks."""
        reply = HTTPResponse()
        reply.feed(received)
        while not reply.message_complete:
            reply.feed(self._receive())
        if reply.should_close():
            self.close()
        return reply.get_code(), head, bytes(reply._body_buffer)  # noqa: SLF001

    def _receive(self) -> bytes:
        assert self._sock is not None  # noqa: S101 - for the type checker
        received = self._sock.recv(BLOCK)
        if not received:
            raise HTTPConnectionClosed("the server hung up")
        return received

    def _head(self, method: str, path: str, token: str) -> bytes:
        """Return a request's head up to the length of its body, made once for each kind."""
        head = self._heads.get((method, path, token))
        if head is None:
            bearer = f"Authorization: Bearer {token}\r\n" if token else ""
            told = f"{method} {path} HTTP/1.1\r\n{self._host}{bearer}"
            head = f"{told}Content-Type: application/json\r\nContent-Length: ".encode()
            self._heads[method, path, token] = head
        return head
