"""Who is held back stays before the door; a device is ended; what was done last is taken back."""

import asyncio
from typing import Any

import pytest

from app.answers.flusher import Flusher
from app.kit.redis import time_ms
from app.operations.partitions import read_partitions
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.people.audit_log import store
from app.people.audit_log.model import Wanted
from app.proctoring.model import Kind, Outcome, Scope
from tests.answers.misfortunes import back_up, put_back
from tests.exam import EVENT, Device, Exam
from tests.proctoring.builders import carried_out
from tests.refusals import refusal
from tests.sittings.staff import (
    log_lines,
    move_deadline,
    run_out,
    seated,
    set_fields,
    sitting_fields,
    sweep,
)

pytestmark = pytest.mark.asyncio

MINUTE = 60_000


async def only(exam: Exam, kind: Kind, device: Device, **more: Any) -> Outcome:  # noqa: ANN401 - of an order
    """Do something to one sitting and return what came of it."""
    done = await carried_out(exam, kind, Scope("sitting", device.sitting, EVENT), **more)
    (outcome,) = done.outcomes
    return outcome


async def undone(exam: Exam, device: Device, mistake: str, **more: Any) -> Outcome:  # noqa: ANN401 - of an order
    return await only(exam, "undo", device, undoes=mistake, **more)


async def at_the_door(exam: Exam) -> Device:
    """Return a device whose participant has entered and not started."""
    device = exam.newcomer()
    await device.login()
    return device


async def recovered(exam: Exam) -> None:
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)


async def told(exam: Exam, device: Device) -> list[str]:
    """Return what the audit log says was done to the sitting."""
    async with exam.stores.record.connect() as conn:
        page = await store.read(conn, Wanted(whom=f"sitting:{device.sitting}"), limit=100)
    return [row.entry().what for row in reversed(page.rows)]


async def test_who_is_held_back_is_not_admitted_by_entering(exam: Exam) -> None:
    device = await at_the_door(exam)
    assert (await only(exam, "hold", device)).state == "assigned"
    heard = await device.ok("POST", "/answers", {})
    (note,) = heard["notices"]
    assert (heard["state"], note["kind"]) == ("assigned", "hold")
    assert note["text"].startswith("Mohon tunggu")
    assert refusal(await device.call("POST", "/start")) == (403, "not-open")
    assert (await device.login())["state"] == "assigned"
    assert (await exam.device(0).login())["state"] == "assigned"
    await device.login()
    assert (await device.claim())["state"] == "assigned"
    assert (await only(exam, "admit", device)).state == "admitted"
    assert (await device.start())["state"] == "open"
    await exam.holds()
    assert await told(exam, device) == ["sitting.hold", "sitting.admit"]


async def test_who_has_not_come_yet_is_held_back_too_but_not_twice(exam: Exam) -> None:
    device = exam.newcomer()
    (found,) = (
        await carried_out(exam, "hold", Scope("nip", device.nip, EVENT), action="hold-1")
    ).outcomes
    assert (found.result, found.state) == ("done", "assigned")
    assert (await device.login())["state"] == "assigned"
    assert (await only(exam, "hold", device, action="hold-1")).result == "again"
    assert (await only(exam, "hold", device, action="hold-2")).result == "state"
    assert (await undone(exam, device, "hold-1")).state == "assigned"
    assert (await device.login())["state"] == "admitted"


@pytest.mark.parametrize("state", ["open", "paused", "sealed"])
async def test_who_has_begun_is_not_held_back(exam: Exam, state: str) -> None:
    device = await seated(exam)
    if state == "paused":
        await only(exam, "pause", device)
    if state == "sealed":
        await device.submit()
    outcome = await only(exam, "hold", device)
    assert (outcome.result, outcome.state) == ("state", state)
    assert "hd" not in await sitting_fields(exam, device)


async def test_a_hold_survives_a_lost_room_and_a_record_that_was_set_back(exam: Exam) -> None:
    held, released, absent = [exam.newcomer() for _ in range(3)]
    for device in (held, released):
        await device.login()
        await only(exam, "hold", device)
    await carried_out(exam, "hold", Scope("nip", absent.nip, EVENT))
    await exam.flush()
    backup = await back_up(exam)
    await only(exam, "admit", released)
    await only(exam, "admit", held)
    await only(exam, "hold", held)
    await exam.flush()
    await put_back(exam, backup)
    await reflow(exam.stores, EVENT)
    await exam.flush()
    assert [rule.line() for rule in (await exam.audit()).rules if rule.differences] == []
    await recovered(exam)
    assert (await held.login())["state"] == "assigned"
    assert (await released.login())["state"] == "admitted"
    assert (await absent.login())["state"] == "assigned"


async def test_an_ended_device_is_replaced_whatever_it_tries(exam: Exam) -> None:
    phone = await seated(exam)
    assert await phone.save(phone.change(phone.items[0])) == ["stored"]
    unsent = phone.change(phone.items[1], "b")
    outcome = await only(exam, "device", phone, action="swap")
    assert (outcome.result, outcome.state) == ("done", "open")
    assert (await only(exam, "device", phone, action="swap")).result == "again"
    assert (await only(exam, "device", phone)).result == "state"  # nobody is in by now
    replaced = (409, "superseded-device")
    assert refusal(await phone.call("POST", "/answers", {"changes": [unsent]})) == replaced
    assert refusal(await phone.call("POST", "/claim", {"device": phone.nonce})) == replaced
    assert (await phone.ok("POST", "/late", {"changes": [unsent]}))["kept"] == 1
    await recovered(exam)
    assert refusal(await phone.call("POST", "/claim", {"device": phone.nonce})) == replaced

    other = Device(phone.http, phone.nip, phone.pin, "another-device")
    entered = await other.login()
    assert (entered["state"], entered["answered"]) == ("open", 1)
    other.items = phone.items
    assert await other.save(other.change(other.items[1])) == ["stored"]
    await exam.holds()
    assert await told(exam, phone) == ["sitting.device"]


async def test_the_token_of_an_earlier_life_is_ended_with_its_device(exam: Exam) -> None:
    device = await seated(exam)
    await recovered(exam)
    assert (await only(exam, "device", device)).result == "done"
    claim = await device.call("POST", "/claim", {"device": device.nonce})
    assert refusal(claim) == (409, "superseded-device")
    assert (await device.login())["state"] == "open"


async def test_an_extension_is_taken_back_whole(exam: Exam) -> None:
    device = await seated(exam)
    before = (await sitting_fields(exam, device))["dl"]
    await only(exam, "extend", device, minutes=10, action="plus")
    outcome = await undone(exam, device, "plus", action="minus")
    assert (outcome.result, outcome.deadline) == ("done", int(before))
    assert (await undone(exam, device, "plus", action="minus")).result == "again"
    assert (await undone(exam, device, "plus")).result == "state"
    assert (await sitting_fields(exam, device))["ex"] == "0"
    note = (await device.ok("POST", "/answers", {}))["notices"][-1]
    assert note["text"].startswith("Tambahan waktu 10 menit dibatalkan.")
    await exam.flush()
    async with exam.stores.record.connect() as conn:
        page = await store.read(conn, Wanted(what="sitting.undo-extend"), limit=2)
    (entry,) = [row.entry() for row in page.rows]
    assert (entry.after["undoes"], entry.after["action"]) == ("plus", "minus")
    assert entry.before["extra_ms"] - entry.after["extra_ms"] == 10 * MINUTE


async def test_no_time_ends_in_the_past_by_an_undoing(exam: Exam) -> None:
    device = await seated(exam)
    await only(exam, "extend", device, minutes=10, action="plus")
    await move_deadline(exam, device, -65 * MINUTE)  # of sixty and ten, five are left
    before = await time_ms(exam.stores.room)
    outcome = await undone(exam, device, "plus")
    assert outcome.deadline is not None
    assert before <= outcome.deadline <= await time_ms(exam.stores.room)

    await only(exam, "extend", device, minutes=10, action="plus-2")
    await run_out(exam, device)
    held = int((await sitting_fields(exam, device))["dl"])
    assert (await undone(exam, device, "plus-2")).deadline == held  # nor does it come back


async def test_a_paused_one_loses_no_more_than_is_left(exam: Exam) -> None:
    device = await seated(exam)
    await only(exam, "pause", device)
    await only(exam, "extend", device, minutes=10, action="plus")
    await set_fields(exam, device, lf=4 * MINUTE)
    assert (await undone(exam, device, "plus")).result == "done"
    assert (await sitting_fields(exam, device))["lf"] == "0"


async def test_only_the_last_act_is_taken_back(exam: Exam) -> None:
    device = await seated(exam)
    await only(exam, "extend", device, action="first")
    await only(exam, "message", device, action="second")
    before, lines = await sitting_fields(exam, device), await log_lines(exam, device)
    for action in ("first", "second", "third"):
        assert (await undone(exam, device, action)).result == "state"
    assert await sitting_fields(exam, device) == before
    assert await log_lines(exam, device) == lines


async def test_a_submit_is_taken_back_with_the_time_that_was_left(exam: Exam) -> None:
    device = await seated(exam)
    await device.save(device.change(device.items[0]))
    left = int((await sitting_fields(exam, device))["dl"]) - await time_ms(exam.stores.room)
    await only(exam, "submit", device, action="mistake")
    code = (await device.ok("GET", ""))["receipt"]["code"]
    await exam.flush()
    outcome = await undone(exam, device, "mistake", reason="Salah orang")
    now = await time_ms(exam.stores.room)
    assert (outcome.result, outcome.state) == ("done", "open")
    assert outcome.deadline is not None
    assert left - 2000 <= outcome.deadline - now <= left
    (note,) = [n for n in (await device.ok("GET", ""))["notices"] if n["kind"] == "reopen"]
    assert note["text"].endswith("Alasan: Salah orang.")
    assert (await exam.http.get(f"/api/v1/receipts/{code}")).json()["replaced"] is True
    assert await device.save(device.change(device.items[1])) == ["stored"]
    receipt = (await device.submit())["receipt"]
    assert receipt["seal"] == 2
    await exam.holds()
    assert await told(exam, device) == ["sitting.submit", "sitting.undo-submit"]
    await recovered(exam)
    assert (await exam.http.get(f"/api/v1/receipts/{code}")).json()["replaced"] is True


async def test_who_was_paused_is_paused_again(exam: Exam) -> None:
    device = await seated(exam)
    await only(exam, "pause", device)
    left = (await sitting_fields(exam, device))["lf"]
    await only(exam, "submit", device, action="mistake")
    assert (await undone(exam, device, "mistake")).state == "paused"
    assert (await sitting_fields(exam, device))["lf"] == left
    await exam.holds()


async def test_a_submit_and_its_undoing_in_one_batch_are_recorded_apart(exam: Exam) -> None:
    """The recorder compares the seal with its answers, not with those that came after."""
    device = await seated(exam)
    await device.save(device.change(device.items[0]))
    await only(exam, "submit", device, action="mistake")
    await undone(exam, device, "mistake")
    await device.save(device.change(device.items[0], "b"), device.change(device.items[1]))
    async with exam.stores.record.connect() as conn:
        places = await read_partitions(conn, EVENT)
    place = next(place for place in places if place.tag == exam.tag(device))
    stores = exam.stores
    flusher = Flusher(stores.record, stores.room, stores.signer, stores.chain, rows=500)
    assert (await flusher.flush(place)).alarms == []
    await exam.holds()


async def test_what_time_has_taken_meanwhile_is_not_undone(exam: Exam) -> None:
    device = await seated(exam)
    await only(exam, "extend", device, action="plus")
    await run_out(exam, device)
    await sweep(exam, device)
    outcome = await undone(exam, device, "plus")
    assert (outcome.result, outcome.state) == ("state", "sealed")


async def test_two_who_undo_at_once_undo_once(exam: Exam) -> None:
    device = await seated(exam)
    await device.save(device.change(device.items[0]))
    await only(exam, "submit", device, action="mistake")
    outcomes = await asyncio.gather(
        *(undone(exam, device, "mistake", action=f"undo-{n % 3}") for n in range(9))
    )
    found = sorted(one.result for one in outcomes)
    assert found.count("done") == 1
    assert found.count("again") == 2
    assert found.count("state") == 6
    await exam.holds()
