"""All SQL of the reports; nothing here writes.

A result counts while it stands for the sitting's current seal: one of a reopened sitting does not.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Numeric, and_, cast, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.tables import events
from app.forms.explain import Shown
from app.forms.tables import forms
from app.kit.postgres import driver
from app.people.tables import org_units, participants
from app.scoring.result import StoredArea
from app.scoring.tables import results
from app.sittings.tables import sittings

_SEALED = "s"


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What of an event stands on every report."""

    number: int
    title: str
    target: int
    instrument_id: str
    instrument_version: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of stored scores over so many people."""

    people: int
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class UnitSums:
    """One unit, added up: ``areas`` in the order in which they were asked for.

    registered: all its sittings, of which ``walk_ins`` came without standing on the list.
    """

    code: str
    name: str
    kind: str
    registered: int
    walk_ins: int
    started: int
    sealed: int
    scored: int
    index: Sum
    areas: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class PersonForm:
    """One person's form as it is stored, and whether it was handed in."""

    nip: str
    layout: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One person's result as it is stored; ``areas`` by code."""

    nip: str
    unit: str
    index: Decimal | None
    band: str | None
    areas: dict[str, StoredArea]
    points: Decimal
    maximum: Decimal


async def event_facts(conn: AsyncConnection, event_id: str) -> EventFacts | None:
    """Return the event, or None where there is none of this id."""
    columns = events.c
    wanted = select(
        columns.number,
        columns.title,
        columns.target,
        columns.instrument_id,
        columns.instrument_version,
    ).where(columns.id == event_id)
    row = (await conn.execute(wanted)).first()
    return EventFacts(*row) if row else None


async def unit_sums(conn: AsyncConnection, event: int, areas: Sequence[str]) -> list[UnitSums]:
    """Return every unit that has sittings in the event, by code."""
    scores = [cast(results.c.domains[area]["score"].astext, Numeric) for area in areas]
    wanted = (
        select(
            org_units.c.code,
            org_units.c.name,
            org_units.c.kind,
            func.count(),
            func.count().filter(sittings.c.walk_in),
            func.count(sittings.c.started_at),
            func.count().filter(sittings.c.state == _SEALED),
            func.count(results.c.sitting),
            *_sum(results.c.index),
            *(column for score in scores for column in _sum(score)),
        )
        .join_from(sittings, org_units, sittings.c.unit_id == org_units.c.id)
        .outerjoin(results, _standing())
        .where(sittings.c.event == event)
        .group_by(org_units.c.id)
        .order_by(org_units.c.code.collate("C"))
    )
    return [_unit_sums(row) for row in await conn.execute(wanted)]


async def forms_by_nip(conn: AsyncConnection, event: int) -> AsyncIterator[PersonForm]:
    """Give every form of an event, by NIP; streamed."""
    wanted = (
        select(participants.c.nip, forms.c.layout, sittings.c.state == _SEALED)
        .join_from(sittings, participants, participants.c.id == sittings.c.participant_id)
        .join(forms, and_(forms.c.event == sittings.c.event, forms.c.sitting == sittings.c.id))
        .where(sittings.c.event == event)
        .order_by(participants.c.nip.collate("C"))
    )
    async for row in await conn.stream(wanted):
        yield PersonForm(*row)


async def event_of(conn: AsyncConnection, sitting: int) -> str | None:
    """Return the id of the event that a sitting is of."""
    wanted = select(events.c.id).join_from(sittings, events, events.c.number == sittings.c.event)
    event: str | None = await conn.scalar(wanted.where(sittings.c.id == sitting))
    return event


async def shown_items(conn: AsyncConnection, event: int) -> Shown:
    """Count on how many forms of an event each item stands."""
    on = and_(forms.c.event == sittings.c.event, forms.c.sitting == sittings.c.id)
    counts = func.count(), func.count(sittings.c.started_at)
    whole = select(*counts).join_from(sittings, forms, on).where(sittings.c.event == event)
    drawn, opened = (await conn.execute(whole)).one()
    line = func.string_to_table(forms.c.layout, "\n").table_valued("text", name="line")
    code = func.split_part(line.c.text, " ", 1)
    each = (
        select(code, *counts)
        .join_from(sittings, forms, on)
        .join(line, true())
        .where(sittings.c.event == event, line.c.text.contains(" "))
        .group_by(code)
    )
    times = {row[0]: (row[1], row[2]) for row in await conn.execute(each)}
    return Shown(drawn, opened, times)


async def results_by_nip(conn: AsyncConnection, event: int) -> AsyncIterator[PersonResult]:
    """Give every result that stands, by NIP; streamed."""
    wanted = (
        select(
            participants.c.nip,
            org_units.c.code,
            results.c.index,
            results.c.band,
            results.c.domains,
            results.c.points,
            results.c.maximum,
        )
        .join_from(sittings, results, _standing())
        .join(participants, participants.c.id == sittings.c.participant_id)
        .join(org_units, org_units.c.id == sittings.c.unit_id)
        .where(sittings.c.event == event)
        .order_by(participants.c.nip.collate("C"))
    )
    async for row in await conn.stream(wanted):
        yield PersonResult(*row)


async def count_other_keys(conn: AsyncConnection, event: int, key_digest: str) -> int:
    """Return how many results were made by other keys than those of this digest."""
    wanted = (
        select(func.count())
        .select_from(results)
        .where(results.c.event == event, results.c.key_digest != key_digest)
    )
    return await conn.scalar(wanted) or 0


async def band_counts(conn: AsyncConnection, event: int) -> dict[str, int]:
    """Return how many results fell into each band that occurs."""
    wanted = (
        select(results.c.band, func.count())
        .join_from(sittings, results, _standing())
        .where(sittings.c.event == event)
        .group_by(results.c.band)
    )
    return {band: people for band, people in await conn.execute(wanted) if band is not None}


def _unit_sums(row: Sequence[Any]) -> UnitSums:
    code, name, kind, registered, walk_ins, started, sealed, scored, *sums = row
    index, *of_areas = map(Sum, sums[::2], sums[1::2])
    return UnitSums(
        code=code,
        name=name,
        kind=kind,
        registered=registered,
        walk_ins=walk_ins,
        started=started,
        sealed=sealed,
        scored=scored,
        index=index,
        areas=tuple(of_areas),
    )


def _sum(score: ColumnElement[Decimal]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.count(score), func.sum(score)


def _standing() -> ColumnElement[bool]:
    return and_(
        results.c.event == sittings.c.event,
        results.c.sitting == sittings.c.id,
        results.c.seal == sittings.c.seal,
        results.c.epoch == sittings.c.seal_epoch,
        sittings.c.state == _SEALED,
    )


# COPY writes while it reads, with "\n" at the ends of lines and its own quoting; a value is JSON
# text, so no cell begins with what a spreadsheet takes for a formula.
_ANSWERS_CSV = """
SELECT participants.nip, items.code AS item, answers.rev, answers.value,
       CASE WHEN answers.flagged THEN 'true' ELSE 'false' END AS flagged,
       CASE WHEN sittings.state = 's' THEN 'true' ELSE 'false' END AS sealed
FROM answers
JOIN sittings ON sittings.event = answers.event AND sittings.id = answers.sitting
JOIN participants ON participants.id = sittings.participant_id
JOIN items ON items.id = answers.item
WHERE answers.event = $1
ORDER BY participants.nip COLLATE "C", items.code COLLATE "C"
"""


async def copy_answers(conn: AsyncConnection, event: int, file: BinaryIO) -> int:
    """Write nip,item,rev,value,flagged,sealed of an event's answers; return the number of rows.

    Runs inside the transaction that an earlier statement on ``conn`` has begun.
    """
    connection = await driver(conn)
    status: str = await connection.copy_from_query(
        _ANSWERS_CSV, event, output=file, format="csv", header=True
    )
    return int(status.removeprefix("COPY "))
