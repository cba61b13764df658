"""Boards as browsers hold them open: a stream each, and what comes by it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from app.kit import clock
from app.proctoring.board.model import FIELDS
from loadtest.pulse import Histogram, bucket

_COME_BACK_S: Final = 2.0
_LINE_MOST: Final = 64 * 1024 * 1024
_SITTING, _STATE = FIELDS.index("sitting"), FIELDS.index("state")
_ANSWERED, _SEEN = FIELDS.index("answered"), FIELDS.index("seen_at")
_DATA: Final = b"data: "


@dataclass(slots=True)
class Seen:
    """What came on the boards of a window."""

    told: int = 0
    lost: int = 0
    refused: int = 0
    open: int = 0
    shown: Histogram = field(default_factory=dict)


class Board:
    """One board; a ``timed`` one takes the time that changes take to stand on it."""

    def __init__(self, url: str, path: str, token: str, seen: Seen, *, timed: bool) -> None:
        self._url = urlsplit(url)
        self._path = path
        self._token = token
        self._seen = seen
        self._rows: dict[str, tuple[int, str]] | None = {} if timed else None

    async def watch(self, after_s: float) -> None:
        """Listen until cancelled; who is turned away comes back, as the page does.

        A stream that ends is a board that was lost.
        """
        await asyncio.sleep(after_s)
        while not await self._listen():
            self._seen.refused += 1
            await asyncio.sleep(_COME_BACK_S)
        self._seen.lost += 1

    async def _listen(self) -> bool:
        """Listen to one stream until it ends; False where it did not begin."""
        reader, writer = await asyncio.open_connection(
            self._url.hostname, self._url.port or 80, limit=_LINE_MOST
        )
        try:
            writer.write(self._request())
            if b" 200 " not in await reader.readline():
                return False
            self._seen.open += 1
            while line := await reader.readline():
                if line.startswith(_DATA):
                    self._hear(orjson.loads(line[len(_DATA) :]))
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return True

    def _request(self) -> bytes:
        return (
            f"GET {self._path} HTTP/1.1\r\nHost: {self._url.netloc}\r\n"
            f"Authorization: Bearer {self._token}\r\nAccept: text/event-stream\r\n\r\n"
        ).encode()

    def _hear(self, told: dict[str, Any]) -> None:
        rows = told.get("rows")
        if rows is None:
            return
        self._seen.told += 1
        if self._rows is None:
            return
        now = clock.now_ms()
        for row in rows:
            sitting, stands = row[_SITTING], (row[_ANSWERED], row[_STATE])
            before = self._rows.get(sitting)
            self._rows[sitting] = stands
            # A heartbeat changes a row too, and is told with the round; a save is told at once.
            if before is not None and before != stands:
                tenths = bucket(max(0, now - row[_SEEN]))
                self._seen.shown[tenths] = self._seen.shown.get(tenths, 0) + 1


def paths(event: str, units: Sequence[str], whole: int, parts: int) -> list[str]:
    """Return the streams of so many boards of the event and of its units."""
    stream = f"/api/v1/staff/events/{event}/board/stream"
    return [
        *(stream for _ in range(whole)),
        *(f"{stream}?unit={units[n % len(units)]}" for n in range(parts)),
    ]
