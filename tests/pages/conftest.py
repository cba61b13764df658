"""Browser tests: one installation and one browser a worker process, new people in every test.

Playwright's asynchronous half is used: two devices act at once, while commands, stores and kills
of the same test are awaited beside them. All of it lives in one loop, that of the session.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright, expect

from tests.journey.house import House, running_house
from tests.pages.browser import chromium, found_chromium
from tests.pages.hall import Hall

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """An installation as `serentak run` makes it, with few people."""
    found_chromium()
    with running_house(400) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """What drives browsers."""
    async with async_playwright() as driver:
        yield driver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(playwright: Playwright) -> AsyncIterator[Browser]:
    """One Chromium; each device of a test is a context of its own in it."""
    async with chromium(playwright) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def hall(house: House, browser: Browser) -> AsyncIterator[Hall]:
    """A room to sit the exam in: people whom no test had before, with phones and PCs."""
    async with Hall.opened(house, browser) as opened:
        yield opened
        opened.nothing_was_wrong()
