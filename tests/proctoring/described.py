"""Holds a room's calls of the board against what OpenAPI says of them."""

from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute

from app.main import create_app
from app.people.staff.model import Role
from app.settings import Settings
from tests.described import Description
from tests.exam import EVENT, Exam, app_on
from tests.people.staff.builders import STAFF, Staffer, hired, seated

BOARD: Final = f"{STAFF}/events/{{event}}"
FITTING: Final[dict[str, dict[str, object]]] = {
    "/find": {"nip": "1" * 18},
    "/acts": {"kind": "admit", "action": "a1"},
    "/late": {"action": "a1", "sitting": "x", "decision": "accept", "reason": "Listrik padam."},
    "/outages/{outage}/credit": {"minutes": 5},
    "/walk-ins": {"action": "a1", "nip": "1" * 18, "name": "Siti Aminah", "unit": "09.01"},
    "/rooms/{room}/pin": {"action": "a1"},
}
"""What fits the description of each call that takes a body; what it names need not be there."""
_SHAPELESS: Final[tuple[object, ...]] = ([], {}, {"x": "y" * 70_000})
_NOWHERE: Final = "unix:///nowhere/valkey.sock"

Call = tuple[str, str]
"""Method and path, as they are described."""


def listen(exam: Exam) -> Description:
    """Hold every reply against a description that from here on notes which statuses were met."""
    described = Description(create_app(Settings()))
    exam.http.event_hooks = {"response": [described.check]}
    return described


def calls(router: APIRouter) -> list[Call]:
    """Return the calls that a room answers: all, so that none which is added goes unmet."""
    return [
        (method, route.path)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    ]


def at(path: str, event: str = EVENT, **named: str) -> str:
    """Return a path that names this event; what else it names is not there, if nothing is said."""
    given = {"sitting": "nobody", "outage": "none", "room": "none"} | named
    return path.format(event=event, **given)


async def meet_refusals(exam: Exam, router: APIRouter) -> None:
    """Call as nobody, as somebody without the right, of no such event, shapelessly, at length."""
    operator = await seated(exam, await hired(exam))
    author = await seated(exam, await hired(exam, Role.AUTHOR))
    new = await seated(exam, await hired(exam, Role.PROCTOR, temporary=True))
    bearer = {"Authorization": f"Bearer {operator.cookie}", "Content-Type": "application/json"}
    for method, path in calls(router):
        await exam.http.request(method, at(path))
        await author.call(method, at(path))
        await new.call(method, at(path))
        sent = FITTING[path.removeprefix(BOARD)] if method == "POST" else None
        await operator.call(method, at(path, "no-such-event"), sent)
        if method == "POST":
            for shapeless in _SHAPELESS:
                await operator.call(method, at(path), shapeless)
            await exam.http.request(method, at(path), content=b"{", headers=bearer)


async def meet_nothing(exam: Exam, router: APIRouter, described: Description) -> None:
    """Call everything while Redis is away."""
    away = exam.settings.model_copy(update={"redis_url": _NOWHERE})
    somebody = await hired(exam)
    async with app_on(away, ready=False) as http:
        http.event_hooks = {"response": [described.check]}
        lost = Staffer(http, somebody.account, cookie="any")
        for method, path in calls(router):
            await lost.call(method, at(path), {} if method == "POST" else None)


def unmet(router: APIRouter, described: Description) -> set[tuple[str, str, str]]:
    """Return the statuses that are described of a room's calls and were not met."""
    paths = described.document["paths"]
    return {
        (method, path, status)
        for method, path in calls(router)
        for status in paths[path][method.lower()]["responses"]
    } - described.seen
