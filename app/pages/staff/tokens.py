"""`/staf/token`: what scripts come in with."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from app.kit.errors import Problem
from app.pages.staff.account_form import choices
from app.pages.staff.form import form_of
from app.pages.staff.route import StaffPage
from app.pages.staff.screen import NONE_FOUND, Faults, faults_of, sent_to, show
from app.pages.staff.times import moment
from app.people.staff.guard import visitor_of
from app.people.staff.live import StaffRoom
from app.people.staff.model import BENEATH, ROLE_NAMES, TOKEN_DAYS_MOST, ApiToken, Role
from app.people.staff.problems import NotAllowed, Unfit
from app.people.staff.rights import RULES, Reach
from app.people.staff.routes import console_of
from app.settings import TimeZone

_HERE: Final = "/staf/token"

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as the page shows it."""

    id: str
    name: str
    role: str
    made_by: str
    made: str
    ends: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a token, to be shown again."""

    name: str = ""
    role: str = ""
    days: str = "7"


@router.get(_HERE)
async def tokens(request: Request) -> Response:
    """List the tokens that have not ended, and ask what a new one is to be."""
    return await _tokens(request, Typed())


@router.post(_HERE)
async def make_token(request: Request) -> Response:
    """Make a token, and show it this once."""
    visitor, form = visitor_of(request), form_of(request)
    typed = Typed(form.text("name"), form.text("role"), form.text("days"))
    try:
        role = Role(form.chosen("role", set(Role), "Pilih salah satu peran."))
        console = await console_of(request)
        made, text = await console.tokens.make(
            visitor, name=typed.name, role=role, days=form.number("days")
        )
    except (Unfit, NotAllowed) as problem:
        return await _tokens(request, typed, problem, faults_of(problem, role=NotAllowed))
    room: StaffRoom = request.state.staff_room
    line = _line(request, made, await room.now_ms())
    return show(
        request,
        "token_made.html",
        201,
        token=made,
        text=text,
        role_name=line.role,
        ends=line.ends,
    )


@router.post(f"{_HERE}/{{token}}/akhiri")
async def end_token(token: str, request: Request) -> Response:
    """End a token before its time."""
    console = await console_of(request)
    await console.tokens.end(visitor_of(request), token)
    return sent_to(_HERE, "token-berakhir")


async def _tokens(
    request: Request, typed: Typed, problem: Problem | None = None, faults: Faults = NONE_FOUND
) -> Response:
    visitor, console = visitor_of(request), await console_of(request)
    sees_all = RULES["GET", _HERE].reach[visitor.role] is Reach.ALL
    found = await console.tokens.living(None if sees_all else visitor.account.login)
    room: StaffRoom = request.state.staff_room
    now = await room.now_ms()
    return show(
        request,
        "tokens.html",
        problem.status if problem else 200,
        faults=faults,
        tokens=[_line(request, token, now) for token in found],
        typed=typed,
        role_choices=choices(BENEATH[visitor.role] | {visitor.role}),
        days_most=TOKEN_DAYS_MOST,
    )


def _line(request: Request, token: ApiToken, now: int) -> TokenLine:
    zone: TimeZone = request.state.time_zone
    made, ends = (moment(at, now, zone) for at in (token.made_at, token.ends_at))
    return TokenLine(token.id, token.name, ROLE_NAMES[token.role], token.made_by, made, ends)
