"""A board behind a proxy that lets no stream through: it asks again and again, and says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from playwright.async_api import expect

from app.people.staff.model import Role
from tests.pages.staff.office import Office
from tests.pages.staff.test_board_live import BOARD, found, newcomer
from tests.people.staff.builders import hired, seated

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

POLL_MS = 15_000


@asynccontextmanager
async def cutting(port: int, path: bytes) -> AsyncIterator[int]:
    """Hand bytes on to a port, and tear every connection that asks for a path; give the own one."""

    async def serve(browser: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def ask() -> None:
            while (block := await browser.read(65_536)) and path not in block:
                writer.write(block)
                await writer.drain()
            back.transport.abort()
            writer.transport.abort()

        async def answer() -> None:
            while block := await reader.read(65_536):
                back.write(block)
                await back.drain()
            back.close()

        with suppress(OSError):
            await asyncio.gather(ask(), answer())

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_where_streams_are_cut_the_board_asks_every_ten_seconds(office: Office) -> None:
    device = await newcomer(office)
    async with cutting(office.house.settings.port, b"/board/stream") as port:
        desk = await office.desk(port=port)
        await office.sits(desk, await seated(office, await hired(office, Role.PROCTOR)))
        await desk.page.goto(BOARD)
        said = desk.page.get_by_text("Terhubung, diperbarui tiap 10 detik")
        await expect(said).to_be_visible(timeout=2 * POLL_MS)
        row = await found(desk, device)
        await device.save(device.change(device.items[0]), device.change(device.items[1]))
        await expect(row.get_by_text("2 dari 50")).to_be_visible(timeout=POLL_MS)
        await desk.page.close()
