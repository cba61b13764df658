"""`/staf/akun`: the accounts that are one's own affair, and new ones."""

from typing import Final

from fastapi import APIRouter, Request, Response

from app.kit.errors import Problem
from app.pages.staff.account_form import Typed, choices, chosen_role, typed_in
from app.pages.staff.form import form_of
from app.pages.staff.places import places_of
from app.pages.staff.route import StaffPage
from app.pages.staff.screen import NONE_FOUND, Faults, faults_of, show
from app.people.staff.guard import rule_here, visitor_of
from app.people.staff.model import (
    BENEATH,
    BOUND,
    NEEDS_SECOND_FACTOR,
    ROLE_NAMES,
    Account,
    Role,
)
from app.people.staff.problems import LoginTaken, NotAllowed, RecordAway, Unfit
from app.people.staff.rights import Reach, is_own
from app.people.staff.routes import console_of

_HERE: Final = "/staf/akun"

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@router.get(_HERE)
async def accounts(request: Request) -> Response:
    """List accounts, those that fit what is looked for."""
    visitor, console = visitor_of(request), await console_of(request)
    sees_all = rule_here(request).reach[visitor.role] is Reach.ALL
    mine = [one for one in await console.accounts.all() if sees_all or is_own(visitor, one)]
    search = request.query_params.get("cari", "").strip()
    role = request.query_params.get("peran", "")
    return show(
        request,
        "accounts.html",
        accounts=[one for one in mine if _fits(one, search, role)],
        total=len(mine),
        search=search,
        role=role,
        roles=[
            (one.value, ROLE_NAMES[one]) for one in Role if sees_all or one in BENEATH[visitor.role]
        ],
        role_names=ROLE_NAMES,
    )


@router.get("/staf/akun-baru")
async def new_account(request: Request) -> Response:
    """Show what is asked of a new account."""
    return await _new(request, Typed())


@router.post(_HERE)
async def create_account(request: Request) -> Response:
    """Make an account; show the password to begin with, this once."""
    visitor, form = visitor_of(request), form_of(request)
    typed = typed_in(form)
    try:
        role = chosen_role(form, visitor)
        console = await console_of(request)
        account, password = await console.accounts.create(
            visitor, login=typed.login, name=typed.name, role=role, scopes=typed.scopes
        )
    except (Unfit, LoginTaken, NotAllowed, RecordAway) as problem:
        faults = faults_of(problem, login=LoginTaken, role=NotAllowed)
        return await _new(request, typed, problem, faults)
    return given(request, account, password, f"Akun {account.login} sudah dibuat", 201)


def given(
    request: Request, account: Account, password: str, heading: str, status: int = 200
) -> Response:
    """Show a password to begin with, to be handed over."""
    return show(
        request,
        "given.html",
        status,
        account=account,
        password=password,
        heading=heading,
        role_name=ROLE_NAMES[account.role],
        address=f"{request.headers.get('host', '')}/staf",
        needs_factor=account.role in NEEDS_SECOND_FACTOR and not account.factor,
    )


async def _new(
    request: Request, typed: Typed, problem: Problem | None = None, faults: Faults = NONE_FOUND
) -> Response:
    beneath = BENEATH[visitor_of(request).role]
    return show(
        request,
        "account_new.html",
        problem.status if problem else 200,
        faults=faults,
        typed=typed,
        role_choices=choices(beneath),
        places=await places_of(request, typed.scopes) if beneath & BOUND else None,
    )


def _fits(account: Account, search: str, role: str) -> bool:
    wanted = search.lower()
    return (not role or account.role == role) and (
        wanted in account.login or wanted in account.name.lower()
    )
