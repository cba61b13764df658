"""HTTP at the door: somebody who stands on no list, a room's new PIN."""

from fastapi import APIRouter, Request, Response

from app.kit.description import problems, takes
from app.kit.web import read_body, reply
from app.people.staff.guard import StaffRoute, visitor_of
from app.proctoring.arrivals.doors import Doors
from app.proctoring.arrivals.schema import TurnBody, TurnShown, WalkInBody, WalkInShown
from app.proctoring.arrivals.walking_in import WalkIns
from app.proctoring.asked import PREFIX, card_of

router = APIRouter(prefix=PREFIX, route_class=StaffRoute, tags=["board"])


@router.post(
    "/walk-ins",
    response_model=WalkInShown,
    response_model_exclude_none=True,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 503),
    openapi_extra=takes(WalkInBody),
)
async def walk_in(event: str, request: Request) -> Response:
    """Let somebody sit there who stands on no list; who does so already stays as they are."""
    body = await read_body(request, WalkInBody)
    walk_ins: WalkIns = request.state.walk_ins
    return reply(await walk_ins.add(visitor_of(request), card_of(event, request), body))


@router.post(
    "/rooms/{room}/pin",
    response_model=TurnShown,
    responses=problems(401, 403, 404, 409, 413, 422, 503),
    openapi_extra=takes(TurnBody),
)
async def turn(event: str, room: str, request: Request) -> Response:
    """Give a room a new PIN, at once; devices that are in stay in."""
    body = await read_body(request, TurnBody)
    doors: Doors = request.state.doors
    return reply(await doors.turn(visitor_of(request), card_of(event, request), room, body.action))
