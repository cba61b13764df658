"""HTTP of the board: the whole of it, what changes, whom to find, what is done."""

import asyncio
from functools import partial
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response
from redis.exceptions import RedisError

from app.exams.live import EventCard, Room
from app.kit.description import problems, takes
from app.kit.errors import Busy, NotFound, Problem
from app.kit.packed import Packed
from app.kit.web import read_body, reply
from app.people.nip import NipError, nip_digits
from app.people.staff.guard import StaffRoute, rule_here, visitor_by, visitor_of
from app.people.staff.model import Visitor
from app.people.staff.problems import Unfit
from app.people.staff.rights import EventNamed
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import FIELDS, View, parse_cursor
from app.proctoring.board.schema import ActBody, ActedShown, BoardShown, FindBody, FoundShown
from app.proctoring.board.stream import BoardStream
from app.proctoring.board.views import KnownPlaces, Places, view_of
from app.proctoring.desk import ProctorDesk

PREFIX: Final = "/api/v1/staff/events/{event}"
_LEVEL: Final = 1  # a board is made for one reader: speed before size

router = APIRouter(prefix=PREFIX, route_class=StaffRoute, tags=["board"])


@router.get("/board", response_model=BoardShown, responses=problems(401, 403, 404, 503))
async def board(event: str, request: Request) -> Response:
    """Return a whole board, ?unit=CODE, ?room= or ?wave=NUMBER; its stream goes on from there."""
    card, places, view = await _asked(event, request)
    hub: Hub = request.state.hub
    model = await hub.model(card)
    head = {
        "event": {
            "id": card.id,
            "title": card.title,
            "mode": card.mode,
            "opens_at": card.opens_at,
            "closes_at": card.closes_at,
            "duration_ms": card.duration_ms,
            "items": card.items,
        },
        "at": model.at,
        "cursor": str(model.cursor),
        "closed": list(model.closed),
        "units": [
            {"id": unit["id"], "code": code, "name": unit["name"]}
            for code, unit in places.units.items()
        ],
        "rooms": [
            {"id": number, "name": one["name"], "venue": one["venue"]}
            for number, one in places.rooms.items()
        ],
        "waves": [{"id": int(number), **one} for number, one in places.waves.items()],
        "chief": visitor_of(request).reach.covers_all(card.id),
        "fields": FIELDS,
    }
    body = b'%b,"rows":[%b]}' % (orjson.dumps(head)[:-1], b",".join(model.rows_of(view)))
    packed = Packed(body, "application/json", level=_LEVEL, tag=str(model.cursor))
    # To pack all of an event takes some ten milliseconds: saves need not wait for that.
    return await asyncio.to_thread(packed.reply, request, {"Cache-Control": "no-store"})


@router.get(
    "/board/stream",
    response_class=Response,
    responses={
        200: {"description": "Server-sent events", "content": {"text/event-stream": {}}},
        **problems(401, 403, 404, 503),
    },
)
async def stream(event: str, request: Request) -> Response:
    """Tell what changes on a board from ?cursor= on: events `rows`, `reload` and `end`."""
    card, _, view = await _asked(event, request)
    hub: Hub = request.state.hub
    await hub.model(card)  # so that a refusal comes before the stream begins
    cursor = parse_cursor(request.query_params.get("cursor", ""))
    may_still = partial(_may_still, request, card, view)
    return BoardStream(
        hub, request.state.warden, request.state.crowd, card, view, cursor, may_still
    )


@router.post(
    "/find",
    response_model=FoundShown,
    responses=problems(400, 401, 403, 404, 413, 422, 503),
    openapi_extra=takes(FindBody),
)
async def find(event: str, request: Request) -> Response:
    """Find a person's sitting by NIP."""
    body = await read_body(request, FindBody)
    try:
        nip = nip_digits(body.nip)
    except NipError:
        raise Unfit(detail="Ini bukan NIP: NIP terdiri dari 18 angka.", field="nip") from None
    desk: ProctorDesk = request.state.proctors
    return reply({"sitting": await desk.find(visitor_of(request), _card(event, request), nip)})


@router.post(
    "/acts",
    response_model=ActedShown,
    responses=problems(400, 401, 403, 404, 413, 422, 503),
    openapi_extra=takes(ActBody),
)
async def act(event: str, request: Request) -> Response:
    """Do something to sittings; under the same action id nothing is done twice.

    In the words of LTI Proctoring Services' control actions: `pause` and `resume` are theirs,
    `extend` is `update` (its `minutes` are their `extraTime`), `submit` is `terminate`, `flag` is
    theirs (with `severity`, `category` for their `code`, `text` for their `message`). An act that
    was given by mistake is taken back by `undo`, while it is the last on the sitting.
    """
    body = await read_body(request, ActBody)
    desk: ProctorDesk = request.state.proctors
    return reply(await desk.act(visitor_of(request), _card(event, request), body))


def _card(event: str, request: Request) -> EventCard:
    room: Room = request.state.room
    card = room.events.get(event)
    if card is None:
        raise NotFound(detail="Kegiatan ini tidak ada di ruang ujian.")
    return card


async def _places(request: Request, event: str) -> Places:
    known: KnownPlaces = request.state.places
    try:
        return await known.of(event)
    except RedisError as error:
        raise Busy from error


async def _asked(event: str, request: Request) -> tuple[EventCard, Places, View]:
    card = _card(event, request)
    places = await _places(request, event)
    return card, places, _view(request, visitor_of(request), event, places)


def _view(request: Request, visitor: Visitor, event: str, places: Places) -> View:
    units, rooms, waves = (request.query_params.getlist(what) for what in ("unit", "room", "wave"))
    return view_of(visitor.reach, event, places, units, rooms, waves)


async def _may_still(request: Request, card: EventCard, view: View) -> bool:
    """Tell whether who asked would be shown the same if they asked now."""
    try:
        visitor = await visitor_by(request)
        if visitor.step is not None or not rule_here(request).admits(visitor, EventNamed(card.id)):
            return False
        return _view(request, visitor, card.id, await _places(request, card.id)) == view
    except Problem as problem:
        return problem.status >= Busy.status  # Redis is away: nobody's rights have ended
