"""Every route of the application, with every role, on what is one's own and what is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from starlette.routing import BaseRoute, Route
from typing_extensions import override

from app.main import create_app
from app.people.staff.guard import StaffRoute
from app.people.staff.live import session_id
from app.people.staff.model import Role
from app.people.staff.rights import RULES, NoRule, Reach, Rule
from app.settings import Settings
from tests.exam import EVENT, Exam
from tests.people.staff.builders import STAFF, Staffer, hired, seated
from tests.refusals import refusal

_ELSEWHERE = "serang-2025"
_ENDLESS = "/stream"
"""What is answered to for ever: only those who may not, or ask for nothing, see an end."""
_WAYS_IN = {"sign-in-first", "token-invalid"}


def routes(of: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Return method and path of everything that is answered to."""
    for route in of:
        included = getattr(route, "original_router", None)
        if included is not None:  # FastAPI keeps a router as it was included
            yield from routes(included.routes)
        else:
            assert isinstance(route, Route), f"{route} is no kind of route that is known here"
            yield from (
                (method, route.path) for method in (route.methods or ()) if method != "HEAD"
            )


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    assert set(routes(create_app(Settings()).routes)) == set(RULES)


def test_a_route_for_staff_without_a_line_is_not_even_mounted() -> None:
    router = APIRouter(prefix="/staf", route_class=StaffRoute)
    with pytest.raises(NoRule, match=r"GET /staf/nowhere has no line"):

        @router.get("/nowhere")
        async def nowhere(request: Request) -> Response:
            raise AssertionError(request)


def test_nobody_but_admins_reaches_everything() -> None:
    for rule in RULES.values():
        if rule.audience == "staff":
            assert rule.reach[Role.ADMIN] is Reach.ALL
            assert set(rule.reach) == set(Role)


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody with a role, before a route, with what they call their own or not."""

    rule: Rule
    role: Role
    is_own: bool

    @override
    def __str__(self) -> str:
        whose = "own" if self.is_own else "foreign"
        return f"{self.rule.method} {self.rule.path} {self.role} {whose}"

    @property
    def is_admitted(self) -> bool:
        reach = self.rule.reach[self.role]
        return reach is Reach.ALL or (reach is Reach.OWN and self.is_own)


def cases() -> list[Case]:
    """Return all; a path that names nothing of anybody's has only the one's own."""
    found = []
    for rule in RULES.values():
        if rule.audience == "staff":
            names = "{" in rule.path
            found += [
                Case(rule, role, own)
                for role in Role
                for own in ((True, False) if names else (True,))
                if not (own and rule.path.endswith(_ENDLESS))
            ]
    return found


async def somebody(day: Exam, role: Role) -> Staffer:
    return await hired(day, role, factor=role is Role.ADMIN)


async def path_of(day: Exam, case: Case, owner: Staffer) -> str:
    """Return the path with something of the owner's in it."""
    path = case.rule.path.replace("{login}", owner.account.login)
    path = path.replace("{event}", EVENT if case.is_own else _ELSEWHERE)
    path = path.replace("{room}", "1")
    path = path.replace("{sitting}", "0" * 12)
    if "{session}" in path:
        path = path.replace("{session}", session_id((await seated(day, owner)).cookie))
    if "{token}" in path:
        maker = owner if owner.account.role in {Role.ADMIN, Role.OPERATOR} else None
        path = path.replace("{token}", await token_of(day, maker) if maker else "0" * 12)
    assert "{" not in path
    return path


async def token_of(day: Exam, maker: Staffer) -> str:
    here = await seated(day, maker)
    body = {"name": "skrip", "role": "viewer", "days": 1}
    made = await here.ok("POST", "/tokens", body)
    return str(made["id"])


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", cases(), ids=str)
async def test_the_table_is_what_happens(day: Exam, case: Case) -> None:
    staffer = await somebody(day, case.role)
    visitor = await seated(day, staffer)
    # An admin is nobody's own affair but their own.
    owner = staffer if case.is_own else await somebody(day, Role.ADMIN)
    reply = await visitor.call(case.rule.method, await path_of(day, case, owner))
    if case.is_admitted:
        assert reply.status_code not in {401, 403}, reply.text
        return
    if case.rule.path.startswith("/api"):
        assert refusal(reply) == (403, "not-allowed")
    else:
        assert reply.status_code == httpx.codes.FORBIDDEN


@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_gets_anywhere_without_coming_in(day: Exam) -> None:
    for rule in RULES.values():
        if rule.audience == "public":
            continue
        path = rule.path.replace("{sitting}", "0" * 12)
        for name in ("login", "session", "token", "medium", "event", "room"):
            path = path.replace(f"{{{name}}}", "x")
        for headers in ({}, {"Authorization": "Bearer skt_nothing"}, {"Cookie": "serentak-staf=x"}):
            reply = await day.http.request(rule.method, path, headers=headers)
            if path.startswith("/api"):
                assert reply.status_code == httpx.codes.UNAUTHORIZED, (rule, reply.text)
                assert refusal(reply)[1] in _WAYS_IN
            else:
                assert reply.status_code == httpx.codes.SEE_OTHER
                assert reply.headers["location"].startswith("/staf/masuk")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_sitting_is_its_participants_and_nobody_elses(
    day: Exam,
) -> None:
    mine, other = await day.seated(0), await day.seated(1)
    medium = "0" * 12
    visitors = [await seated(day, await somebody(day, role)) for role in Role]
    tokens = [other.token, *(visitor.cookie for visitor in visitors)]
    for rule in RULES.values():
        if rule.audience != "participant":
            continue
        path = rule.path.replace("{sitting}", mine.sitting).replace("{medium}", medium)
        for token in tokens:
            headers = {"Authorization": f"Bearer {token}"}
            reply = await day.http.request(rule.method, path, headers=headers)
            assert refusal(reply) == (401, "token-invalid"), rule


@pytest.mark.asyncio(loop_scope="module")
async def test_who_may_see_nobody_does_not_hear_who_there_is(day: Exam) -> None:
    operator = await seated(day, await somebody(day, Role.OPERATOR))
    admin = await somebody(day, Role.ADMIN)
    there = await operator.call("GET", f"{STAFF}/accounts/{admin.account.login}")
    nowhere = await operator.call("GET", f"{STAFF}/accounts/nobody.there")
    assert there.json() == nowhere.json()
    assert refusal(there) == (403, "not-allowed")
