"""A participant's way to the server: retried as a page would, every try counted by Locust."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

import orjson

from loadtest.connection import Connection
from loadtest.protocol import Answer, Check, GaveUp, Refused, Wait

BASE = "/api/v1"
TRIES = 10
BUSY: Final = frozenset({429, 503})
BROKEN = 500
RETRY_AFTER = b"\r\nretry-after:"
RECONNECT = "reconnect"

#: Tells Locust of one request: its name, its milliseconds, the reply's bytes and what went wrong.
Count = Callable[[str, float, int, Exception | None], None]


class Complaint(Exception):
    """What was wrong with a reply, as it stands in Locust's table of failures."""


class HttpWire:
    """Sends until there is a reply: a refusal with Retry-After and a broken connection wait.

    A refusal is counted under the call's name with ``(busy)``, a connection that the server had
    closed at rest as ``reconnect``; neither is a failure. A broken exchange is one, even though it
    is tried again.
    """

    def __init__(self, connection: Connection, count: Count, wait: Wait) -> None:
        self._connection = connection
        self._count = count
        self._wait = wait

    def send(self, name: str, path: str, body: object | None, token: str, check: Check) -> Answer:
        """POST ``body`` as JSON, or GET when there is none, until ``check`` has seen a reply."""
        payload = b"" if body is None else orjson.dumps(body)
        method = "GET" if body is None else "POST"
        for attempt in range(1, TRIES + 1):
            reconnects = self._connection.reconnects
            began = perf_counter()
            try:
                status, head, content = self._connection.exchange(
                    method, BASE + path, token, payload
                )
            except OSError as error:
                self._count(name, _ms_since(began), 0, error)
                self._wait(min(0.2 * 2**attempt, 5.0))
                continue
            took_ms = _ms_since(began)
            if self._connection.reconnects > reconnects:
                self._count(RECONNECT, took_ms, 0, None)
            if status in BUSY:
                self._count(f"{name} (busy)", took_ms, len(content), None)
                self._wait(_retry_after_s(head))
                continue
            answer = Answer(status, _object(content))
            wrong = check(answer)
            self._count(name, took_ms, len(content), Complaint(wrong) if wrong else None)
            if wrong is None:
                return answer
            if status < BROKEN:
                raise Refused(wrong, answer)
            self._wait(min(0.2 * 2**attempt, 5.0))
        raise GaveUp(name)


def _object(content: bytes) -> dict[str, Any]:
    try:
        reply = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return reply if isinstance(reply, dict) else {}


def _retry_after_s(head: bytes) -> float:
    at = head.find(RETRY_AFTER)
    return float(head[at + len(RETRY_AFTER) :].split(b"\r\n", 1)[0]) if at >= 0 else 1.0


def _ms_since(began: float) -> float:
    return (perf_counter() - began) * 1000.0
