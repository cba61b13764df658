"""The bad network is as bad as it is told to be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from loadtest.faults.exchange import Broken, Wire
from loadtest.faults.proxy import Proxy, Weather
from loadtest.faults.schedule import chance

pytestmark = pytest.mark.asyncio

REPLY = b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n" + b'{"ok": "yes"}'


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        try:
            await reader.readuntil(b"\r\n\r\n")
        except EOFError:
            break
        writer.write(REPLY)
    writer.close()


@asynccontextmanager
async def network(weather: Weather) -> AsyncIterator[tuple[Proxy, Wire]]:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    proxy = Proxy(server.sockets[0].getsockname()[1], weather, chance(7))
    async with proxy.listening():
        wire = Wire("127.0.0.1", proxy.port, patience_s=0.5)
        yield proxy, wire
        wire.close()
        await asyncio.sleep(0.05)
    server.close()


async def asked(wire: Wire) -> object:
    return (await wire.ask("GET", "/", "", None)).body["ok"]


async def test_in_fair_weather_everything_passes() -> None:
    async with network(Weather()) as (proxy, wire):
        assert [await asked(wire) for _ in range(20)] == ["yes"] * 20
        assert proxy.resets == 0


async def test_connections_are_torn_as_often_as_the_weather_says() -> None:
    async with network(Weather(reset_share=0.2)) as (proxy, wire):
        broken = 0
        for _ in range(100):
            try:
                await asked(wire)
            except Broken:
                broken += 1
        assert broken == proxy.resets
        assert 20 <= broken <= 55  # a request passes two blocks


async def test_a_black_out_passes_nothing_and_says_nothing() -> None:
    weather = Weather()
    async with network(weather) as (_, wire):
        assert await asked(wire) == "yes"
        weather.clear.clear()
        with pytest.raises(Broken):
            await asked(wire)
        weather.clear.set()
        assert await asked(wire) == "yes"


async def test_blocks_are_delayed() -> None:
    weather = Weather(delay_s=0.2)
    async with network(weather) as (_, wire):
        loop = asyncio.get_running_loop()
        began = loop.time()
        wire.patience_s = 5
        for _ in range(10):
            await asked(wire)
        assert loop.time() - began > 1.0  # twenty blocks, 0.1 s each on the average


async def test_whoever_hangs_up_tears_everything() -> None:
    async with network(Weather()) as (proxy, wire):
        assert await asked(wire) == "yes"
        proxy.hang_up()
        await asyncio.sleep(0.05)
        with pytest.raises(Broken):
            await asked(wire)
        assert await asked(wire) == "yes"
