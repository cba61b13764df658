"""What OpenAPI says of a board's calls: every status that it names can be met, and fits."""

from collections.abc import Iterator

import pytest

from app.main import create_app
from app.people.staff.model import Role
from app.settings import Settings
from tests.described import Description
from tests.exam import EVENT, Exam, app_on
from tests.people.staff.builders import STAFF, Staffer, hired, seated

pytestmark = pytest.mark.asyncio

BOARD = f"{STAFF}/events/{{event}}"
CALLS = [f"{BOARD}/board", f"{BOARD}/board/stream", f"{BOARD}/find", f"{BOARD}/acts"]
ENDLESS = ("GET", f"{BOARD}/board/stream", "200")
"""A client in this process is given a reply when it is complete, and a stream that has begun never
is: tests/journey/boards hears it over real connections."""
_NOWHERE = "unix:///nowhere/valkey.sock"
_SHAPELESS: tuple[object, ...] = ([], {}, {"x": "y" * 70_000})


def calls(told: Description) -> Iterator[tuple[str, str]]:
    """Return the calls of a board, by method and path."""
    for path in CALLS:
        yield from ((method.upper(), path) for method in told.document["paths"][path])


def at(path: str, event: str = EVENT) -> str:
    return path.replace("{event}", event)


async def meet_refusals(exam: Exam, told: Description) -> None:
    """Call as nobody, as somebody without the right, of no such event, shapelessly, at length."""
    operator = await seated(exam, await hired(exam))
    author = await seated(exam, await hired(exam, Role.AUTHOR))
    new = await seated(exam, await hired(exam, Role.PROCTOR, temporary=True))
    bearer = {"Authorization": f"Bearer {operator.cookie}", "Content-Type": "application/json"}
    for method, path in calls(told):
        await exam.http.request(method, at(path))
        await author.call(method, at(path))
        await new.call(method, at(path))
        sent = {"nip": "1" * 18} if path.endswith("find") else {"kind": "admit", "action": "a1"}
        await operator.call(method, at(path, "no-such-event"), sent if method == "POST" else None)
        if method == "POST":
            for shapeless in _SHAPELESS:
                await operator.call(method, at(path), shapeless)
            await exam.http.request(method, at(path), content=b"{", headers=bearer)


async def meet_a_board(exam: Exam) -> None:
    """Look at boards within one's bounds and beyond, look people up, act."""
    device, other = await exam.seated(0), await exam.seated(1)
    operator = await seated(exam, await hired(exam))
    board = at(f"{BOARD}/board")
    told = await operator.ok("GET", board.removeprefix(STAFF))
    for call in (board, f"{board}/stream"):
        await operator.call("GET", f"{call}?unit=nowhere")
    bound = await seated(exam, await hired(exam, Role.PROCTOR))
    assert len(told["rows"]) > 1
    await bound.call("GET", f"{board}?room=999")
    find, acts = at(f"{BOARD}/find"), at(f"{BOARD}/acts")
    await operator.call("POST", find, {"nip": device.nip})
    await operator.call("POST", find, {"nip": "not a NIP"})
    act = {"kind": "extend", "action": "a1", "minutes": 5}
    await operator.call("POST", acts, act | {"sittings": [device.sitting, other.sitting]})
    await operator.call("POST", acts, act | {"unit": "nowhere"})


async def meet_nothing(exam: Exam, told: Description) -> None:
    """Call everything while Redis is away."""
    away = exam.settings.model_copy(update={"redis_url": _NOWHERE})
    somebody = await hired(exam)
    async with app_on(away, ready=False) as http:
        http.event_hooks = {"response": [told.check]}
        lost = Staffer(http, somebody.account, cookie="any")
        for method, path in calls(told):
            await lost.call(method, at(path), {} if method == "POST" else None)


async def test_every_described_status_of_a_board_can_be_met_and_fits(exam: Exam) -> None:
    told = Description(create_app(Settings()))
    exam.http.event_hooks = {"response": [told.check]}
    await meet_refusals(exam, told)
    await meet_a_board(exam)
    await meet_nothing(exam, told)
    described = {
        (method, path, status)
        for method, path in calls(told)
        for status in told.document["paths"][path][method.lower()]["responses"]
    }
    assert described - told.seen == {ENDLESS}


async def test_a_stream_is_described_as_one() -> None:
    told = Description(create_app(Settings()))
    method, path, status = ENDLESS
    reply = told.document["paths"][path][method.lower()]["responses"][status]
    assert list(reply["content"]) == ["text/event-stream"]
