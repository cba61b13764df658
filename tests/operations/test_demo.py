"""Demo events: on an empty record, on one with real people, and beside each other."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.exams.model import EventRow
from app.exams.store import all_events, read_event, set_primed
from app.kit.errors import OpsError
from app.operations.audit import audit
from app.operations.cards import demo_cards
from app.operations.demo import DEMO_EVENT, REHEARSAL, make_demo, seed_demo
from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.model import OrgUnit, Participant
from app.people.store import all_nips, save_people, save_units
from app.people.tables import org_units, participants
from app.reports.model import Share
from app.reports.service import results
from app.sittings.store import enrolled
from app.sittings.tables import sittings
from tests.emptied import emptied
from tests.exam import EVENT, PEOPLE, Exam
from tests.sittings.staff import eventually, seated

pytestmark = pytest.mark.asyncio

NOW = 1_691_110_800_000  # 4 August 2023, 08:00 in Tenggarong, less an hour
YEAR = 365 * 24 * 3_600_000
KEY = b"a key"


async def nips_in(conn: AsyncConnection, event: EventRow) -> set[str]:
    """Return who sits in an event."""
    return {one.nip for one in await enrolled(conn, event.number)}


async def test_the_demo_event_is_the_published_day(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await seed_demo(conn, KEY, NOW)
        people = await enrolled(conn, event.number)
        units = await conn.scalar(select(func.count()).select_from(org_units))
    assert event.id == DEMO_EVENT == "kukar-2023"
    assert (event.mode, event.demo, event.room_pin) == ("open", True, False)
    assert (event.opens_at, event.closes_at) == (NOW, NOW + YEAR)
    assert (event.duration_ms, event.grace_ms) == (3_600_000, 60_000)
    assert (event.target, event.primed_at) == (12_500, None)
    assert len({person.nip for person in people}) == 12_500
    assert len({person.unit_id for person in people}) == 94
    assert {person.partition for person in people} == set(range(event.partitions))
    assert units == 95


async def test_seeding_again_changes_nothing(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        first = await seed_demo(conn, KEY, NOW, people=200)
        again = await seed_demo(conn, KEY, NOW + 1, people=300)
        assert again == first
        assert await all_events(conn) == [first]
        assert len(await nips_in(conn, first)) == 200


async def test_a_rehearsal_stands_beside_the_demo_with_people_of_its_own(
    record: AsyncEngine,
) -> None:
    async with emptied(record) as conn:
        demo = await seed_demo(conn, KEY, NOW, people=200)
        before = await nips_in(conn, demo)
        latihan = await seed_demo(conn, KEY, NOW, event_id=REHEARSAL, people=120, minutes=5)
        assert len(await nips_in(conn, latihan)) == 120
        assert await nips_in(conn, demo) == before
        assert before.isdisjoint(await nips_in(conn, latihan))
    assert (latihan.demo, latihan.duration_ms, latihan.target) == (True, 300_000, 120)
    assert latihan.title == f"Latihan: {demo.title}"


async def test_a_rehearsal_opens_while_the_exam_goes_on_and_stays_apart(exam: Exam) -> None:
    device = await seated(exam)
    made = await make_demo(exam.stores, REHEARSAL, people=94, minutes=5)
    assert made.sittings == made.created == 94
    cards = await demo_cards(exam.stores, REHEARSAL, 94)
    assert {nip for nip, _ in cards}.isdisjoint(nip for nip, _ in exam.cards)
    nip, pin = cards[0]
    practising = replace(exam.device(), nip=nip, pin=pin)

    async def is_open() -> bool:
        return (await practising.try_login()).status_code == 200

    began = asyncio.get_running_loop().time()
    await eventually(is_open)
    assert asyncio.get_running_loop().time() - began < 5  # a pulse is a second; tests are slow
    await practising.login()
    started = await practising.start()
    assert started["deadline"] - started["started_at"] == 300_000
    assert await practising.save(practising.change(practising.items[0])) == ["stored"]
    assert (await practising.submit())["receipt"]["answered"] == 1
    assert await device.save(device.change(device.items[0])) == ["stored"]
    await exam.holds()
    found = await audit(exam.stores, REHEARSAL)
    assert (found.unflushed, found.differences) == (0, 0)
    async with exam.stores.record.connect() as conn:
        assert (await results(conn, REHEARSAL)).participation == Share(1, 94)
        assert (await results(conn, EVENT)).participation == Share(0, PEOPLE)
    with pytest.raises(OpsError, match="There is a demo event latihan already"):
        await make_demo(exam.stores, REHEARSAL, people=94, minutes=5)


async def test_invented_people_never_meet_real_ones(record: AsyncEngine) -> None:
    invented = demo_people(demo_units(), total=120, event=DEMO_EVENT)
    async with emptied(record) as conn:
        await save_units(conn, [OrgUnit("01.01", "Dinas Sendiri", "dinas")])
        real = [  # one of them has the number that an invented person would get
            Participant(nip, "Seseorang", "PNS", "01.01", "L", date(1986, 9, 26))
            for nip in ("198609262015051001", invented[0].nip)
        ]
        await save_people(conn, real)
        event = await seed_demo(conn, KEY, NOW, people=120)
        inside = await nips_in(conn, event)
        assert len(inside) == 120
        assert inside.isdisjoint(person.nip for person in real)
        assert len(await all_nips(conn)) == 122
        names = await conn.scalars(select(participants.c.name).where(~participants.c.demo))
        assert set(names) == {"Seseorang"}
        units = await conn.scalars(select(org_units.c.name).where(~org_units.c.demo))
        assert list(units) == ["Dinas Sendiri"]
        mine = select(func.count()).select_from(sittings).where(sittings.c.walk_in)
        assert await conn.scalar(mine) == 0


async def test_a_real_event_is_not_taken_for_a_demo(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await seed_demo(conn, KEY, NOW, people=94)
        await conn.exec_driver_sql("UPDATE events SET demo = false")
        with pytest.raises(OpsError, match="is a real one"):
            await seed_demo(conn, KEY, NOW)


@pytest.mark.parametrize("name", ["", "Latihan", "a.b", "a|b", "{a}", "x" * 33, "ujian 1"])
async def test_what_cannot_travel_in_a_token_is_no_event_id(record: AsyncEngine, name: str) -> None:
    async with emptied(record) as conn:
        with pytest.raises(OpsError, match="is no event id"):
            await seed_demo(conn, KEY, NOW, event_id=name)


async def test_priming_is_noted(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await seed_demo(conn, KEY, NOW, people=94)
        await set_primed(conn, event.number, NOW + 5)
        again = await read_event(conn, DEMO_EVENT)
    assert again is not None
    assert again.primed_at == NOW + 5


async def test_an_unknown_event_is_none(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        assert await read_event(conn, "kukar-1999") is None
