"""All SQL of staff. Callers own the transaction."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.people.staff.model import Account, ApiToken, Role, Scope
from app.people.staff.tables import staff_accounts, staff_tokens


async def add_account(conn: AsyncConnection, account: Account) -> bool:
    """Insert an account; False where the login is taken."""
    new = upsert(staff_accounts).values(_row(account)).on_conflict_do_nothing()
    return (await conn.execute(new)).rowcount == 1


async def change_account(conn: AsyncConnection, account: Account) -> None:
    """Write an account that was read to be changed."""
    changed = update(staff_accounts).where(staff_accounts.c.login == account.login)
    await conn.execute(changed.values(_row(account)))


async def read_account(
    conn: AsyncConnection, login: str, *, to_change: bool = False
) -> Account | None:
    """Return an account; ``to_change``: others who would change it wait for us."""
    wanted = select(staff_accounts).where(staff_accounts.c.login == login)
    row = (await conn.execute(wanted.with_for_update() if to_change else wanted)).first()
    return _account(row) if row else None


async def all_accounts(conn: AsyncConnection) -> list[Account]:
    """Return every account by its login, those that were closed too."""
    rows = await conn.execute(select(staff_accounts).order_by(staff_accounts.c.login))
    return [_account(row) for row in rows]


async def account_versions(conn: AsyncConnection) -> dict[str, int]:
    """Return the version of every account by its login."""
    rows = await conn.execute(select(staff_accounts.c.login, staff_accounts.c.version))
    return {row.login: row.version for row in rows}


async def add_token(conn: AsyncConnection, token: ApiToken) -> None:
    """Insert a script's token."""
    await conn.execute(insert(staff_tokens).values(asdict(token)))


async def end_token(conn: AsyncConnection, token_id: str, at: int) -> None:
    """Let a token end now, unless it has ended."""
    ended = update(staff_tokens).where(staff_tokens.c.id == token_id, staff_tokens.c.ends_at > at)
    await conn.execute(ended.values(ends_at=at))


async def read_token(conn: AsyncConnection, token_id: str) -> ApiToken | None:
    """Return a token, ended or not."""
    row = (await conn.execute(select(staff_tokens).where(staff_tokens.c.id == token_id))).first()
    return _token(row) if row else None


async def tokens_of(
    conn: AsyncConnection, made_by: str | None = None, *, after: int = 0
) -> list[ApiToken]:
    """Return the tokens of an account or of all, which end after a time, the newest first."""
    wanted = select(staff_tokens).where(staff_tokens.c.ends_at > after)
    if made_by is not None:
        wanted = wanted.where(staff_tokens.c.made_by == made_by)
    rows = await conn.execute(wanted.order_by(staff_tokens.c.made_at.desc(), staff_tokens.c.id))
    return [_token(row) for row in rows]


def _row(account: Account) -> dict[str, Any]:
    return asdict(account) | {"scopes": [asdict(scope) for scope in account.scopes]}


def _account(row: Row[Any]) -> Account:
    held = row._asdict()
    scopes = tuple(Scope(**scope) for scope in held["scopes"])
    return Account(**held | {"role": Role(held["role"]), "scopes": scopes})


def _token(row: Row[Any]) -> ApiToken:
    held = row._asdict()
    return ApiToken(**held | {"role": Role(held["role"])})
