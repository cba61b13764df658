"""A bad network: a TCP proxy of our own between devices and server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Final

BLOCK: Final = 65536


@dataclass(slots=True)
class Weather:
    """``reset_share`` of the blocks tear their connection; each block waits up to ``delay_s``.

    While ``clear`` is not set nothing passes, and nobody is told: a black-out.
    """

    reset_share: float = 0.0
    delay_s: float = 0.0
    clear: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.clear.set()


class Proxy:
    """Hands bytes on as the weather allows. ``resets`` and ``passed`` count connections, blocks."""

    def __init__(self, port: int, weather: Weather, chance: Random) -> None:
        self.weather = weather
        self.resets = 0
        self.passed = 0
        self.port = 0
        self._to = port
        self._chance = chance
        self._open: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Proxy"]:
        """Listen on a port of its own while the block runs."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.hang_up()

    def hang_up(self) -> None:
        """Tear every connection, as when the router is switched off."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, back}
        self._open |= pair
        ways = [
            asyncio.create_task(self._hand_on(reader, back)),
            asyncio.create_task(self._hand_on(there, writer)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._open -= pair
        for one in pair:
            one.transport.abort()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hand blocks on in one direction, until the connection ends or is torn."""
        while block := await reader.read(BLOCK):
            if self.weather.delay_s:
                await asyncio.sleep(self._chance.uniform(0, self.weather.delay_s))
            await self.weather.clear.wait()
            if self._chance.random() < self.weather.reset_share:
                self.resets += 1
                return
            self.passed += 1
            writer.write(block)
            await writer.drain()
