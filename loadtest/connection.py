"""One keep-alive HTTP/1.1 connection of a ``FastHttpUser``, at the least cost.

The socket comes from the user's own pool, so that TLS, proxy and time limits are those of Locust's
client. What is said on it is put together here, because cookie jar, redirects, header objects and
liveness probes of the general client cost as much CPU again as the exchange itself (measured: 175
against 97 µs a request), on cores that the server under test needs.
"""

from socket import IPPROTO_TCP, TCP_NODELAY, socket
from typing import Protocol

BLOCK = 65536
LINE_END = b"\r\n"
HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
CHUNKED = b"\r\ntransfer-encoding: chunked"
CLOSE = b"\r\nconnection: close"


class Pool(Protocol):
    """Where sockets come from: geventhttpclient's ``ConnectionPool``."""

    def get_socket(self) -> socket:
        """Connect."""

    def release_socket(self, sock: socket) -> None:
        """Hang up."""


class Connection:
    """Speaks to one server; connects when first used and again after the server hung up.

    ``reconnects`` counts how often the server had hung up while the connection was at rest.
    """

    def __init__(self, pool: Pool, host: str) -> None:
        self._pool = pool
        self._host = host
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
            OSError: when there is no complete reply.
        """
        message = b"%b%d\r\n\r\n%b" % (self._head(method, path, token), len(payload), payload)
        rested = self._sock is not None
        try:
            return self._converse(message)
        except OSError as error:
            self.close()
            if not rested or isinstance(error, TimeoutError):
                raise
        self.reconnects += 1
        try:
            return self._converse(message)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        sock, self._sock = self._sock, None
        if sock is not None:
            self._pool.release_socket(sock)

    def _converse(self, message: bytes) -> tuple[int, bytes, bytes]:
        sock = self._sock
        if sock is None:
            sock = self._sock = self._pool.get_socket()
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        sock.sendall(message)
        head, rest = _split(sock, b"", HEAD_END)
        head = head.lower()
        at = head.find(LENGTH)
        if at >= 0:
            content = _sized(sock, rest, int(head[at + len(LENGTH) :].split(LINE_END, 1)[0]))
        else:
            content = _chunked(sock, rest) if CHUNKED in head else b""
        if CLOSE in head:
            self.close()
        return int(head[9:12]), head, content

    def _head(self, method: str, path: str, token: str) -> bytes:
        """Return a request's head up to the length of its body, made once for each kind."""
        head = self._heads.get((method, path, token))
        if head is None:
            bearer = f"Authorization: Bearer {token}\r\n" if token else ""
            told = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{bearer}"
            head = f"{told}Content-Type: application/json\r\nContent-Length: ".encode()
            self._heads[method, path, token] = head
        return head


def _split(sock: socket, received: bytes, mark: bytes) -> tuple[bytes, bytes]:
    """Read up to ``mark``; return what stands before it and what came after it."""
    while (end := received.find(mark)) < 0:
        received += _receive(sock)
    return received[:end], received[end + len(mark) :]


def _sized(sock: socket, received: bytes, size: int) -> bytes:
    """Read until ``size`` bytes are there; a reply to one request has no more."""
    while len(received) < size:
        received += _receive(sock)
    return received


def _chunked(sock: socket, received: bytes) -> bytes:
    """Read a body that comes in chunks: a proxy may send one."""
    content = b""
    while True:
        line, received = _split(sock, received, LINE_END)
        size = int(line.split(b";", 1)[0], 16)
        received = _sized(sock, received, size + len(LINE_END))
        if not size:
            return content
        content += received[:size]
        received = received[size + len(LINE_END) :]


def _receive(sock: socket) -> bytes:
    received = sock.recv(BLOCK)
    if not received:
        raise ConnectionResetError("the server hung up")
    return received
