"""A board as a browser holds it open, over a real connection: what it shows, and what came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import orjson

from tests.exam import EVENT
from tests.people.staff.builders import STAFF, Staffer

PATH = f"{STAFF}/events/{EVENT}/board"


class TurnedAway(Exception):
    """The board is told to come back in a while."""


class Board:
    """What stands on a board now. ``numbers``: the messages it was told, reader by reader."""

    def __init__(self, staffer: Staffer, address: str, query: str = "") -> None:
        self.staffer = staffer
        self.rows: dict[str, dict[str, Any]] = {}
        self.cursor = ""
        self.closed: list[int] = []
        self.numbers: dict[str, list[int]] = {}
        self.events: list[str] = []
        self.reloads = 0
        self._address = address
        self._query = query
        self._fields: list[str] = []

    async def load(self) -> None:
        """Ask for the whole board."""
        async with httpx.AsyncClient(base_url=self._address) as http:
            reply = await http.get(f"{PATH}?{self._query}", headers=self._headers)
        _require(reply)
        told = reply.json()
        self._fields, self.cursor, self.closed = told["fields"], told["cursor"], told["closed"]
        self.rows = {}
        self._take(told["rows"])

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[AsyncIterator[str]]:
        """Hear what changes from the cursor on: the names of events as they come, '' a comment."""
        async with httpx.AsyncClient(base_url=self._address, timeout=20) as http:
            path = f"{PATH}/stream?cursor={self.cursor}&{self._query}"
            async with http.stream("GET", path, headers=self._headers) as reply:
                _require(reply)
                yield self._heard(reply)

    async def listen(self, seconds: float) -> None:
        """Listen so long and hang up; what is to be loaded anew is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self.listening() as events:
                async for event in events:
                    if event == "reload":
                        break
        if self.events[-1:] == ["reload"]:
            self.reloads += 1
            self.events.append("")
            await self.load()

    async def until(self, wanted: str, within_s: float) -> None:
        """Listen until such an event comes and the stream ends after it."""
        async with asyncio.timeout(within_s), self.listening() as events:
            async for _ in events:
                pass
        assert self.events[-1] == wanted

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.staffer.cookie}"}

    async def _heard(self, reply: httpx.Response) -> AsyncIterator[str]:
        event = ""
        async for line in reply.aiter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: "):
                if event == "rows":
                    self._hear(orjson.loads(line.removeprefix("data: ")))
                self.events.append(event)
                yield event
            elif line.startswith(":"):
                self.events.append("")
                yield ""

    def _hear(self, told: dict[str, Any]) -> None:
        self.cursor, self.closed = told["cursor"], told["closed"]
        reader, _, number = self.cursor.partition(":")
        self.numbers.setdefault(reader, []).append(int(number))
        self._take(told["rows"])
        for sitting, seen_at in told["seen"]:
            self.rows[sitting]["seen_at"] = seen_at

    def _take(self, rows: list[list[Any]]) -> None:
        for row in rows:
            self.rows[row[0]] = dict(zip(self._fields, row, strict=True))


def _require(reply: httpx.Response) -> None:
    if reply.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        raise TurnedAway
    assert reply.status_code == httpx.codes.OK, reply
