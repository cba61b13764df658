"""A participant's way to the server: on time, retried as a page would, every try counted."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

import orjson

from loadtest.connection import Connection
from loadtest.protocol import Answer, Check, GaveUp, Refused
from loadtest.pulse import RECONNECT

BASE = "/api/v1"
TRIES = 10
BUSY: Final = frozenset({429, 503})
BROKEN = 500
RETRY_AFTER = b"\r\nretry-after:"

#: Tells of one try: name, milliseconds from sending, milliseconds since it was due (None: it is
#: tried again), the reply's bytes, what went wrong.
Count = Callable[[str, float, float | None, int, Exception | None], None]
Sleep = Callable[[float], None]  # lets seconds pass while others have their turn
Woke = Callable[[float], None]  # tells how many milliseconds too late a sleep ended


class Complaint(Exception):
    """What was wrong with a reply, as it stands in Locust's table of failures."""


class HttpWire:
    """Sends until there is a reply: a refusal with Retry-After and a broken connection wait.

    People do not think longer because the server is slow: each pause begins when the step before
    was *due*, and a reply is also measured from the moment at which its request was due. So neither
    a server nor a load generator that stands still can hide what it did to those who waited.

    A refusal is counted under the call's name with ``(busy)``, a connection that the server had
    closed at rest as ``reconnect``; neither is a failure. A broken exchange is one, even though it
    is tried again.
    """

    def __init__(self, connection: Connection, count: Count, sleep: Sleep, woke: Woke) -> None:
        self._connection = connection
        self._count = count
        self._sleep = sleep
        self._woke = woke
        self._due = perf_counter()
        self._is_due = False

    def begin(self) -> None:
        """Let the next pause begin now."""
        self._due = perf_counter()
        self._is_due = False

    def pause(self, seconds: float) -> None:
        """Think: what is sent next is due so long after what was due before."""
        self._due += seconds
        self._is_due = True
        rest = self._due - perf_counter()
        if rest > 0:
            self._sleep(rest)
            self._woke(max(0.0, _ms_since(self._due)))

    def send(self, name: str, path: str, body: object | None, token: str, check: Check) -> Answer:
        """POST ``body`` as JSON, or GET when there is none, until ``check`` has seen a reply."""
        payload = b"" if body is None else orjson.dumps(body)
        method = "GET" if body is None else "POST"
        began = perf_counter()
        due = min(self._due, began) if self._is_due else began
        self._is_due = False
        for attempt in range(1, TRIES + 1):
            reconnects = self._connection.reconnects
            try:
                status, head, content = self._connection.exchange(
                    method, BASE + path, token, payload
                )
            except OSError as error:
                self._count(name, _ms_since(began), None, 0, error)
                began = self._again(min(0.2 * 2**attempt, 5.0))
                continue
            took_ms = _ms_since(began)
            if self._connection.reconnects > reconnects:
                self._count(RECONNECT, took_ms, None, 0, None)
            if status in BUSY:
                self._count(f"{name} (busy)", took_ms, None, len(content), None)
                began = self._again(_retry_after_s(head))
                continue
            answer = Answer(status, _object(content))
            wrong = check(answer)
            if wrong is None:
                self._count(name, took_ms, _ms_since(due), len(content), None)
                return answer
            self._count(name, took_ms, None, len(content), Complaint(wrong))
            if status < BROKEN:
                raise Refused(wrong, answer)
            began = self._again(min(0.2 * 2**attempt, 5.0))
        raise GaveUp(name)

    def _again(self, seconds: float) -> float:
        """Wait, and return when the next try begins."""
        self._sleep(seconds)
        return perf_counter()


def _object(content: bytes) -> dict[str, Any]:
    try:
        reply = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return reply if isinstance(reply, dict) else {}


def _retry_after_s(head: bytes) -> float:
    at = head.find(RETRY_AFTER)
    return float(head[at + len(RETRY_AFTER) :].split(b"\r\n", 1)[0]) if at >= 0 else 1.0


def _ms_since(moment: float) -> float:
    return (perf_counter() - moment) * 1000.0
