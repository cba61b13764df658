"""What waits in the room comes into the chain once, and an end that was cut off is noticed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import patch

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit import redis
from app.kit.errors import OpsError
from app.kit.line import Line
from app.kit.redis import ask
from app.people.audit_log import live, service
from app.people.audit_log.chain import head_text
from app.people.audit_log.model import Actor
from app.people.audit_log.service import AuditLog, Lost
from app.people.audit_log.tables import audit_head, audit_log
from app.settings import Settings
from tests.people.audit_log.builders import KEY, an_entry, appended, kinds, rows_of
from tests.sittings.staff import eventually

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def room(settings: Settings) -> AsyncIterator[Redis]:
    client = redis.connect(settings.redis_address)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def log(record: AsyncEngine, room: Redis) -> AuditLog:
    return AuditLog(record, room, KEY)


async def connected(line: Line) -> bool:
    return line.fault is None


async def sources(record: AsyncEngine) -> list[str]:
    return [row.source for row in await rows_of(record)]


async def noted(room: Redis, *numbers: int) -> None:
    await ask(room, *(live.note(an_entry(n)) for n in numbers))


class Died(Exception):
    """The process ended here."""


async def dies_at(point: str, log: AuditLog) -> None:
    def crash(passed: str) -> None:
        if passed == point:
            raise Died

    with patch.object(service, "crash_point", crash), pytest.raises(Died):
        await log.carry()


async def test_an_entry_is_noted_over_either_connection(
    settings: Settings, room: Redis, log: AuditLog, record: AsyncEngine
) -> None:
    odd = an_entry(2, why='é "quoted"\n', after={"deep": {"list": [1, None, True]}})
    line = Line(settings.redis_address, [])
    running = asyncio.create_task(line.run())
    await eventually(lambda: connected(line))
    await ask(room, live.note(an_entry(1)))
    await line.command(*live.note(odd))
    running.cancel()
    await asyncio.wait([running])
    await line.close()
    assert await live.count_waiting(room) == 2
    assert await log.carry() is False
    assert [row.entry() for row in await rows_of(record)] == [an_entry(1), odd]
    assert await live.count_waiting(room) == 0


@pytest.mark.parametrize("point", ["note-appended", "note-committed"])
async def test_whoever_dies_leaves_nothing_undone_and_nothing_twice(
    room: Redis, log: AuditLog, record: AsyncEngine, point: str
) -> None:
    await noted(room, 1, 2)
    await dies_at(point, log)
    assert await live.count_waiting(room) == 2
    assert len(await rows_of(record)) == (2 if point == "note-committed" else 0)
    await noted(room, 3)
    await log.carry()
    assert await sources(record) == ["test:1", "test:2", "test:3"]
    assert await live.count_waiting(room) == 0
    assert (await log.verify()).findings == []


async def test_several_carry_at_once(room: Redis, log: AuditLog, record: AsyncEngine) -> None:
    await noted(room, *range(300))
    await asyncio.gather(*(log.carry() for _ in range(6)))
    assert await sources(record) == [f"test:{n}" for n in range(300)]
    assert (await log.verify()).findings == []


async def test_an_entry_that_was_noted_again_is_written_once(
    room: Redis, log: AuditLog, record: AsyncEngine
) -> None:
    await noted(room, 1, 1)
    await log.carry()
    await noted(room, 1, 2)
    await log.carry()
    assert await sources(record) == ["test:1", "test:2"]


async def test_a_long_queue_is_carried_page_by_page(
    room: Redis, log: AuditLog, record: AsyncEngine
) -> None:
    await noted(room, *range(1101))
    assert [await log.carry() for _ in range(3)] == [True, True, False]
    assert len(await rows_of(record)) == 1101


async def test_while_postgres_is_away_entries_wait(
    settings: Settings, room: Redis, log: AuditLog, record: AsyncEngine
) -> None:
    del settings
    await noted(room, 1)
    async with record.connect() as conn:
        await conn.execute(text("LOCK TABLE audit_log"))
        carrying = asyncio.create_task(log.carry())
        await asyncio.sleep(0.2)
        carrying.cancel()
        await asyncio.wait([carrying])
    assert await live.count_waiting(room) == 1
    await log.carry()
    assert await sources(record) == ["test:1"]


WRITTEN = live.note(an_entry(7))[4]


@pytest.mark.parametrize(
    "bad",
    [
        *("", "x", "[]", "{}"),
        WRITTEN.replace('"who":', '"whoever":'),
        WRITTEN.replace(str(an_entry(7).at), '"now"'),
        WRITTEN.replace(str(an_entry(7).at), str(1 << 63)),
        WRITTEN.replace(str(an_entry(7).at), "-1"),
        WRITTEN.replace("420000", "[" * 400 + "]" * 400),
    ],
)
async def test_what_cannot_be_read_is_kept_as_it_stands_and_holds_nothing_up(
    room: Redis, log: AuditLog, record: AsyncEngine, bad: str
) -> None:
    await noted(room, 1)
    await ask(room, ("XADD", live.WAITING, "*", "d", bad))
    await noted(room, 2)
    await log.carry()
    first, odd, last = await rows_of(record)
    assert (first.source, last.source) == ("test:1", "test:2")
    assert (odd.what, odd.why) == ("audit-log.unreadable", bad)
    assert await live.count_waiting(room) == 0


async def cut(record: AsyncEngine, last: int) -> None:
    """Put the record back to where it was, as a restored backup or a clever hand does."""
    log = audit_log.c
    async with record.begin() as conn:
        await conn.execute(delete(audit_log).where(log.number > last))
        digest = await conn.scalar(select(log.hash).where(log.number == last))
        await conn.execute(update(audit_head).values(number=last, hash=digest))


async def test_an_end_that_was_cut_off_is_found_named_and_explained(
    room: Redis, log: AuditLog, record: AsyncEngine
) -> None:
    for n in range(1, 9):
        await appended(record, an_entry(n))
        if n in {3, 6, 8}:
            assert await log.look() is None
    rows = await rows_of(record)
    head = head_text(8, rows[-1].hash)
    assert (await log.verify(head)).findings == []

    await cut(record, 4)
    found = await log.verify(head)
    assert kinds(found.findings) == [("cut", 4, 8), ("cut", 8, 8)]
    assert "the given head" in found.findings[1].said
    await appended(record, an_entry(50), an_entry(51))
    assert kinds((await log.verify()).findings) == [("cut", 4, 8)]

    assert await log.look() == Lost(4, 8, head)
    assert await log.look() is None
    written = (await rows_of(record))[-1]
    assert (written.what, written.who) == ("audit-log.cut", "process:serentak")
    assert kinds((await log.verify()).findings) == [("cut", 4, 8)]
    await room.flushall()  # the log itself remembers
    assert kinds((await log.verify()).findings) == [("cut", 4, 8)]

    assert await log.restored(Actor("shell:root"), "backup of 09:00") == [Lost(4, 8, head)]
    found = await log.verify()
    assert found.findings == []
    (remark,) = found.remarks
    assert remark.startswith("Rows 4 to 8 as they had been were lost when Postgres was restored")
    assert remark.endswith("row 8 by shell:root says so: backup of 09:00")
    assert kinds((await log.verify(head)).findings) == [("cut", 8, 8)]
    with pytest.raises(OpsError, match="lacks no row"):
        await log.restored(Actor("shell:root"), "again")


async def test_a_cut_that_nobody_looked_at_yet_may_be_explained_at_once(
    log: AuditLog, record: AsyncEngine
) -> None:
    await appended(record, *(an_entry(n) for n in range(1, 6)))
    await log.look()
    await cut(record, 2)
    (lost,) = await log.restored(Actor("shell:root"), "restored")
    assert (lost.first, lost.last) == (5, 5)
    assert (await log.verify()).findings == []


async def test_several_who_notice_a_cut_name_it_once(log: AuditLog, record: AsyncEngine) -> None:
    await appended(record, *(an_entry(n) for n in range(1, 6)))
    await log.look()
    await cut(record, 2)
    found: list[Any] = await asyncio.gather(*(log.look() for _ in range(4)))
    assert any(found)
    assert [row.what for row in await rows_of(record)].count("audit-log.cut") == 1


async def test_an_emptied_room_learns_the_head_again(
    room: Redis, log: AuditLog, record: AsyncEngine
) -> None:
    assert await log.look() is None
    assert await live.newest_seen(room) is None
    await appended(record, an_entry(1))
    await log.look()
    head = await live.newest_seen(room)
    assert head == (await log.verify()).head
    await room.flushall()
    await log.look()
    assert await live.newest_seen(room) == head


async def test_a_head_that_is_none_is_said_to_be_none(log: AuditLog) -> None:
    with pytest.raises(OpsError, match="'7' is no head of the audit log: NUMBER:HASH"):
        await log.verify("7")
