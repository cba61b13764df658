"""A roster file taken over: before the exam or in the middle of it, all of it or nothing."""

import dataclasses
import json
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.exams.model import Event
from app.exams.store import create_event
from app.kit.errors import OpsError
from app.kit.ids import sitting_number, sitting_text
from app.kit.redis import time_ms
from app.kit.secrets import card_pin
from app.operations.cards import card_of
from app.operations.priming import known_event, prime
from app.operations.roster import import_roster
from app.people.audit_log.model import Actor, Wanted
from app.people.audit_log.store import read
from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.tables import org_units, participants
from app.reports.service import results
from app.sittings.tables import sittings
from tests.exam import EVENT, PEOPLE, Exam
from tests.operations.desk import (
    WALK_IN,
    counted,
    demo_row,
    number_of,
    roster,
    unit_of,
)
from tests.people.roster_files import A_ROW, rows_of
from tests.sittings.staff import eventually, seated, set_room

pytestmark = pytest.mark.asyncio

OTHERS = demo_people(demo_units(), total=94, event="another")


async def test_people_who_are_imported_in_the_middle_of_the_exam_enter_at_once(
    exam: Exam,
) -> None:
    await seated(exam)
    await exam.flush()
    file = roster(*rows_of(OTHERS[:20], demo_units()))
    done = await import_roster(exam.stores, EVENT, file, Actor("bkpsdm"))
    assert (done.people.new, done.enrolled, done.moved, done.absent) == (20, 20, 0, PEOPLE)
    for person in OTHERS[:20:7]:
        card = await card_of(exam.stores, EVENT, number_of(exam, person.nip))
        device = replace(exam.device(), nip=card.nip, pin=card.pin)
        await device.login()
        await device.start()
        assert await device.save(device.change(device.items[0])) == ["stored"]
    async with exam.stores.record.connect() as conn:
        assert not (await conn.scalars(select(sittings.c.id).where(sittings.c.walk_in))).all()
    await exam.holds()


async def test_a_file_moves_renames_and_leaves_alone(exam: Exam) -> None:
    device = await seated(exam)
    old = await unit_of(exam, device.nip)
    (person,) = [nth for nth, (nip, _) in enumerate(exam.cards) if nip == device.nip]
    await exam.device(person + 2).login()
    file = roster(
        demo_row(exam, person, UNOR_ID="X9", UNOR_NAMA="Dinas Baru"),
        demo_row(exam, person + 1, NAMA="Nama Baru"),
        demo_row(exam, person + 2),
    )
    before = await counted(exam, old)
    done = await import_roster(exam.stores, EVENT, file, Actor("bkpsdm"))
    assert (done.people.new, done.people.changed, done.people.unchanged) == (0, 2, 1)
    assert (done.units.new, done.enrolled, done.moved, done.absent) == (1, 0, 1, PEOPLE - 3)
    assert await counted(exam, "X9") == Counter(o=1)
    assert (await counted(exam, old))["o"] == before["o"] - 1
    assert (await device.ok("GET", ""))["participant"]["unit"] == "Dinas Baru"
    renamed = await exam.device(person + 1).login()
    assert renamed["participant"]["name"] == "Nama Baru"
    again = await import_roster(exam.stores, EVENT, file, Actor("bkpsdm"))
    assert (again.people.unchanged, again.enrolled, again.moved, again.caught_up) == (3, 0, 0, 0)
    await exam.holds()


async def test_a_unit_that_is_renamed_is_renamed_for_all_who_sit_in_it(exam: Exam) -> None:
    device = await seated(exam)
    code = await unit_of(exam, device.nip)
    (person,) = [nth for nth, (nip, _) in enumerate(exam.cards) if nip != device.nip][:1]
    row = demo_row(exam, person) | {"UNOR ID": code, "UNOR NAMA": "Nama Baru"}
    await import_roster(exam.stores, EVENT, roster(row), Actor("bkpsdm"))
    assert (await device.ok("GET", ""))["participant"]["unit"] == "Nama Baru"
    units = await exam.stores.room.hgetall(f"units:{EVENT}")
    assert json.loads(units[code])["name"] == "Nama Baru"


async def test_a_dry_run_says_the_same_and_changes_nothing(exam: Exam) -> None:
    file = roster(
        *rows_of(OTHERS[:20], demo_units()), demo_row(exam, 0, UNOR_ID="X", UNOR_NAMA="Y")
    )
    dry = await import_roster(exam.stores, EVENT, file, Actor("bkpsdm"), dry_run=True)
    async with exam.stores.record.connect() as conn:
        assert (await read(conn, Wanted(what="roster."))).rows == []
        assert await conn.scalar(select(org_units.c.id).where(org_units.c.code == "X")) is None
    done = await import_roster(exam.stores, EVENT, file, Actor("bkpsdm"))
    assert done == replace(dry, caught_up=21)


async def test_an_import_that_breaks_leaves_nothing_behind(exam: Exam) -> None:
    await set_room(exam, closes=await time_ms(exam.stores.room) - 1000)
    file = roster(demo_row(exam, 0, NAMA="Nama Baru"), *rows_of(OTHERS[:3], demo_units()))
    with pytest.raises(OpsError, match="is over: 3 people would come too late"):
        await import_roster(exam.stores, EVENT, file, Actor("bkpsdm"))
    async with exam.stores.record.connect() as conn:
        named = select(participants.c.id).where(participants.c.name == "Nama Baru")
        assert await conn.scalar(named) is None
    await exam.holds()


async def test_a_real_event_and_a_demo_hold_the_same_number_for_two_people(exam: Exam) -> None:
    stores, real = exam.stores, "penilaian-2024"
    async with stores.record.begin() as conn:
        demo = await known_event(conn, EVENT)
        values = {field.name: getattr(demo, field.name) for field in dataclasses.fields(Event)}
        await create_event(conn, Event(**values | {"id": real, "demo": False, "target": 2}))
    await prime(stores, real, await time_ms(stores.room))
    nip, pin = exam.cards[0]
    row = A_ROW | {"UNOR ID": "01.01", "UNOR NAMA": "Dinas Sungguhan"}
    people = roster(
        row | {"NIP BARU": nip, "NAMA": "Orang Sungguhan"}, row | {"NIP BARU": WALK_IN.nip}
    )
    with pytest.raises(OpsError, match="Say which event with --event: kukar-2023, penilaian-2024"):
        await import_roster(stores, None, people, Actor("bkpsdm"))
    done = await import_roster(stores, real, people, Actor("bkpsdm"))
    assert (done.people.new, done.enrolled, done.units.new) == (2, 2, 1)
    sitting = sitting_text(sitting_number(stores.secrets.nip, real, nip))
    theirs = card_pin(stores.secrets.pin, sitting, 1)

    async def is_open() -> bool:
        return (await exam.device(0).try_login(pin=theirs)).status_code == 200

    await eventually(is_open)
    living = await replace(exam.device(0), pin=theirs).login()
    assert living["participant"]["name"] == "Orang Sungguhan"
    invented = await replace(exam.device(0), pin=pin).login()
    assert invented["event"]["id"] == EVENT
    assert invented["participant"]["name"] != "Orang Sungguhan"
    async with stores.record.connect() as conn:
        assert [unit.code for unit in (await results(conn, real)).units] == ["01.01"]
        assert len((await results(conn, EVENT)).units) == 94
    await exam.holds()
