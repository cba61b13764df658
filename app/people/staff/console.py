"""What staff do that needs Postgres; made in a web process when it is first asked for."""

from dataclasses import dataclass

from app.people.staff.accounts import Accounts
from app.people.staff.desk import Desk
from app.people.staff.tokens import ApiTokens


@dataclass(frozen=True, slots=True)
class Console:
    """accounts, tokens: what is done to them · desk: the record, to read the audit log from."""

    accounts: Accounts
    tokens: ApiTokens
    desk: Desk
