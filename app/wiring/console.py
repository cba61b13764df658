"""The console: what staff do that needs Postgres, for the web processes and for commands.

It is the only part of a web process that has a connection to Postgres. No module that opens the
doors imports this one: it is loaded when somebody first asks for it, so that they open without
SQLAlchemy, and stay open without Postgres.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit import postgres
from app.operations.stores import Stores
from app.people.audit_log.chain import chain_key
from app.people.staff.accounts import Accounts
from app.people.staff.console import Console
from app.people.staff.desk import Desk
from app.people.staff.live import StaffRoom
from app.people.staff.passwords import Passwords
from app.people.staff.second_factor import SecondFactors
from app.people.staff.tokens import ApiTokens
from app.settings import Settings


def console_on(
    record: AsyncEngine, room: StaffRoom, passwords: Passwords, factors: SecondFactors, key: bytes
) -> Console:
    """Put the console together on a record; ``key`` is the installation's STAFF_KEY."""
    desk = Desk(record, room, chain_key(key))
    return Console(Accounts(desk, passwords, factors), ApiTokens(desk), desk)


@asynccontextmanager
async def web_console(
    settings: Settings, room: StaffRoom, passwords: Passwords, factors: SecondFactors, key: bytes
) -> AsyncIterator[Console]:
    """Provide the console of a web process; nothing is connected before the first use."""
    record = postgres.engine(settings.postgres_url, pool_size=2)
    try:
        yield console_on(record, room, passwords, factors, key)
    finally:
        await record.dispose()


@asynccontextmanager
async def shell_console(stores: Stores) -> AsyncIterator[Console]:
    """Provide the console of a command."""
    key, passwords = stores.secrets.staff, Passwords(stores.secrets.staff)
    try:
        room = StaffRoom(stores.room.execute_command)
        yield console_on(stores.record, room, passwords, SecondFactors(key), key)
    finally:
        passwords.close()
