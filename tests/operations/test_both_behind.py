"""A record that was set back while doors are closed: what stands in the room alone is not lost."""

import pytest
from sqlalchemy import text

from app.kit.redis import call
from app.operations.recovery import recover
from tests.answers.misfortunes import back_up, put_back
from tests.exam import EVENT, Exam
from tests.sittings.staff import act


@pytest.mark.asyncio
async def test_a_recovery_sends_again_what_the_record_lost(exam: Exam) -> None:
    device = await exam.seated()
    changes = [device.change(item, "a") for item in device.items[:5]]
    assert await device.save(*changes) == ["stored"] * 5
    await exam.flush()
    async with exam.stores.record.begin() as conn:  # as a restored backup would stand
        await conn.execute(text("TRUNCATE answers, answer_log, room_log"))
        await conn.execute(text("UPDATE flush_mark SET ms = 0, seq = 0"))
        await conn.execute(text("UPDATE sittings SET state = 'n', gen = 0, deadline = NULL"))
    await call(exam.stores.room, "close", exam.tag(device), "token-ahead", 0)

    await recover(exam.stores, EVENT)

    await device.claim()
    held = (await device.ok("GET", ""))["answers"]
    assert {item: answer["rev"] for item, answer in held.items()} == {
        change["item"]: change["rev"] for change in changes
    }
    await exam.holds()


@pytest.mark.asyncio
@pytest.mark.parametrize("is_sealed", [True, False])
async def test_a_seal_that_was_replaced_since_the_backup_stands_no_more(
    exam: Exam,
    is_sealed: bool,  # noqa: FBT001 - both
) -> None:
    device = await exam.seated()
    await device.submit()
    await exam.flush()
    backup = await back_up(exam)
    await act(exam, device, "reopen", ms=600_000)
    await device.save(device.change(device.items[0], "a"))
    if is_sealed:
        await device.submit()
    await exam.flush()
    await put_back(exam, backup)
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        rows = (await conn.execute(text("SELECT seal, replaced FROM seals ORDER BY seal"))).all()
    assert [tuple(row) for row in rows] == [(1, True), *([(2, False)] if is_sealed else [])]
