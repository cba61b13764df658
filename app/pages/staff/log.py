"""`/staf/catatan`: the audit log, to read, to filter, and its head for the session minutes."""

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from app.pages.receipt import local_time
from app.pages.staff.log_lines import LOG, entry_lines, readable, reads_all
from app.pages.staff.route import StaffPage
from app.pages.staff.screen import NONE_FOUND, Faults, show
from app.pages.staff.times import typed_time
from app.pages.staff.words import KINDS
from app.people.audit_log.model import Wanted
from app.people.staff.guard import visitor_of
from app.people.staff.live import StaffRoom
from app.people.staff.routes import console_of
from app.settings import TimeZone

_LINES: Final = 50
_FIELDS: Final = ("siapa", "apa", "kepada", "dari", "dari_jam", "sampai", "sampai_jam")
_TEXT_MOST: Final = 120
_DIGITS_MOST: Final = 15
_BAD_TIME: Final = "Tanggal ditulis 2023-08-04 dan jam 07:30. Perbaiki, lalu tampilkan lagi."

router = APIRouter(include_in_schema=False, route_class=StaffPage)


@router.get(LOG)
async def audit_log(request: Request) -> Response:
    """Show lines of the audit log, the newest first."""
    zone: TimeZone = request.state.time_zone
    room: StaffRoom = request.state.staff_room
    visitor, console = visitor_of(request), await console_of(request)
    typed = {name: _text(request, name) for name in _FIELDS}
    faults, status = NONE_FOUND, 200
    try:
        wanted = wanted_in(typed, zone)
    except ValueError:
        wanted, faults, status = Wanted(), Faults(_BAD_TIME), 400
    before = _number(_text(request, "sebelum"))
    page = await console.read_log(readable(visitor, wanted), before=before, limit=_LINES)
    head = await console.log_head()
    number, _, _ = head.partition(":")
    return show(
        request,
        "log.html",
        status,
        faults=faults,
        entries=await entry_lines(request, page.rows),
        typed=typed,
        kinds=KINDS,
        is_own=not reads_all(visitor),
        is_filtered=any(typed.values()),
        following=page.following,
        older_address=_address(typed, page.following) if page.following else None,
        newest_address=_address(typed) if before is not None else None,
        head_number=int(number),
        head=head,
        now=local_time(await room.now_ms(), zone),
    )


def wanted_in(typed: dict[str, str], zone: TimeZone) -> Wanted:
    """Return which lines a filter asks for.

    Raises:
        ValueError: a day or a time is none.
    """
    who, whom = typed["siapa"], typed["kepada"]
    return Wanted(
        who=(who if ":" in who else who.lower()) or None,
        what=typed["apa"] or None,
        whom=(whom if not whom or ":" in whom else f"account:{whom.lower()}") or None,
        since=typed_time(typed["dari"], typed["dari_jam"], zone),
        until=typed_time(typed["sampai"], typed["sampai_jam"], zone, is_end=True),
    )


def _text(request: Request, name: str) -> str:
    """Return what the address says under a name; Postgres knows no text with a NUL in it."""
    return request.query_params.get(name, "").replace("\x00", "")[:_TEXT_MOST].strip()


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MOST
    return int(text) if is_number else None


def _address(typed: dict[str, str], before: int | None = None) -> str:
    held = {name: value for name, value in typed.items() if value}
    if before is not None:
        held["sebelum"] = str(before)
    return f"{LOG}?{urlencode(held)}" if held else LOG
