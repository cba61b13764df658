"""A store is put back to an older copy: it is noticed, the doors close, and it is mended."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.kit.redis import ask
from app.operations.demo import DEMO_PARTITIONS
from app.operations.reflow import reflow
from tests.databases import admin
from tests.exam import EVENT, Exam, app_on
from tests.journey.phone import Phone
from tests.journey.recording import drained, epoch_of, recording, seated, until
from tests.journey.rule import receipts_verify, the_rule_holds
from tests.operations.test_audit import command
from tests.servers import Servers

pytestmark = pytest.mark.asyncio


async def copy_valkey(servers: Servers, to: Path) -> None:
    """Copy the append-only file, as a backup of the disk would."""
    await servers.stop("valkey")
    shutil.copytree(servers.settings.data_dir / "valkey", to)
    await servers.start("valkey")


async def put_valkey_back(servers: Servers, old: Path) -> None:
    """Put the old append-only file in the place of the new one."""
    await servers.kill("valkey")
    shutil.rmtree(servers.settings.data_dir / "valkey")
    shutil.copytree(old, servers.settings.data_dir / "valkey")
    await servers.start("valkey")


@asynccontextmanager
async def valkey_is_back(servers: Servers) -> AsyncIterator[None]:
    """Leave a running server behind, whatever happens."""
    try:
        yield
    finally:
        if "valkey" not in servers._running:
            await servers.start("valkey")


async def test_an_old_aof_is_noticed_and_the_room_recovered(
    exam: Exam, servers: Servers, tmp_path: Path
) -> None:
    phones = await seated(exam, 0, 1, 2, 3)
    async with valkey_is_back(servers), recording(exam):
        for phone in phones:
            await phone.save(0, 0)
        await drained(exam)
        await copy_valkey(servers, tmp_path / "old")
        for phone in phones:
            await phone.save(0, 1)
            await phone.save(1, 1)
        await phones[3].submit()
        await drained(exam)
        for phone in phones[:3]:
            await phone.save(2, 2)
        await put_valkey_back(servers, tmp_path / "old")
        for phone in phones[:3]:
            await phone.save(3, 3)
            await phone.come_back()
            await phone.submit()
        await phones[3].submit()
        assert phones[3].receipts[0] == phones[3].receipts[1]
        await drained(exam)
        assert await epoch_of(exam) == 2
        await the_rule_holds(exam.stores, phones)
        for phone in phones:
            await receipts_verify(exam.stores, exam.http, phone)
            assert phone.typed_pins == 1


async def test_an_old_aof_that_the_record_cannot_tell_is_known_by_the_app(
    exam: Exam, servers: Servers, tmp_path: Path
) -> None:
    """Nothing was recorded since the copy: only the app remembers a newer id."""
    phones = await seated(exam, 0, 1, 2)
    await exam.flush()
    async with valkey_is_back(servers):
        await copy_valkey(servers, tmp_path / "old")
        for phone in phones:
            await phone.save(0, 0)
        await until(lambda: _remembers(exam), wanted=True)
        await put_valkey_back(servers, tmp_path / "old")
        await until(lambda: _is_closed(exam), wanted=True)
        async with recording(exam):
            for phone in phones:
                await phone.come_back()
                await phone.submit()
            await drained(exam)
    await the_rule_holds(exam.stores, phones)


async def test_an_old_aof_is_known_by_what_was_saved_a_moment_ago(
    exam: Exam, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pulse goes over the partition any more, and nothing was recorded."""
    (phone,) = await seated(exam, 0)
    await exam.flush()
    monkeypatch.setattr("app.exams.live.PULSE_S", 3600)
    await asyncio.sleep(1.2)
    async with valkey_is_back(servers):
        await copy_valkey(servers, tmp_path / "old")
        for choice in range(3):
            await phone.save(0, choice)
        await put_valkey_back(servers, tmp_path / "old")
        await until(lambda: _is_closed(exam), wanted=True)
        async with recording(exam):
            await phone.come_back()
            await phone.submit()
            await drained(exam)
    await the_rule_holds(exam.stores, [phone])


async def test_an_old_aof_after_everybody_restarted_is_known_by_a_token(
    exam: Exam, servers: Servers, tmp_path: Path
) -> None:
    """No process remembers anything, and nothing was recorded: a token is newer than the room."""
    (phone,) = await seated(exam, 0)
    await exam.flush()
    async with valkey_is_back(servers):
        await copy_valkey(servers, tmp_path / "old")
        await phone.claim()
        await phone.save(0, 0)
        await put_valkey_back(servers, tmp_path / "old")
        async with app_on(exam.settings) as another, recording(exam):
            phone.http = another
            await phone.come_back()
            await phone.submit()
            await drained(exam)
        await the_rule_holds(exam.stores, [phone])


async def _remembers(exam: Exam) -> bool:
    """Has a pulse gone over all partitions since the last entry?"""
    tags = [f"{{{EVENT}.p{n:02d}}}" for n in range(DEMO_PARTITIONS)]
    stamps = await ask(exam.stores.room, *(("HGET", f"room:{tag}", "stamp") for tag in tags))
    entries = await ask(
        exam.stores.room, *(("XREVRANGE", f"log:{tag}", "+", "-", "COUNT", 1) for tag in tags)
    )
    newest = max(int(entry[0][0].split("-")[0]) for entry in entries if entry)
    return min(map(int, stamps)) > newest


async def _is_closed(exam: Exam) -> bool:
    return await epoch_of(exam) == 0


@asynccontextmanager
async def record_put_back(exam: Exam) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Take a backup of the record now; what is given puts it in the place of the present one."""
    url = exam.settings.postgres_url
    name = make_url(url).database
    assert name is not None
    backup = f"{name}_backup"
    copy = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
    await admin(url.replace(f"/{name}?", "/postgres?"), copy.format(backup, name))

    async def put_back() -> None:
        server = url.replace(f"/{name}?", "/postgres?")
        await admin(server, f"DROP DATABASE {name} WITH (FORCE)", copy.format(name, backup))

    try:
        yield put_back
    finally:
        await admin(url.replace(f"/{name}?", "/postgres?"), f"DROP DATABASE {backup}")


async def history_of(phones: list[Phone]) -> None:
    """Let each answer, change an answer, and one hand in."""
    for phone in phones:
        await phone.save(1, 1)
        await phone.save(0, 1)
        await phone.save(0, 2, flagged=True)
    await phones[-1].submit()


async def test_a_record_put_back_is_reflowed_by_the_recorder(exam: Exam) -> None:
    phones = await seated(exam, 0, 1, 2)
    for phone in phones:
        await phone.save(0, 0)
    await exam.flush()
    async with record_put_back(exam) as put_back:
        async with recording(exam):
            await history_of(phones)
            await drained(exam)
        await put_back()
        async with recording(exam):
            for phone in phones[:-1]:
                await phone.save(3, 3)
            await phones[0].submit()
            await drained(exam)
            await until(lambda: _sealed_rows(exam), 2)
    await the_rule_holds(exam.stores, phones, history=False)
    await receipts_verify(exam.stores, exam.http, phones[0])
    await receipts_verify(exam.stores, exam.http, phones[-1])


async def test_a_record_put_back_is_reflowed_by_command(exam: Exam) -> None:
    phones = await seated(exam, 0, 1, 2)
    await exam.flush()
    async with record_put_back(exam) as put_back:
        await history_of(phones)
        await exam.flush()
        # These stand in the log still, and in the room: both ways lead to one answer.
        await phones[0].save(4, 0)
        await phones[0].save(4, 1)
        await phones[0].submit()
        await put_back()
        status, said = await command(exam, "reflow", EVENT)
        assert status == 0
        assert "sittings" in said
        await exam.flush()
    await the_rule_holds(exam.stores, phones, history=False)
    await receipts_verify(exam.stores, exam.http, phones[0])
    await receipts_verify(exam.stores, exam.http, phones[-1])


async def test_a_record_put_back_to_before_a_recovery_is_reflowed(exam: Exam) -> None:
    phones = await seated(exam, 0, 1)
    await exam.flush()
    async with record_put_back(exam) as put_back:
        status, said = await command(exam, "recover", EVENT)
        assert status == 0
        assert "epoch 2" in said
        await history_of(phones)
        await exam.flush()
        await put_back()
        await exam.flush()
        await the_rule_holds(exam.stores, phones, history=False)
        # And what was reflowed carries a recovery.
        await exam.stores.room.flushall()
        status, said = await command(exam, "recover", EVENT)
        assert "epoch 3" in said
        await phones[0].come_back()
        await exam.flush()
    await the_rule_holds(exam.stores, phones, history=False)


async def test_time_given_back_outlives_a_record_put_back(exam: Exam) -> None:
    (phone,) = await seated(exam, 0)
    await exam.flush()
    tag = partition_tag(EVENT, partition_of(sitting_from_text(phone.sitting), DEMO_PARTITIONS))
    room = exam.stores.room
    async with record_put_back(exam) as put_back:
        await room.hincrby(f"room:{tag}", "opens", -7_200_000)
        await room.hincrby(f"room:{tag}", "stamp", -600_000)
        await phone.save(0, 0)
        given = (await phone.look())["closes_at"]
        deadline = phone.last["deadline"]
        await exam.flush()
        await put_back()
        await reflow(exam.stores, EVENT)
        await exam.flush()
        await room.flushall()
        await command(exam, "recover", EVENT)
        after = await phone.look()
    assert after["closes_at"] >= given
    assert after["deadline"] >= deadline


async def _sealed_rows(exam: Exam) -> int:
    async with exam.stores.record.connect() as conn:
        return await conn.scalar(text("SELECT count(*) FROM seals WHERE recorded_at > 0")) or 0
