"""All SQL of the audit log. Callers own the transaction.

Whoever appends holds the head's lock until the transaction ends: it is the last lock they take, so
that nobody waits for anybody in a circle.
"""

import logging
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import any_, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.postgres import driver
from app.people.audit_log.chain import COLUMNS, START, ChainKey, Row, written
from app.people.audit_log.model import Entry, Wanted
from app.people.audit_log.tables import audit_head, audit_log

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 1000
_WHOLE: Final = tuple(audit_log.c[name] for name in COLUMNS)


class Head(NamedTuple):
    """The newest row: what the next one follows."""

    number: int
    hash: bytes


class Page(NamedTuple):
    """Rows, the newest first; ``following``: below which number the next page begins, if any."""

    rows: list[Row]
    following: int | None


async def append(conn: AsyncConnection, key: ChainKey, entries: Sequence[Entry]) -> int:
    """Write entries in their order; return how many were new, by their source.

    To be called last in a transaction: from here on until its end nobody else appends.
    """
    if not entries:
        return 0
    head = await _lock(conn)
    sources = literal([entry.source for entry in entries], ARRAY(TEXT))
    held = set(
        await conn.scalars(select(audit_log.c.source).where(audit_log.c.source == any_(sources)))
    )
    rows: list[Row] = []
    for entry in entries:
        row = written(key, head.number + 1, head.hash, entry)
        if row.source not in held:
            held.add(row.source)
            rows.append(row)
            head = Head(row.number, row.hash)
    if rows:
        raw = await driver(conn)
        records = [tuple(getattr(row, name) for name in COLUMNS) for row in rows]
        await raw.copy_records_to_table("audit_log", columns=COLUMNS, records=records)
        await conn.execute(update(audit_head).values(number=head.number, hash=head.hash))
    return len(rows)


async def read_head(conn: AsyncConnection) -> Head | None:
    """Return the head as it is noted; None where somebody has removed it."""
    row = (await conn.execute(select(audit_head.c.number, audit_head.c.hash))).first()
    return Head(row.number, row.hash) if row else None


async def stream(conn: AsyncConnection) -> AsyncIterator[Row]:
    """Yield every row by its number; they are never all in memory."""
    wanted = select(*_WHOLE).order_by(audit_log.c.number)
    async for row in await conn.stream(wanted.execution_options(yield_per=_AT_ONCE)):
        yield _row(row)


async def read(
    conn: AsyncConnection, wanted: Wanted, *, before: int | None = None, limit: int = 100
) -> Page:
    """Return the newest rows that are wanted, of those with numbers below ``before``."""
    log = audit_log.c
    found = select(*_WHOLE).order_by(log.number.desc()).limit(limit + 1)
    if wanted.who is not None:
        found = found.where(log.who == wanted.who)
    if wanted.what is not None and wanted.what.endswith("."):
        found = found.where(log.what.startswith(wanted.what, autoescape=True))
    elif wanted.what is not None:
        found = found.where(log.what == wanted.what)
    if wanted.whom is not None:
        found = found.where(log.whom == wanted.whom)
    if wanted.since is not None:
        found = found.where(log.at >= wanted.since)
    if wanted.until is not None:
        found = found.where(log.at <= wanted.until)
    if before is not None:
        found = found.where(log.number < before)
    rows = [_row(row) for row in await conn.execute(found)]
    return Page(rows[:limit], rows[limit - 1].number if len(rows) > limit else None)


async def hashes_of(conn: AsyncConnection, numbers: Collection[int]) -> dict[int, bytes]:
    """Return the hashes of those of these rows that stand."""
    among = literal(list(numbers), ARRAY(BIGINT))
    wanted = select(audit_log.c.number, audit_log.c.hash).where(audit_log.c.number == any_(among))
    return {row.number: row.hash for row in await conn.execute(wanted)}


async def newest(conn: AsyncConnection) -> Head:
    """Return the newest row that stands, whatever the head says."""
    wanted = select(audit_log.c.number, audit_log.c.hash).order_by(audit_log.c.number.desc())
    row = (await conn.execute(wanted.limit(1))).first()
    return Head(row.number, row.hash or b"") if row else Head(0, START)


async def _lock(conn: AsyncConnection) -> Head:
    """Lock the head; return what the next row follows.

    Head and newest row are one, unless somebody bent one of them. Then the log goes on behind both,
    for answers are recorded in the same transaction, and `verify` finds what was bent.
    """
    wanted: Any = select(audit_head.c.number, audit_head.c.hash).with_for_update()
    row = (await conn.execute(wanted)).first()
    last = await newest(conn)
    if row is None:
        made = upsert(audit_head).values(one=True, number=last.number, hash=last.hash)
        await conn.execute(made.on_conflict_do_nothing())
        row = (await conn.execute(wanted)).one()
        last = await newest(conn)
    head = Head(row.number, row.hash)
    if head != last:
        _log.error("alarm: the audit log was bent at its end: run `serentak audit-log verify`")
    return head if head.number > last.number else last


def _row(row: Any) -> Row:  # noqa: ANN401 - of SQLAlchemy, in the order of COLUMNS
    held = dict(zip(COLUMNS, row, strict=True))  # somebody may have let the hashes be NULL
    return Row(**(held | {name: held[name] or b"" for name in ("previous", "hash")}))
