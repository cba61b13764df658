"""All SQL of the roster. Callers own the transaction.

``demo`` names the register: the invented units and people of demo events, or the real ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import any_, bindparam, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.postgres import driver
from app.people.model import OrgUnit, Participant
from app.people.tables import org_units, participants

_KIND_OF_IMPORTED = "unit"
_SAID = (
    "name",
    "status",
    "sex",
    "birth_date",
    "education",
    "position_type",
    "position",
    "grade",
    "echelon",
    "rank",
)
_CHANGED = (*_SAID, "unit_id")
_COPIED = (*_CHANGED, "nip", "demo")


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of what was to be kept are new, changed, or stood so already."""

    new: int
    changed: int
    unchanged: int


async def lock_roster(conn: AsyncConnection) -> None:
    """Let one transaction at a time change the roster; whoever reads it is not held up."""
    await conn.execute(text("LOCK TABLE org_units, participants IN SHARE ROW EXCLUSIVE MODE"))


async def save_units(
    conn: AsyncConnection, units: Sequence[OrgUnit], *, demo: bool = False
) -> dict[str, int]:
    """Insert or rename units by code and hang them under their parents; return code → id.

    Raises:
        KeyError: a parent's code that neither the record nor ``units`` knows.
    """
    rows = [
        {"code": unit.code, "name": unit.name, "kind": unit.kind, "demo": demo} for unit in units
    ]
    if rows:
        new = upsert(org_units)
        changed = {"name": new.excluded.name, "kind": new.excluded.kind}
        await conn.execute(
            new.on_conflict_do_update(index_elements=["code", "demo"], set_=changed), rows
        )
    await hang_units(conn, {unit.code: unit.parent for unit in units}, demo=demo)
    return await unit_ids(conn, demo=demo)


async def name_units(conn: AsyncConnection, names: Mapping[str, str], *, demo: bool) -> Kept:
    """Insert units by code, and rename those that have another name; their kind stays."""
    found = await conn.execute(
        select(org_units.c.code, org_units.c.name).where(org_units.c.demo == demo)
    )
    held = {row.code: row.name for row in found}
    new = [code for code in names if code not in held]
    renamed = [code for code in names if code in held and held[code] != names[code]]
    if new:
        rows = [
            {"code": code, "name": names[code], "kind": _KIND_OF_IMPORTED, "demo": demo}
            for code in new
        ]
        await conn.execute(insert(org_units), rows)
    if renamed:
        rename = (
            update(org_units)
            .where(org_units.c.code == bindparam("of"), org_units.c.demo == demo)
            .values(name=bindparam("to"))
        )
        await conn.execute(rename, [{"of": code, "to": names[code]} for code in renamed])
    return Kept(len(new), len(renamed), len(names) - len(new) - len(renamed))


async def hang_units(
    conn: AsyncConnection, parents: Mapping[str, str | None], *, demo: bool
) -> None:
    """Hang units under their parents, by code; None makes a root.

    Raises:
        KeyError: a code that the record does not know.
    """
    ids = await unit_ids(conn, demo=demo)
    below: dict[str | None, list[int]] = {}
    for code, parent in parents.items():
        below.setdefault(parent, []).append(ids[code])
    for parent, children in below.items():
        parent_id = None if parent is None else ids[parent]
        hang = update(org_units).where(org_units.c.id.in_(children)).values(parent_id=parent_id)
        await conn.execute(hang)


async def unit_parents(conn: AsyncConnection, *, demo: bool = False) -> dict[str, str | None]:
    """Return the code of the unit above every unit, by its code."""
    above = org_units.alias()
    wanted = select(org_units.c.code, above.c.code.label("parent")).outerjoin(
        above, above.c.id == org_units.c.parent_id
    )
    found = await conn.execute(wanted.where(org_units.c.demo == demo))
    return {row.code: row.parent for row in found}


async def unit_ids(conn: AsyncConnection, *, demo: bool = False) -> dict[str, int]:
    """Return the number of every unit by its code."""
    found = await conn.execute(
        select(org_units.c.code, org_units.c.id).where(org_units.c.demo == demo)
    )
    return {row.code: row.id for row in found}


async def save_people(
    conn: AsyncConnection, people: Sequence[Participant], *, demo: bool = False
) -> Kept:
    """Insert people, and change what is said otherwise of those who are there already.

    What is not said (None) stays as it was.

    Raises:
        KeyError: the code of a unit that the record does not know.
    """
    units = await unit_ids(conn, demo=demo)  # also begins the transaction, which COPY would not
    held = await _held(conn, (person.nip for person in people), demo=demo)
    new: list[tuple[Any, ...]] = []
    changed: list[dict[str, Any]] = []
    for person in people:
        said = {name: getattr(person, name) for name in _SAID} | {"unit_id": units[person.unit]}
        was = held.get(person.nip)
        if was is None:
            new.append((*said.values(), person.nip, demo))
            continue
        told = {name: value for name, value in said.items() if value is not None}
        if any(was[name] != value for name, value in told.items()):
            changed.append(was | told)
    if new:
        connection = await driver(conn)
        await connection.copy_records_to_table("participants", columns=_COPIED, records=new)
    if changed:
        change = (
            update(participants)
            .where(participants.c.id == bindparam("of"))
            .values({name: bindparam(f"to_{name}") for name in _CHANGED})
        )
        rows = [
            {"of": row["id"]} | {f"to_{name}": row[name] for name in _CHANGED} for row in changed
        ]
        await conn.execute(change, rows)
    return Kept(len(new), len(changed), len(people) - len(new) - len(changed))


async def read_person(conn: AsyncConnection, nip: str, *, demo: bool = False) -> Participant | None:
    """Return the person with this number, if the register has them."""
    wanted = (
        select(participants, org_units.c.code.label("unit"))
        .join_from(participants, org_units)
        .where(participants.c.nip == nip, participants.c.demo == demo)
    )
    row = (await conn.execute(wanted)).mappings().first()
    if row is None:
        return None
    return Participant(nip=nip, unit=row["unit"], **{name: row[name] for name in _SAID})


async def place_person(
    conn: AsyncConnection, nip: str, unit_id: int, *, demo: bool = False
) -> None:
    """Let somebody work in another unit."""
    await conn.execute(
        update(participants)
        .where(participants.c.nip == nip, participants.c.demo == demo)
        .values(unit_id=unit_id)
    )


async def all_nips(conn: AsyncConnection) -> set[str]:
    """Return every number that is in use, in both registers."""
    return set(await conn.scalars(select(participants.c.nip)))


async def _held(
    conn: AsyncConnection, nips: Iterable[str], *, demo: bool
) -> dict[str, dict[str, Any]]:
    among = participants.c.nip == any_(literal(list(nips), ARRAY(TEXT)))
    rows = await conn.execute(select(participants).where(among, participants.c.demo == demo))
    return {row["nip"]: dict(row) for row in rows.mappings()}
