"""A board as a browser holds it open: the whole of it once, then a stream of what changes."""

import asyncio
import gzip
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from loadtest.boards.shown import Seen, Showing

EVENT, PART = "event", "part"
_COME_BACK_S: Final = 2.0
_RELOAD_S: Final = 1.0
_LINE_MOST: Final = 64 * 1024 * 1024
_DATA, _EVENT, _HEAD_END = b"data: ", b"event: ", b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where boards are asked for, as whom, and the sittings that are looked for on them."""

    url: str
    event: str
    token: str
    probes: Collection[str]


class Board:
    """One board: of the event, or of a unit where one is named.

    One that is not ``timed`` reads what comes and looks for nobody: ten browsers are ten machines,
    and here they share two cores with the server.
    """

    def __init__(self, place: Place, unit: str | None, seen: Seen, *, timed: bool) -> None:
        self._place = place
        self._seen = seen
        self._path = f"/api/v1/staff/events/{place.event}/board"
        self._unit = unit
        self._showing = Showing(PART if unit else EVENT, seen) if timed else None

    async def watch(self, after_s: float) -> None:
        """Show the board until cancelled; who is turned away comes back, as the page does.

        A stream that ends is a board that was lost.
        """
        await asyncio.sleep(after_s)
        try:
            while True:
                cursor = await self._load()
                if cursor is not None and not await self._stay(cursor):
                    self._seen.lost += 1
                    return
        finally:
            if self._showing:
                self._showing.end()

    def acknowledged(self, sitting: str, at_ms: int) -> None:
        """Expect a save that was acknowledged now, see `Showing.acknowledged`."""
        if self._showing:
            self._showing.acknowledged(sitting, at_ms)

    async def _load(self) -> str | None:
        """Ask for the whole board; return its cursor, None where it is to be asked for again."""
        reader, writer = await self._ask(self._path, self._unit, gzip=True)
        try:
            head, _, body = (await reader.read(-1)).partition(_HEAD_END)
        finally:
            writer.close()
        if b" 200 " not in head.partition(b"\r\n")[0]:
            self._seen.refused += 1
            await asyncio.sleep(_COME_BACK_S)
            return None
        told = orjson.loads(gzip.decompress(body) if b"content-encoding: gzip" in head else body)
        if self._showing:
            self._showing.begin(told["rows"], self._place.probes)
        return str(told["cursor"])

    async def _stay(self, cursor: str) -> bool:
        """Hear what changes, see `_listen`; who is turned away tries again."""
        while (anew := await self._listen(cursor)) is None:
            self._seen.refused += 1
            await asyncio.sleep(_COME_BACK_S)
        return anew

    async def _listen(self, cursor: str) -> bool | None:
        """Hear what changes; True where the board is to be asked for anew, False at the end.

        None: the stream did not begin.
        """
        path = f"{self._path}/stream?cursor={cursor}"
        reader, writer = await self._ask(path, self._unit)
        try:
            if b" 200 " not in await reader.readline():
                return None
            self._seen.open += 1
            event = b""
            while line := await reader.readline():
                if line.startswith(_EVENT):
                    event = line[len(_EVENT) :].strip()
                elif line.startswith(_DATA) and event == b"reload":
                    self._seen.open -= 1
                    await asyncio.sleep(_RELOAD_S)
                    return True
                elif line.startswith(_DATA) and event == b"rows":
                    self._seen.told += 1
                    if self._showing:
                        self._showing.take(orjson.loads(line[len(_DATA) :]))
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        return False

    async def _ask(
        self,
        path: str,
        unit: str | None,
        **more: Any,  # noqa: ANN401
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = urlsplit(self._place.url)
        reader, writer = await asyncio.open_connection(
            address.hostname, address.port or 80, limit=_LINE_MOST
        )
        mark = "&" if "?" in path else "?"
        asked = f"{path}{mark}unit={unit}" if unit else path
        writer.write(
            (
                f"GET {asked} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
                f"Authorization: Bearer {self._place.token}\r\n"
                f"{'Accept-Encoding: gzip' if more else 'Accept: text/event-stream'}\r\n\r\n"
            ).encode()
        )
        return reader, writer
