"""What scripts come in with: tokens that carry a role and an end."""

import secrets
from typing import Final

from app.kit.errors import NotFound
from app.people.staff.desk import Desk
from app.people.staff.live import TOKEN_PREFIX, token_digest
from app.people.staff.model import BENEATH, TOKEN_DAYS_MOST, ApiToken, Role, Visitor, name_of
from app.people.staff.problems import NotAllowed, Unfit
from app.people.staff.store import add_token, end_token, read_token, tokens_of

_DAY_MS: Final = 24 * 3600 * 1000


class ApiTokens:
    """Makes and ends tokens; everything raises RecordAway while Postgres is out of reach."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def living(self, made_by: str | None = None) -> list[ApiToken]:
        """Return the tokens that have not ended, of one account or of all, the newest first."""
        now = await self._desk.room.now_ms()
        async with self._desk.reading() as conn:
            return await tokens_of(conn, made_by, after=now)

    async def make(self, by: Visitor, *, name: str, role: Role, days: int) -> tuple[ApiToken, str]:
        """Make a token; return it and its text, which is shown once and kept nowhere.

        Raises:
            Unfit: the name or the number of days will not do.
            NotAllowed: its role is neither the maker's own nor beneath it.
        """
        if role not in BENEATH[by.role] | {by.role}:
            raise NotAllowed(detail="Token dengan peran ini tidak dapat Anda buat.")
        if not 1 <= days <= TOKEN_DAYS_MOST:
            raise Unfit(
                detail=f"Token berlaku 1 sampai {TOKEN_DAYS_MOST} hari.",
                field="days",
            )
        text = TOKEN_PREFIX + secrets.token_urlsafe(32)
        async with self._desk.changing(by) as change:
            token = ApiToken(
                id=secrets.token_hex(6),
                name=name_of(name),
                made_by=by.account.login,
                role=role,
                digest=token_digest(text),
                made_at=change.now,
                ends_at=change.now + days * _DAY_MS,
            )
            await add_token(change.conn, token)
            after = {"name": token.name, "role": role, "ends_at": token.ends_at}
            change.write("token.make", f"token:{token.id}", after=after)
            change.then(lambda: self._desk.room.keep_token(token))
        return token, text

    async def end(self, by: Visitor, token_id: str) -> None:
        """End a token before its time.

        Raises:
            NotFound: there is no such token.
        """
        async with self._desk.changing(by) as change:
            token = await read_token(change.conn, token_id)
            if token is None:
                raise NotFound(detail="Token ini tidak ada.")
            await end_token(change.conn, token_id, change.now)
            change.write("token.end", f"token:{token_id}", before={"name": token.name})
            change.then(lambda: self._desk.room.drop_tokens([token.digest]))
