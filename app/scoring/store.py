"""All SQL of scoring: seals, forms and answers are read a page at a time, results written.

The record holds the truth here: what the room has and the record has not yet is not scored.
Callers own the transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import ColumnElement, any_, delete, exists, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank.tables import items
from app.exams.tables import events
from app.scoring.result import Result
from app.scoring.tables import results
from app.sittings.tables import sittings

SEALED: Final = "s"
_LOCKS: Final = 7236839

# What waits is told in the words of its index (ix_seals_to_score), or that would not be used; and
# a page of it is cut by itself first, whatever joins it. Locked, so that no reopening passes
# unseen; what the recorder holds at the moment comes at the next look, so that neither ever waits
# for the other while the other waits.
_WAITING = text(
    """
    WITH page AS MATERIALIZED (
      SELECT sitting, seal, epoch, digest FROM seals
      WHERE event = :event AND sitting > :after AND NOT replaced
        AND recorded_at IS NOT NULL AND replaced = (scored_at IS NOT NULL)
      ORDER BY event, sitting LIMIT :most FOR NO KEY UPDATE SKIP LOCKED)
    SELECT page.sitting, page.seal, page.epoch, page.digest, true,
      EXISTS (SELECT FROM dead_letter WHERE event = :event AND sitting = page.sitting),
      sittings.id IS NOT NULL
    FROM page LEFT JOIN sittings
      ON sittings.event = :event AND sittings.id = page.sitting AND sittings.state = 's'
      AND sittings.seal = page.seal AND sittings.seal_epoch = page.epoch
    ORDER BY page.sitting
    """
)
_SEALED = text(
    """
    WITH page AS MATERIALIZED (
      SELECT id, seal, seal_epoch FROM sittings
      WHERE event = :event AND state = 's' AND id > :after ORDER BY id LIMIT :most)
    SELECT page.id, page.seal, page.seal_epoch, seals.digest, seals.recorded_at IS NOT NULL,
      EXISTS (SELECT FROM dead_letter WHERE event = :event AND sitting = page.id),
      true
    FROM page LEFT JOIN seals
      ON seals.event = :event AND seals.sitting = page.id AND seals.epoch = page.seal_epoch
      AND seals.seal = page.seal AND NOT seals.replaced
    ORDER BY page.id
    """
)
_WAITING_EVENTS = text(
    """
    SELECT DISTINCT event FROM seals
    WHERE recorded_at IS NOT NULL AND replaced = (scored_at IS NOT NULL)
    """
)
# One row a sitting, the answers as arrays: half a million rows of their own would cost more than
# their marking.
_SHEETS = text(
    """
    SELECT forms.sitting, forms.layout, given.*
    FROM forms CROSS JOIN LATERAL (
      SELECT array_agg(item), array_agg(rev), array_agg(value), array_agg(flagged)
      FROM answers WHERE answers.event = :event AND answers.sitting = forms.sitting) AS given
    WHERE forms.event = :event AND forms.sitting = ANY(CAST(:sittings AS bigint[]))
    """
)
# An inserted row has no xmax yet, one that was written over has.
_SAVE = text(
    """
    INSERT INTO results (event, sitting, seal, epoch, instrument_id, instrument_version,
      index, band, domains, points, maximum, key_digest, scored_at)
    SELECT :event, sitting, seal, epoch, :instrument, :version,
      index, band, CAST(domains AS jsonb), points, maximum, :keys, :scored_at
    FROM unnest(CAST(:sittings AS bigint[]), CAST(:seals AS int[]), CAST(:epochs AS int[]),
                CAST(:indexes AS numeric[]), CAST(:bands AS text[]), CAST(:domains AS text[]),
                CAST(:points AS numeric[]), CAST(:maxima AS numeric[]))
      AS given (sitting, seal, epoch, index, band, domains, points, maximum)
    ON CONFLICT (event, sitting) DO UPDATE
    SET seal = excluded.seal, epoch = excluded.epoch, instrument_id = excluded.instrument_id,
      instrument_version = excluded.instrument_version, index = excluded.index,
      band = excluded.band, domains = excluded.domains, points = excluded.points,
      maximum = excluded.maximum, key_digest = excluded.key_digest, scored_at = excluded.scored_at
    WHERE (results.seal, results.epoch, results.instrument_id, results.instrument_version,
           results.index, results.band, results.domains, results.points, results.maximum)
      IS DISTINCT FROM
          (excluded.seal, excluded.epoch, excluded.instrument_id, excluded.instrument_version,
           excluded.index, excluded.band, excluded.domains, excluded.points, excluded.maximum)
    RETURNING xmax = 0
    """
)
_SETTLE = text(
    """
    UPDATE seals SET scored_at = :at
    FROM unnest(CAST(:sittings AS bigint[]), CAST(:epochs AS int[]), CAST(:seals AS int[]))
      AS done (sitting, epoch, seal)
    WHERE seals.event = :event AND seals.sitting = done.sitting AND seals.epoch = done.epoch
      AND seals.seal = done.seal AND seals.scored_at IS NULL
    """
)
_WITHDRAW_REPLACED = text(
    """
    WITH gone AS (
      UPDATE seals SET scored_at = NULL
      WHERE event = :event AND replaced
        AND recorded_at IS NOT NULL AND replaced = (scored_at IS NOT NULL)
      RETURNING sitting, epoch, seal)
    DELETE FROM results USING gone
    WHERE results.event = :event AND results.sitting = gone.sitting
      AND results.epoch = gone.epoch AND results.seal = gone.seal
    """
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Which event is scored, and by which version of which instrument."""

    event: int
    event_id: str
    instrument_id: str
    instrument_version: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed sitting. ``recorded``: the record found its answers to be those that were sealed.

    ``stands``: it is the sitting's present seal.
    """

    sitting: int
    seal: int
    epoch: int
    digest: str | None
    recorded: bool
    has_dead_letter: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sitting's form, as stored, and its answers, a column each; items by their integers."""

    layout: str
    items: Sequence[int]
    revs: Sequence[int]
    values: Sequence[str]
    flags: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Saved:
    """How many results were written: of sittings that had none, and over those that stood."""

    new: int
    changed: int


async def measured_event(conn: AsyncConnection, event: int | str) -> Measured | None:
    """Return the event (by number or id) and its instrument, or None where there is none."""
    columns = events.c
    which = columns.id if isinstance(event, str) else columns.number
    wanted = select(
        columns.number, columns.id, columns.instrument_id, columns.instrument_version
    ).where(which == event)
    row = (await conn.execute(wanted)).first()
    return Measured(*row) if row else None


async def bank_stamp(conn: AsyncConnection) -> tuple[int, int]:
    """Return what is another whenever items came or were revised: how many, revisions in all."""
    row = (await conn.execute(select(func.count(), func.sum(items.c.revision)))).one()
    return row[0], row[1] or 0


async def lock(conn: AsyncConnection, event: int, *, wait: bool) -> bool:
    """Keep others from scoring the event while the transaction lasts; False where others do."""
    if wait:
        await conn.execute(text("SELECT pg_advisory_xact_lock(:l, :e)"), {"l": _LOCKS, "e": event})
        return True
    taken = text("SELECT pg_try_advisory_xact_lock(:l, :e)")
    return bool(await conn.scalar(taken, {"l": _LOCKS, "e": event}))


async def waiting_events(conn: AsyncConnection) -> list[int]:
    """Return the events in which seals wait to be scored, or results to be withdrawn."""
    return list(await conn.scalars(_WAITING_EVENTS))


async def waiting_page(conn: AsyncConnection, event: int, *, after: int, most: int) -> list[Sealed]:
    """Return and lock the next recorded seals that scoring is not done with, by sitting."""
    given = {"event": event, "after": after, "most": most}
    return [Sealed(*row) for row in await conn.execute(_WAITING, given)]


async def sealed_page(conn: AsyncConnection, event: int, *, after: int, most: int) -> list[Sealed]:
    """Return the next sealed sittings by number, scored or not."""
    given = {"event": event, "after": after, "most": most}
    return [Sealed(*row) for row in await conn.execute(_SEALED, given)]


async def sheets(conn: AsyncConnection, event: int, chosen: Sequence[int]) -> dict[int, Sheet]:
    """Return form and answers of the chosen sittings; one without a form is left out."""
    rows = await conn.execute(_SHEETS, {"event": event, "sittings": chosen})
    return {
        sitting: Sheet(layout, *(column or () for column in columns))
        for sitting, layout, *columns in rows
    }


async def save(
    conn: AsyncConnection,
    measured: Measured,
    keys: str,
    scored: Sequence[Result],
    scored_at: int,
) -> Saved:
    """Write results over those that stand; a row that is the same is left untouched."""
    if not scored:
        return Saved(0, 0)
    given = {
        "event": measured.event,
        "instrument": measured.instrument_id,
        "version": measured.instrument_version,
        "keys": keys,
        "scored_at": scored_at,
        "sittings": [one.sitting for one in scored],
        "seals": [one.seal for one in scored],
        "epochs": [one.epoch for one in scored],
        "indexes": [one.index for one in scored],
        "bands": [one.band for one in scored],
        "domains": [orjson.dumps(one.domains).decode() for one in scored],
        "points": [one.points for one in scored],
        "maxima": [one.maximum for one in scored],
    }
    is_new = list(await conn.scalars(_SAVE, given))
    return Saved(sum(is_new), len(is_new) - sum(is_new))


async def note_keys(conn: AsyncConnection, event: int, keys: str, chosen: Sequence[int]) -> None:
    """Note that these results come out as they are by the present keys as well."""
    of_page = (results.c.event == event) & _among(results.c.sitting, chosen)
    await conn.execute(
        update(results).where(of_page, results.c.key_digest != keys).values(key_digest=keys)
    )


async def settle(conn: AsyncConnection, event: int, done: Sequence[Sealed], at: int) -> None:
    """Note that scoring is done with these seals, be it with a result or without."""
    given = {
        "event": event,
        "at": at,
        "sittings": [one.sitting for one in done],
        "epochs": [one.epoch for one in done],
        "seals": [one.seal for one in done],
    }
    await conn.execute(_SETTLE, given)


async def withdraw(conn: AsyncConnection, event: int, chosen: Collection[int]) -> int:
    """Delete the results of the chosen sittings; return how many there were."""
    if not chosen:
        return 0
    gone = await conn.execute(
        delete(results).where(results.c.event == event, _among(results.c.sitting, chosen))
    )
    return gone.rowcount


async def withdraw_replaced(conn: AsyncConnection, event: int) -> int:
    """Delete the results of seals that were replaced since; return how many there were."""
    return (await conn.execute(_WITHDRAW_REPLACED, {"event": event})).rowcount


async def withdraw_unsealed(conn: AsyncConnection, event: int) -> int:
    """Delete the results of sittings that are not sealed (any more); return how many."""
    standing = exists().where(
        sittings.c.event == results.c.event,
        sittings.c.id == results.c.sitting,
        sittings.c.state == SEALED,
    )
    gone = await conn.execute(delete(results).where(results.c.event == event, ~standing))
    return gone.rowcount


def _among(column: ColumnElement[int], chosen: Collection[int]) -> ColumnElement[bool]:
    """Compare with one array parameter: a thousand placeholders would be parsed each time."""
    return column == any_(literal(sorted(chosen), ARRAY(BIGINT)))
