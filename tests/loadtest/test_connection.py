"""The connection against a server that says exactly these bytes, over real sockets."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from loadtest.connection import Address, Connection

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 3\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Heard:
    """What a server heard: the messages, and how many connections were opened."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.opened = 0


@contextmanager
def server(
    *visits: list[list[bytes]], tls: ssl.SSLContext | None = None, path: str = ""
) -> Iterator[tuple[Connection, Heard]]:
    """Serve one connection after the other: each answers its requests in these pieces."""
    heard = Heard()

    def serve() -> None:
        for replies in visits:
            caller, _ = listener.accept()
            heard.opened += 1
            try:
                caller = tls.wrap_socket(caller, server_side=True) if tls else caller
                for pieces in replies:
                    heard.messages.append(caller.recv(65536))
                    for piece in pieces:
                        caller.sendall(piece)
            except ssl.SSLError:
                pass  # the caller did not like our certificate
            finally:
                caller.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=serve)
        thread.start()
        scheme = "https" if tls else "http"
        connection = Connection(Address(f"{scheme}://127.0.0.1:{port}{path}"))
        yield connection, heard
        connection.close()
        thread.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, made by nobody in particular."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "serentak.test")])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate is valid by the machine's time
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def serving_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_requests_share_a_connection_and_carry_token_and_length() -> None:
    with server([[OK], [OK]]) as (connection, heard):
        assert connection.exchange("POST", "/a", "secret", b"[1]")[::2] == (200, b"{}")
        assert connection.exchange("GET", "/b", "", b"")[::2] == (200, b"{}")
    assert heard.opened == 1
    first, second = heard.messages
    assert first.startswith(b"POST /a HTTP/1.1\r\nHost: 127.0.0.1:")
    assert first.endswith(b"Content-Length: 3\r\n\r\n[1]")
    assert b"\r\nAuthorization: Bearer secret\r\n" in first
    assert b"Authorization" not in second


def test_a_server_below_a_path_is_asked_there() -> None:
    with server([[OK]], path="/exam/") as (connection, heard):
        connection.exchange("GET", "/api", "", b"")
    assert heard.messages[0].startswith(b"GET /exam/api HTTP/1.1\r\n")


def test_a_reply_in_pieces_is_put_together() -> None:
    with server([[OK[n : n + 1] for n in range(len(OK))]]) as (connection, _):
        status, head, content = connection.exchange("GET", "/", "", b"")
    assert (status, content) == (200, b"{}")
    assert b"\r\nretry-after: 3" in head


def test_a_reply_in_chunks_is_read_to_its_end() -> None:
    with server([[CHUNKED[:60], CHUNKED[60:]], [OK]]) as (connection, heard):
        assert connection.exchange("GET", "/", "", b"")[::2] == (200, b"{}")
        assert connection.exchange("GET", "/", "", b"")[::2] == (200, b"{}")
    assert heard.opened == 1


def test_a_server_that_says_close_is_called_anew() -> None:
    with server([[LAST]], [[OK]]) as (connection, heard):
        assert connection.exchange("GET", "/", "", b"")[0] == 503
        assert connection.exchange("GET", "/", "", b"")[0] == 200
    assert (heard.opened, connection.reconnects) == (2, 0)


def test_a_connection_closed_at_rest_is_opened_and_the_request_sent_again() -> None:
    with server([[OK]], [[OK]]) as (connection, heard):
        connection.exchange("POST", "/a", "", b"1")
        assert connection.exchange("POST", "/b", "", b"2")[0] == 200
    assert (heard.opened, connection.reconnects) == (2, 1)
    assert [words.split()[1] for words in heard.messages] == [b"/a", b"/b"]


def test_a_reply_that_breaks_off_is_a_failure_on_a_new_connection_and_on_a_kept_one() -> None:
    with server([[OK[:20]]]) as (connection, _), pytest.raises(ConnectionResetError):
        connection.exchange("GET", "/", "", b"")
    with server([[OK], [OK[:20]]]) as (connection, heard):
        connection.exchange("GET", "/", "", b"")
        with pytest.raises(ConnectionResetError):
            connection.exchange("GET", "/", "", b"")
    assert (heard.opened, connection.reconnects) == (1, 0)


def test_a_large_message_is_sent_whole() -> None:
    payload = b"x" * 20_000_000
    with socket.create_server(("127.0.0.1", 0)) as listener:
        received: list[int] = []

        def serve() -> None:
            caller, _ = listener.accept()
            with caller:
                while sum(received) < len(payload):
                    received.append(len(caller.recv(1 << 20)))
                caller.sendall(OK)

        thread = threading.Thread(target=serve)
        thread.start()
        connection = Connection(Address(f"http://127.0.0.1:{listener.getsockname()[1]}"))
        assert connection.exchange("POST", "/", "", payload)[0] == 200
        connection.close()
        thread.join()


def test_tls_is_spoken_on_kept_connections_and_on_new_ones(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = serving_tls(certificate)
    with server([[OK], [OK]], [[OK]], tls=tls) as (connection, heard):
        statuses = [connection.exchange("POST", "/a", "", b"1")[0] for _ in range(3)]
    assert statuses == [200, 200, 200]
    assert (heard.opened, connection.reconnects) == (2, 1)


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with (
        server([[OK]], tls=serving_tls(certificate)) as (connection, _),
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        connection.exchange("GET", "/", "", b"")


@pytest.mark.parametrize("url", ["exam.example", "ftp://exam.example", "https://"])
def test_an_address_is_http_or_https(url: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        Address(url)
