"""An office in the installation that all browser tests share."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.journey.house import House
from tests.pages.staff.office import Office


@pytest_asyncio.fixture(loop_scope="session")
async def office(house: House, browser: Browser) -> AsyncIterator[Office]:
    """Where staff sit in one test."""
    async with Office.opened(house, browser) as opened:
        yield opened
