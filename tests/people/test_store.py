"""The roster in a real Postgres."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.model import OrgUnit, Participant
from app.people.store import (
    Kept,
    all_nips,
    hang_units,
    name_units,
    save_people,
    save_units,
    unit_ids,
)
from app.people.tables import org_units, participants
from tests.emptied import emptied

pytestmark = pytest.mark.asyncio

UNITS = demo_units()
PEOPLE = demo_people(UNITS, total=300, event="kukar-2023")


async def held(conn: AsyncConnection, *, demo: bool = False) -> dict[str, Participant]:
    """Return the people of a register as they were given."""
    codes = {number: code for code, number in (await unit_ids(conn, demo=demo)).items()}
    rows = await conn.execute(select(participants).where(participants.c.demo == demo))
    found = {}
    for row in rows.mappings():
        values = {name: row[name] for name in Participant.__slots__ if name != "unit"}
        found[row["nip"]] = Participant(**values, unit=codes[row["unit_id"]])
    return found


async def test_people_are_kept_with_all_that_is_said_of_them(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_units(conn, UNITS)
        assert await save_people(conn, PEOPLE) == Kept(300, 0, 0)
        assert await held(conn) == {person.nip: person for person in PEOPLE}
        assert await all_nips(conn) == {person.nip for person in PEOPLE}


async def test_the_same_again_changes_nothing_and_what_differs_is_changed(
    record: AsyncEngine,
) -> None:
    async with emptied(record) as conn:
        await save_units(conn, UNITS)
        await save_people(conn, PEOPLE[:10])
        renamed = replace(PEOPLE[3], name="Nama Baru")
        moved = replace(PEOPLE[4], unit="00")
        again = [*PEOPLE[:3], renamed, moved, *PEOPLE[8:12]]
        assert await save_people(conn, again) == Kept(2, 2, 5)
        found = await held(conn)
    assert found[renamed.nip] == renamed
    assert found[moved.nip] == moved
    assert len(found) == 12


async def test_what_is_not_said_stays_as_it_was(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_units(conn, UNITS)
        await save_people(conn, PEOPLE[:1])
        (known,) = PEOPLE[:1]
        short = Participant(
            known.nip, known.name, known.status, known.unit, known.sex, known.birth_date
        )
        assert await save_people(conn, [short]) == Kept(0, 0, 1)
        assert await held(conn) == {known.nip: known}


async def test_demo_people_and_real_ones_do_not_meet_under_the_same_number(
    record: AsyncEngine,
) -> None:
    async with emptied(record) as conn:
        real = await save_units(conn, [OrgUnit("01.01", "Dinas Sungguhan", "dinas")])
        invented = await save_units(conn, UNITS, demo=True)
        person = replace(PEOPLE[0], unit="01.01", name="Orang Sungguhan")
        await save_people(conn, PEOPLE, demo=True)
        assert await save_people(conn, [person]) == Kept(1, 0, 0)
        assert await held(conn) == {person.nip: person}
        assert (await held(conn, demo=True))[person.nip] == PEOPLE[0]
        names = {row.id: row.name for row in await conn.execute(select(org_units))}
    assert names[real["01.01"]] == "Dinas Sungguhan"
    assert names[invented["01.01"]] == "Sekretariat Daerah"


async def test_units_form_a_tree_and_may_be_renamed_and_moved(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        ids = await save_units(conn, UNITS)
        moved = [OrgUnit("09.01", "UPT Baru", "upt_pendidikan", "00")]
        assert await save_units(conn, moved) == ids
        rows = {row.id: row for row in await conn.execute(select(org_units))}
    assert rows[ids["09.01"]].name == "UPT Baru"
    assert rows[ids["09.01"]].parent_id == ids["00"]
    assert [row.code for row in rows.values() if row.parent_id is None] == ["00"]


async def test_units_of_which_only_the_name_is_known_keep_kind_and_place(
    record: AsyncEngine,
) -> None:
    async with emptied(record) as conn:
        await save_units(conn, UNITS)
        names = {"09.01": "UPT Baru", "00": UNITS[0].name, "X": "Unit Lain"}
        assert await name_units(conn, names, demo=False) == Kept(1, 1, 1)
        rows = {row.code: row for row in await conn.execute(select(org_units))}
        assert (rows["09.01"].name, rows["09.01"].kind) == ("UPT Baru", "upt_pendidikan")
        assert rows["09.01"].parent_id is not None
        assert (rows["X"].name, rows["X"].parent_id) == ("Unit Lain", None)
        await hang_units(conn, {"X": "09.01", "09.01": None}, demo=False)
        rows = {row.code: row for row in await conn.execute(select(org_units))}
    assert (rows["X"].parent_id, rows["09.01"].parent_id) == (rows["09.01"].id, None)


async def test_a_unit_below_nobody_is_refused(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        with pytest.raises(KeyError, match="99"):
            await save_units(conn, [OrgUnit("1", "Sendiri", "dinas", "99")])


async def test_a_person_of_no_unit_is_refused(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_units(conn, UNITS, demo=True)
        with pytest.raises(KeyError, match=PEOPLE[0].unit):
            await save_people(conn, PEOPLE[:1])
