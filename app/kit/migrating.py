"""Bringing Postgres to the schema of this version, by Alembic, without an ini file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

_MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


async def migrate(record: AsyncEngine) -> None:
    """Bring the schema up to date; does nothing where it is. Safe to run from several nodes."""

    def upgrade(connection: Connection) -> None:
        # One node migrates, the others wait and then find nothing to do.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7236837)")
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with record.begin() as conn:
        await conn.run_sync(upgrade)
