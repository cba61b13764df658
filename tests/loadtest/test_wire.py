"""A participant's persistence and punctuality, against a connection that says what it is told."""

from time import sleep
from typing import cast

import pytest

from loadtest.connection import Connection
from loadtest.protocol import Answer, GaveUp, Refused
from loadtest.pulse import RECONNECT
from loadtest.wire import TRIES, HttpWire

FINE = (200, b"http/1.1 200 ok", b'{"state":"open"}')
BUSY = (503, b"http/1.1 503\r\nretry-after: 3\r\ncontent-length: 2", b"{}")
BROKEN = (500, b"http/1.1 500", b"oops")
FORBIDDEN = (403, b"http/1.1 403", b'{"type":"/problems/sealed"}')


class Line:
    """Stands for a connection: replies in this order, an error is raised."""

    def __init__(
        self,
        *replies: tuple[int, bytes, bytes] | OSError,
        closed_at_rest: bool = False,
        takes_s: float = 0.0,
    ) -> None:
        self._replies = list(replies)
        self._closed_at_rest = closed_at_rest
        self._takes_s = takes_s
        self.sent: list[tuple[str, str, str, bytes]] = []
        self.reconnects = 0

    def exchange(
        self, method: str, path: str, token: str, payload: bytes
    ) -> tuple[int, bytes, bytes]:
        self.sent.append((method, path, token, payload))
        self.reconnects += self._closed_at_rest
        sleep(self._takes_s)
        reply = self._replies.pop(0)
        if isinstance(reply, OSError):
            raise reply
        return reply


class Counts:
    """Stands for Locust's statistics and for gevent's sleep, which here ends so much too late."""

    def __init__(self, oversleeps_s: float = 0.0) -> None:
        self.names: list[str] = []
        self.wrong: list[str] = []
        self.took_ms: list[float] = []
        self.felt_ms: list[float] = []
        self.waits: list[float] = []
        self.woke_ms: list[float] = []
        self._oversleeps_s = oversleeps_s

    def count(
        self, name: str, took_ms: float, felt_ms: float | None, _size: int, wrong: Exception | None
    ) -> None:
        self.names.append(name)
        self.took_ms.append(took_ms)
        if felt_ms is not None:
            self.felt_ms.append(felt_ms)
        if wrong:
            self.wrong.append(str(wrong))

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def really_sleep(self, seconds: float) -> None:
        sleep(seconds + self._oversleeps_s)


def only_fine(reply: Answer) -> str | None:
    return None if reply.status == 200 else reply.problem or str(reply.status)


def over(line: Line, counts: Counts, *, really: bool = False) -> HttpWire:
    sleeps = counts.really_sleep if really else counts.sleep
    return HttpWire(cast("Connection", line), counts.count, sleeps, counts.woke_ms.append)


def save(wire: HttpWire) -> Answer:
    return wire.send("answers", "/sittings/s/answers", {"changes": []}, "token", only_fine)


def send(line: Line, counts: Counts) -> Answer:
    return save(over(line, counts))


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


def test_a_wait_is_felt_once_over_all_its_tries() -> None:
    counts = Counts()
    save(over(Line(BUSY, ConnectionResetError("reset"), FINE, takes_s=0.02), counts))
    assert len(counts.took_ms) == 3
    assert [felt_ms >= 60 for felt_ms in counts.felt_ms] == [True]


def test_a_slow_server_does_not_make_people_think_longer() -> None:
    counts = Counts()
    wire = over(Line(FINE, FINE, FINE, takes_s=0.05), counts, really=True)
    for _ in range(3):
        wire.pause(0.01)
        save(wire)
    assert counts.felt_ms[0] < counts.felt_ms[1] < counts.felt_ms[2]
    assert counts.felt_ms[2] >= 3 * 50 - 2 * 10
    assert max(counts.took_ms) < counts.felt_ms[2]


def test_a_generator_that_oversleeps_does_not_hide_it() -> None:
    counts = Counts(oversleeps_s=0.03)
    wire = over(Line(FINE), counts, really=True)
    wire.pause(0.01)
    save(wire)
    assert counts.woke_ms[0] >= 30
    assert counts.felt_ms[0] >= 30 > counts.took_ms[0]


def test_what_follows_without_a_pause_is_due_when_it_is_sent() -> None:
    counts = Counts(oversleeps_s=0.03)
    wire = over(Line(FINE, FINE), counts, really=True)
    wire.pause(0.0)
    save(wire)
    sleep(0.03)
    save(wire)
    assert counts.felt_ms[1] < 30


def test_a_schedule_can_begin_anew() -> None:
    counts = Counts()
    wire = over(Line(FINE), counts, really=True)
    sleep(0.05)
    wire.begin()
    wire.pause(0.01)
    save(wire)
    assert counts.felt_ms[0] < 50
