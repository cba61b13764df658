"""The demo event on an empty record, and on one that is not."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.bank.store import read_instrument, read_items
from app.exams.demo import DEMO_EVENT, seed_demo
from app.exams.store import all_events, read_event, set_primed
from app.forms.plan import plan
from app.forms.pool import pool_of
from app.kit.errors import OpsError
from app.people.model import OrgUnit, Participant
from app.people.store import add_participants, all_persons, save_units
from app.people.tables import org_units
from tests.emptied import emptied

NOW = 1_691_110_800_000  # 4 August 2023, 08:00 in Tenggarong, less an hour
YEAR = 365 * 24 * 3_600_000


@pytest.mark.asyncio
async def test_the_demo_event_is_the_published_day(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await seed_demo(conn, NOW)
        persons = await all_persons(conn)
        units = await conn.scalar(select(func.count()).select_from(org_units))
    assert event.id == DEMO_EVENT == "kukar-2023"
    assert (event.mode, event.demo, event.room_pin) == ("open", True, False)
    assert (event.opens_at, event.closes_at) == (NOW, NOW + YEAR)
    assert (event.duration_ms, event.grace_ms) == (3_600_000, 60_000)
    assert (event.partitions, event.target, event.primed_at) == (8, 12_500, None)
    assert len(persons) == 12_500
    assert len({person.unit_id for person in persons}) == 94
    assert units == 95


@pytest.mark.asyncio
async def test_seeding_again_changes_nothing(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        first = await seed_demo(conn, NOW, people=200)
        again = await seed_demo(conn, NOW + 1, people=300)
        persons = await all_persons(conn)
        events = await all_events(conn)
    assert again == first
    assert events == [first]
    assert len(persons) == 200


@pytest.mark.asyncio
async def test_its_forms_can_be_drawn_from_what_the_record_holds(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await seed_demo(conn, NOW, people=200)
        instrument = await read_instrument(conn, event.instrument_id, event.instrument_version)
        items = await read_items(conn, instrument)
    assert event.blueprint == instrument.blueprint
    drawn = plan(event.blueprint, pool_of(items))
    assert [domain for domain, _ in drawn.sections] == ["LD", "KK", "KR", "KD", "PM"]


@pytest.mark.asyncio
async def test_invented_people_never_join_a_roster(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_units(conn, [OrgUnit("1", "Dinas Sendiri", "dinas")])
        person = Participant(
            nip="198609262015051001",
            name="Seseorang",
            status="PNS",
            unit="1",
            sex="L",
            birth_date=date(1986, 9, 26),
            education="S-1",
            position_type="pelaksana",
            position="Pengelola Data",
        )
        await add_participants(conn, [person])
        with pytest.raises(OpsError, match="roster holds people"):
            await seed_demo(conn, NOW)
        assert await read_event(conn, DEMO_EVENT) is None


@pytest.mark.asyncio
async def test_priming_is_noted(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await seed_demo(conn, NOW, people=94)
        await set_primed(conn, event.number, NOW + 5)
        again = await read_event(conn, DEMO_EVENT)
    assert again is not None
    assert again.primed_at == NOW + 5


@pytest.mark.asyncio
async def test_an_unknown_event_is_none(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        assert await read_event(conn, "kukar-1999") is None
