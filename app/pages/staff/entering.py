"""`/staf/masuk`, `/staf/kode`, `/staf/keluar`: how staff come in and go. Without Postgres."""

from typing import Final

from fastapi import APIRouter, Request, Response

from app.kit.errors import Problem
from app.pages.staff.form import Form, form_of, read_form
from app.pages.staff.refusals import SIGN_IN, onward
from app.pages.staff.route import START, StaffPage, own_address
from app.pages.staff.screen import NONE_FOUND, Faults, faults_of, sent_to, show
from app.people.staff.cookies import device_of, forget, keep_device, keep_session
from app.people.staff.entering import Entrance
from app.people.staff.guard import require_own_page, visitor_by, visitor_of, where_of
from app.people.staff.problems import SlowDown, Unfit, WrongCode

_AWAY: Final = 503
_AWAY_SAID: Final = (
    "Ruang ujian sedang tidak dapat dihubungi. Ujian tetap aman di perangkat peserta; coba masuk "
    "lagi sebentar."
)

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@router.get(SIGN_IN)
async def sign_in_page(request: Request) -> Response:
    """Show where staff sign in; who is in already goes on."""
    to = own_address(request.query_params.get("ke", ""))
    try:
        visitor = await visitor_by(request)
    except Problem:
        return _sign_in(request, Form([("ke", to)]))
    return sent_to(onward(visitor, to))


@router.post(SIGN_IN)
async def sign_in(request: Request) -> Response:
    """Let somebody in by login and password."""
    require_own_page(request)
    form = await read_form(request)
    entrance: Entrance = request.state.entrance
    try:
        cookie, visitor = await entrance.sign_in(
            form.text("login"),
            form.text("password"),
            where=where_of(request),
            agent=request.headers.get("user-agent", ""),
            alone=form.has("alone"),
        )
    except Problem as problem:
        said = _AWAY_SAID if problem.status == _AWAY else problem.said
        return _sign_in(request, form, problem.status, Faults(said))
    entered = sent_to(onward(visitor, form.text("ke")))
    keep_session(request, entered, cookie)
    return entered


@router.get("/staf/kode")
async def code_page(request: Request) -> Response:
    """Ask for the second factor's code; who needs none goes on."""
    visitor, to = visitor_of(request), own_address(request.query_params.get("ke", ""))
    if visitor.step != "code":
        return sent_to(onward(visitor, to))
    return _code(request, to)


@router.post("/staf/kode")
async def show_code(request: Request) -> Response:
    """Take the second factor's code."""
    visitor, form = visitor_of(request), form_of(request)
    to = own_address(form.text("ke"))
    if visitor.step != "code":
        return sent_to(onward(visitor, to))
    entrance: Entrance = request.state.entrance
    try:
        code = form.required("code", "Ketik kode enam angka dari ponsel Anda.")
        whole, known = await entrance.show_code(visitor, code, device=device_of(request))
    except (Unfit, WrongCode, SlowDown) as problem:
        faults = faults_of(problem, code=type(problem))
        return _code(request, to, problem.status, faults)
    entered = sent_to(onward(whole, to))
    keep_device(request, entered, known)
    return entered


@router.post(f"{START}/keluar")
async def sign_out(request: Request) -> Response:
    """End one's own session."""
    entrance: Entrance = request.state.entrance
    await entrance.sign_out(visitor_of(request))
    gone = sent_to(SIGN_IN, "keluar")
    forget(gone)
    return gone


def _sign_in(
    request: Request, form: Form, status: int = 200, faults: Faults = NONE_FOUND
) -> Response:
    return show(
        request,
        "sign_in.html",
        status,
        faults=faults,
        login=form.text("login"),
        alone=form.has("alone"),
        to=own_address(form.text("ke")),
    )


def _code(request: Request, to: str, status: int = 200, faults: Faults = NONE_FOUND) -> Response:
    return show(request, "code.html", status, faults=faults, to=to)
