"""`/staf`: what somebody can do today, and what needs their attention. Without Postgres."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response

from app.exams.live import EventCard
from app.pages.staff.board import BOARD, board_of
from app.pages.staff.places import events_of, names_of
from app.pages.staff.route import START, StaffPage
from app.pages.staff.screen import is_open, show
from app.pages.staff.times import hour_of, moment, span
from app.people.staff.entering import Entrance
from app.people.staff.guard import visitor_of
from app.people.staff.live import StaffRoom
from app.people.staff.model import BOUND, Visitor
from app.settings import TimeZone

_GREETINGS: Final = (
    *((4, "Selamat malam"), (11, "Selamat pagi"), (15, "Selamat siang")),
    *((19, "Selamat sore"), (24, "Selamat malam")),
)
"""Until which hour one greets how."""
_TELLING_TRIES: Final = 3
"""Fewer wrong passwords than that before the right one are one's own."""

router = APIRouter(include_in_schema=False, route_class=StaffPage)


class Concern(NamedTuple):
    """Something that needs attention, and where it is put right."""

    text: str
    path: str
    link: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as the start page shows it; ``sign``: how its state looks.

    ``board``: where its live board is, None where that is not open to whom it is shown.
    """

    title: str
    state: str
    sign: str
    when: str
    opens: str
    closes: str
    items: int
    duration: str
    bounds: list[str]
    board: str | None


@router.get(START)
async def start(request: Request) -> Response:
    """Show the day as it is for this person."""
    room: StaffRoom = request.state.staff_room
    zone: TimeZone = request.state.time_zone
    visitor, now = visitor_of(request), await room.now_ms()
    return show(
        request,
        "start.html",
        greeting=greeting(now, zone),
        now=moment(now, now, zone).removeprefix("hari ini "),
        concerns=await _concerns(request, visitor),
        events=[await _line(request, visitor, card, now) for card in _reached(request, visitor)],
        no_events=_no_events(visitor),
    )


def greeting(now: int, zone: TimeZone) -> str:
    """Return how one greets at this hour."""
    hour = hour_of(now, zone)
    return next(words for until, words in _GREETINGS if hour < until)


def _reached(request: Request, visitor: Visitor) -> list[EventCard]:
    return [card for card in events_of(request) if visitor.reach.covers(card.id)]


async def _line(request: Request, visitor: Visitor, card: EventCard, now: int) -> EventLine:
    zone: TimeZone = request.state.time_zone
    if now < card.opens_at:
        state, sign = "Belum dibuka", "wait"
        when = f"dibuka {span(card.opens_at - now)} lagi"
    elif now < card.closes_at:
        state, sign = "Sedang berjalan", "on"
        when = f"ditutup {span(card.closes_at - now)} lagi"
    else:
        state, sign = "Selesai", "none"
        when = f"sejak {span(now - card.closes_at)}"
    mine = [scope for scope in visitor.reach.scopes if scope.event == card.id]
    bounds = await names_of(request, mine) if visitor.role in BOUND else {}
    return EventLine(
        title=card.title,
        state=state,
        sign=sign,
        when=when,
        opens=moment(card.opens_at, now, zone),
        closes=moment(card.closes_at, now, zone),
        items=card.items,
        duration=span(card.duration_ms),
        bounds=sorted(bounds.values()),
        board=board_of(card.id) if is_open(visitor, BOARD) else None,
    )


def _no_events(visitor: Visitor) -> str:
    if visitor.role in BOUND:
        return (
            "Belum ada kegiatan Anda di ruang ujian. Hubungi operator bila hari ini Anda bertugas."
        )
    return "Belum ada kegiatan yang disiapkan di ruang ujian."


async def _concerns(request: Request, visitor: Visitor) -> list[Concern]:
    entrance: Entrance = request.state.entrance
    found = []
    session = visitor.session
    if session is not None and session.wrong_before >= _TELLING_TRIES:
        found.append(
            Concern(
                f"Sebelum Anda masuk, kata sandi yang salah dicoba {session.wrong_before} kali "
                "untuk akun ini. Bukan Anda? Ganti kata sandi dan pasang faktor kedua.",
                "/staf/sandi",
                "Ganti kata sandi",
            )
        )
    if not visitor.account.factor and is_open(visitor, "/staf/faktor-kedua"):
        found.append(
            Concern(
                "Akun Anda belum memakai faktor kedua. Siapa pun yang mengetahui kata sandi Anda "
                "dapat masuk.",
                "/staf/faktor-kedua",
                "Pasang faktor kedua",
            )
        )
    others = [
        one
        for one in await entrance.sessions(visitor.account.login)
        if session is None or one.id != session.id
    ]
    if others:
        found.append(
            Concern(
                f"Akun Anda juga terbuka di {len(others)} perangkat lain.",
                "/staf/sesi",
                "Periksa sesi",
            )
        )
    return found
