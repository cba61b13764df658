"""What is done to accounts."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.errors import NotFound, OpsError
from app.people.staff.desk import Change, Desk
from app.people.staff.model import (
    BENEATH,
    Account,
    Role,
    Scope,
    Visitor,
    login_of,
    name_of,
    scopes_of,
)
from app.people.staff.passwords import Passwords
from app.people.staff.problems import (
    ChangedMeanwhile,
    LoginTaken,
    NotAllowed,
    Unfit,
    WrongCode,
    WrongEntry,
)
from app.people.staff.second_factor import SecondFactors
from app.people.staff.store import add_account, all_accounts, change_account, read_account
from app.people.staff.strength import given_password, require_strong

_NOT_OFFERED: Final = "Kunci ini tidak ditawarkan kepada akun ini. Mulai lagi dari awal."
_LOGGED: Final = ("name", "role", "scopes", "is_active", "is_temporary")


class Accounts:
    """Makes and changes accounts; everything raises RecordAway while Postgres is out of reach."""

    def __init__(self, desk: Desk, passwords: Passwords, factors: SecondFactors) -> None:
        self._desk = desk
        self._passwords = passwords
        self._factors = factors

    async def all(self) -> list[Account]:
        """Return every account, by its login."""
        async with self._desk.reading() as conn:
            return await all_accounts(conn)

    async def read(self, login: str) -> Account:
        """Return an account as the record has it.

        Raises:
            NotFound: there is none.
        """
        async with self._desk.reading() as conn:
            return await _known(conn, login)

    async def create(
        self, by: Visitor, *, login: str, name: str, role: Role, scopes: tuple[Scope, ...] = ()
    ) -> tuple[Account, str]:
        """Make an account; return it and the password to begin with, which is shown once.

        Raises:
            Unfit: login, name or what it is bound to will not do.
            NotAllowed: the role is not beneath who makes it.
            LoginTaken: there is such an account.
        """
        _require_beneath(by, role)
        login, password = login_of(login), given_password()
        account = Account(
            login=login,
            name=name_of(name),
            role=role,
            scopes=scopes_of(role, scopes),
            password=await self._passwords.keep(login, password),
        )
        async with self._desk.changing(by) as change:
            account = replace(account, since=change.now)
            if not await add_account(change.conn, account):
                raise LoginTaken
            change.write("account.create", f"account:{login}", after=_logged(account))
            change.then(lambda: self._desk.room.keep_account(account))
        return account, password

    async def change(
        self,
        by: Visitor,
        login: str,
        version: int,
        *,
        name: str | None = None,
        role: Role | None = None,
        scopes: tuple[Scope, ...] | None = None,
        is_active: bool | None = None,
        why: str = "",
    ) -> Account:
        """Change what is said of an account; what is None stays.

        Another role, or closing the account, ends its sessions.

        Raises:
            NotFound, Unfit: no such account; what is said will not do.
            NotAllowed: the new role is not beneath who does it, or it is their own.
            ChangedMeanwhile: ``version`` is not the one that stands.
        """
        async with self._desk.changing(by) as change:
            before = await _known(change.conn, login, to_change=True)
            if before.version != version:
                raise ChangedMeanwhile
            new_role = role or before.role
            is_other_role = new_role != before.role
            if is_other_role:
                _require_beneath(by, new_role)
            if login == by.account.login and (is_other_role or is_active is False):
                raise NotAllowed(detail="Peran dan keaktifan akun sendiri diubah oleh orang lain.")
            held = () if is_other_role else before.scopes
            wanted = replace(
                before,
                name=before.name if name is None else name_of(name),
                role=new_role,
                scopes=scopes_of(new_role, held if scopes is None else scopes),
                is_active=before.is_active if is_active is None else is_active,
            )
            if wanted == before:
                return before
            ends = is_other_role or not wanted.is_active
            return await self._keep(change, "account.change", before, wanted, ends=ends, why=why)

    async def give_password(self, by: Visitor, login: str, *, why: str = "") -> tuple[Account, str]:
        """Give an account a password to begin with again; its sessions end.

        Raises:
            NotFound: there is no such account.
        """
        password = given_password()
        kept = await self._passwords.keep(login, password)
        async with self._desk.changing(by) as change:
            before = await _known(change.conn, login, to_change=True)
            wanted = replace(before, password=kept, is_temporary=True)
            after = await self._keep(
                change, "account.give-password", before, wanted, ends=True, why=why
            )
        return after, password

    async def drop_factor(self, by: Visitor, login: str, *, why: str = "") -> Account:
        """Take an account's second factor away, since the phone is lost; its sessions end.

        Raises:
            NotFound: there is no such account.
        """
        async with self._desk.changing(by) as change:
            before = await _known(change.conn, login, to_change=True)
            wanted = replace(before, factor="")
            return await self._keep(
                change, "account.drop-factor", before, wanted, ends=True, why=why
            )

    async def choose_password(self, by: Visitor, old: str, new: str) -> Account:
        """Replace the visitor's own password; the account's sessions end.

        Raises:
            NotAllowed: a script asks.
            WrongEntry: the old one is wrong.
            Unfit: it is the old one again.
            WeakPassword: the new one can be guessed.
        """
        login = by.in_person.login
        async with self._desk.changing(by) as change:
            before = await _known(change.conn, login, to_change=True)
            if not await self._passwords.fits(login, old, before.password):
                raise WrongEntry(detail="Kata sandi yang lama tidak sesuai.")
            if new == old:
                raise Unfit(detail="Kata sandi yang baru harus berbeda dari yang lama.")
            require_strong(new, login, *before.name.split())
            kept = await self._passwords.keep(login, new)
            wanted = replace(before, password=kept, is_temporary=False)
            return await self._keep(change, "account.choose-password", before, wanted, ends=True)

    async def choose_factor(self, by: Visitor, sealed: str, code: str) -> Account:
        """Take on a second factor, once its first code was shown; the account's sessions end.

        Raises:
            WrongCode: the code is not that of now.
            Unfit: the secret was not offered here, to this account.
        """
        login, room = by.in_person.login, self._desk.room
        try:
            step = self._factors.step_of(login, sealed, code, await room.now_ms())
        except OpsError:
            raise Unfit(detail=_NOT_OFFERED, field="sealed") from None
        if step is None or not await room.spend_step(login, step):
            raise WrongCode
        async with self._desk.changing(by) as change:
            before = await _known(change.conn, login, to_change=True)
            wanted = replace(before, factor=sealed)
            return await self._keep(change, "account.choose-factor", before, wanted, ends=True)

    async def _keep(
        self,
        change: Change,
        what: str,
        before: Account,
        wanted: Account,
        *,
        ends: bool,
        why: str = "",
    ) -> Account:
        """Write the next version of an account; ``ends``: the sessions that are open now."""
        since = change.now if ends else before.since
        after = replace(wanted, version=before.version + 1, since=since)
        await change_account(change.conn, after)
        was, now = _logged(before), _logged(after)
        changed = [name for name in was if was[name] != now[name]]
        change.write(
            what,
            f"account:{after.login}",
            why=why,
            before={name: was[name] for name in changed},
            after={name: now[name] for name in changed},
        )
        change.then(lambda: self._desk.room.keep_account(after))
        return after


def _require_beneath(by: Visitor, role: Role) -> None:
    if role not in BENEATH[by.role]:
        raise NotAllowed(detail="Peran ini tidak dapat Anda berikan. Hubungi admin.")


async def _known(conn: AsyncConnection, login: str, *, to_change: bool = False) -> Account:
    account = await read_account(conn, login, to_change=to_change)
    if account is None:
        raise NotFound(detail="Tidak ada akun dengan nama pengguna ini.")
    return account


def _logged(account: Account) -> Mapping[str, Any]:
    """Return what the audit log says of an account: no password, no secret."""
    said = {name: value for name, value in asdict(account).items() if name in _LOGGED}
    return said | {"second_factor": bool(account.factor)}
