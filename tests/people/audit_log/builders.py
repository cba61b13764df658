"""Logs as tests need them: entries, and the rows they become."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.people.audit_log import store
from app.people.audit_log.chain import START, ChainKey, Row, chain_key, head_text, written
from app.people.audit_log.model import Entry
from app.people.audit_log.verifying import Finding, Verdict, Verifier

KEY = chain_key(bytes(range(32)))
OTHER_KEY = chain_key(bytes(32))

Log = tuple[list[Row], tuple[int, bytes]]
"""Rows, and the head beside them."""


def an_entry(n: int = 1, **more: Any) -> Entry:  # noqa: ANN401 - of an entry
    given: dict[str, Any] = {
        "at": 1_700_000_000_000 + n,
        "who": "siti",
        "role": "proctor",
        "what": "sitting.extend",
        "whom": f"sitting:{n:012d}",
        "why": "Listrik padam",
        "where": "10.1.2.3",
        "before": {"extra_ms": 0},
        "after": {"extra_ms": 60_000 * n},
        "source": f"test:{n}",
    }
    return Entry(**(given | more))


def log_of(entries: Iterable[Entry], key: ChainKey = KEY) -> Log:
    """Return the rows of an honest log, and its head."""
    rows: list[Row] = []
    number, previous = 0, START
    for entry in entries:
        rows.append(written(key, number + 1, previous, entry))
        number, previous = rows[-1].number, rows[-1].hash
    return rows, (number, previous)


def verified(
    rows: Sequence[Row],
    head: tuple[int, bytes] | None,
    seen: Iterable[tuple[int, bytes]] = (),
) -> Verdict:
    """Verify rows as a store would give them; ``seen``: heads of which the room knows."""
    verifier = Verifier(KEY, {"the room": [head_text(*one) for one in seen]})
    for row in sorted(rows, key=lambda row: row.number):
        verifier.see(row)
    return verifier.end(head)


def kinds(findings: Iterable[Finding]) -> list[tuple[str, int, int]]:
    return [(one.kind, one.first, one.last) for one in findings]


async def appended(record: AsyncEngine, *entries: Entry, key: ChainKey = KEY) -> int:
    """Append in a transaction of its own."""
    async with record.begin() as conn:
        return await store.append(conn, key, entries)


async def rows_of(record: AsyncEngine) -> list[Row]:
    async with record.connect() as conn:
        return [row async for row in store.stream(conn)]
