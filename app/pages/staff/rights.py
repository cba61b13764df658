"""`/staf/hak`: the table of rights, as people read it."""

from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from app.pages.staff.route import StaffPage
from app.pages.staff.routes_in_words import rights
from app.pages.staff.screen import show
from app.people.staff.guard import visitor_of
from app.people.staff.model import ROLE_NAMES, Role

router = APIRouter(include_in_schema=False, route_class=StaffPage)


class _Column(NamedTuple):
    value: Role
    name: str


@router.get("/staf/hak")
async def rights_page(request: Request) -> Response:
    """Show who may do what; a narrow screen shows one role at a time, first one's own."""
    asked = request.query_params.get("peran", "")
    return show(
        request,
        "rights.html",
        rights=rights(),
        roles=[_Column(role, ROLE_NAMES[role]) for role in Role],
        chosen=asked if asked in set(Role) else visitor_of(request).role,
    )
