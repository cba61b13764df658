"""What OpenAPI says of the calls for staff: every status that it names can be met, and fits."""

from collections.abc import Iterator

import pytest

from app.main import create_app
from app.people.staff.entering import PROVED_MS
from app.people.staff.live import session_id
from app.people.staff.model import Role
from app.settings import Settings
from tests.described import Description
from tests.exam import Exam, app_on
from tests.people.staff.builders import (
    PASSWORD,
    STAFF,
    Staffer,
    hired,
    now,
    room_of,
    seated,
)

pytestmark = pytest.mark.asyncio

_BOARDS = f"{STAFF}/events/"
_NOWHERE = "unix:///nowhere/valkey.sock"
_LARGE = {"x": "y" * 70_000}


def calls(told: Description) -> Iterator[tuple[str, str]]:
    """Return every call for staff but those of boards, of which one never ends."""
    for path, operations in told.document["paths"].items():
        if path.startswith(STAFF) and not path.startswith(_BOARDS):
            yield from ((method.upper(), path) for method in operations)


def filled(path: str, login: str, session: str = "0" * 32, token: str = "0" * 12) -> str:
    """Return a path that names something of somebody's."""
    path = path.replace("{login}", login).replace("{session}", session)
    return path.replace("{token}", token)


async def meet_refusals(exam: Exam, told: Description) -> None:
    """Call everything as nobody, as a viewer of another site, shapelessly and at length."""
    for method, path in calls(told):
        here = filled(path, "nobody")
        await exam.http.request(method, here)
        admin = await seated(exam, await hired(exam, Role.ADMIN, factor=True))
        bearer = {"Authorization": f"Bearer {admin.cookie}"}
        elsewhere = bearer | {"Origin": "https://elsewhere.example"}
        await exam.http.request(method, here, headers=elsewhere)
        new = await seated(exam, await hired(exam, Role.PROCTOR, temporary=True))
        await new.call(method, here)
        owner = filled(path, admin.account.login)
        if method not in {"GET", "DELETE"}:
            await admin.call(method, owner, [])
            await admin.call(method, owner, _LARGE)
        await admin.call(method, here)


async def meet_the_door(exam: Exam) -> None:
    """Come in rightly, wrongly, too often; with codes; and leave."""
    admin = await hired(exam, Role.ADMIN, factor=True)
    for _ in range(12):
        await admin.try_sign_in("wrong")
    await admin.sign_in()
    for _ in range(21):
        await admin.call("POST", f"{STAFF}/session/code", {"code": "0"})
    await exam.stores.room.delete(f"staff:codes:{admin.account.login}:")
    code = admin.code(await now(exam))
    await admin.ok("POST", "/session/code", {"code": code})
    for _ in range(12):
        await admin.call("POST", f"{STAFF}/session/proof", {"password": "wrong"})
    await admin.ok("POST", "/session/proof", {"password": PASSWORD})
    await admin.ok("GET", "/session")
    await admin.ok("DELETE", "/session")


async def meet_ones_own(exam: Exam) -> None:
    """Choose a password and a second factor, look at sessions and rights."""
    author = await seated(exam, await hired(exam, Role.AUTHOR))
    await author.call("PUT", f"{STAFF}/password", {"old": PASSWORD, "new": "short"})
    await author.call("PUT", f"{STAFF}/password", {"old": "no", "new": "sepeda-ungu-minum-teh"})
    await author.ok("PUT", "/password", {"old": PASSWORD, "new": "sepeda-ungu-minum-teh"})
    offer = await author.ok("POST", "/factor")
    author.secret = offer["secret"]
    chosen = {"sealed": offer["sealed"], "code": author.code(await now(exam))}
    await author.call("PUT", f"{STAFF}/factor", chosen | {"code": "0"})
    await author.call("PUT", f"{STAFF}/factor", chosen | {"sealed": "0"})
    await author.ok("PUT", "/factor", chosen)
    await author.ok("GET", "/rights")
    for one in await author.ok("GET", "/sessions"):
        await author.ok("DELETE", f"/sessions/{one['id']}")


async def meet_the_console(exam: Exam) -> None:
    """Make, change and close an account, make and end a token; two at once; read the log."""
    admin = await seated(exam, await hired(exam, Role.ADMIN, factor=True))
    body = {"login": "baru", "name": "Baru", "role": "viewer"}
    await admin.ok("POST", "/accounts", body)
    await admin.call("POST", f"{STAFF}/accounts", body)
    await admin.call("POST", f"{STAFF}/accounts", body | {"login": "1"})
    await admin.ok("GET", "/accounts")
    await admin.ok("GET", "/accounts/baru")
    await admin.ok("PATCH", "/accounts/baru", {"version": 1, "name": "Baru Lagi"})
    await admin.call("PATCH", f"{STAFF}/accounts/baru", {"version": 1, "name": "Lama"})
    await admin.call("PATCH", f"{STAFF}/accounts/baru", {"version": 2, "name": " "})
    await admin.ok("POST", "/accounts/baru/password", {})
    await admin.ok("DELETE", "/accounts/baru/factor")
    await admin.ok("GET", "/accounts/baru/sessions")
    made = await admin.ok("POST", "/tokens", {"name": "skrip", "role": "viewer", "days": 1})
    await admin.call("POST", f"{STAFF}/tokens", {"name": "skrip", "role": "viewer", "days": 0})
    await admin.ok("GET", "/tokens")
    await admin.ok("DELETE", f"/tokens/{made['id']}")
    await admin.ok("GET", "/audit-log")
    await admin.call("GET", f"{STAFF}/audit-log?before=x")
    room, session = room_of(exam), await room_of(exam).session(session_id(admin.cookie))
    assert session is not None
    await room.amend(session, proved_at=session.proved_at - 2 * PROVED_MS)
    await admin.call("POST", f"{STAFF}/tokens", {"name": "skrip", "role": "viewer", "days": 1})


async def meet_nothing(exam: Exam, told: Description) -> None:
    """Call everything while Redis is away."""
    away = exam.settings.model_copy(update={"redis_url": _NOWHERE})
    somebody = await hired(exam)
    async with app_on(away, ready=False) as http:
        http.event_hooks = {"response": [told.check]}
        lost = Staffer(http, somebody.account, cookie="any")
        for method, path in calls(told):
            body = {"login": "any", "password": "any"} if path.endswith("/session") else None
            await lost.call(method, filled(path, "any"), body)


async def test_every_described_status_can_be_met_and_fits(exam: Exam) -> None:
    told = Description(create_app(Settings()))
    exam.http.event_hooks = {"response": [told.check]}
    await meet_refusals(exam, told)
    await meet_the_door(exam)
    await meet_ones_own(exam)
    await meet_the_console(exam)
    await meet_nothing(exam, told)
    described = {
        (method, path, status)
        for method, path in calls(told)
        for status in told.document["paths"][path][method.lower()]["responses"]
    }
    assert described - told.seen == set()
