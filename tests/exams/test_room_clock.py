"""The exam's clock: what the server took is given back, and nobody's time runs out meanwhile."""

import pytest

from app.kit.redis import time_ms
from tests.exam import Device, Exam
from tests.refusals import refusal
from tests.sittings.staff import (
    act,
    eventually,
    move_deadline,
    room_fields,
    seated,
    set_room,
    sitting_fields,
    sweep,
)

pytestmark = pytest.mark.asyncio

MINUTE = 60_000
HOUR = 60 * MINUTE
SLACK = 10_000


async def away(exam: Exam, ms: int) -> None:
    """Let the room's last stamp be so long ago; negative: the clock was set back since."""
    await set_room(exam, stamp=await time_ms(exam.stores.room) - ms)


async def deadline(device: Device) -> int:
    held: int = (await device.ok("POST", "/answers"))["deadline"]
    return held


async def credit(exam: Exam, device: Device) -> int:
    return int((await room_fields(exam, device))["credit"])


async def test_time_the_server_took_is_given_back_to_all_who_are_writing(exam: Exam) -> None:
    writing, paused, later = await seated(exam), await seated(exam), exam.newcomer()
    await act(exam, paused, "pause")
    left = (await paused.ok("GET", ""))["left_ms"]
    await set_room(exam, opens=await time_ms(exam.stores.room) - 5 * HOUR)
    before, room = await deadline(writing), await room_fields(exam, writing)
    await away(exam, 10 * MINUTE)
    after = await deadline(writing)
    assert 10 * MINUTE <= after - before < 10 * MINUTE + SLACK
    assert (await paused.ok("GET", ""))["left_ms"] == left
    again = await room_fields(exam, writing)
    gap = after - before
    assert int(again["credit"]) == gap
    assert int(again["closes"]) == int(room["closes"]) + gap
    due = await exam.stores.room.zscore(f"due:{exam.tag(writing)}", writing.sitting)
    assert due == after
    await later.login()
    started = await later.start()
    assert started["deadline"] == started["started_at"] + int(room["duration"])
    assert await deadline(writing) == after
    await exam.holds()


async def test_a_short_silence_is_nothing(exam: Exam) -> None:
    device = await seated(exam)
    before = await deadline(device)
    await away(exam, 4000)
    assert await deadline(device) == before
    assert await credit(exam, device) == 0


async def test_after_a_gap_nothing_is_refused_as_late_or_swept_for_two_minutes(exam: Exam) -> None:
    device = await seated(exam)
    await away(exam, MINUTE)
    await deadline(device)
    await move_deadline(exam, device, -3 * HOUR)
    mercy = int((await room_fields(exam, device))["mercy"]) - await time_ms(exam.stores.room)
    assert 110_000 < mercy <= 120_000
    assert await sweep(exam, device) == ("away", 0, 0)
    assert await device.save(device.change(device.items[0])) == ["stored"]
    await set_room(exam, mercy=0)
    save = {"changes": [device.change(device.items[0])]}
    assert refusal(await device.call("POST", "/answers", save)) == (403, "closed")
    assert await sweep(exam, device) == ("ok", 1, 0)


async def test_a_submit_in_the_mercy_seals_with_everything(exam: Exam) -> None:
    device = await seated(exam)
    await away(exam, MINUTE)
    await deadline(device)
    await move_deadline(exam, device, -3 * HOUR)
    change = device.change(device.items[0])
    done = await device.submit({change["item"]: {"rev": change["rev"], "value": "a"}})
    assert done["results"][0]["result"] == "stored"
    assert (await sitting_fields(exam, device))["sy"] == "submit"


async def test_a_clock_set_back_is_taken_off(exam: Exam) -> None:
    device = await seated(exam)
    await set_room(exam, opens=await time_ms(exam.stores.room) - 5 * HOUR)
    await away(exam, HOUR)
    before = await deadline(device)
    await away(exam, -HOUR)
    assert HOUR - SLACK < before - await deadline(device) <= HOUR
    assert abs(await credit(exam, device)) < SLACK
    assert await device.save(device.change(device.items[0])) == ["stored"]
    await exam.holds()


@pytest.mark.parametrize("gap", [10 * MINUTE, -10 * MINUTE])
async def test_before_the_opening_there_is_nothing_to_give_or_take(exam: Exam, gap: int) -> None:
    device = exam.newcomer()
    await device.login()
    closes = (await room_fields(exam, device))["closes"]
    await set_room(exam, opens=await time_ms(exam.stores.room) + HOUR)
    await away(exam, gap)
    await device.login()
    room = await room_fields(exam, device)
    assert (room["credit"], room["closes"]) == ("0", closes)
    assert abs(int(room["stamp"]) - await time_ms(exam.stores.room)) < SLACK


async def test_only_what_lies_after_the_opening_is_given_back(exam: Exam) -> None:
    device = exam.newcomer()
    await device.login()
    await set_room(exam, opens=await time_ms(exam.stores.room) - 3 * MINUTE)
    await away(exam, HOUR)
    await device.login()
    assert 3 * MINUTE <= await credit(exam, device) < 3 * MINUTE + SLACK


async def test_gaps_add_up(exam: Exam) -> None:
    device = await seated(exam)
    await set_room(exam, opens=await time_ms(exam.stores.room) - 5 * HOUR)
    for _ in range(3):
        await away(exam, MINUTE)
        await deadline(device)
    assert 3 * MINUTE <= await credit(exam, device) < 3 * MINUTE + SLACK


async def test_the_app_stamps_every_partition_each_second(exam: Exam) -> None:
    device = await seated(exam)
    await set_room(exam, stamp=await time_ms(exam.stores.room) - 3000)

    async def is_fresh() -> bool:
        room = await room_fields(exam, device)
        return await time_ms(exam.stores.room) - int(room["stamp"]) < 1500

    await eventually(is_fresh)
    assert await credit(exam, device) == 0
