"""The console of a web process: the only part of it that has a connection to Postgres.

Nothing else imports this module: it is loaded when somebody first asks for what needs it, so that
the doors of an exam open without SQLAlchemy, and stay open without Postgres.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.kit import postgres
from app.people.audit_log.chain import chain_key
from app.people.staff.accounts import Accounts
from app.people.staff.console import Console
from app.people.staff.desk import Desk
from app.people.staff.live import StaffRoom
from app.people.staff.passwords import Passwords
from app.people.staff.second_factor import SecondFactors
from app.people.staff.tokens import ApiTokens
from app.settings import Settings


@asynccontextmanager
async def console(
    settings: Settings,
    room: StaffRoom,
    passwords: Passwords,
    factors: SecondFactors,
    staff_key: bytes,
) -> AsyncIterator[Console]:
    """Put the console together; nothing is connected before the first use."""
    record = postgres.engine(settings.postgres_url, pool_size=2)
    desk = Desk(record, room, chain_key(staff_key))
    try:
        yield Console(Accounts(desk, passwords, factors), ApiTokens(desk), desk)
    finally:
        await record.dispose()
