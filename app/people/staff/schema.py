"""Bodies of the calls for staff, as OpenAPI describes them and as they are checked."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.people.staff.model import SCOPES_MOST
from app.people.staff.passwords import PASSWORD_MOST

_Text = Annotated[str, StringConstraints(max_length=200)]
_Password = Annotated[str, StringConstraints(max_length=PASSWORD_MOST)]
_Code = Annotated[str, StringConstraints(max_length=20)]
_Why = Annotated[str, StringConstraints(max_length=500)]
_RoleName = Literal["admin", "operator", "author", "proctor", "viewer"]


class Strict(BaseModel):
    """A body whose types are taken as they are."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SignInBody(Strict):
    """Login and password; ``cookie``: the session is kept as a cookie, else returned."""

    login: _Text
    password: _Password
    cookie: bool = False
    alone: bool = False


class CodeBody(Strict):
    """The second factor's code of now."""

    code: _Code


class ProofBody(Strict):
    """The password, once more."""

    password: _Password


class PasswordBody(Strict):
    """The old password and the new one."""

    old: _Password
    new: _Password


class FactorBody(Strict):
    """A secret as it was offered, and the first code made with it."""

    sealed: Annotated[str, StringConstraints(max_length=400)]
    code: _Code


class ScopeBody(Strict):
    """What a proctor is bound to: an event, or a unit (code) or room (number) of it."""

    event: _Text
    kind: Literal["event", "unit", "room"] = "event"
    name: _Text = ""


class AccountBody(Strict):
    """An account to be made."""

    login: _Text
    name: _Text
    role: _RoleName
    scopes: Annotated[list[ScopeBody], Field(max_length=SCOPES_MOST)] = []


class ChangeBody(Strict):
    """What is to be changed of an account; what is left out stays. ``version``: as it was read."""

    version: int
    name: _Text | None = None
    role: _RoleName | None = None
    scopes: Annotated[list[ScopeBody], Field(max_length=SCOPES_MOST)] | None = None
    active: bool | None = None
    why: _Why = ""


class WhyBody(Strict):
    """Why it is done, for the audit log."""

    why: _Why = ""


class TokenBody(Strict):
    """A script's token to be made."""

    name: _Text
    role: _RoleName
    days: int


class ScopeShown(BaseModel):
    """What a proctor is bound to."""

    event: str
    kind: Literal["event", "unit", "room"]
    name: str


class AccountShown(BaseModel):
    """An account, without its password and its second factor's secret."""

    login: str
    name: str
    role: _RoleName
    scopes: list[ScopeShown]
    active: bool
    temporary_password: bool
    second_factor: bool
    version: int


class GivenPassword(BaseModel):
    """An account and the password to begin with, which is shown this once."""

    account: AccountShown
    password: str


class SessionShown(BaseModel):
    """A session that is not over. Times in milliseconds since 1970; ``own``: the asking one."""

    id: str
    began_at: int
    seen_at: int
    where: str
    agent: str
    own: bool


class Here(BaseModel):
    """Who is in: the account, under which role, and what must come first, if anything."""

    account: AccountShown
    role: _RoleName
    step: Literal["code", "password", "factor"] | None = None
    session: str | None = None


class Offer(BaseModel):
    """A secret for a second factor: for an app, as an address, and sealed, to be sent back."""

    secret: str
    address: str
    sealed: str


class TokenShown(BaseModel):
    """A token that has not ended; the token itself is shown once, when it is made."""

    id: str
    name: str
    made_by: str
    role: _RoleName
    made_at: int
    ends_at: int
    token: str | None = None


class RightShown(BaseModel):
    """A line of the table of rights; ``reach`` by role: all, own or -."""

    method: str
    path: str
    audience: Literal["public", "participant", "staff"]
    reach: dict[str, Literal["all", "own", "-"]]
    prove: bool


class EntryShown(BaseModel):
    """A line of the audit log."""

    number: int
    at: int
    who: str
    role: str
    what: str
    whom: str
    why: str
    where: str
    before: dict[str, Any]
    after: dict[str, Any]


class LogPage(BaseModel):
    """Lines of the audit log, the newest first; ``next``: before which number it goes on."""

    entries: list[EntryShown]
    next: int | None = None
