"""One installation for all tests of boards over real processes; each takes people of its own."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from app.operations.cards import demo_cards
from tests.exam import EVENT, PEOPLE
from tests.journey.boards.place import Place
from tests.journey.house import House, opened, running_house


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    """An installation as `serentak run` makes it, with two web processes."""
    with running_house(PEOPLE) as running:
        yield running


@pytest_asyncio.fixture
async def place(house: House) -> AsyncIterator[Place]:
    """The same, with its stores."""
    async with opened(house) as (stores, http):
        http.timeout = httpx.Timeout(60)
        yield Place(house, stores, http, await demo_cards(stores, EVENT, PEOPLE))
