"""The close of an event: who never came is absent, who is paused is handed in."""

import pytest

from app.exams.live import read_cards
from app.kit.redis import time_ms
from app.operations.sweeper import Swept, sweep_once
from tests.exam import PEOPLE, Exam
from tests.refusals import problem, refusal
from tests.sittings.staff import act, room_fields, run_out, seated, set_room, sitting_fields, sweep

pytestmark = pytest.mark.asyncio

MINUTE = 60_000


async def close(exam: Exam, ago_ms: int) -> None:
    """Let the event have closed some time ago, after ten hours."""
    closed = await time_ms(exam.stores.room) - ago_ms
    await set_room(exam, closes=closed, opens=closed - 600 * MINUTE)


async def sweep_all(exam: Exam) -> Swept:
    return await sweep_once(exam.stores, await read_cards(exam.stores.room))


async def test_closing_marks_absent_seals_the_paused_and_leaves_the_rest(exam: Exam) -> None:
    writing, paused, done, came = [await seated(exam) for _ in range(3)] + [exam.newcomer()]
    await came.login()
    await paused.save(paused.change(paused.items[0]))
    await act(exam, paused, "pause")
    await done.submit()
    await close(exam, 60 * MINUTE)

    swept = await sweep_all(exam)
    assert (swept.sealed, swept.absent) == (1, PEOPLE - 3)
    assert (await came.ok("GET", ""))["state"] == "absent"
    assert (await exam.device(PEOPLE - 1).login())["state"] == "absent"
    assert (await paused.ok("GET", ""))["receipt"]["answered"] == 1
    assert (await sitting_fields(exam, paused))["sy"] == "close"
    assert await writing.save(writing.change(writing.items[0])) == ["stored"]
    assert (await sweep_all(exam)) == Swept(0, 0)

    await run_out(exam, writing)
    assert (await sweep_all(exam)) == Swept(1, 0)
    assert refusal(await came.call("POST", "/start")) == (403, "closed")
    assert refusal(await came.call("POST", "/late", {"changes": []})) == (403, "closed")
    await exam.holds()


async def test_between_close_and_sweep_nobody_starts(exam: Exam) -> None:
    device = exam.newcomer()
    await device.login()
    await close(exam, 1)
    refused = await device.call("POST", "/start")
    assert refusal(refused) == (403, "closed")
    assert problem(refused)["state"] == "admitted"
    assert problem(refused)["closes_at"] < problem(refused)["server_time"]


async def test_nobody_is_absent_before_the_grace_is_over(exam: Exam) -> None:
    device = exam.newcomer()
    await device.login()
    await close(exam, 1)
    assert await sweep(exam, device) == ("ok", 0, 0)
    assert (await device.ok("GET", ""))["state"] == "admitted"


async def test_who_starts_late_has_until_the_close(exam: Exam) -> None:
    closes = await time_ms(exam.stores.room) + 10 * MINUTE
    await set_room(exam, closes=closes)
    device = exam.newcomer()
    await device.login()
    assert (await device.ok("POST", "/start"))["deadline"] == closes
    extended = exam.newcomer()
    await extended.login()
    await act(exam, extended, "extend", ms=30 * MINUTE)
    assert (await extended.ok("POST", "/start"))["deadline"] == closes + 30 * MINUTE


async def test_nobody_starts_before_the_opening(exam: Exam) -> None:
    opens = await time_ms(exam.stores.room) + 10 * MINUTE
    await set_room(exam, opens=opens)
    device = exam.newcomer()
    assert (await device.login())["opens_at"] == opens
    refused = await device.call("POST", "/start")
    assert refusal(refused) == (403, "not-open")
    assert problem(refused)["opens_at"] == opens
    assert refusal(await device.call("GET", "/form")) == (403, "not-open")


async def test_a_sitting_that_is_opened_again_after_the_close_has_a_clock_of_its_own(
    exam: Exam,
) -> None:
    device = await seated(exam)
    await device.submit()
    await close(exam, 60 * MINUTE)
    await sweep_all(exam)
    await act(exam, device, "reopen", ms=20 * MINUTE)
    assert (await sweep_all(exam)) == Swept(0, 0)
    before = (await device.ok("POST", "/answers"))["deadline"]
    await set_room(exam, stamp=await time_ms(exam.stores.room) - 10 * MINUTE)
    after = (await device.ok("POST", "/answers"))["deadline"]
    assert 10 * MINUTE <= after - before < 10 * MINUTE + 10_000
    assert await device.save(device.change(device.items[0])) == ["stored"]
    assert (await device.submit())["receipt"]["seal"] == 2
    await exam.holds()


async def test_in_a_hall_somebody_must_admit(exam: Exam) -> None:
    await set_room(exam, mode="hall")
    device = exam.newcomer()
    assert (await device.login())["state"] == "assigned"
    refused = await device.call("POST", "/start")
    assert refusal(refused) == (403, "not-open")
    assert problem(refused)["state"] == "assigned"
    await act(exam, device, "admit")
    assert (await device.ok("POST", "/start"))["state"] == "open"
    assert (await room_fields(exam, device))["mode"] == "hall"
