"""`/staf/akun/{login}`: one account, and all that can be done to it."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from app.kit.errors import Problem
from app.pages.staff.account_form import (
    Typed,
    as_it_stands,
    bounds_kept,
    choices,
    chosen_role,
    typed_in,
)
from app.pages.staff.accounts import given
from app.pages.staff.form import form_of
from app.pages.staff.log_lines import last_about
from app.pages.staff.places import names_of, places_of
from app.pages.staff.route import StaffPage
from app.pages.staff.screen import NONE_FOUND, Faults, faults_of, is_open, sent_to, show
from app.pages.staff.sessions import session_lines
from app.people.staff.guard import visitor_of
from app.people.staff.model import BENEATH, BOUND, ROLE_NAMES, Account, Visitor
from app.people.staff.problems import ChangedMeanwhile, NotAllowed, Unfit
from app.people.staff.routes import console_of

_HERE: Final = "/staf/akun/{login}"
_LATELY: Final = 5
_CHANGED: Final = (
    "Akun ini baru saja diubah orang lain. Isian Anda masih ada di bawah: bandingkan dengan "
    "keadaan sekarang, lalu simpan lagi."
)

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@router.get(_HERE)
async def account_page(login: str, request: Request) -> Response:
    """Show an account, its sessions and what was done to it lately."""
    return await _account(request, login)


@router.post(_HERE)
async def change_account(login: str, request: Request) -> Response:
    """Change name, role or bounds; or close the account, or open it again."""
    form = form_of(request)
    if form.has("active"):
        return await _open_or_close(request, login, is_active=form.text("active") == "1")
    visitor, typed = visitor_of(request), typed_in(form)
    try:
        console = await console_of(request)
        before = await console.accounts.read(login)
        role, scopes = before.role, before.scopes
        if _gives_role(visitor, before):
            role = chosen_role(form, visitor)
            scopes = bounds_kept(typed, before, role)
        await console.accounts.change(
            visitor,
            login,
            form.number("version"),
            name=typed.name,
            role=role,
            scopes=scopes,
            why=typed.why,
        )
    except (Unfit, NotAllowed, ChangedMeanwhile) as problem:
        faults = faults_of(problem, role=NotAllowed)
        if isinstance(problem, ChangedMeanwhile):
            faults = Faults(_CHANGED)
        return await _account(request, login, typed, problem, faults)
    return sent_to(_address(login), "disimpan")


@router.post(f"{_HERE}/sandi")
async def give_password(login: str, request: Request) -> Response:
    """Give a password to begin with again, and show it this once."""
    console = await console_of(request)
    account, password = await console.accounts.give_password(
        visitor_of(request), login, why=form_of(request).text("why")
    )
    return given(request, account, password, f"Kata sandi sementara untuk {account.name}")


@router.post(f"{_HERE}/faktor-kedua")
async def drop_factor(login: str, request: Request) -> Response:
    """Take the second factor away, since the phone is lost."""
    console = await console_of(request)
    why = form_of(request).text("why")
    await console.accounts.drop_factor(visitor_of(request), login, why=why)
    return sent_to(_address(login), "faktor-dihapus")


async def _open_or_close(request: Request, login: str, *, is_active: bool) -> Response:
    form, console = form_of(request), await console_of(request)
    try:
        await console.accounts.change(
            visitor_of(request),
            login,
            form.number("version"),
            is_active=is_active,
            why=form.text("why"),
        )
    except ChangedMeanwhile as problem:
        return await _account(request, login, None, problem, Faults(problem.said))
    return sent_to(_address(login), "dibuka" if is_active else "ditutup")


async def _account(
    request: Request,
    login: str,
    typed: Typed | None = None,
    problem: Problem | None = None,
    faults: Faults = NONE_FOUND,
) -> Response:
    visitor, console = visitor_of(request), await console_of(request)
    account = await console.accounts.read(login)
    beneath = BENEATH[visitor.role]
    is_me = account.login == visitor.account.login
    shown = typed or as_it_stands(account)
    changes_role = _gives_role(visitor, account)
    bounds = await names_of(request, account.scopes)
    log_address = f"/staf/catatan?kepada={quote(f'account:{login}')}"
    return show(
        request,
        "account.html",
        problem.status if problem else 200,
        faults=faults,
        account=account,
        home=_address(login),
        is_me=is_me,
        role_name=ROLE_NAMES[account.role],
        bounds=sorted(bounds.values()),
        typed=shown,
        role_choices=choices(beneath) if changes_role else [],
        places=await places_of(request, shown.scopes) if changes_role and beneath & BOUND else None,
        sessions=await session_lines(request, login),
        entries=await last_about(request, f"account:{login}", _LATELY),
        log_address=log_address if is_open(visitor, "/staf/catatan") else None,
    )


def _gives_role(visitor: Visitor, account: Account) -> bool:
    """Tell whether role and bounds of the account are the visitor's to give."""
    is_me = account.login == visitor.account.login
    return account.role in BENEATH[visitor.role] and not is_me


def _address(login: str) -> str:
    return _HERE.replace("{login}", quote(login))
