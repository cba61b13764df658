"""Lines of the audit log as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import Request

from app.pages.receipt import local_time
from app.pages.staff.changes import Changed, changed, scopes_in
from app.pages.staff.places import names_of, titles_of
from app.pages.staff.screen import is_open
from app.pages.staff.words import act_name, role_name, thing_name
from app.people.audit_log.model import Wanted
from app.people.staff.guard import visitor_of
from app.people.staff.model import Visitor
from app.people.staff.rights import RULES, Reach
from app.people.staff.routes import console_of
from app.settings import TimeZone

if TYPE_CHECKING:
    from app.people.audit_log.chain import Row

LOG: Final = "/staf/catatan"
_NOBODY: Final = "tidak dikenal"
_SHELL: Final = "ops"  # who says so already


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line in words; ``whom_path``: the page of whom it was done to, where there is one."""

    number: int
    at: str
    act: str
    who: str
    role: str
    where: str
    whom: str
    whom_path: str
    why: str
    changes: list[Changed]


def reads_all(visitor: Visitor) -> bool:
    """Tell whether the visitor may read everybody's lines."""
    return RULES["GET", LOG].reach[visitor.role] is Reach.ALL


def readable(visitor: Visitor, wanted: Wanted) -> Wanted:
    """Return what is wanted, within what the visitor may read."""
    return wanted if reads_all(visitor) else replace(wanted, who=visitor.actor.who)


async def last_about(request: Request, whom: str, most: int) -> list[EntryLine]:
    """Return the newest lines about somebody or something."""
    console = await console_of(request)
    wanted = readable(visitor_of(request), Wanted(whom=whom))
    page = await console.read_log(wanted, limit=most)
    lines = await entry_lines(request, page.rows)
    return [replace(line, whom="") for line in lines]  # the page itself says so


async def entry_lines(request: Request, rows: "Iterable[Row]") -> list[EntryLine]:
    """Return rows in words."""
    zone: TimeZone = request.state.time_zone
    titles, sees_accounts = titles_of(request), is_open(visitor_of(request), "/staf/akun/{login}")
    entries = [(row.number, row.entry()) for row in rows]
    bounds = await names_of(request, scopes_in(entry for _, entry in entries))
    lines = []
    for number, entry in entries:
        kind, _, name = entry.whom.partition(":")
        lines.append(
            EntryLine(
                number=number,
                at=local_time(entry.at, zone),
                act=act_name(entry.what),
                who=thing_name(entry.who, titles) or _NOBODY,
                role="" if entry.role == _SHELL else role_name(entry.role),
                where=entry.where,
                whom=thing_name(entry.whom, titles),
                whom_path=f"/staf/akun/{quote(name)}"
                if kind == "account" and sees_accounts
                else "",
                why=entry.why,
                changes=changed(entry.before, entry.after, zone, bounds),
            )
        )
    return lines
