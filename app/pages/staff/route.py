"""The route of a page: its forms are its own, and what is dangerous asks for the password."""

import re
from typing import Final

from fastapi import Request
from starlette.routing import compile_path
from typing_extensions import override

from app.pages.staff.form import form_of, read_form, require_own_form
from app.people.staff.entering import Entrance
from app.people.staff.guard import StaffRoute
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed
from app.people.staff.rights import RULES, Rule

START: Final = "/staf"
PROOF: Final = "bukti"
"""The field in which the password comes once more."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_PATH: Final = re.compile(r"[A-Za-z0-9._~%/-]+")
_QUERY: Final = re.compile(r"[A-Za-z0-9._~%&=+:-]+")
_PAGES: Final = [
    compile_path(rule.path)[0]
    for rule in RULES.values()
    if rule.method == "GET" and rule.path.startswith(START) and rule.audience == "staff"
]


class StaffPage(StaffRoute):
    """A page for staff; for ``APIRouter(route_class=StaffPage)``."""

    @override
    async def admit(self, request: Request, rule: Rule, path: dict[str, str]) -> Visitor:
        """Return who asks, where they may; a form must be one that their session's page made."""
        is_act = request.method not in _SAFE
        if is_act:
            await read_form(request)
        visitor = await super().admit(request, rule, path)
        if visitor.session is None:
            raise NotAllowed(detail="Halaman adalah untuk orang; skrip memakai /api/v1/staff.")
        if is_act and not rule.proves:  # there it was looked at before the password
            require_own_form(request)
        return visitor

    @override
    async def prove(self, request: Request, visitor: Visitor) -> None:
        """Take the password where the form brings it, else see that it was typed lately."""
        require_own_form(request)
        entrance: Entrance = request.state.entrance
        password = form_of(request).text(PROOF)
        if password and visitor.session:
            await entrance.prove(visitor, password)
        else:
            await entrance.require_proof(visitor)


def is_staffs(path: str) -> bool:
    """Tell whether an address is one of the pages of staff."""
    return path == START or path.startswith(START + "/")


def own_address(unsafe_address: str) -> str:
    """Return an address of a page of staff, with its query; the start where it is any other."""
    path, _, query = unsafe_address.partition("?")
    if not _PATH.fullmatch(path) or not any(page.fullmatch(path) for page in _PAGES):
        return START
    return unsafe_address if query and _QUERY.fullmatch(query) else path


def page_above(path: str) -> str:
    """Return the page that one was at who sent a form to this address."""
    while not any(page.fullmatch(path) for page in _PAGES):
        path = path.rpartition("/")[0]
        if len(path) <= len(START):
            return START
    return path
