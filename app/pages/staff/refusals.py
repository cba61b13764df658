"""What is refused under `/staf`, as pages that say why and what to do."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from app.kit.errors import NotFound, Problem, TooLarge
from app.kit.web import unexpected_reply
from app.pages.page import again_in
from app.pages.staff.form import MARK, form_of
from app.pages.staff.route import PROOF, START, is_staffs, own_address, page_above
from app.pages.staff.routes_in_words import act_of, line_of
from app.pages.staff.screen import Faults, sent_to, show
from app.people.staff.cookies import forget
from app.people.staff.guard import rule_here, visitor_by
from app.people.staff.model import ROLE_NAMES, Visitor
from app.people.staff.problems import (
    ForeignRequest,
    NotAllowed,
    ProveFirst,
    RecordAway,
    SignInFirst,
    SlowDown,
    StepFirst,
    WrongEntry,
)

Answer = Callable[[Request, Any], Awaitable[Response]]

SIGN_IN: Final = "/staf/masuk"
STEPS: Final = {"code": "/staf/kode", "password": "/staf/sandi", "factor": "/staf/faktor-kedua"}
_AWAY: Final = 503
_METHOD: Final = 405
_SECRET: Final = frozenset({"password", "old", "new", "again", "code"})
"""Fields that no page repeats."""
_SAID: Final[dict[type[Problem], tuple[str, str]]] = {
    NotAllowed: ("Ini di luar wewenang Anda", NotAllowed.detail),
    ForeignRequest: ("Belum dilakukan", ForeignRequest.detail),
    NotFound: (
        "Tidak ditemukan",
        "Alamat ini tidak ada, atau yang dicari sudah tidak ada: sesi atau token yang berakhir.",
    ),
    TooLarge: ("Isian terlalu besar", "Isian ini terlalu besar. Kurangi isinya, lalu kirim lagi."),
}
"""Headings and texts of problems that say something else to participants."""
_BUSY: Final = (
    "Server sedang sibuk atau ruang ujian sedang dipulihkan. Ujian yang berjalan tidak terganggu: "
    "jawaban peserta aman. Coba lagi sebentar."
)


def onward(visitor: Visitor, unsafe_to: str) -> str:
    """Return where somebody goes next: to the step that must come first, or where they wanted."""
    to = own_address(unsafe_to)
    address = to if visitor.step is None else STEPS[visitor.step]
    return address if visitor.step is None or to == START else f"{address}?ke={quote(to)}"


def answer_staff_with_pages(app: FastAPI) -> None:
    """Let staff read what is wrong. After all others who answer errors: theirs stay elsewhere."""
    pages: dict[type[Exception], Answer] = {
        Problem: refused,
        NotFound: refused,
        HTTPException: _unknown,
        Exception: _broken,
    }
    for kind, page in pages.items():
        app.add_exception_handler(
            kind, _under_staf(page, cast("Answer", app.exception_handlers[kind]))
        )


def _under_staf(page: Answer, elsewhere: Answer) -> Answer:
    async def answer(request: Request, error: Any) -> Response:  # noqa: ANN401 - as Starlette
        if not is_staffs(request.url.path):
            return await elsewhere(request, error)
        try:
            return await page(request, error)
        except Problem as later:  # whoever it was for is gone meanwhile, or Redis is
            return await refused(request, later)

    return answer


async def refused(request: Request, problem: Problem) -> Response:
    """Return the page of a problem that no form has shown."""
    match problem:
        case SignInFirst():
            return _to_sign_in(request)
        case StepFirst():
            return sent_to(onward(await visitor_by(request), _wanted(request)))
        case ProveFirst() | WrongEntry() | SlowDown():
            return await _proof(request, problem)
        case _ if problem.status == _AWAY:
            return _away(request, problem)
        case _:
            return await _message(request, problem)


def _to_sign_in(request: Request) -> Response:
    to, is_act = _wanted(request), request.method == "POST"
    address = SIGN_IN if to == START else f"{SIGN_IN}?ke={quote(to)}"
    is_leaving = request.url.path == f"{START}/keluar"
    reply = sent_to(address, "keluar" if is_leaving else "belum" if is_act else "")
    forget(reply)
    return reply


def _wanted(request: Request) -> str:
    """Return the page that somebody wanted, or from which they sent something."""
    if request.method == "POST":
        return own_address(page_above(request.url.path))
    query = request.url.query
    return own_address(f"{request.url.path}?{query}" if query else request.url.path)


async def _proof(request: Request, problem: Problem) -> Response:
    """Ask for the password, and hold what was typed meanwhile."""
    match problem:
        case ProveFirst():
            said = "Ketik kata sandi Anda." if form_of(request).has(PROOF) else ""
        case WrongEntry():
            said = "Kata sandi tidak sesuai. Ketik lagi."
        case _:
            said = problem.said
    return show(
        request,
        "proof.html",
        problem.status,
        visitor=await visitor_by(request),
        faults=Faults("", {PROOF: said} if said else {}),
        act=act_of(line_of(rule_here(request))),
        repeated=_repeated(request),
        back=page_above(request.url.path),
    )


def _away(request: Request, problem: Problem) -> Response:
    """Say that the exam goes on, and offer to try the same again."""
    is_act = request.method == "POST"
    headers = again_in(problem.come_back_s or 10)
    if is_act:  # loading it again by itself would ask for a page that is none
        del headers["Refresh"]
    form = form_of(request)
    can_repeat = is_act and bool(form.pairs) and not any(form.has(name) for name in _SECRET)
    return show(
        request,
        "away.html",
        problem.status,
        headers=headers,
        text=problem.said if isinstance(problem, RecordAway) else _BUSY,
        wait=headers.get("Refresh"),
        repeated=_repeated(request) if can_repeat else None,
        back=page_above(request.url.path),
    )


def _repeated(request: Request) -> list[tuple[str, str]]:
    own = {MARK, PROOF}
    return [(name, value) for name, value in form_of(request).pairs if name not in own]


async def _message(request: Request, problem: Problem) -> Response:
    visitor = await _whoever(request)
    heading, text = _SAID.get(type(problem), (problem.title, problem.said))
    is_barred = isinstance(problem, NotAllowed)
    if is_barred and visitor is not None:
        text = f"Anda masuk sebagai {ROLE_NAMES[visitor.role]}. {problem.said}"
    return show(
        request,
        "message.html",
        problem.status,
        visitor=visitor,
        heading=heading,
        text=text,
        to_rights=is_barred,
        back=page_above(request.url.path) if request.method == "POST" else START,
    )


async def _whoever(request: Request) -> Visitor | None:
    try:
        return await visitor_by(request)
    except Problem:
        return None


async def _unknown(request: Request, error: HTTPException) -> Response:
    if error.status_code == _METHOD and request.method == "GET":
        # Somebody loads a page again that was the answer to a form.
        return sent_to(page_above(request.url.path))
    return await refused(request, NotFound())


async def _broken(request: Request, error: Exception) -> Response:
    status = unexpected_reply(error).status_code
    return show(
        request,
        "message.html",
        status,
        heading="Terjadi kesalahan di server",
        text="Kesalahan ini sudah tercatat. Ujian tetap berjalan. Muat ulang halaman; bila tetap "
        "begini, beri tahu teknisi.",
        to_rights=False,
        back=START,
    )
