"""A record that was set back while doors are closed: what stands in the room alone is not lost."""

import pytest
from sqlalchemy import text

from app.kit.redis import call
from app.operations.recovery import recover
from tests.exam import EVENT, Exam


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
