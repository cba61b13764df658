"""`/staf/sesi`: where one is in, and how to end it. Without Postgres."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from app.pages.staff.form import form_of
from app.pages.staff.refusals import SIGN_IN
from app.pages.staff.route import StaffPage, own_address
from app.pages.staff.screen import sent_to, show
from app.pages.staff.times import moment, span
from app.pages.staff.words import device_name
from app.people.staff.cookies import forget
from app.people.staff.entering import Entrance
from app.people.staff.guard import session_named, visitor_of
from app.people.staff.live import IDLE_S, WHOLE_DAY_MS, StaffRoom
from app.people.staff.rights import RULES
from app.settings import TimeZone

_HERE = "/staf/sesi"
_END = "/staf/sesi/{session}/akhiri"

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as a page shows it. ``own``: that of the request; ``can_end``: by who asks."""

    id: str
    device: str
    where: str
    began: str
    seen: str
    own: bool
    is_whole: bool
    can_end: bool


async def session_lines(request: Request, login: str) -> list[SessionLine]:
    """Return the sessions of an account that are not over, one's own first."""
    entrance: Entrance = request.state.entrance
    room: StaffRoom = request.state.staff_room
    zone: TimeZone = request.state.time_zone
    visitor, now = visitor_of(request), await room.now_ms()
    mine = visitor.session.id if visitor.session else ""
    ends = RULES["POST", _END]
    lines = [
        SessionLine(
            id=one.id,
            device=device_name(one.agent),
            where=one.where,
            began=moment(one.began_at, now, zone),
            seen=moment(one.seen_at, now, zone),
            own=one.id == mine,
            is_whole=one.is_whole,
            can_end=ends.admits(visitor, one),
        )
        for one in await entrance.sessions(login)
    ]
    return sorted(lines, key=lambda line: not line.own)


@router.get(_HERE)
async def sessions(request: Request) -> Response:
    """List one's own sessions."""
    return show(
        request,
        "sessions.html",
        sessions=await session_lines(request, visitor_of(request).account.login),
        idle=span(IDLE_S * 1000),
        whole=span(WHOLE_DAY_MS),
    )


@router.post(f"{_HERE}/lain/akhiri")
async def end_others(request: Request) -> Response:
    """End all of one's own sessions but this one."""
    entrance: Entrance = request.state.entrance
    await entrance.end_others(visitor_of(request))
    return sent_to(_HERE, "sesi-lain")


@router.post(_END)
async def end_session(session: str, request: Request) -> Response:
    """End a session, and come back to the page where it stood."""
    entrance: Entrance = request.state.entrance
    visitor = visitor_of(request)
    await entrance.end(visitor, await session_named(request, session))
    if visitor.session is not None and visitor.session.id == session:
        gone = sent_to(SIGN_IN, "keluar")
        forget(gone)
        return gone
    came_from = form_of(request).text("ke")
    return sent_to(own_address(came_from) if came_from else _HERE, "sesi-berakhir")
