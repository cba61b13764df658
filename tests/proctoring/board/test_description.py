"""What OpenAPI says of a board's calls: every status that it names can be met, and fits."""

import pytest

from app.main import create_app
from app.people.staff.model import Role
from app.proctoring.arrivals.routes import router as arrivals
from app.proctoring.outages.routes import router as outages
from app.proctoring.routes import router
from app.settings import Settings
from tests.described import Description
from tests.exam import Exam
from tests.people.staff.builders import STAFF, hired, seated
from tests.proctoring.arrivals.builders import proctor
from tests.proctoring.described import (
    BOARD,
    at,
    calls,
    listen,
    meet_nothing,
    meet_refusals,
    unmet,
)

pytestmark = pytest.mark.asyncio

ENDLESS = ("GET", f"{BOARD}/board/stream", "200")
"""A client in this process is given a reply when it is complete, and a stream that has begun never
is: tests/journey/boards hears it over real connections."""
NOWHERE = ("unit", "nowhere")
"""Who is bound to it is of the event, and reaches nobody in it."""


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


async def meet_the_list(exam: Exam) -> None:
    """Take along the list of who has not begun: of all, of no such unit, beyond one's bounds."""
    path = at(f"{BOARD}/missing.xlsx")
    operator = await seated(exam, await hired(exam))
    await operator.call("GET", path)
    await operator.call("GET", f"{path}?unit=nowhere")
    await (await proctor(exam, NOWHERE)).call("GET", path)


async def meet_late_answers(exam: Exam) -> None:
    """Remark on somebody, look at their sitting, decide what waits; again, and beyond bounds."""
    device, operator = await exam.seated(2), await seated(exam, await hired(exam))
    flag = {"kind": "flag", "action": "f1", "category": "identity", "severity": 3, "text": "Dua."}
    await operator.call("POST", at(f"{BOARD}/acts"), flag | {"sittings": [device.sitting]})
    await device.submit()
    await device.ok("POST", "/late", {"changes": [device.change(device.items[0])]})
    sitting, late = at(f"{BOARD}/sittings/{{sitting}}", sitting=device.sitting), at(f"{BOARD}/late")
    body = {"action": "d1", "sitting": device.sitting, "decision": "accept", "reason": "Listrik."}
    for somebody in (operator, await proctor(exam, NOWHERE)):
        await somebody.call("GET", sitting)
        await somebody.call("POST", late, body)
    await operator.call("GET", at(f"{BOARD}/sittings/{{sitting}}"))
    for more in ({}, {"action": "d2"}, {"sitting": "nobody"}, {"reason": " "}):
        await operator.call("POST", late, body | more)


async def test_every_described_status_of_a_board_can_be_met_and_fits(exam: Exam) -> None:
    described = listen(exam)
    await meet_refusals(exam, router)
    await meet_a_board(exam)
    await meet_the_list(exam)
    await meet_late_answers(exam)
    await meet_nothing(exam, router, described)
    assert unmet(router, described) == {ENDLESS}


async def test_every_call_of_an_event_is_met_in_its_room() -> None:
    """A room that is new has a test like the one above, and stands here."""
    paths = Description(create_app(Settings())).document["paths"]
    of_events = {
        (method.upper(), path)
        for path, operations in paths.items()
        if path.startswith(BOARD)
        for method in operations
    }
    assert of_events == {*calls(router), *calls(outages), *calls(arrivals)}


async def test_a_stream_is_described_as_one() -> None:
    told = Description(create_app(Settings()))
    method, path, status = ENDLESS
    reply = told.document["paths"][path][method.lower()]["responses"][status]
    assert list(reply["content"]) == ["text/event-stream"]
