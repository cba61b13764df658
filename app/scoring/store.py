"""All SQL of scoring: seals, forms and answers are read a page at a time, results written.

The record holds the truth here: what the room has and the record has not yet is not scored.
Callers own the transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, any_, delete, exists, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.tables import answers, dead_letter
from app.bank.tables import items
from app.exams.tables import events
from app.forms.tables import forms
from app.scoring.result import Result
from app.scoring.tables import results
from app.sittings.model import Answer
from app.sittings.tables import seals, sittings

SEALED = "s"
_WRITTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Measured:
    """Which event is scored, and by which version of which instrument."""

    event: int
    instrument_id: str
    instrument_version: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed sitting. ``recorded``: the record found its answers to be those that were sealed."""

    sitting: int
    seal: int
    epoch: int
    digest: str | None
    recorded: bool
    has_dead_letter: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sitting's form, as stored, and what stands for its items, by item code."""

    layout: str
    answers: dict[str, Answer]


async def measured_event(conn: AsyncConnection, event_id: str) -> Measured | None:
    """Return the event and its instrument, or None where there is no such event."""
    columns = events.c
    wanted = select(columns.number, columns.instrument_id, columns.instrument_version)
    row = (await conn.execute(wanted.where(columns.id == event_id))).first()
    return Measured(*row) if row else None


async def sealed_page(conn: AsyncConnection, event: int, *, after: int, most: int) -> list[Sealed]:
    """Return the next sealed sittings by number, from just above ``after``."""
    page = _sealed(event).where(sittings.c.id > after).order_by(sittings.c.id).limit(most)
    return [Sealed(*row) for row in await conn.execute(page)]


async def sealed_among(conn: AsyncConnection, event: int, chosen: Collection[int]) -> list[Sealed]:
    """Return those of the chosen sittings that are sealed."""
    rows = await conn.execute(_sealed(event).where(_among(sittings.c.id, chosen)))
    return [Sealed(*row) for row in rows]


async def sheets(conn: AsyncConnection, event: int, chosen: Collection[int]) -> dict[int, Sheet]:
    """Return form and answers of the chosen sittings; one without a form is left out.

    One row a sitting: the answers come as arrays, since half a million rows of their own would
    cost more than their marking.
    """
    formed = select(forms.c.sitting, forms.c.layout).where(
        forms.c.event == event, _among(forms.c.sitting, chosen)
    )
    layouts = {row.sitting: row.layout for row in await conn.execute(formed)}
    given = (
        select(
            answers.c.sitting,
            func.array_agg(items.c.code),
            func.array_agg(answers.c.rev),
            func.array_agg(answers.c.value),
            func.array_agg(answers.c.flagged),
        )
        .join_from(answers, items, answers.c.item == items.c.id)
        .where(answers.c.event == event, _among(answers.c.sitting, chosen))
        .group_by(answers.c.sitting)
    )
    answered = {row[0]: _answers(row) for row in await conn.execute(given)}
    return {
        sitting: Sheet(layout, answered.get(sitting, {})) for sitting, layout in layouts.items()
    }


async def stored(conn: AsyncConnection, event: int, chosen: Collection[int]) -> dict[int, Result]:
    """Return the results that the chosen sittings have."""
    columns = [results.c[name] for name in Result.__dataclass_fields__]
    wanted = select(*columns).where(results.c.event == event, _among(results.c.sitting, chosen))
    return {row.sitting: Result(*row) for row in await conn.execute(wanted)}


async def save(
    conn: AsyncConnection, event: int, changed: Sequence[Result], scored_at: int
) -> None:
    """Write results over those that stand, in the order of the sittings."""
    rows = [
        {"event": event, "scored_at": scored_at, **asdict(result)}
        for result in sorted(changed, key=lambda result: result.sitting)
    ]
    new = insert(results)
    keys = {"event", "sitting"}
    over = {
        column.name: new.excluded[column.name] for column in results.c if column.name not in keys
    }
    upsert = new.on_conflict_do_update(index_elements=sorted(keys), set_=over)
    for first in range(0, len(rows), _WRITTEN_AT_ONCE):
        await conn.execute(upsert, rows[first : first + _WRITTEN_AT_ONCE])


async def withdraw(conn: AsyncConnection, event: int, chosen: Collection[int]) -> int:
    """Delete the results of the chosen sittings; return how many there were."""
    if not chosen:
        return 0
    gone = await conn.execute(
        delete(results).where(results.c.event == event, _among(results.c.sitting, chosen))
    )
    return gone.rowcount


async def withdraw_unsealed(conn: AsyncConnection, event: int) -> int:
    """Delete the results of sittings that are not sealed (any more); return how many."""
    standing = exists().where(
        sittings.c.event == results.c.event,
        sittings.c.id == results.c.sitting,
        sittings.c.state == SEALED,
    )
    gone = await conn.execute(delete(results).where(results.c.event == event, ~standing))
    return gone.rowcount


def _sealed(event: int) -> Select[int, int, int, str | None, bool, bool]:
    current = and_(
        seals.c.event == sittings.c.event,
        seals.c.sitting == sittings.c.id,
        seals.c.epoch == sittings.c.seal_epoch,
        seals.c.seal == sittings.c.seal,
        ~seals.c.replaced,
    )
    dead = exists().where(
        dead_letter.c.event == sittings.c.event, dead_letter.c.sitting == sittings.c.id
    )
    return (
        select(
            sittings.c.id,
            sittings.c.seal,
            sittings.c.seal_epoch,
            seals.c.digest,
            seals.c.recorded_at.is_not(None),
            dead,
        )
        .join_from(sittings, seals, current, isouter=True)
        .where(sittings.c.event == event, sittings.c.state == SEALED)
    )


def _answers(
    row: Row[int, list[str], list[int], list[str], list[bool]],
) -> dict[str, Answer]:
    _, codes, revs, values, flags = row
    return dict(zip(codes, map(Answer, revs, values, flags), strict=True))


def _among(column: ColumnElement[int], chosen: Collection[int]) -> ColumnElement[bool]:
    """Compare with one array parameter: a thousand placeholders would be parsed each time."""
    return column == any_(literal(sorted(chosen), ARRAY(BIGINT)))
