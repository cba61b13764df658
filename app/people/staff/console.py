"""What staff do that needs Postgres; made in a web process when it is first asked for."""

from dataclasses import dataclass

from app.people.audit_log import store
from app.people.audit_log.chain import head_text
from app.people.audit_log.model import Wanted
from app.people.audit_log.store import Page
from app.people.staff.accounts import Accounts
from app.people.staff.desk import Desk
from app.people.staff.tokens import ApiTokens


@dataclass(frozen=True, slots=True)
class Console:
    """accounts, tokens: what is done to them · desk: the record, to read the audit log from."""

    accounts: Accounts
    tokens: ApiTokens
    desk: Desk

    async def read_log(
        self, wanted: Wanted, *, before: int | None = None, limit: int = 100
    ) -> Page:
        """Return lines of the audit log, the newest first, of those below ``before``.

        Raises:
            RecordAway: Postgres is out of reach.
        """
        async with self.desk.reading() as conn:
            return await store.read(conn, wanted, before=before, limit=limit)

    async def log_head(self) -> str:
        """Return the newest line's number and hash, to be written into the session minutes.

        Raises:
            RecordAway: Postgres is out of reach.
        """
        async with self.desk.reading() as conn:
            return head_text(*await store.newest(conn))
