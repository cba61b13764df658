"""What every test may ask for: the servers (one pair a worker process), a record, an exam."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import hypothesis
import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit import redis, secrets
from app.settings import Settings
from tests.databases import admin, copy_of, engine_of
from tests.exam import Exam, exam_on, migrated, seed
from tests.servers import Servers, servers_in_a_folder

# How fast examples are made says something about the machine, nothing about the rule.
hypothesis.settings.register_profile(
    "rules", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("rules")


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Both servers, started when the first test of this process asks."""
    with servers_in_a_folder() as running:
        yield running


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Settings:
    """The settings of an installation on the test servers."""
    return servers.settings


def on_database(settings: Settings, name: str) -> Settings:
    """Return the same settings on another database of the server."""
    url = make_url(settings.postgres_url).set(database=name)
    return settings.model_copy(update={"database_url": url.render_as_string(hide_password=False)})


@pytest.fixture(scope="session")
def schema(settings: Settings) -> str:
    """A template database with the schema and nothing in it."""
    asyncio.run(admin(settings.postgres_url, "CREATE DATABASE empty_schema"))
    asyncio.run(migrated(on_database(settings, "empty_schema")))
    return "empty_schema"


@pytest.fixture(scope="session")
def seeded(settings: Settings, schema: str) -> str:
    """A template database with the demo event, enrolled and drawn, not yet primed."""
    secrets.create_missing(settings)
    asyncio.run(admin(settings.postgres_url, f"CREATE DATABASE seeded TEMPLATE {schema}"))
    asyncio.run(seed(on_database(settings, "seeded")))
    return "seeded"


@pytest_asyncio.fixture
async def record(settings: Settings, schema: str) -> AsyncIterator[AsyncEngine]:
    """A fresh record: the schema, empty."""
    async with copy_of(settings.postgres_url, schema) as name:
        engine = engine_of(settings.postgres_url, name)
        yield engine
        await engine.dispose()


@asynccontextmanager
async def opened(settings: Settings, seeded: str) -> AsyncIterator[Exam]:
    """Open an exam on a fresh record and an empty room."""
    async with copy_of(settings.postgres_url, seeded) as name:
        room = redis.connect(settings.redis_address)
        await room.flushall()
        await room.aclose()
        async with exam_on(on_database(settings, name)) as running:
            yield running


@pytest_asyncio.fixture
async def exam(settings: Settings, seeded: str) -> AsyncIterator[Exam]:
    """A small exam with open doors, on a fresh record and an empty room."""
    async with opened(settings, seeded) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def day(settings: Settings, seeded: str) -> AsyncIterator[Exam]:
    """One exam for all tests of a file, each with newcomers of its own; none moves its clock."""
    async with opened(settings, seeded) as running:
        yield running
