"""Staff of an exam, and their devices."""

import itertools
import secrets
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
import pyotp

from app.operations.stores import Stores
from app.people.staff.live import StaffRoom, session_id
from app.people.staff.model import BOUND, Account, Role, Scope, Session
from app.people.staff.passwords import _HINT_DIGITS, Passwords
from app.people.staff.second_factor import SecondFactors
from app.people.staff.store import add_account
from tests.exam import EVENT

STAFF = "/api/v1/staff"
PASSWORD = "kuda-lumping-menari-di-atas-awan"  # noqa: S105 - of invented people
_numbers = itertools.count(1)


class Workplace(Protocol):
    """Whatever staff work in: an exam in this process, or an installation of its own."""

    stores: Stores
    http: httpx.AsyncClient


@dataclass(slots=True)
class Staffer:
    """Somebody of staff with a device: their account, and the cookie of the session at hand."""

    http: httpx.AsyncClient
    account: Account
    secret: str = ""
    """Of the second factor, base 32; empty where there is none."""
    cookie: str = ""

    async def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call a path with this device's session."""
        headers = {"Authorization": f"Bearer {self.cookie}"}
        return await self.http.request(method, path, json=body, headers=headers)

    async def ok(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Call a path of staff's, and expect it to be done."""
        reply = await self.call(method, STAFF + path, body)
        assert reply.is_success, reply.text
        return reply.json() if reply.content else None

    async def try_sign_in(self, password: str = PASSWORD, **more: object) -> httpx.Response:
        """Show login and password."""
        body = {"login": self.account.login, "password": password, **more}
        return await self.http.post(f"{STAFF}/session", json=body)

    async def sign_in(self, password: str = PASSWORD, **more: object) -> dict[str, Any]:
        """Come in with the password; return who is in."""
        reply = await self.try_sign_in(password, **more)
        assert reply.status_code == httpx.codes.OK, reply.text
        here: dict[str, Any] = reply.json()
        self.cookie = here["session"]
        return here

    def code(self, at_ms: int) -> str:
        """Return what the phone shows at a time, in milliseconds since 1970."""
        return pyotp.TOTP(self.secret).at(at_ms // 1000)


def room_of(exam: Workplace) -> StaffRoom:
    """Return what the room knows of staff."""
    return StaffRoom(exam.stores.room.execute_command)


async def now(exam: Workplace) -> int:
    """Return the room's time."""
    return await room_of(exam).now_ms()


_argon2: dict[str, str] = {}


async def kept(key: bytes, login: str, password: str) -> str:
    """Return what is kept of a password: a hint that is each login's own, and argon2's text.

    That text knows neither key nor login, takes its time, and is made once a password.
    """
    passwords = Passwords(key)
    try:
        if password not in _argon2:
            _argon2[password] = (await passwords.keep(login, password))[_HINT_DIGITS:]
        return f"{passwords._hint(login, password):0{_HINT_DIGITS}x}{_argon2[password]}"
    finally:
        passwords.close()


async def hired(
    exam: Workplace,
    role: Role = Role.OPERATOR,
    *,
    login: str = "",
    scopes: tuple[Scope, ...] = (),
    factor: bool = False,
    temporary: bool = False,
    password: str = PASSWORD,
) -> Staffer:
    """Return somebody who has an account, in the record and in the room, and is not in yet."""
    login = login or f"{role}{next(_numbers)}"
    factors = SecondFactors(exam.stores.secrets.staff)
    sealed = factors.new(login) if factor else ""
    account = Account(
        login=login,
        name=f"Orang {login}",
        role=role,
        scopes=scopes or ((Scope(EVENT),) if role in BOUND else ()),
        password=await kept(exam.stores.secrets.staff, login, password),
        is_temporary=temporary,
        factor=sealed,
    )
    async with exam.stores.record.begin() as conn:
        assert await add_account(conn, account)
    # This one alone: `copy_staff` reads everybody, and a file of tests hires hundreds.
    await room_of(exam).keep_account(account)
    return Staffer(exam.http, account, factors.secret(login, sealed) if factor else "")


async def seated(exam: Workplace, staffer: Staffer) -> Staffer:
    """Return the same person at one more device, in, without having typed anything."""
    room, cookie = room_of(exam), secrets.token_urlsafe(32)
    at = await room.now_ms()
    session = Session(
        id=session_id(cookie),
        login=staffer.account.login,
        began_at=at,
        seen_at=at,
        proved_at=at,
        is_whole=True,
        where="192.0.2.7",
        agent="a test",
    )
    await room.begin(session)
    return Staffer(staffer.http, staffer.account, staffer.secret, cookie)


async def aged(exam: Workplace, cookie: str, **times: int) -> None:
    """Let a session's times lie so many milliseconds further back."""
    room = room_of(exam)
    session = await room.session(session_id(cookie))
    assert session is not None
    await room.amend(session, **{name: getattr(session, name) - ms for name, ms in times.items()})
