"""The connection against a server that says exactly these bytes, over real sockets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from loadtest.connection import Connection

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 3\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Sockets:
    """Stands for Locust's pool: opens sockets and takes them back."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.opened = 0

    def get_socket(self) -> socket.socket:
        self.opened += 1
        return socket.create_connection(("127.0.0.1", self._port), timeout=5)

    def release_socket(self, sock: socket.socket) -> None:
        sock.close()


@contextmanager
def server(*visits: list[list[bytes]]) -> Iterator[tuple[Connection, Sockets, list[bytes]]]:
    """Serve one connection after the other: each answers its requests in these pieces."""
    heard: list[bytes] = []

    def serve() -> None:
        for replies in visits:
            caller, _ = listener.accept()
            with caller:
                for pieces in replies:
                    heard.append(caller.recv(65536))
                    for piece in pieces:
                        caller.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        pool = Sockets(port)
        thread = threading.Thread(target=serve)
        thread.start()
        connection = Connection(pool, f"127.0.0.1:{port}")
        yield connection, pool, heard
        connection.close()
        thread.join()


def test_requests_share_a_connection_and_carry_token_and_length() -> None:
    with server([[OK], [OK]]) as (connection, pool, heard):
        assert connection.exchange("POST", "/a", "secret", b"[1]")[::2] == (200, b"{}")
        assert connection.exchange("GET", "/b", "", b"")[::2] == (200, b"{}")
        assert pool.opened == 1
    assert heard[0].startswith(b"POST /a HTTP/1.1\r\nHost: 127.0.0.1:")
    assert heard[0].endswith(b"Content-Length: 3\r\n\r\n[1]")
    assert b"\r\nAuthorization: Bearer secret\r\n" in heard[0]
    assert b"Authorization" not in heard[1]


def test_a_reply_in_pieces_is_put_together() -> None:
    with server([[OK[n : n + 1] for n in range(len(OK))]]) as (connection, _, _heard):
        status, head, content = connection.exchange("GET", "/", "", b"")
    assert (status, content) == (200, b"{}")
    assert b"\r\nretry-after: 3" in head


def test_a_reply_in_chunks_is_read_to_its_end() -> None:
    with server([[CHUNKED[:60], CHUNKED[60:]], [OK]]) as (connection, pool, _):
        assert connection.exchange("GET", "/", "", b"")[::2] == (200, b"{}")
        assert connection.exchange("GET", "/", "", b"")[::2] == (200, b"{}")
        assert pool.opened == 1


def test_a_server_that_says_close_is_called_anew() -> None:
    with server([[LAST]], [[OK]]) as (connection, pool, _):
        assert connection.exchange("GET", "/", "", b"")[0] == 503
        assert connection.exchange("GET", "/", "", b"")[0] == 200
        assert (pool.opened, connection.reconnects) == (2, 0)


def test_a_connection_closed_at_rest_is_opened_and_the_request_sent_again() -> None:
    with server([[OK]], [[OK]]) as (connection, pool, heard):
        connection.exchange("POST", "/a", "", b"1")
        assert connection.exchange("POST", "/b", "", b"2")[0] == 200
        assert (pool.opened, connection.reconnects) == (2, 1)
    assert [words.split()[1] for words in heard] == [b"/a", b"/b"]


def test_a_new_connection_that_breaks_is_a_failure() -> None:
    with server([[OK[:20]]]) as (connection, pool, _), pytest.raises(ConnectionResetError):
        connection.exchange("GET", "/", "", b"")
    assert pool.opened == 1
