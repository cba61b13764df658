"""How staff come in, stay in and go: without Postgres, by what the room knows."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from app.people.audit_log.model import Actor, Entry
from app.people.staff.live import WHOLE_DAY_MS, StaffRoom, session_id
from app.people.staff.model import Account, Session, Visitor, login_of
from app.people.staff.passwords import Passwords
from app.people.staff.problems import (
    NotAllowed,
    ProveFirst,
    SignInFirst,
    SlowDown,
    Unfit,
    WrongCode,
    WrongEntry,
)
from app.people.staff.second_factor import SecondFactors

Note = Callable[[Entry], Awaitable[None]]
"""Writes an entry of the audit log down where Postgres need not be there."""

PROVED_MS: Final = 5 * 60_000
"""How long a password that was typed stands for the one who typed it."""
_TRIES: Final = 10
_CODES: Final = 20
_AGENT_MOST: Final = 200
_STRANGERS: Final = 1024


class Entrance:
    """Lets staff in. Redis holds the truth about who is in; nothing is held here."""

    def __init__(
        self, room: StaffRoom, passwords: Passwords, factors: SecondFactors, key: bytes, note: Note
    ) -> None:
        self._room = room
        self._passwords = passwords
        self._factors = factors
        self._key = hmac.digest(key, b"known device", hashlib.sha256)
        self._note = note

    async def sign_in(
        self, unsafe_login: str, password: str, *, where: str, agent: str, alone: bool = False
    ) -> tuple[str, Visitor]:
        """Let somebody in by login and password; return the session's cookie and who it is.

        However many wrong tries went before, a right password enters. ``alone`` ends the account's
        other sessions: somebody takes over from another device.

        Raises:
            WrongEntry, SlowDown: login and password do not fit; after ten, `SlowDown` says so.
        """
        account = await self._known(unsafe_login)
        login = account.login if account else self._stranger(unsafe_login)
        kept = account.password if account else None
        if not await self._passwords.fits(login, password, kept) or account is None:
            await self._refuse(login, account, where)
            raise WrongEntry
        now, before = await asyncio.gather(self._room.now_ms(), self._room.wrong_passwords(login))
        cookie = secrets.token_urlsafe(32)
        session = Session(
            id=session_id(cookie),
            login=login,
            began_at=now,
            seen_at=now,
            proved_at=now,
            is_whole=not account.factor,
            is_alone=alone,
            wrong_before=before,
            where=where,
            agent=agent[:_AGENT_MOST],
        )
        if before:
            await self._room.forgive(login)
        await self._room.begin(session)
        visitor = Visitor(account=account, session=session, where=where)
        if session.is_whole:
            await self._begin(visitor, now)
        return cookie, visitor

    async def show_code(self, visitor: Visitor, code: str, *, device: str) -> tuple[Visitor, str]:
        """Take the second factor's code; return who is in, and by what this device is known now.

        ``device``: what it was known by. Whoever guesses on other devices uses up tries of theirs,
        never those of a known one.

        Raises:
            WrongCode, SlowDown: it is not the code of now, or was used already.
        """
        session, account = visitor.in_person, visitor.account
        known = device if self._is_known(account.login, device) else ""
        if await self._room.count_code(account.login, known) > _CODES:
            raise SlowDown
        now = await self._room.now_ms()
        step = self._factors.step_of(account.login, account.factor, code, now)
        if step is None or not await self._room.spend_step(account.login, step):
            raise WrongCode
        await self._room.forgive_codes(account.login, known)
        whole = replace(session, is_whole=True, proved_at=now)
        await self._room.amend(session, is_whole=True, proved_at=now)
        entered = replace(visitor, session=whole)
        await self._begin(entered, now)
        return entered, known or self._new_device(account.login)

    async def stay(self, visitor: Visitor, account: Account) -> Visitor:
        """Let the visitor's own session outlast a change of the account that ended all of them."""
        session, now = visitor.in_person, account.since
        await self._room.amend(session, began_at=now, proved_at=now, is_whole=True)
        stayed = replace(session, began_at=now, proved_at=now, is_whole=True)
        return replace(visitor, account=account, session=stayed)

    async def visitor(self, cookie: str, where: str) -> Visitor:
        """Return who holds this cookie.

        Raises:
            SignInFirst: nobody: the session is over, or the account changed so that it ended.
        """
        session, now = await asyncio.gather(
            self._room.session(session_id(cookie)), self._room.now_ms()
        )
        account = await self._room.account(session.login) if session else None
        if session is None or account is None:
            raise SignInFirst
        is_over = now > session.began_at + WHOLE_DAY_MS or session.began_at < account.since
        if is_over or not account.is_active:
            await self._room.end(session)
            raise SignInFirst
        await self._room.saw(session, now)
        return Visitor(account=account, session=session, where=where)

    async def script(self, token: str, where: str) -> Visitor:
        """Return as whom a script comes in with its token.

        Raises:
            SignInFirst: it is none, has ended, or its maker's account has.
        """
        held = await self._room.token(token)
        account = await self._room.account(held.made_by) if held else None
        if held is None or account is None or not account.is_active:
            raise SignInFirst
        if await self._room.now_ms() >= held.ends_at:
            raise SignInFirst
        return Visitor(account=account, token=held, where=where)

    async def prove(self, visitor: Visitor, password: str) -> None:
        """Take the password once more, before something dangerous.

        Raises:
            WrongEntry, SlowDown: it is not the password.
        """
        session, account = visitor.in_person, visitor.account
        if not await self._passwords.fits(account.login, password, account.password):
            await self._refuse(account.login, account, visitor.where)
            raise WrongEntry
        await self._room.amend(session, proved_at=await self._room.now_ms())

    async def require_proof(self, visitor: Visitor) -> None:
        """Refuse who did not type the password within the last minutes.

        Raises:
            ProveFirst: the password must be typed again.
            NotAllowed: a script's token does nothing dangerous.
        """
        if visitor.session is None:
            raise NotAllowed(detail="Token skrip tidak dapat dipakai untuk tindakan penting ini.")
        if await self._room.now_ms() > visitor.session.proved_at + PROVED_MS:
            raise ProveFirst

    async def sign_out(self, visitor: Visitor) -> None:
        """End the visitor's own session."""
        await self.end(visitor, visitor.in_person)

    async def sessions(self, login: str) -> list[Session]:
        """Return the sessions of an account that are not over, the one seen last first."""
        account = await self._room.account(login)
        since = account.since if account else 0
        return [one for one in await self._room.sessions(login) if one.began_at >= since]

    async def end(self, visitor: Visitor, session: Session) -> None:
        """End a session, one's own or another's; its next request is refused."""
        await self._room.end(session)
        now = await self._room.now_ms()
        own = visitor.session is not None and session.id == visitor.session.id
        await self._log(
            visitor,
            "session.end",
            now,
            whom=f"account:{session.login}",
            own=own,
            where=session.where,
        )

    async def end_others(self, visitor: Visitor) -> int:
        """End every session of the visitor's account but this one; return how many."""
        others = [
            one
            for one in await self._room.sessions(visitor.account.login)
            if visitor.session is None or one.id != visitor.session.id
        ]
        for session in others:
            await self.end(visitor, session)
        return len(others)

    async def _begin(self, visitor: Visitor, now: int) -> None:
        """Write down that somebody is in, and end the other sessions where that was asked for."""
        session = visitor.in_person
        await self._log(
            visitor,
            "session.begin",
            now,
            second_factor=bool(visitor.account.factor),
            wrong_before=session.wrong_before,
        )
        if session.is_alone:
            await self.end_others(visitor)

    async def _known(self, unsafe_login: str) -> Account | None:
        try:
            account = await self._room.account(login_of(unsafe_login))
        except Unfit:
            return None
        return account if account and account.is_active else None

    def _stranger(self, unsafe_login: str) -> str:
        """Return under which name wrong tries of nobody's count: one of a few, whatever is sent."""
        mac = hmac.digest(self._key, unsafe_login.encode(errors="replace"), hashlib.sha256)
        return f"~{int.from_bytes(mac[:2], 'big') % _STRANGERS}"

    async def _refuse(self, login: str, account: Account | None, where: str) -> None:
        count = await self._room.count_wrong_password(login)
        if account and count >= _TRIES and _is_round(count):
            now = await self._room.now_ms()
            tries = {"wrong_tries": count}
            nobody = Actor("", "", where)
            whom = f"account:{login}"
            await self._note(nobody.did("session.refused", now, whom=whom, after=tries))
        if count > _TRIES:
            raise SlowDown

    async def _log(
        self,
        visitor: Visitor,
        what: str,
        at: int,
        *,
        whom: str = "",
        **after: Any,  # noqa: ANN401 - JSON
    ) -> None:
        about = whom or f"account:{visitor.account.login}"
        entry = visitor.actor.did(what, at, whom=about, after=after)
        await self._note(entry)

    def _new_device(self, login: str) -> str:
        name = secrets.token_hex(8)
        return f"{name}.{self._device_mac(login, name)}"

    def _is_known(self, login: str, device: str) -> bool:
        name, _, mac = device.partition(".")
        return hmac.compare_digest(mac.encode(), self._device_mac(login, name).encode())

    def _device_mac(self, login: str, name: str) -> str:
        return hmac.digest(self._key, f"{login}|{name}".encode(), hashlib.sha256)[:16].hex()


def _is_round(count: int) -> bool:
    """Tell whether it is 10, 100, 1,000 …: a million wrong tries are six lines of the log."""
    return set(str(count)[1:]) <= {"0"} and str(count)[0] == "1"
