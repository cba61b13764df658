"""A participant's persistence, against a connection that says what the test tells it to."""

from typing import cast

import pytest

from loadtest.connection import Connection
from loadtest.protocol import Answer, GaveUp, Refused
from loadtest.wire import RECONNECT, TRIES, HttpWire

FINE = (200, b"http/1.1 200 ok", b'{"state":"open"}')
BUSY = (503, b"http/1.1 503\r\nretry-after: 3\r\ncontent-length: 2", b"{}")
BROKEN = (500, b"http/1.1 500", b"oops")
FORBIDDEN = (403, b"http/1.1 403", b'{"type":"/problems/sealed"}')


class Line:
    """Stands for a connection: replies in this order, an error is raised."""

    def __init__(
        self, *replies: tuple[int, bytes, bytes] | OSError, closed_at_rest: bool = False
    ) -> None:
        self._replies = list(replies)
        self._closed_at_rest = closed_at_rest
        self.sent: list[tuple[str, str, str, bytes]] = []
        self.reconnects = 0

    def exchange(
        self, method: str, path: str, token: str, payload: bytes
    ) -> tuple[int, bytes, bytes]:
        self.sent.append((method, path, token, payload))
        self.reconnects += self._closed_at_rest
        reply = self._replies.pop(0)
        if isinstance(reply, OSError):
            raise reply
        return reply


class Counts:
    """Stands for Locust's statistics and for the clock."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.wrong: list[str] = []
        self.waits: list[float] = []

    def count(self, name: str, _ms: float, _length: int, wrong: Exception | None) -> None:
        self.names.append(name)
        if wrong:
            self.wrong.append(str(wrong))


def only_fine(reply: Answer) -> str | None:
    return None if reply.status == 200 else reply.problem or str(reply.status)


def send(line: Line, counts: Counts) -> Answer:
    wire = HttpWire(cast("Connection", line), counts.count, counts.waits.append)
    return wire.send("answers", "/sittings/s/answers", {"changes": []}, "token", only_fine)


def test_a_reply_is_counted_once_and_handed_back() -> None:
    line, counts = Line(FINE), Counts()
    assert send(line, counts) == Answer(200, {"state": "open"})
    assert counts.names == ["answers"]
    assert line.sent == [("POST", "/api/v1/sittings/s/answers", "token", b'{"changes":[]}')]


def test_a_busy_server_is_asked_again_when_it_said_and_that_is_no_failure() -> None:
    line, counts = Line(BUSY, FINE), Counts()
    send(line, counts)
    assert counts.names == ["answers (busy)", "answers"]
    assert (counts.wrong, counts.waits) == ([], [3.0])
    assert line.sent[0] == line.sent[1]


@pytest.mark.parametrize("fault", [ConnectionResetError("reset"), TimeoutError("late"), BROKEN])
def test_a_broken_exchange_is_a_failure_even_though_the_same_is_sent_again(
    fault: OSError | tuple[int, bytes, bytes],
) -> None:
    line, counts = Line(fault, FINE), Counts()
    send(line, counts)
    assert counts.names == ["answers", "answers"]
    assert len(counts.wrong) == 1
    assert line.sent[0] == line.sent[1]


def test_a_reply_that_must_not_be_is_a_failure_and_not_asked_for_again() -> None:
    line, counts = Line(FORBIDDEN), Counts()
    with pytest.raises(Refused, match="sealed") as refusal:
        send(line, counts)
    assert refusal.value.reply.status == 403
    assert counts.wrong == ["sealed"]


def test_nobody_tries_for_ever() -> None:
    line, counts = Line(*[ConnectionRefusedError("refused")] * TRIES), Counts()
    with pytest.raises(GaveUp):
        send(line, counts)
    assert len(counts.wrong) == TRIES


def test_a_connection_that_was_closed_at_rest_is_counted_beside_the_requests() -> None:
    line, counts = Line(FINE, closed_at_rest=True), Counts()
    send(line, counts)
    assert counts.names == [RECONNECT, "answers"]
    assert counts.wrong == []
