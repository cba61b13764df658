"""HTTP of the board: the whole of it, what changes, whom to find, what is done."""

import asyncio
from functools import partial
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response

from app.exams.live import EventCard
from app.kit.description import problems, takes
from app.kit.errors import Busy, Problem
from app.kit.packed import Packed
from app.kit.web import read_body, reply
from app.kit.workbook import MEDIA_TYPE
from app.people.nip import NipError, nip_digits
from app.people.staff.guard import StaffRoute, rule_here, visitor_by, visitor_of
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed, Unfit
from app.people.staff.rights import RULES, EventNamed, Reach
from app.proctoring.asked import PREFIX, card_of, known_places, parts_named, view_asked, view_for
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import FIELDS, View, parse_cursor
from app.proctoring.board.schema import (
    ActBody,
    ActedShown,
    BoardShown,
    DecidedShown,
    FindBody,
    FoundShown,
    LateBody,
    SittingShown,
)
from app.proctoring.board.stream import BoardStream
from app.proctoring.board.views import view_of
from app.proctoring.desk import ProctorDesk
from app.proctoring.missing import not_begun, part_of, sheet_of

_LEVEL: Final = 1  # a board is made for one reader: speed before size

router = APIRouter(prefix=PREFIX, route_class=StaffRoute, tags=["board"])


@router.get("/board", response_model=BoardShown, responses=problems(401, 403, 404, 503))
async def board(event: str, request: Request) -> Response:
    """Return a whole board, ?unit=CODE, ?room= or ?wave=NUMBER; its stream goes on from there."""
    card, places, view = await view_asked(event, request)
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
        "chief": _is_chief(visitor_of(request), card),
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
    card, _, view = await view_asked(event, request)
    hub: Hub = request.state.hub
    await hub.model(card)  # so that a refusal comes before the stream begins
    cursor = parse_cursor(request.query_params.get("cursor", ""))
    may_still = partial(_may_still, request, card, view)
    return BoardStream(
        hub, request.state.warden, request.state.crowd, card, view, cursor, may_still
    )


@router.get(
    "/missing.xlsx",
    response_class=Response,
    responses={
        200: {"description": "A workbook", "content": {MEDIA_TYPE: {}}},
        **problems(401, 403, 404, 503),
    },
)
async def missing(event: str, request: Request) -> Response:
    """Return who has not begun as XLSX: of what one reaches, all that ?unit=, ?room=, ?wave= name.

    Other than on a board they narrow: whoever has a room takes a unit's list of that room along.
    """
    card = card_of(event, request)
    places = await known_places(event, request)
    reach = view_of(visitor_of(request).reach, event, places, (), ())
    part = part_of(places, *parts_named(request))
    hub: Hub = request.state.hub
    model = await hub.model(card)
    shown = [one for one, _ in model.rows.values() if reach.shows(one) and part.holds(one)]
    if not shown and not reach.is_whole:
        raise NotAllowed(detail="Bagian ini di luar batas tugas Anda.")
    # Saves go on meanwhile: for 12,500 people it takes four tenths of a second.
    sheet = await asyncio.to_thread(sheet_of, not_begun(shown, model.names, places))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="belum-mulai-{card.id}.xlsx"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(sheet, headers=headers, media_type=MEDIA_TYPE)


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
    return reply({"sitting": await desk.find(visitor_of(request), card_of(event, request), nip)})


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
    theirs (with `severity`, `category` for their `code`, `text` for their `message`). A `card`, of
    one sitting, tells the PIN of the new one, which no other place does; the old one opens nothing,
    and the device that is in stays in. An act that was given by mistake is taken back by `undo`,
    while it is the last on the sitting.
    """
    body = await read_body(request, ActBody)
    desk: ProctorDesk = request.state.proctors
    return reply(await desk.act(visitor_of(request), card_of(event, request), body))


@router.get(
    "/sittings/{sitting}", response_model=SittingShown, responses=problems(401, 403, 404, 503)
)
async def sitting(event: str, sitting: str, request: Request) -> Response:
    """Return what a row does not say of a sitting: staff's remarks, how many late answers wait."""
    desk: ProctorDesk = request.state.proctors
    return reply(await desk.sitting(visitor_of(request), card_of(event, request), sitting))


@router.post(
    "/late",
    response_model=DecidedShown,
    responses=problems(400, 401, 403, 404, 413, 422, 503),
    openapi_extra=takes(LateBody),
)
async def late(event: str, request: Request) -> Response:
    """Accept or reject all late answers of a sitting that wait: who reaches the whole event alone.

    What is newer among accepted ones counts. A sitting that is handed in is sealed anew with it:
    the participant's receipt says that it was replaced, and there is another one. What was rejected
    stays in the record. Under the same action id nothing is decided twice.
    """
    body = await read_body(request, LateBody)
    desk: ProctorDesk = request.state.proctors
    return reply(await desk.decide(visitor_of(request), card_of(event, request), body))


def _is_chief(visitor: Visitor, card: EventCard) -> bool:
    """Tell whether somebody acts here, and for everybody in the event."""
    acts = RULES["POST", f"{PREFIX}/acts"].reach[visitor.role] is not Reach.NONE
    return acts and visitor.reach.covers_all(card.id)


async def _may_still(request: Request, card: EventCard, view: View) -> bool:
    """Tell whether who asked would be shown the same if they asked now."""
    try:
        visitor = await visitor_by(request)
        if visitor.step is not None or not rule_here(request).admits(visitor, EventNamed(card.id)):
            return False
        _, shown = await view_for(visitor, card.id, request)
    except Problem as problem:
        return problem.status >= Busy.status  # Redis is away: nobody's rights have ended
    return shown == view
