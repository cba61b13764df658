"""The roster in a real Postgres."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.model import OrgUnit
from app.people.store import (
    add_participants,
    all_persons,
    count_participants,
    person_by_nip,
    save_units,
    unit_names,
)
from app.people.tables import org_units
from tests.emptied import emptied

UNITS = demo_units()
PEOPLE = demo_people(UNITS, total=300)


@pytest.mark.asyncio
async def test_people_are_kept_with_their_units(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        ids = await save_units(conn, UNITS)
        await add_participants(conn, PEOPLE)
        persons = await all_persons(conn)
        names = await unit_names(conn)
        assert await count_participants(conn) == 300
    assert [(person.nip, person.name) for person in persons] == [
        (person.nip, person.name) for person in PEOPLE
    ]
    assert [person.unit_id for person in persons] == [ids[person.unit] for person in PEOPLE]
    assert all(person.unit_name == names[person.unit_id] for person in persons)


@pytest.mark.asyncio
async def test_a_person_is_found_by_nip_or_not_at_all(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_units(conn, UNITS)
        await add_participants(conn, PEOPLE)
        found = await person_by_nip(conn, PEOPLE[7].nip)
        nobody = await person_by_nip(conn, "198609262015051001")
    assert found is not None
    assert found.name == PEOPLE[7].name
    assert nobody is None


@pytest.mark.asyncio
async def test_a_nip_stands_once(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_units(conn, UNITS)
        await add_participants(conn, PEOPLE[:5])
        with pytest.raises(Exception, match="uq_participants_nip"):
            await add_participants(conn, PEOPLE[4:9])


@pytest.mark.asyncio
async def test_units_form_a_tree_and_may_be_renamed_and_moved(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        ids = await save_units(conn, UNITS)
        moved = [OrgUnit("09.01", "UPT Baru", "upt_pendidikan", "00")]
        assert await save_units(conn, moved) == ids
        rows = {row.id: row for row in await conn.execute(select(org_units))}
    assert rows[ids["09.01"]].name == "UPT Baru"
    assert rows[ids["09.01"]].parent_id == ids["00"]
    assert [row.code for row in rows.values() if row.parent_id is None] == ["00"]


@pytest.mark.asyncio
async def test_a_unit_below_nobody_is_refused(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        with pytest.raises(KeyError, match="99"):
            await save_units(conn, [OrgUnit("1", "Sendiri", "dinas", "99")])
