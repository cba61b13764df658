"""One person, two events: the card says which, and where it fits both the person says it."""

import dataclasses

import pytest

from app.exams.model import Event
from app.exams.store import create_event
from app.kit.ids import partition_of, partition_tag, sitting_number, sitting_text
from app.kit.redis import ask, time_ms
from app.kit.secrets import card_pin, pin_hash
from app.operations.demo import DEMO_PARTITIONS
from app.operations.enrolment import enrol_people
from app.operations.priming import known_event, prime
from tests.exam import EVENT, Device, Exam
from tests.refusals import problem, refusal
from tests.sittings.staff import eventually

pytestmark = pytest.mark.asyncio

SECOND = "susulan-2023"


async def hold_a_second_event(exam: Exam) -> None:
    """Prime another event for the same people, and wait until the app has seen it."""
    stores = exam.stores
    async with stores.record.begin() as conn:
        first = await known_event(conn, EVENT)
        values = {field.name: getattr(first, field.name) for field in dataclasses.fields(Event)}
        second = await create_event(conn, Event(**values | {"id": SECOND, "title": "Susulan"}))
        nips = [nip for nip, _ in exam.cards]
        await enrol_people(conn, stores.secrets.nip, second, nips)
    await prime(stores, SECOND, await time_ms(stores.room))

    async def is_seen() -> bool:
        found = (await exam.http.get("/health/recorder")).json()["partitions"]
        return any(part["partition"].startswith(SECOND) for part in found)

    await eventually(is_seen)


def sitting_in(exam: Exam, device: Device, event: str) -> tuple[str, str]:
    """Return the person's sitting in an event and the hash that holds it."""
    number = sitting_number(exam.stores.secrets.nip, event, device.nip)
    sitting = sitting_text(number)
    tag = partition_tag(event, partition_of(number, DEMO_PARTITIONS))
    return sitting, f"sit:{tag}:{sitting}"


async def test_a_card_chooses_its_event_and_where_it_fits_both_the_person_does(exam: Exam) -> None:
    await hold_a_second_event(exam)
    device = exam.newcomer()
    pin_key = exam.stores.secrets.pin
    sitting, key = sitting_in(exam, device, SECOND)

    assert (await device.login())["event"]["id"] == EVENT
    theirs = dataclasses.replace(device, pin=card_pin(pin_key, sitting, 1), nonce="second")
    assert (await theirs.login())["event"]["id"] == SECOND
    assert theirs.sitting == sitting != device.sitting

    wrong = dataclasses.replace(device, pin="000000000000")
    assert refusal(await wrong.try_login()) == (401, "bad-credentials")
    assert refusal(await device.try_login(event=SECOND)) == (401, "bad-credentials")

    await ask(exam.stores.room, ("HSET", key, "ph", pin_hash(pin_key, sitting, device.pin)))
    refused = await device.try_login()
    assert refusal(refused) == (409, "choose-event")
    offered = problem(refused)["events"]
    assert {event["id"] for event in offered} == {EVENT, SECOND}
    assert "Susulan" in {event["title"] for event in offered}
    for event in (EVENT, SECOND):
        chosen = await device.try_login(event=event)
        assert chosen.json()["event"]["id"] == event
    assert refusal(await device.try_login(event="a-third")) == (401, "bad-credentials")


async def test_two_events_go_on_side_by_side(exam: Exam) -> None:
    await hold_a_second_event(exam)
    device = exam.newcomer()
    await device.login()
    sitting, _ = sitting_in(exam, device, SECOND)
    other = dataclasses.replace(
        device, pin=card_pin(exam.stores.secrets.pin, sitting, 1), nonce="second"
    )
    await other.login()
    for each in (device, other):
        await each.start()
        assert await each.save(each.change(each.items[0])) == ["stored"]
    assert (await device.submit())["receipt"]["answered"] == 1
    assert (await other.ok("GET", ""))["state"] == "open"
    code = (await other.submit())["receipt"]["code"]
    assert (await exam.http.get(f"/api/v1/receipts/{code}")).json()["event"]["id"] == SECOND
    await exam.holds()
