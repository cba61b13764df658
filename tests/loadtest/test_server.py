"""The runner's view of a server, against one that answers what the test says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest
from typing_extensions import override

from loadtest import server as seen
from loadtest.server import RunError, Server, wait_until


@contextmanager
def answering(*replies: tuple[int, Any]) -> Iterator[tuple[Server, list[str]]]:
    """Serve these replies in turn, the last one again and again."""
    rest, paths = list(replies), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            status, body = rest.pop(0) if len(rest) > 1 else rest[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(orjson.dumps(body))

        @override
        def log_message(self, *_: object) -> None:
            pass

    http = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{http.server_port}/exam/"), paths
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def test_a_server_that_takes_saves_is_ready() -> None:
    with answering((200, {"status": "ready"})) as (server, paths):
        server.require_ready()
    assert paths == ["/exam/health/ready"]


def test_a_server_that_takes_none_says_why() -> None:
    with (
        answering((503, {"fault": "appendfsync is everysec"})) as (server, _),
        pytest.raises(RunError, match="appendfsync is everysec"),
    ):
        server.require_ready()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://127.0.0.1:9", "exam.example"])
def test_where_no_server_is_the_run_ends_before_it_begins(url: str) -> None:
    with pytest.raises(RunError, match="no exam server"):
        Server(url).require_ready()


def test_the_record_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "LOOK_S", 0.01)
    lags = [(200, {"lag_entries": lag}) for lag in (9, 4, 0)]
    with answering(*lags) as (server, paths):
        server.await_record()
    assert paths == ["/exam/health/recorder"] * 3


def test_a_record_that_never_gets_there_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "LOOK_S", 0.01)
    with (
        answering((200, {"lag_entries": 7})) as (server, _),
        pytest.raises(RunError, match="still lacks 7 entries"),
    ):
        server.await_record(limit_s=0.05)


def test_it_is_looked_at_least_once() -> None:
    assert wait_until(lambda: True, 0.0, 0.01)
    assert not wait_until(lambda: False, 0.0, 0.01)


def test_scores_are_waited_for_and_told_even_if_some_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seen, "LOOK_S", 0.01)
    told = [{"participation": {"numerator": 3}, "scored": scored} for scored in (0, 2, 3, 3)]
    server = Server("http://127.0.0.1:9")
    monkeypatch.setattr(server, "results", lambda _event: told.pop(0))
    assert server.await_scores("kukar-2023")["scored"] == 3
    assert len(told) == 1
    monkeypatch.setattr(server, "results", lambda _event: {**told[0], "scored": 2})
    assert server.await_scores("kukar-2023", limit_s=0.02)["scored"] == 2
