"""Holds, ended devices and what was taken back outlive the room, and are told in the record."""

import pytest

from app.answers.flusher import Flusher
from app.kit.redis import time_ms
from app.operations.partitions import read_partitions
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.people.audit_log import store
from app.people.audit_log.model import Wanted
from app.proctoring.model import Scope
from tests.answers.misfortunes import back_up, put_back
from tests.exam import EVENT, Device, Exam
from tests.proctoring.builders import carried_out, only, undone
from tests.refusals import refusal
from tests.sittings.staff import seated, sitting_fields

pytestmark = pytest.mark.asyncio


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
