"""The chain in Postgres: no gap, no entry twice, whoever writes at the same time."""

import asyncio
from time import perf_counter

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.people.audit_log import store
from app.people.audit_log.chain import COLUMNS, START, Row, written
from app.people.audit_log.model import Wanted
from app.people.audit_log.tables import audit_head, audit_log
from app.people.audit_log.verifying import Verdict
from tests.people.audit_log.builders import (
    KEY,
    OTHER_KEY,
    an_entry,
    appended,
    kinds,
    log_of,
    rows_of,
    verified,
)

pytestmark = pytest.mark.asyncio


async def verdict(record: AsyncEngine) -> Verdict:
    async with record.connect() as conn:
        return verified(await rows_of(record), await store.read_head(conn))


async def bend(record: AsyncEngine, *statements: str) -> None:
    """Do what somebody with the database's password can do."""
    async with record.begin() as conn:
        for statement in statements:
            await conn.execute(text(statement))


async def test_entries_stand_as_they_were_written_byte_for_byte(record: AsyncEngine) -> None:
    odd = an_entry(2, why="\x00 \udc80 é 😀", before={"z": 1, "a": [1.0, 1e300, "\n"]}, after={})
    entries = [an_entry(1), odd, an_entry(3, at=2**62)]
    assert await appended(record, *entries) == 3
    assert (await rows_of(record), (await rows_of(record))[1].entry()) == (log_of(entries)[0], odd)
    assert (await verdict(record)).findings == []


async def test_the_same_source_is_written_once(record: AsyncEngine) -> None:
    assert await appended(record, an_entry(1), an_entry(2), an_entry(1)) == 2
    assert await appended(record, an_entry(2), an_entry(3)) == 1
    assert await appended(record) == 0
    assert [row.source for row in await rows_of(record)] == ["test:1", "test:2", "test:3"]
    assert (await verdict(record)).findings == []


async def test_what_is_rolled_back_leaves_no_gap(record: AsyncEngine) -> None:
    await appended(record, an_entry(1))
    async with record.connect() as conn:
        await store.append(conn, KEY, [an_entry(2)])
        await conn.rollback()
    await appended(record, an_entry(3))
    assert [(row.number, row.source) for row in await rows_of(record)] == [
        (1, "test:1"),
        (2, "test:3"),
    ]
    assert (await verdict(record)).findings == []


async def test_many_who_write_at_once_make_one_chain(record: AsyncEngine) -> None:
    async def writer(n: int) -> None:
        for m in range(12):
            own = an_entry(1000 * n + m)
            common = an_entry(m, source=f"common:{m}")
            await appended(record, own, common)

    await asyncio.gather(*(writer(n) for n in range(1, 9)))
    rows = await rows_of(record)
    assert [row.number for row in rows] == list(range(1, 8 * 12 + 12 + 1))
    assert (await verdict(record)).findings == []


async def test_ten_thousand_acts_of_one_order_take_seconds(record: AsyncEngine) -> None:
    entries = [an_entry(n) for n in range(10_000)]
    began = perf_counter()
    assert await appended(record, *entries) == 10_000
    assert await appended(record, *entries) == 0
    assert (await verdict(record)).findings == []
    assert perf_counter() - began < 10


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "number"])
async def test_any_column_that_is_edited_is_found(record: AsyncEngine, column: str) -> None:
    await appended(record, *(an_entry(n) for n in range(1, 6)))
    value = {"at": "1", "previous": "'\\x00'", "hash": "'\\x00'"}.get(column, "'{}'")
    if column in {"before", "after"}:
        value = "'{\"extra_ms\": 1}'"
    edit = f'UPDATE audit_log SET "{column}" = {value} WHERE number = 3'  # noqa: S608 - both ours
    await bend(record, edit)
    assert ("edited", 3, 3) in kinds((await verdict(record)).findings)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM audit_log WHERE number = 1"], [("removed", 1, 1)]),
        (["DELETE FROM audit_log WHERE number IN (2, 3)"], [("removed", 2, 3)]),
        (["DELETE FROM audit_log WHERE number = 5"], [("cut", 5, 5)]),
        (["TRUNCATE audit_log"], [("cut", 1, 5)]),
        (["DELETE FROM audit_head"], [("head", 5, 5)]),
        (["UPDATE audit_head SET number = 3"], [("head", 3, 5)]),
        (["UPDATE audit_head SET hash = '\\x00'"], [("head", 5, 5)]),
        (
            [
                "UPDATE audit_log SET number = -1 WHERE number = 2",
                "UPDATE audit_log SET number = 2 WHERE number = 4",
                "UPDATE audit_log SET number = 4 WHERE number = -1",
            ],
            [("moved", 2, 2), ("moved", 4, 4)],
        ),
        (
            [
                "ALTER TABLE audit_log ALTER why DROP NOT NULL",
                "UPDATE audit_log SET why = NULL WHERE number = 2",
            ],
            [("edited", 2, 2)],
        ),
        (
            [
                "ALTER TABLE audit_log ALTER hash DROP NOT NULL, ALTER previous DROP NOT NULL",
                "UPDATE audit_log SET hash = NULL, previous = NULL WHERE number = 2",
            ],
            [("edited", 2, 2)],
        ),
    ],
)
async def test_what_somebody_with_the_password_does_is_found(
    record: AsyncEngine, statements: list[str], expected: list[tuple[str, int, int]]
) -> None:
    await appended(record, *(an_entry(n) for n in range(1, 6)))
    await bend(record, *statements)
    assert kinds((await verdict(record)).findings) == expected
    await appended(record, an_entry(9))  # nobody is held up by it, and it stays found
    if "audit_head" not in statements[0]:
        assert (await verdict(record)).findings


@pytest.mark.parametrize("moves_head", [False, True])
async def test_a_row_written_by_hand_is_found_and_holds_nobody_up(
    record: AsyncEngine,
    moves_head: bool,  # noqa: FBT001 - both
) -> None:
    await appended(record, an_entry(1), an_entry(2))
    last = (await rows_of(record))[-1]
    forged = written(OTHER_KEY, 3, last.hash, an_entry(3))
    async with record.begin() as conn:
        await conn.execute(insert(audit_log).values(_values(forged)))
        if moves_head:
            await conn.execute(update(audit_head).values(number=3, hash=forged.hash))
    assert kinds((await verdict(record)).findings) == [("edited" if moves_head else "added", 3, 3)]
    await appended(record, an_entry(4))
    assert kinds((await verdict(record)).findings) == [("edited", 3, 3)]
    assert [row.number for row in await rows_of(record)] == [1, 2, 3, 4]


async def test_a_head_that_is_gone_is_made_again_by_the_next_who_writes(
    record: AsyncEngine,
) -> None:
    await appended(record, an_entry(1), an_entry(2))
    async with record.begin() as conn:
        await conn.execute(delete(audit_head))
    await asyncio.gather(*(appended(record, an_entry(n)) for n in range(3, 9)))
    assert [row.number for row in await rows_of(record)] == list(range(1, 9))
    assert (await verdict(record)).findings == []


async def test_whoever_writes_nothing_waits_for_nobody(record: AsyncEngine) -> None:
    async with record.connect() as holder, record.connect() as other:
        await store.append(holder, KEY, [an_entry(1)])
        await other.execute(text("SET lock_timeout = 100"))
        assert await store.append(other, KEY, []) == 0
        await holder.rollback()


async def test_pages_are_read_from_the_newest_on(record: AsyncEngine) -> None:
    await appended(record, *(an_entry(n) for n in range(1, 8)))
    async with record.connect() as conn:
        first = await store.read(conn, Wanted(), limit=3)
        second = await store.read(conn, Wanted(), before=first.following, limit=3)
        third = await store.read(conn, Wanted(), before=second.following, limit=3)
    pages = [[row.number for row in page.rows] for page in (first, second, third)]
    assert pages == [[7, 6, 5], [4, 3, 2], [1]]
    assert third.following is None


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(who="budi"), [3, 2]),
        (Wanted(what="card.reissue"), [2]),
        (Wanted(what="card."), [3, 2]),
        (Wanted(what="card"), []),
        (Wanted(what="car%."), []),
        (Wanted(whom="sitting:000000000001"), [1]),
        (Wanted(since=1_700_000_000_002), [4, 3, 2]),
        (Wanted(until=1_700_000_000_002), [2, 1]),
        (Wanted(who="budi", what="card.", since=1_700_000_000_003), [3]),
        (Wanted(who="nobody"), []),
    ],
)
async def test_rows_are_found_by_what_is_wanted(
    record: AsyncEngine, wanted: Wanted, numbers: list[int]
) -> None:
    entries = [
        an_entry(1),
        an_entry(2, who="budi", what="card.reissue"),
        an_entry(3, who="budi", what="card.print"),
        an_entry(4, what="cards"),
    ]
    await appended(record, *entries)
    async with record.connect() as conn:
        page = await store.read(conn, wanted)
    assert [row.number for row in page.rows] == numbers


async def test_a_row_whose_json_was_broken_is_shown_as_it_stands(record: AsyncEngine) -> None:
    await appended(record, an_entry(1))
    await bend(record, "UPDATE audit_log SET after = '{'")
    (row,) = await rows_of(record)
    assert row.entry().after == {"?": "{"}


def _values(row: Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in COLUMNS}


async def test_an_empty_log_follows_the_start(record: AsyncEngine) -> None:
    async with record.connect() as conn:
        assert await store.read_head(conn) == (0, START) == await store.newest(conn)
