"""`/staf/sandi` and `/staf/faktor-kedua`: a password and a second factor of one's own."""

from typing import Final

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from app.kit.errors import OpsError
from app.pages.staff.form import Form, form_of
from app.pages.staff.refusals import onward
from app.pages.staff.route import START, StaffPage, own_address
from app.pages.staff.screen import NONE_FOUND, Faults, faults_of, sent_to, show
from app.people.staff.entering import Entrance
from app.people.staff.guard import visitor_of
from app.people.staff.passwords import PASSWORD_LEAST
from app.people.staff.problems import RecordAway, Unfit, WeakPassword, WrongCode, WrongEntry
from app.people.staff.routes import console_of
from app.people.staff.second_factor import SecondFactors

_PASSWORD: Final = "/staf/sandi"  # noqa: S105 - an address
_FACTOR: Final = "/staf/faktor-kedua"
_NOT_OURS: Final = "Kode QR itu tidak berlaku lagi. Pindai kode QR yang baru ini."
_BORDER: Final = 4  # modules of quiet around a QR code, as its standard asks for

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@router.get(_PASSWORD)
async def password_page(request: Request) -> Response:
    """Show where to choose a password of one's own."""
    return _password(request, request.query_params.get("ke", ""))


@router.post(_PASSWORD)
async def choose_password(request: Request) -> Response:
    """Replace one's own password; all other sessions end."""
    visitor, form = visitor_of(request), form_of(request)
    try:
        old, new = _passwords(form)
        console = await console_of(request)
        account = await console.accounts.choose_password(visitor, old, new)
    except (Unfit, WeakPassword, WrongEntry, RecordAway) as problem:
        faults = faults_of(problem, old=WrongEntry, new=(WeakPassword, Unfit))
        return _password(request, form.text("ke"), problem.status, faults)
    entrance: Entrance = request.state.entrance
    stayed = await entrance.stay(visitor, account)
    to = onward(stayed, form.text("ke"))
    return sent_to(to, "sandi" if to == START else "")


@router.get(_FACTOR)
async def factor_page(request: Request) -> Response:
    """Offer a secret for a second factor."""
    return _factor(request, request.query_params.get("ke", ""))


@router.post(_FACTOR)
async def choose_factor(request: Request) -> Response:
    """Take on the second factor that was offered; all other sessions end."""
    visitor, form = visitor_of(request), form_of(request)
    sealed = form.text("sealed")
    try:
        code = form.required("code", "Ketik kode enam angka yang tampil di aplikasi.")
        console = await console_of(request)
        account = await console.accounts.choose_factor(visitor, sealed, code)
    except (Unfit, WrongCode, RecordAway) as problem:
        faults = faults_of(problem, code=WrongCode)
        if "sealed" in faults.beside:
            faults = Faults(_NOT_OURS)
        return _factor(request, form.text("ke"), problem.status, faults, sealed)
    entrance: Entrance = request.state.entrance
    stayed = await entrance.stay(visitor, account)
    to = onward(stayed, form.text("ke"))
    return sent_to(to, "faktor" if to == START else "")


def _passwords(form: Form) -> tuple[str, str]:
    """Return the old password and the new one, which was typed twice."""
    old = form.required("old", "Ketik kata sandi yang Anda pakai sekarang.")
    new, again = form.text("new"), form.text("again")
    if new != again:
        said = "Tidak sama dengan kata sandi baru. Ketik keduanya lagi."
        raise Unfit(detail=said, field="again")
    return old, new


def _password(
    request: Request, to: str, status: int = 200, faults: Faults = NONE_FOUND
) -> Response:
    return show(
        request,
        "password.html",
        status,
        faults=faults,
        to=own_address(to),
        least=PASSWORD_LEAST,
        is_forced=visitor_of(request).account.is_temporary,
    )


def _factor(
    request: Request, to: str, status: int = 200, faults: Faults = NONE_FOUND, sealed: str = ""
) -> Response:
    """Show an offer: the one that was sent back where it is one, else a new one."""
    factors: SecondFactors = request.state.factors
    visitor = visitor_of(request)
    login = visitor.account.login
    offered = sealed if sealed and _is_offered(request, sealed) else factors.new(login)
    secret = factors.secret(login, offered)
    return show(
        request,
        "factor.html",
        status,
        faults=faults,
        to=own_address(to),
        sealed=offered,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=qr_code(factors.address(login, offered)),
        is_forced=visitor.step == "factor",
        stands=bool(visitor.account.factor),
    )


def _is_offered(request: Request, sealed: str) -> bool:
    """Tell whether it is a secret that was sealed here, for this account."""
    factors: SecondFactors = request.state.factors
    try:
        factors.secret(visitor_of(request).account.login, sealed)
    except OpsError:
        return False
    return True


def qr_code(text: str) -> Markup:
    """Return a QR code as SVG that stands in the page itself: the policy lets no data: image in."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=_BORDER, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn here, of nothing but lines
