"""HTTP of the board: the whole of it, what changes, whom to find, what is done."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response
from redis.exceptions import RedisError
from starlette.responses import StreamingResponse

from app.exams.live import EventCard, Room
from app.kit.crowd import Crowd
from app.kit.description import problems, takes
from app.kit.errors import Busy, NotFound, Problem
from app.kit.packed import Packed
from app.kit.web import read_body, reply
from app.kit.workbook import MEDIA_TYPE
from app.people.nip import NipError, nip_digits
from app.people.staff.guard import StaffRoute, visitor_by, visitor_of
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed, Unfit
from app.people.staff.rights import RULES, Reach
from app.proctoring.board.hub import Hub, Watch
from app.proctoring.board.model import FIELDS, View, parse_cursor
from app.proctoring.board.schema import ActBody, ActedShown, BoardShown, FindBody, FoundShown
from app.proctoring.board.views import KnownPlaces, Places, view_of
from app.proctoring.desk import ProctorDesk
from app.proctoring.missing import not_begun, part_of, sheet_of

PREFIX: Final = "/api/v1/staff/events/{event}"
_BEAT_S: Final = 10.0  # a proxy closes what is silent for long
_RIGHTS_S: Final = 4.0
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
        "cursor": str(model.cursor or ""),
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
    rows = b",".join(row for glance, row in model.rows.values() if view.shows(glance))
    body = b'%b,"rows":[%b]}' % (orjson.dumps(head)[:-1], rows)
    return Packed(body, "application/json", level=_LEVEL).reply(
        request, {"Cache-Control": "no-store"}
    )


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
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _told(request, card, view), media_type="text/event-stream", headers=headers
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
    card = _card(event, request)
    places = await _places(request, event)
    reach = view_of(visitor_of(request).reach, event, places, (), ())
    part = part_of(places, *_named(request))
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


def _is_chief(visitor: Visitor, card: EventCard) -> bool:
    """Tell whether somebody acts here, and for everybody in the event."""
    acts = RULES["POST", f"{PREFIX}/acts"].reach[visitor.role] is not Reach.NONE
    return acts and visitor.reach.covers_all(card.id)


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
    return view_of(visitor.reach, event, places, *_named(request))


def _named(request: Request) -> tuple[list[str], list[str], list[str]]:
    """Return the units, rooms and waves that are asked for."""
    asked = request.query_params
    return asked.getlist("unit"), asked.getlist("room"), asked.getlist("wave")


async def _told(request: Request, card: EventCard, view: View) -> AsyncIterator[bytes]:
    """Tell a board for ever what changes.

    1. Watch, and tell what came since its cursor; where that is not known any more, it loads itself
    again. 2. Tell each piece as it comes; a line of comment where none does. 3. Every few seconds
    look whether the visitor may still see it: else that is the end.
    """
    hub: Hub = request.state.hub
    crowd: Crowd = request.state.crowd
    loop = asyncio.get_running_loop()
    with crowd.resting():
        async with hub.watching(card, view) as (model, watch):
            cursor = parse_cursor(request.query_params.get("cursor", ""))
            missed = None if cursor is None else model.since(cursor)
            if missed is None:
                yield _event("reload")
            for piece in missed or ():
                yield _event("rows", piece.for_view(view))
            looked_s = told_s = loop.time()
            while True:
                text = await _next(watch, _RIGHTS_S)
                now_s = loop.time()
                if now_s - looked_s >= _RIGHTS_S:
                    if not await _may_still(request, card, view):
                        yield _event("end")
                        return
                    looked_s = now_s
                if text is not _NOTHING:
                    yield _event("reload") if text is None else _event("rows", text)
                    told_s = now_s
                elif now_s - told_s >= _BEAT_S:
                    yield b": \n\n"
                    told_s = now_s


_NOTHING: Final = b""


async def _next(watch: Watch, within_s: float) -> bytes | None:
    try:
        return await asyncio.wait_for(watch.queue.get(), within_s)
    except TimeoutError:
        return _NOTHING


async def _may_still(request: Request, card: EventCard, view: View) -> bool:
    try:
        visitor = await visitor_by(request)
        places = await _places(request, card.id)
        return visitor.step is None and _view(request, visitor, card.id, places) == view
    except Problem as problem:
        return problem.status >= Busy.status  # Redis is away: nobody's rights have ended


def _event(name: str, data: bytes = b"{}") -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), data)
