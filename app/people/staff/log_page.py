"""A page of the audit log, as whoever asks may read it."""

from typing import TYPE_CHECKING, Final

from fastapi import Request

from app.people.audit_log.model import Wanted
from app.people.staff.guard import rule_here, visitor_of
from app.people.staff.problems import Unfit
from app.people.staff.rights import Reach
from app.people.staff.routes import console_of

if TYPE_CHECKING:
    from app.people.audit_log.store import Page

_LINES: Final = 100
_LINES_MOST: Final = 1000
_TEXTS: Final = ("who", "what", "whom")
_NUMBER_MOST: Final = 2**53


async def log_page(request: Request) -> "Page":
    """Return the lines that the query asks for: who, what, whom, since, until, before, limit.

    Whoever reaches only their own lines gets those, whatever they ask for.

    Raises:
        Unfit: a number that is none.
        RecordAway: Postgres is out of reach.
    """
    console = await console_of(request)
    before, limit = _number(request, "before"), _number(request, "limit")
    lines = min(max(limit or _LINES, 1), _LINES_MOST)
    return await console.read_log(wanted_of(request), before=before, limit=lines)


def wanted_of(request: Request) -> Wanted:
    """Return which lines the query asks for, within what the asking one may read."""
    texts = {name: _text(request, name) for name in _TEXTS}
    visitor = visitor_of(request)
    if rule_here(request).reach[visitor.role] is not Reach.ALL:
        texts["who"] = visitor.actor.who
    return Wanted(**texts, since=_number(request, "since"), until=_number(request, "until"))


def _text(request: Request, name: str) -> str | None:
    """Return what is asked for; Postgres knows no text with a NUL in it."""
    return request.query_params.get(name, "").replace("\x00", "") or None


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > _NUMBER_MOST:
        raise Unfit(detail=f"“{name}” harus bilangan bulat.", field=name)
    return int(text)
