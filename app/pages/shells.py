"""The pages of an exam, and what they load.

A shell holds no person and no state: the page asks the API for those, so that one shell serves
everybody, opens while Redis is away, and can be kept by a service worker.
"""

from typing import Final

from fastapi import APIRouter, Request, Response

from app.exams.live import Room
from app.kit.errors import NotFound
from app.kit.ids import sitting_from_text
from app.kit.short import ShortRoute
from app.pages.page import HEADERS, Pages

_FOR_EVER: Final = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False, route_class=ShortRoute)


@router.get("/")
async def login(request: Request) -> Response:
    """Show where to log in."""
    pages: Pages = request.state.pages
    room: Room = request.state.room
    events = sorted(room.events.values(), key=lambda card: card.id)
    asks = any(card.room_pin for card in events)
    return pages.page(request, "login.html", events=events, room_pin=asks)


@router.get("/ujian/{sitting}")
async def sitting_page(sitting: str, request: Request) -> Response:
    """Show the shell of a sitting, whether or not there is such a one."""
    pages: Pages = request.state.pages
    try:
        sitting_from_text(sitting)
    except ValueError:
        raise NotFound from None
    return pages.page(request, "sitting.html", sitting=sitting)


@router.get("/sw.js")
async def service_worker(request: Request) -> Response:
    """Send the service worker; browsers look for a new one each time a page of its scope opens."""
    pages: Pages = request.state.pages
    # The policy holds in the worker too: what it fetches is a connection of its own.
    return pages.worker.reply(request, HEADERS)


@router.get("/static/{version}/{path:path}")
async def asset(version: str, path: str, request: Request) -> Response:
    """Send a file of this version; another version's would not fit to the page."""
    pages: Pages = request.state.pages
    found = pages.find(version, path)
    if found is None:
        raise NotFound
    return found.reply(request, {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"})


@router.get("/favicon.ico")
async def favicon() -> Response:
    """Say that there is none but what the pages name: browsers ask all the same."""
    return Response(status_code=204, headers={"Cache-Control": _FOR_EVER})
