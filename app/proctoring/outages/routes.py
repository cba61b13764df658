"""HTTP of outages: what is told of them, the time that is given back."""

from fastapi import APIRouter, Request, Response

from app.kit.description import problems, takes
from app.kit.web import read_body, reply
from app.people.staff.guard import StaffRoute, visitor_of
from app.proctoring.asked import PREFIX, card_of, view_asked
from app.proctoring.board.schema import ActedShown
from app.proctoring.outages.desk import OutageDesk
from app.proctoring.outages.schema import CreditBody, OutagesShown

router = APIRouter(prefix=PREFIX, route_class=StaffRoute, tags=["board"])


@router.get("/outages", response_model=OutagesShown, responses=problems(401, 403, 404, 503))
async def outages(event: str, request: Request) -> Response:
    """Return who fell silent together, where, by whose fault; what is proposed, what was given."""
    card, places, view = await view_asked(event, request)
    desk: OutageDesk = request.state.outages
    return reply(await desk.told(card, view, places))


@router.post(
    "/outages/{outage}/credit",
    response_model=ActedShown,
    responses=problems(400, 401, 403, 404, 413, 422, 503),
    openapi_extra=takes(CreditBody),
)
async def credit(event: str, outage: str, request: Request) -> Response:
    """Give those who were hit by an outage the same time back, each once; the chief alone does."""
    body = await read_body(request, CreditBody)
    desk: OutageDesk = request.state.outages
    visitor, card = visitor_of(request), card_of(event, request)
    return reply(await desk.credit(visitor, card, outage, body.minutes, request.state.note))
