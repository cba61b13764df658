"""The harness must see a guess that is let in, and an owner who is not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from loadtest.guesses.__main__ import _wrk
from loadtest.guesses.owners import Owners

LIVE = b'{"status":"live"}'


@contextmanager
def a_door(statuses: list[int], then: int) -> Iterator[tuple[str, list[bytes]]]:
    """Serve a door that answers with these statuses, then with ``then``; keeps what it was told."""
    told: list[bytes] = []
    left = iter(statuses)
    lock = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(200, LIVE)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                told.append(body)
                status = next(left, then)
            self._answer(status, b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", told
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "names.txt"
    path.write_text("first\nsecond\n")
    return path


@pytest.mark.parametrize("kind", ["cards", "staff"])
def test_every_try_is_another_guess_and_is_counted(kind: str, names: Path) -> None:
    with a_door([401] * 30 + [503] * 5, then=429) as (url, told):
        assert _wrk(url, kind, 100, names) == "done 30 65 5\n"
    assert len(set(told)) >= 100
    assert {b"first" in body or b"second" in body for body in told} == {True}


def test_a_guess_that_is_let_in_is_said_at_once(names: Path) -> None:
    with a_door([401] * 50 + [200], then=401) as (url, _):
        assert _wrk(url, "cards", 100_000, names).startswith("entered: 200")


def test_an_owner_who_is_not_let_in_is_counted() -> None:
    with a_door([200, 429, 200], then=200) as (url, told):
        owners = Owners(url, "/door", [{"login": "sari"}, {"login": "budi"}])
        owners.begin()
        while len(told) < 3:
            threading.Event().wait(0.01)
        came = owners.stop()
    assert came["entered"] >= 2
    assert came["refused"] == 1
    assert came["first_refusals"][0].startswith("429")
    assert b"sari" in told[0]
    assert b"budi" in told[1]


def test_a_door_that_is_gone_is_a_refusal() -> None:
    owners = Owners("http://127.0.0.1:1", "/door", [{}])
    owners.begin()
    while not owners.refused:
        threading.Event().wait(0.01)
    assert owners.stop()["entered"] == 0
