"""All SQL of the roster. Callers own the transaction."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.postgres import driver
from app.people.model import OrgUnit, Participant, PersonRow
from app.people.tables import org_units, participants

_COPIED = (
    "nip",
    "name",
    "status",
    "unit_id",
    "sex",
    "birth_date",
    "education",
    "position_type",
    "position",
    "grade",
    "echelon",
    "rank",
)


async def save_units(conn: AsyncConnection, units: Sequence[OrgUnit]) -> dict[str, int]:
    """Insert or rename units by code and hang them under their parents; return code → id.

    Raises:
        KeyError: a parent's code that neither the record nor ``units`` knows.
    """
    rows = [{"code": unit.code, "name": unit.name, "kind": unit.kind} for unit in units]
    if rows:
        new = insert(org_units)
        changed = {"name": new.excluded.name, "kind": new.excluded.kind}
        await conn.execute(new.on_conflict_do_update(index_elements=["code"], set_=changed), rows)
    ids = await unit_ids(conn)
    below: dict[str | None, list[int]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(ids[unit.code])
    for parent, children in below.items():
        parent_id = None if parent is None else ids[parent]
        hang = update(org_units).where(org_units.c.id.in_(children)).values(parent_id=parent_id)
        await conn.execute(hang)
    return ids


async def unit_ids(conn: AsyncConnection) -> dict[str, int]:
    """Return the number of every unit by its code."""
    found = await conn.execute(select(org_units.c.code, org_units.c.id))
    return {row.code: row.id for row in found}


async def unit_names(conn: AsyncConnection) -> dict[int, str]:
    """Return the name of every unit by its number."""
    found = await conn.execute(select(org_units.c.id, org_units.c.name))
    return {row.id: row.name for row in found}


async def add_participants(conn: AsyncConnection, people: Iterable[Participant]) -> None:
    """Insert people by binary COPY; one NIP that is already there refuses them all.

    Raises:
        KeyError: the code of a unit that the record does not know.
    """
    units = await unit_ids(conn)  # also begins the transaction, which COPY would not
    records = [
        (
            person.nip,
            person.name,
            person.status,
            units[person.unit],
            person.sex,
            person.birth_date,
            person.education,
            person.position_type,
            person.position,
            person.grade,
            person.echelon,
            person.rank,
        )
        for person in people
    ]
    connection = await driver(conn)
    await connection.copy_records_to_table("participants", columns=_COPIED, records=records)


async def count_participants(conn: AsyncConnection) -> int:
    """Return how many people the roster holds."""
    found = await conn.scalar(select(func.count()).select_from(participants))
    return found or 0


async def all_persons(conn: AsyncConnection) -> list[PersonRow]:
    """Return everybody in the order of their numbers, with the name of their unit."""
    found = await conn.execute(_persons().order_by(participants.c.id))
    return [_person(row) for row in found]


async def person_by_nip(conn: AsyncConnection, nip: str) -> PersonRow | None:
    """Return the person with this number, if the roster has them."""
    found = await conn.execute(_persons().where(participants.c.nip == nip))
    row = found.first()
    return _person(row) if row else None


def _persons() -> Select[tuple[int, str, str, int, str]]:
    columns = participants.c
    return select(
        columns.id, columns.nip, columns.name, columns.unit_id, org_units.c.name.label("unit_name")
    ).join_from(participants, org_units)


def _person(row: Row[tuple[int, str, str, int, str]]) -> PersonRow:
    return PersonRow(
        id=row.id,
        nip=row.nip,
        name=row.name,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
    )
