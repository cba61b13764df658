"""Who works here: roles, what an account is bound to, accounts, sessions. Pure values and rules."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from app.people.audit_log.model import Actor
from app.people.staff.problems import NotAllowed, Unfit


class Role(StrEnum):
    """What somebody is here for. What each may do stands in `app.people.staff.rights`."""

    ADMIN = "admin"
    OPERATOR = "operator"
    AUTHOR = "author"
    PROCTOR = "proctor"
    VIEWER = "viewer"


ROLE_NAMES: Final[dict[Role, str]] = {
    Role.ADMIN: "admin",
    Role.OPERATOR: "operator (panitia)",
    Role.AUTHOR: "penyusun soal",
    Role.PROCTOR: "pengawas",
    Role.VIEWER: "pemantau",
}

BENEATH: Final[dict[Role, frozenset[Role]]] = {
    Role.ADMIN: frozenset(Role),
    Role.OPERATOR: frozenset({Role.PROCTOR, Role.VIEWER}),
    Role.AUTHOR: frozenset(),
    Role.PROCTOR: frozenset(),
    Role.VIEWER: frozenset(),
}
"""Whose accounts are one's own affair."""

NEEDS_SECOND_FACTOR: Final = frozenset({Role.ADMIN})
BOUND: Final = frozenset({Role.PROCTOR})
"""Roles that reach only what their account is bound to."""

ScopeKind = Literal["event", "unit", "room"]
SCOPES_MOST: Final = 200
_LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{2,31}")
_SCOPE_NAME: Final = re.compile(r"[^\x00-\x1f]{1,120}")
NAME_MOST: Final = 80
TOKEN_DAYS_MOST: Final = 366


@dataclass(frozen=True, slots=True)
class Scope:
    """What a proctor is bound to: an event, or in it a unit (its code) or a room (its number)."""

    event: str
    kind: ScopeKind = "event"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who works here. Postgres holds the truth; the room has a copy to go by.

    ``password``: argon2id's own text, and the hint before it (`app.people.staff.passwords`).
    ``factor``: the sealed secret of the second factor, empty where there is none. ``since``:
    sessions that began before it, in milliseconds since 1970, are over. ``version`` grows with
    every change, so that an older copy never replaces a newer one.
    """

    login: str
    name: str
    role: Role
    scopes: tuple[Scope, ...] = ()
    password: str
    is_temporary: bool = True
    """Whether the password was given by somebody else, and is to be changed first."""
    factor: str = ""
    is_active: bool = True
    since: int = 0
    version: int = 1

    def covers(self, event: str, *, unit: str = "", room: str = "") -> bool:
        """Tell whether the account reaches an event, or a unit (code) or room (number) of it.

        Without unit and room: whether it reaches the event as a whole or some part of it.
        """
        if self.role not in BOUND:
            return True
        held = [scope for scope in self.scopes if scope.event == event]
        if not unit and not room:
            return bool(held)
        return any(
            scope.kind == "event"
            or (scope.kind == "unit" and scope.name == unit)
            or (scope.kind == "room" and scope.name == room)
            for scope in held
        )

    def covers_all(self, event: str) -> bool:
        """Tell whether the account reaches everybody in an event."""
        return self.role not in BOUND or Scope(event) in self.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """What a script comes in with: a role, no second factor, and an end.

    It ends with the account that made it, and reaches no further than that account.
    """

    id: str
    name: str
    made_by: str
    role: Role
    digest: str
    """SHA-256 of the token itself, hexadecimal: that is kept nowhere."""
    made_at: int
    ends_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who came in. Times in milliseconds since 1970, by the room's clock.

    ``id``: derived from the cookie, so that it may be shown. ``is_whole``: the second factor was
    shown, where there is one. ``proved_at``: when the password was typed last.
    """

    id: str
    login: str
    began_at: int
    seen_at: int
    proved_at: int
    is_whole: bool
    is_alone: bool = False
    """Whether the account's other sessions end when this one is whole."""
    wrong_before: int = 0
    """How many wrong passwords were tried before the right one."""
    where: str
    agent: str


Step = Literal["code", "password", "factor"]
"""What comes before anything else: a second factor's code, a password or factor of one's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks: an account by its session, a script by its token, somebody at a shell."""

    account: Account
    session: Session | None = None
    token: ApiToken | None = None
    shell: Actor | None = None
    """Who is at a shell of the server, and may do whatever an admin may."""
    where: str = ""

    @property
    def role(self) -> Role:
        """Under which role the request is made."""
        return self.token.role if self.token else self.account.role

    @property
    def actor(self) -> Actor:
        """Who it was, as the audit log says it."""
        if self.shell is not None:
            return self.shell
        who = f"token:{self.token.name}" if self.token else self.account.login
        return Actor(who, self.role, self.where)

    @property
    def in_person(self) -> Session:
        """The session of somebody who came in with their own account.

        Raises:
            NotAllowed: a script asks, or somebody at a shell.
        """
        if self.session is None:
            raise NotAllowed(detail="Ini hanya untuk orang yang masuk dengan akunnya sendiri.")
        return self.session

    @property
    def reach(self) -> Account:
        """The account as this request may use it: under the token's role where there is one."""
        return replace(self.account, role=self.role)

    @property
    def step(self) -> Step | None:
        """What this visitor must do first; None: nothing."""
        if self.session is None:
            return None
        if self.account.factor and not self.session.is_whole:
            return "code"
        if self.account.is_temporary:
            return "password"
        if self.account.role in NEEDS_SECOND_FACTOR and not self.account.factor:
            return "factor"
        return None


def at_shell(actor: Actor) -> Visitor:
    """Return somebody at a shell of the server as a visitor."""
    nobody = Account(login="", name="", role=Role.ADMIN, password="")
    return Visitor(account=nobody, shell=actor)


def login_of(unsafe_login: str) -> str:
    """Return a login as it is kept: small letters, as people type it without care.

    Raises:
        Unfit: it will not do.
    """
    login = unsafe_login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Unfit(
            detail="Nama pengguna: 3–32 huruf kecil, angka, titik, garis; diawali huruf.",
            field="login",
        )
    return login


def name_of(unsafe_name: str) -> str:
    """Return a person's name on one line.

    Raises:
        Unfit: it is empty, too long or not printable.
    """
    name = " ".join(unsafe_name.split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise Unfit(
            detail=f"Nama: 1–{NAME_MOST} huruf yang dapat dicetak.",
            field="name",
        )
    return name


def scopes_of(role: Role, scopes: tuple[Scope, ...]) -> tuple[Scope, ...]:
    """Return what an account of this role is bound to, each once.

    Raises:
        Unfit: a proctor who is bound to nothing, others who are bound, or a bad name.
    """
    if role not in BOUND and scopes:
        raise Unfit(
            detail="Hanya pengawas yang dibatasi pada kegiatan, unit, atau ruang.",
            field="scopes",
        )
    if role in BOUND and not 0 < len(scopes) <= SCOPES_MOST:
        raise Unfit(
            detail="Pengawas harus dibatasi: sebutkan kegiatan, unit, atau ruangnya.",
            field="scopes",
        )
    for scope in scopes:
        named = bool(scope.name) == (scope.kind != "event")
        if not named or not all(map(_SCOPE_NAME.fullmatch, (scope.event, scope.name or "-"))):
            raise Unfit(
                detail="Batas pengawas: kegiatan saja, atau kegiatan dengan satu unit atau ruang.",
                field="scopes",
            )
    return tuple(dict.fromkeys(scopes))
