"""What OpenAPI says of the calls at the door: every status that it names can be met, and fits."""

import pytest

from app.kit.redis import ask
from app.proctoring.arrivals.routes import router
from tests.exam import EVENT, Exam
from tests.people.staff.builders import hired, seated
from tests.proctoring.arrivals.builders import Hall, let_in, place_of, proctor, tried
from tests.proctoring.described import BOARD, at, listen, meet_nothing, meet_refusals, unmet
from tests.sittings.staff import set_room

pytestmark = pytest.mark.asyncio

LAST = "198609262015992001"
"""Somebody who comes when nobody else does: who sits there already is told so even then."""


async def meet_doors(hall: Hall) -> None:
    """Turn a door twice, and back; one out of bounds, and one that is not there."""
    one, two = hall.rooms
    desk = await proctor(hall.exam, ("room", one))
    for room, action in ((one, "a1"), (one, "a2"), (one, "a1"), (two, "a1"), ("none", "a1")):
        await desk.call("POST", at(f"{BOARD}/rooms/{{room}}/pin", room=room), {"action": action})


async def meet_the_desk(hall: Hall) -> None:
    """Let somebody in, again, and where they sit elsewhere; beyond one's bounds, and nowhere."""
    one, two = hall.rooms
    operator = await seated(hall.exam, await hired(hall.exam))
    assert (await let_in(operator, room=one))["new"]
    assert "place" in await let_in(operator)
    desk = await proctor(hall.exam, ("room", two))
    assert await let_in(desk, room=two) == {"new": False}
    await tried(desk, room=one)
    await tried(operator, unit="nowhere")


async def meet_the_end(exam: Exam) -> None:
    """Come when the event is over, while the room is lost, and when no form can be drawn in it."""
    operator = await seated(exam, await hired(exam))
    await set_room(exam, closes=1)
    await tried(operator, nip=LAST)
    tag, _ = place_of(exam, LAST)
    for key in (f"room:{tag}", f"draw:{EVENT}"):
        await ask(exam.stores.room, ("DEL", key))
        await tried(operator, nip=LAST)


async def test_every_described_status_at_the_door_can_be_met_and_fits(hall: Hall) -> None:
    described = listen(hall.exam)
    await meet_refusals(hall.exam, router)
    await meet_doors(hall)
    await meet_the_desk(hall)
    await meet_the_end(hall.exam)
    await meet_nothing(hall.exam, router, described)
    assert unmet(router, described) == set()
