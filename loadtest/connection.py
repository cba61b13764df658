"""One keep-alive HTTP/1.1 connection, plain or TLS, at the least cost.

What is said on it is put together here, because cookie jar, redirects, header objects and liveness
probes of Locust's general client cost as much CPU again as the exchange itself (measured: 175
against 97 µs a request), on cores that the server under test needs. In a Locust process the
sockets are gevent's; in a test they are the usual ones.
"""

import socket
import ssl
from socket import AF_INET, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY
from typing import Any
from urllib.parse import urlsplit

CONNECT_S = 30.0
REPLY_S = 60.0
PORTS = {"http": 80, "https": 443}
BLOCK = 65536
LINE_END = b"\r\n"
HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
CHUNKED = b"\r\ntransfer-encoding: chunked"
CLOSE = b"\r\nconnection: close"


class Address:
    """Where to connect: the name is looked up once, certificates are verified.

    SSL_CERT_FILE in the environment names the certificate of an authority of one's own.

    Raises:
        ValueError: when the address is not ``http://…`` or ``https://…``.
        OSError: when the name is not known.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        name = parts.hostname
        if parts.scheme not in PORTS or not name:
            raise ValueError(f"{url} is not an address like https://exam.example")
        self.host = parts.netloc.rpartition("@")[2]
        self.path = parts.path.rstrip("/")
        self._name = name
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        found = socket.getaddrinfo(name, parts.port or PORTS[parts.scheme], type=SOCK_STREAM)
        entry = min(found, key=lambda one: one[0] != AF_INET)
        self._family, self._place = entry[0], entry[4]

    def endpoint(self) -> dict[str, Any]:
        """Return what asyncio's ``create_connection`` must be told to get there."""
        host, port = self._place[:2]
        told: dict[str, Any] = {"host": host, "port": port}
        return told | ({"ssl": self._tls, "server_hostname": self._name} if self._tls else {})

    def connect(self) -> socket.socket:
        """Open a connection.

        Raises:
            OSError: when there is none within the time that connecting may take.
        """
        sock = socket.socket(self._family, SOCK_STREAM)
        try:
            sock.settimeout(CONNECT_S)
            sock.connect(self._place)
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_hostname=self._name)
            sock.settimeout(REPLY_S)
        except BaseException:
            sock.close()
            raise
        return sock


class Connection:
    """Speaks to one server; connects when first used and again after the server hung up.

    ``reconnects`` counts how often the server had hung up while the connection was at rest.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._heads: dict[tuple[str, str, str], bytes] = {}
        self._sock: socket.socket | None = None
        self.reconnects = 0

    def exchange(
        self, method: str, path: str, token: str, payload: bytes
    ) -> tuple[int, bytes, bytes]:
        """Send a request and return the reply's status, its lower-case head and its content.

        A connection that was closed while it was at rest, as servers and proxies do, is opened anew
        and the request sent again, once, as browsers do. What breaks later is an error.

        Raises:
            OSError: when there is no complete reply.
        """
        message = b"%b%d\r\n\r\n%b" % (self._head(method, path, token), len(payload), payload)
        try:
            return self._converse(message)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        sock, self._sock = self._sock, None
        if sock is not None:
            sock.close()

    def _converse(self, message: bytes) -> tuple[int, bytes, bytes]:
        sock, received = self._ask(message)
        head, rest = _split(sock, received, HEAD_END)
        head = head.lower()
        at = head.find(LENGTH)
        if at >= 0:
            content = _sized(sock, rest, int(head[at + len(LENGTH) :].split(LINE_END, 1)[0]))
        else:
            content = _chunked(sock, rest) if CHUNKED in head else b""
        if CLOSE in head:
            self.close()
        return int(head[9:12]), head, content

    def _ask(self, message: bytes) -> tuple[socket.socket, bytes]:
        """Send a message and wait until the reply begins."""
        sock = self._sock
        if sock is not None:
            try:
                _send(sock, message)
                return sock, _receive(sock)
            except TimeoutError:
                raise
            except OSError:
                self.close()
                self.reconnects += 1
        sock = self._sock = self._address.connect()
        _send(sock, message)
        return sock, _receive(sock)

    def _head(self, method: str, path: str, token: str) -> bytes:
        """Return a request's head up to the length of its body, made once for each kind."""
        head = self._heads.get((method, path, token))
        if head is None:
            bearer = f"Authorization: Bearer {token}\r\n" if token else ""
            line = f"{method} {self._address.path}{path} HTTP/1.1\r\nHost: {self._address.host}\r\n"
            head = f"{line}{bearer}Content-Type: application/json\r\nContent-Length: ".encode()
            self._heads[method, path, token] = head
        return head


def _send(sock: socket.socket, message: bytes) -> None:
    """Send it all: nearly always at once, which spares gevent's ``sendall`` its preparations."""
    sent = sock.send(message)
    if sent < len(message):
        sock.sendall(message[sent:])


def _split(sock: socket.socket, received: bytes, mark: bytes) -> tuple[bytes, bytes]:
    """Read up to ``mark``; return what stands before it and what came after it."""
    while (end := received.find(mark)) < 0:
        received += _receive(sock)
    return received[:end], received[end + len(mark) :]


def _sized(sock: socket.socket, received: bytes, size: int) -> bytes:
    """Read until ``size`` bytes are there; a reply to one request has no more."""
    while len(received) < size:
        received += _receive(sock)
    return received


def _chunked(sock: socket.socket, received: bytes) -> bytes:
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


def _receive(sock: socket.socket) -> bytes:
    received = sock.recv(BLOCK)
    if not received:
        raise ConnectionResetError("the server hung up")
    return received
