"""What was done last is taken back, while it is the last; nobody is held back who has begun."""

import asyncio

import pytest

from app.kit.redis import time_ms
from app.people.audit_log import store
from app.people.audit_log.model import Wanted
from app.proctoring.model import Scope
from tests.exam import EVENT, Exam
from tests.proctoring.builders import carried_out, only, undone
from tests.sittings.staff import (
    log_lines,
    move_deadline,
    run_out,
    seated,
    set_fields,
    sitting_fields,
    sweep,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE = 60_000


async def test_who_has_not_come_yet_is_held_back_too_but_not_twice(day: Exam) -> None:
    device = day.newcomer()
    (found,) = (
        await carried_out(day, "hold", Scope("nip", device.nip, EVENT), action="hold-1")
    ).outcomes
    assert (found.result, found.state) == ("done", "assigned")
    assert (await device.login())["state"] == "assigned"
    assert (await only(day, "hold", device, action="hold-1")).result == "again"
    assert (await only(day, "hold", device, action="hold-2")).result == "state"
    assert (await undone(day, device, "hold-1")).state == "assigned"
    assert (await device.login())["state"] == "admitted"


@pytest.mark.parametrize("state", ["open", "paused", "sealed"])
async def test_who_has_begun_is_not_held_back(day: Exam, state: str) -> None:
    device = await seated(day)
    if state == "paused":
        await only(day, "pause", device)
    if state == "sealed":
        await device.submit()
    outcome = await only(day, "hold", device)
    assert (outcome.result, outcome.state) == ("state", state)
    assert "hd" not in await sitting_fields(day, device)


async def test_an_extension_is_taken_back_whole(day: Exam) -> None:
    device = await seated(day)
    before = (await sitting_fields(day, device))["dl"]
    await only(day, "extend", device, minutes=10, action="plus")
    outcome = await undone(day, device, "plus", action="minus")
    assert (outcome.result, outcome.deadline) == ("done", int(before))
    assert (await undone(day, device, "plus", action="minus")).result == "again"
    assert (await undone(day, device, "plus")).result == "state"
    assert (await sitting_fields(day, device))["ex"] == "0"
    note = (await device.ok("POST", "/answers", {}))["notices"][-1]
    assert note["text"].startswith("Tambahan waktu 10 menit dibatalkan.")
    await day.flush()
    async with day.stores.record.connect() as conn:
        page = await store.read(
            conn, Wanted(what="sitting.undo-extend", whom=f"sitting:{device.sitting}"), limit=2
        )
    (entry,) = [row.entry() for row in page.rows]
    assert (entry.after["undoes"], entry.after["action"]) == ("plus", "minus")
    assert entry.before["extra_ms"] - entry.after["extra_ms"] == 10 * MINUTE


async def test_no_time_ends_in_the_past_by_an_undoing(day: Exam) -> None:
    device = await seated(day)
    await only(day, "extend", device, minutes=10, action="plus")
    await move_deadline(day, device, -65 * MINUTE)  # of sixty and ten, five are left
    before = await time_ms(day.stores.room)
    outcome = await undone(day, device, "plus")
    assert outcome.deadline is not None
    assert before <= outcome.deadline <= await time_ms(day.stores.room)

    await only(day, "extend", device, minutes=10, action="plus-2")
    await run_out(day, device)
    held = int((await sitting_fields(day, device))["dl"])
    assert (await undone(day, device, "plus-2")).deadline == held  # nor does it come back


async def test_a_paused_one_loses_no_more_than_is_left(day: Exam) -> None:
    device = await seated(day)
    await only(day, "pause", device)
    await only(day, "extend", device, minutes=10, action="plus")
    await set_fields(day, device, lf=4 * MINUTE)
    assert (await undone(day, device, "plus")).result == "done"
    assert (await sitting_fields(day, device))["lf"] == "0"


async def test_only_the_last_act_is_taken_back(day: Exam) -> None:
    device = await seated(day)
    await only(day, "extend", device, action="first")
    await only(day, "message", device, action="second")
    before, lines = await sitting_fields(day, device), await log_lines(day, device)
    for action in ("first", "second", "third"):
        assert (await undone(day, device, action)).result == "state"
    assert await sitting_fields(day, device) == before
    assert await log_lines(day, device) == lines


async def test_what_time_has_taken_meanwhile_is_not_undone(day: Exam) -> None:
    device = await seated(day)
    await only(day, "extend", device, action="plus")
    await run_out(day, device)
    await sweep(day, device)
    outcome = await undone(day, device, "plus")
    assert (outcome.result, outcome.state) == ("state", "sealed")


async def test_two_who_undo_at_once_undo_once(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0]))
    await only(day, "submit", device, action="mistake")
    outcomes = await asyncio.gather(
        *(undone(day, device, "mistake", action=f"undo-{n % 3}") for n in range(9))
    )
    found = sorted(one.result for one in outcomes)
    assert found.count("done") == 1
    assert found.count("again") == 2
    assert found.count("state") == 6
