"""The bench's own looks at the stores, on real ones."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from loadtest.bench import record
from loadtest.bench.seats import Files, RoomOfBench
from loadtest.bench.wrk import CONNECTIONS
from tests.exam import Device, Exam

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def room(exam: Exam) -> AsyncIterator[RoomOfBench]:
    """The room, as the bench sees it."""
    seen = RoomOfBench(exam.settings)
    yield seen
    seen.close()


async def test_the_log_grows_by_what_was_stored_and_by_nothing_else(
    exam: Exam, room: RoomOfBench
) -> None:
    device = await exam.seated()
    change = device.change(device.items[0])
    before = room.log_length()
    await device.save(change)
    await device.save(change)  # the same again
    await device.save()  # a heartbeat
    assert room.log_length() - before == 1
    await exam.flush()  # what was recorded is trimmed, and still counted
    assert room.log_length() - before == 1


async def test_what_waits_for_the_record_is_counted_with_its_memory(
    exam: Exam, room: RoomOfBench
) -> None:
    device = await exam.seated()
    await exam.flush()
    await device.save(*(device.change(item) for item in device.items[:20]))
    waiting, taken = room.waiting()
    assert waiting >= 20
    assert taken > 20 * 10
    await exam.flush()
    assert room.waiting()[0] == 0


async def test_seats_are_read_from_the_replies_to_logins(
    exam: Exam, room: RoomOfBench, tmp_path: Path
) -> None:
    device = await exam.seated()
    again = await device.login()
    replies = tmp_path / "replies"
    replies.write_bytes(orjson.dumps(again) + b"\n")
    (seat,) = room.entered(replies)
    assert (seat.sitting, seat.token, seat.gen) == (device.sitting, device.token, device.gen)
    assert list(seat.items) == device.items
    assert room.bytes_of([seat]) > 500


async def test_a_sitting_that_was_made_up_takes_saves_like_any_other(
    exam: Exam, room: RoomOfBench, tmp_path: Path
) -> None:
    device = await exam.seated()
    replies = tmp_path / "replies"
    replies.write_bytes(orjson.dumps(await device.login()) + b"\n")
    seats = room.made_up(room.copy_of(room.entered(replies)[0]), 20)
    assert len({seat.sitting for seat in seats}) == 20
    for seat in seats:
        made_up = Device(exam.http, "", "", "", seat.sitting, seat.token, seat.gen)
        assert await made_up.save(made_up.change(seat.items[0])) == ["stored"]


async def test_the_settings_that_keep_what_is_acknowledged_are_told(
    exam: Exam, room: RoomOfBench
) -> None:
    known = room.configuration()
    assert (known["appendonly"], known["appendfsync"]) == ("yes", "always")
    assert int(known["maxmemory"]) > 0
    held = await asyncio.to_thread(record.configuration, exam.settings)
    assert "fsync" in held
    assert CONNECTIONS == 64


async def test_a_row_takes_some_bytes(exam: Exam) -> None:
    device = await exam.seated()
    await device.save(*(device.change(item) for item in device.items[:10]))
    await exam.flush()
    taken = await asyncio.to_thread(record.bytes_a_row, exam.settings)
    assert taken["answer_log"] > 50
    assert taken["answers"] > 50


async def test_files_that_were_rewritten_meanwhile_tell_nothing() -> None:
    assert Files(1_500, 100).more_than(Files(500, 100), 10) == 100
    assert Files(300, 200).more_than(Files(500, 100), 10) is None


async def test_the_files_grow_with_what_is_saved(exam: Exam, room: RoomOfBench) -> None:
    device = await exam.seated()
    before = room.files()
    await device.save(device.change(device.items[0]))
    assert (room.files().more_than(before, 1) or 0) > 0
