"""Walk-ins and moves, in the middle of the exam."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.kit.errors import OpsError
from app.kit.ids import sitting_text
from app.kit.redis import time_ms
from app.operations.roster import add_person, move_person
from app.people.audit_log.model import Actor, Wanted
from app.people.audit_log.store import read
from app.people.demo_units import demo_units
from app.people.newcomer import Newcomer
from app.reports.service import results
from app.sittings.tables import sittings
from tests.exam import EVENT, PEOPLE, Exam
from tests.operations.desk import (
    WALK_IN,
    added,
    counted,
    number_of,
    unit_of,
)
from tests.sittings.staff import seated, set_room

pytestmark = pytest.mark.asyncio


async def test_a_walk_in_enters_with_the_next_request_in_the_middle_of_the_exam(
    exam: Exam,
) -> None:
    writing = await seated(exam)
    await exam.flush()
    before = await counted(exam, "09.01")
    device, is_new = await added(exam)
    assert is_new
    assert await counted(exam, "09.01") == before + Counter(n=1)
    entered = await device.login()
    assert entered["participant"]["name"] == "Siti Aminah"
    await device.start()
    assert len(device.items) == 50
    assert await device.save(device.change(device.items[0])) == ["stored"]
    assert await writing.save(writing.change(writing.items[0])) == ["stored"]
    await device.submit()
    assert await counted(exam, "09.01") == before + Counter(s=1)
    await exam.holds()


async def test_it_is_written_down_who_let_them_in_and_that_they_walked_in(exam: Exam) -> None:
    await added(exam)
    async with exam.stores.record.connect() as conn:
        number = number_of(exam, WALK_IN.nip)
        walked = select(sittings.c.id).where(sittings.c.walk_in)
        assert list(await conn.scalars(walked)) == [number]
        found = await results(conn, EVENT)
        assert (found.funnel.registered, found.funnel.walk_ins, found.target) == (
            PEOPLE + 1,
            1,
            PEOPLE,
        )
        (row,) = (await read(conn, Wanted(what="roster."))).rows
    entry = row.entry()
    assert (entry.who, entry.role, entry.what) == ("meja 3", "ops", "roster.add")
    assert entry.whom == f"sitting:{sitting_text(number)}"
    assert entry.after == {"unit": "09.01", "new": True}
    assert abs(entry.at - await time_ms(exam.stores.room)) < 60_000


async def test_adding_somebody_again_changes_nothing(exam: Exam) -> None:
    device, _ = await added(exam)
    await device.login()
    again, is_new = await added(exam)
    assert not is_new
    assert again.pin == device.pin
    assert (await device.ok("GET", ""))["state"] == "admitted"
    assert (await again.login())["sitting"] == device.sitting


async def test_somebody_of_the_roster_needs_no_name(exam: Exam) -> None:
    nip, pin = exam.cards[5]
    device, is_new = await added(exam, Newcomer(nip))
    assert (is_new, device.pin) == (False, pin)


async def test_several_desks_add_people_at_once(exam: Exam) -> None:
    people = [
        Newcomer(f"198609262015051{nth:03d}", f"Peserta {'ABCDE'[nth]}", "09.01")
        for nth in range(1, 5)
    ]
    found = await asyncio.gather(*(added(exam, one) for one in people))
    for device, is_new in found:
        assert is_new
        assert (await device.login())["state"] == "admitted"


@pytest.mark.parametrize(
    ("newcomer", "said"),
    [
        (replace(WALK_IN, unit="77"), "There is no unit '77'"),
        (replace(WALK_IN, name=None), "say --name too"),
        (replace(WALK_IN, name=None, unit=None), "say --name, --unit too"),
        (replace(WALK_IN, status="PPPK", nip="198609262015053001"), "no number of a PPPK"),
        (replace(WALK_IN, nip="123456789012345678"), "no number of a PNS or PPPK"),
        (replace(WALK_IN, status="NON_ASN"), "begin with 99"),
        (replace(WALK_IN, nip="990000000000000001"), "say --sex, --birth-date too"),
    ],
)
async def test_who_cannot_be_added_is_told_why_and_nothing_is_changed(
    exam: Exam, newcomer: Newcomer, said: str
) -> None:
    with pytest.raises(OpsError, match=said):
        await add_person(exam.stores, EVENT, newcomer, Actor("meja 3"))
    async with exam.stores.record.connect() as conn:
        assert (await read(conn, Wanted(what="roster."))).rows == []
        assert len(list(await conn.scalars(select(sittings.c.id)))) == PEOPLE


async def test_nobody_is_added_to_an_event_that_is_over(exam: Exam) -> None:
    await set_room(exam, closes=await time_ms(exam.stores.room) - 1000)
    with pytest.raises(OpsError, match="is over"):
        await add_person(exam.stores, EVENT, WALK_IN, Actor("meja 3"))
    nip, _ = exam.cards[0]
    await move_person(exam.stores, EVENT, nip, "09.01", Actor("meja 3"))
    assert await unit_of(exam, nip) == "09.01"


async def test_a_move_while_somebody_writes_is_seen_everywhere(exam: Exam) -> None:
    device = await seated(exam)
    old = await unit_of(exam, device.nip)
    before = await counted(exam, old), await counted(exam, "09.02")
    _, was, now = await move_person(exam.stores, EVENT, device.nip, "09.02", Actor("meja 3"))
    assert (was.unit, now.unit) == (old, "09.02")
    assert await counted(exam, old) == before[0] - Counter(o=1)
    assert await counted(exam, "09.02") == before[1] + Counter(o=1)
    names = {unit.code: unit.name for unit in demo_units()}
    assert (await device.ok("GET", ""))["participant"]["unit"] == names["09.02"]
    assert await device.save(device.change(device.items[0])) == ["stored"]
    await device.submit()
    assert await counted(exam, "09.02") == before[1] + Counter(s=1)
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        units = {unit.code: unit for unit in (await results(conn, EVENT)).units}
    assert units["09.02"].funnel.submitted == 1
    await move_person(exam.stores, EVENT, device.nip, old, Actor("meja 3"))
    assert await counted(exam, old) == before[0] - Counter(o=1) + Counter(s=1)
    await exam.holds()


async def test_who_does_not_sit_there_cannot_be_moved(exam: Exam) -> None:
    with pytest.raises(OpsError, match="does not sit in kukar-2023"):
        await move_person(exam.stores, EVENT, WALK_IN.nip, "09.01", Actor("meja 3"))
