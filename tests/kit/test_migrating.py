import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit.migrating import migrate
from app.wiring.schema import METADATA


@pytest.mark.schema
@pytest.mark.asyncio
async def test_the_migrations_make_what_the_tables_say(record: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, METADATA))

    async with record.connect() as conn:
        assert await conn.run_sync(differences) == []


@pytest.mark.asyncio
async def test_a_second_migration_finds_nothing_to_do(record: AsyncEngine) -> None:
    await migrate(record)
