from collections.abc import Iterator

import pytest

from app.settings import Settings
from tests.answers.house import House
from tests.conftest import opened


@pytest.fixture(scope="module")
def house(settings: Settings, seeded: str) -> Iterator[House]:
    """An exam on a loop of its own."""
    standing = House(lambda: opened(settings, seeded))
    yield standing
    standing.close()
