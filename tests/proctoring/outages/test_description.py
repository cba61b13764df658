"""What OpenAPI says of outages: every status that it names can be met, and fits."""

import pytest

from app.proctoring.outages.routes import router
from tests.exam import Exam
from tests.people.staff.builders import hired, seated
from tests.proctoring.arrivals.builders import proctor
from tests.proctoring.described import (
    BOARD,
    FITTING,
    at,
    listen,
    meet_nothing,
    meet_refusals,
    unmet,
)
from tests.proctoring.outages.cutting import cut_off, server_away
from tests.proctoring.outages.test_calls import MINUTE, OUTAGES, at_work, told

pytestmark = pytest.mark.asyncio

CREDIT = "/outages/{outage}/credit"


def credit_of(outage: str) -> tuple[str, str, object]:
    return "POST", at(BOARD + CREDIT, outage=outage), FITTING[CREDIT]


async def meet_outages(exam: Exam) -> None:
    """Give time back for a network's outage, in vain for none and for the server's own."""
    devices = await at_work(exam, 6)
    chief = await seated(exam, await hired(exam))
    await chief.ok("GET", OUTAGES)
    await cut_off(exam, devices, 4 * MINUTE)
    (of_network,) = await told(chief, hit=6)
    await chief.ok("POST", f"{OUTAGES}/{of_network['id']}/credit", FITTING[CREDIT])
    await (await proctor(exam, ("unit", "nowhere"))).call(*credit_of(of_network["id"]))
    await chief.call(*credit_of("none"))
    await server_away(exam, 5 * MINUTE)
    (of_server,) = await told(chief, cause="server")
    await chief.call(*credit_of(of_server["id"]))


async def test_every_described_status_of_outages_can_be_met_and_fits(exam: Exam) -> None:
    described = listen(exam)
    await meet_refusals(exam, router)
    await meet_outages(exam)
    await meet_nothing(exam, router, described)
    assert unmet(router, described) == set()
