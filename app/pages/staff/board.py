"""`/staf/papan/{event}`: the shell of the live board. What it shows, it asks the API for."""

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from app.exams.live import Room
from app.pages.staff.route import StaffPage
from app.pages.staff.screen import is_open, show
from app.people.staff.guard import visitor_of

BOARD: Final = "/staf/papan/{event}"
_ACTS: Final = "/api/v1/staff/events/{event}/acts"
_WHOLE: Final = "/api/v1/staff/events/{event}/board"

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@router.get(BOARD)
async def board(event: str, request: Request) -> Response:
    """Show the board of an event; ``acts``: whether anything can be done from it, and to all."""
    room: Room = request.state.room
    card = room.card(event)
    visitor = visitor_of(request)
    acts = is_open(visitor, _ACTS, "POST")
    return show(
        request,
        "board.html",
        event=card.id,
        board=_WHOLE.replace("{event}", card.id),
        title=card.title,
        acts="" if not acts else "all" if visitor.reach.covers_all(card.id) else "own",
    )


def board_of(event: str) -> str:
    """Return where an event's board is."""
    return BOARD.replace("{event}", quote(event))
