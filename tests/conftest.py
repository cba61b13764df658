"""What every test may ask for: the servers (one pair a worker process) and the settings."""

from collections.abc import Iterator

import pytest

from app.settings import Settings
from tests.servers import Servers, servers_in_a_folder


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Both servers, started when the first test of this process asks."""
    with servers_in_a_folder() as running:
        yield running


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Settings:
    """The settings of an installation on the test servers."""
    return servers.settings
