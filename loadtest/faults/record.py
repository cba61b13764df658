"""What Postgres holds of an event in the end, read past the product's own code."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.kit.ids import sitting_text
from loadtest.journal import Change

_CHANGES = """
SELECT p.nip, t.rev, i.code, t.value, t.flagged FROM {table} t
JOIN events e ON e.number = t.event
JOIN sittings s ON s.event = t.event AND s.id = t.sitting
JOIN participants p ON p.id = s.participant_id
LEFT JOIN items i ON i.id = t.item
WHERE e.id = :event {only} ORDER BY p.nip, t.rev
"""
_SITTINGS = """
SELECT p.nip, s.id, s.state, s.deadline, l.epoch, l.seal, l.sealed_at, l.answered, l.digest,
  l.recorded_at, r.code FROM sittings s
JOIN events e ON e.number = s.event
JOIN participants p ON p.id = s.participant_id
LEFT JOIN seals l ON l.event = s.event AND l.sitting = s.id
  AND l.epoch = s.seal_epoch AND l.seal = s.seal AND NOT l.replaced
LEFT JOIN receipts r ON r.event = l.event AND r.sitting = l.sitting
  AND r.epoch = l.epoch AND r.seal = l.seal
WHERE e.id = :event
"""


@dataclass(frozen=True, slots=True)
class Sat:
    """Where a sitting stands in the record; the seal's fields are empty while it is open."""

    sitting: str
    state: str
    sealed_at: int | None = None
    answered: int | None = None
    digest: str | None = None
    code: str | None = None
    recorded: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Lists of (NIP, change), as they stand in the tables; ``sat`` by NIP."""

    log: list[tuple[str, Change]]
    answers: list[tuple[str, Change]]
    late: list[tuple[str, Change]]
    sat: dict[str, Sat]


async def read_record(engine: AsyncEngine, event: str) -> Record:
    """Read everything that devices can be told of, in one moment."""
    async with engine.connect() as conn:
        await conn.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        rows = (await conn.execute(text(_SITTINGS), {"event": event})).all()
        return Record(
            log=await _changes(conn, event, "answer_log", "AND t.kind = 'a'"),
            answers=await _changes(conn, event, "answers"),
            late=await _changes(conn, event, "late_answers"),
            sat={row.nip: _sat(row) for row in rows},
        )


async def _changes(
    conn: AsyncConnection, event: str, table: str, only: str = ""
) -> list[tuple[str, Change]]:
    rows = await conn.execute(text(_CHANGES.format(table=table, only=only)), {"event": event})
    return [(row.nip, Change(row.code, row.rev, row.value, row.flagged)) for row in rows]


def _sat(row: Row[Any]) -> Sat:
    return Sat(
        sitting_text(row.id),
        row.state,
        row.sealed_at,
        row.answered,
        row.digest,
        row.code,
        recorded=row.recorded_at is not None,
    )
