"""A page of staff as it is shown: who is in, where one can go, what every form carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from fastapi import Request, Response

from app.kit.errors import Problem
from app.pages.page import Pages
from app.pages.staff.form import form_mark
from app.pages.staff.route import START
from app.people.staff.guard import visitor_of
from app.people.staff.model import ROLE_NAMES, Visitor
from app.people.staff.problems import Unfit
from app.people.staff.rights import RULES, Reach

# A browser that tells no referrer tells no origin either, and `require_own_page` asks for that.
# Nothing of staff's is kept: the next person at this PC goes back by one page.
_HEADERS: Final = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


class Door(NamedTuple):
    """A page that one can go to: its address, its name, and what is done there."""

    path: str
    name: str
    task: str


DOORS: Final = (
    Door(START, "Beranda", "Yang dapat Anda kerjakan hari ini"),
    Door("/staf/akun", "Akun", "Membuat, mengubah, dan menutup akun staf; memberi kata sandi baru"),
    Door("/staf/token", "Token", "Membuat dan mengakhiri token untuk skrip"),
    Door("/staf/catatan", "Catatan", "Membaca siapa melakukan apa, kapan, dan terhadap siapa"),
    Door("/staf/hak", "Hak", "Melihat siapa boleh melakukan apa"),
    Door("/staf/sesi", "Sesi saya", "Melihat di mana Anda masuk, dan mengakhiri yang lain"),
    Door("/staf/sandi", "Kata sandi", "Mengganti kata sandi Anda"),
    Door("/staf/faktor-kedua", "Faktor kedua", "Memasang kode enam angka di ponsel Anda"),
)
"""Where the navigation leads; to whom it shows a door, the table of rights says."""

NEWS: Final[dict[str, str]] = {
    "disimpan": "Perubahan sudah disimpan.",
    "ditutup": "Akun sudah ditutup. Semua sesinya berakhir.",
    "dibuka": "Akun sudah dibuka lagi.",
    "faktor-dihapus": "Faktor kedua sudah dihapus. Semua sesi akun ini berakhir.",
    "sesi-berakhir": "Sesi itu sudah berakhir.",
    "sesi-lain": "Semua sesi Anda yang lain sudah berakhir.",
    "sandi": "Kata sandi Anda sudah diganti. Sesi Anda yang lain sudah berakhir.",
    "faktor": "Faktor kedua sudah terpasang. Lain kali Anda masuk dengan kata sandi dan kode.",
    "token-berakhir": "Token itu sudah diakhiri.",
    "keluar": "Anda sudah keluar.",
    "belum": "Tindakan terakhir belum dilakukan. Masuk dahulu, lalu ulangi tindakan itu.",
}
"""What a page says that somebody is sent to after something was done, by a word in its address."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a form: in a sentence on top, and beside fields."""

    top: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)


NONE_FOUND: Final = Faults()
_LOOK: Final = "Belum tersimpan. Perbaiki isian yang ditandai di bawah."


def faults_of(problem: Problem, **fields: type[Problem] | tuple[type[Problem], ...]) -> Faults:
    """Return how a form says why it was refused; ``fields``: beside which a problem belongs."""
    named = next((name for name, kind in fields.items() if isinstance(problem, kind)), "")
    if isinstance(problem, Unfit):
        named = str(problem.more.get("field") or named)
    return Faults(_LOOK, {named: problem.said}) if named else Faults(problem.said)


@dataclass(frozen=True, slots=True)
class Here:
    """Who is in, under which role, and the doors that are open to them."""

    login: str
    name: str
    role: str
    doors: list[Door]


def here_of(visitor: Visitor) -> Here:
    """Return what the head of a page says of a visitor."""
    open_doors = [] if visitor.step else [door for door in DOORS if is_open(visitor, door.path)]
    account = visitor.account
    return Here(account.login, account.name, ROLE_NAMES[visitor.role], open_doors)


def is_open(visitor: Visitor, path: str, method: str = "GET") -> bool:
    """Tell whether the visitor's role reaches a route at all, by the table of rights."""
    return RULES[method, path].reach[visitor.role] is not Reach.NONE


def show(
    request: Request,
    template: str,
    status: int = 200,
    *,
    visitor: Visitor | None = None,
    headers: Mapping[str, str] | None = None,
    faults: Faults = NONE_FOUND,
    **values: object,
) -> Response:
    """Render a page of staff. ``visitor``: who it is for, else who the guard let in."""
    pages: Pages = request.state.pages
    who = visitor or _known(request)
    return pages.page(
        request,
        f"staff/{template}",
        status,
        {**_HEADERS, **(headers or {})},
        here=here_of(who) if who else None,
        path=request.url.path,
        mark=form_mark(request),
        news=NEWS.get(request.query_params.get("kabar", "")),
        faults=faults,
        **values,
    )


def sent_to(address: str, news: str = "") -> Response:
    """Send the browser on to a page; ``news``: what that one says first."""
    joint = "&" if "?" in address else "?"
    location = f"{address}{joint}kabar={news}" if news else address
    return Response(status_code=303, headers={**_HEADERS, "Location": location})


def _known(request: Request) -> Visitor | None:
    try:
        return visitor_of(request)
    except KeyError:  # nobody is in, or nobody needs to be
        return None
