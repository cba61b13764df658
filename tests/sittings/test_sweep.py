"""Whose time has run out is handed in with what is there."""

import pytest

from app.kit.redis import LIBRARY, ask
from tests.exam import Device, Exam
from tests.refusals import problem, refusal
from tests.sittings.staff import (
    act,
    log_lines,
    move_deadline,
    room_fields,
    run_out,
    seated,
    set_fields,
    sitting_fields,
    sweep,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOUR = 3_600_000
CLOSED = (403, "closed")


async def in_grace(day: Exam) -> Device:
    """Return a device whose deadline is over, and whose grace is not."""
    device = await seated(day)
    view = await device.ok("POST", "/answers")
    grace = int((await room_fields(day, device))["grace"])
    await move_deadline(day, device, view["server_time"] - view["deadline"] - grace // 2)
    return device


async def swept(day: Exam, device: Device) -> bool:
    """Sweep the partition, and tell whether this sitting was handed in."""
    said, _, _ = await sweep(day, device)
    assert said == "ok"
    return (await sitting_fields(day, device))["st"] == "s"


async def test_what_is_there_is_handed_in(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0]), device.change(device.items[1]))
    await run_out(day, device)
    assert await swept(day, device)
    held = await device.ok("GET", "")
    assert held["state"] == "sealed"
    assert held["receipt"]["answered"] == 2
    assert (await sitting_fields(day, device))["sy"] == "deadline"


async def test_saves_enter_through_the_grace_and_nobody_is_swept_in_it(day: Exam) -> None:
    device = await in_grace(day)
    assert not await swept(day, device)
    assert await device.save(device.change(device.items[0])) == ["stored"]
    done = await device.submit()
    assert (await sitting_fields(day, device))["sy"] == "submit"
    assert done["receipt"]["answered"] == 1


async def test_after_the_grace_a_save_is_refused_and_kept_as_late(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0], "a"))
    await run_out(day, device)
    change = device.change(device.items[0], "b")
    refused = await device.call("POST", "/answers", {"changes": [change]})
    assert refusal(refused) == CLOSED
    assert problem(refused)["deadline"] < problem(refused)["server_time"]
    assert (await device.ok("POST", "/late", {"changes": [change]}))["kept"] == 1
    assert (await device.ok("GET", ""))["answers"][device.items[0]]["value"] == "a"


async def test_a_heartbeat_after_the_grace_is_no_offence(day: Exam) -> None:
    device = await seated(day)
    await run_out(day, device)
    assert (await device.ok("POST", "/answers"))["state"] == "open"


async def test_a_submit_after_the_grace_seals_what_came_in_time(day: Exam) -> None:
    device = await seated(day)
    in_time = device.change(device.items[0], "a")
    await device.save(in_time)
    await run_out(day, device)
    late = device.change(device.items[1], "b")
    done = await device.submit({change["item"]: change for change in (in_time, late)})
    assert [result["result"] for result in done["results"]] == ["same", "kept"]
    assert done["receipt"]["answered"] == 1
    assert (await sitting_fields(day, device))["sy"] == "deadline"


async def test_the_deadline_is_read_again_before_anybody_is_swept(day: Exam) -> None:
    device = await seated(day)
    due = f"due:{day.tag(device)}"
    await ask(day.stores.room, ("ZADD", due, 1, device.sitting))
    assert not await swept(day, device)
    deadline = int((await sitting_fields(day, device))["dl"])
    assert await day.stores.room.zscore(due, device.sitting) == deadline


async def test_who_is_paused_is_not_swept(day: Exam) -> None:
    device = await seated(day)
    await act(day, device, "pause")
    await set_fields(day, device, dl=1)
    assert not await swept(day, device)


async def test_an_extension_in_time_keeps_the_sweeper_away(day: Exam) -> None:
    device = await seated(day)
    await move_deadline(day, device, -2 * HOUR)
    await act(day, device, "extend", ms=3 * HOUR)
    assert not await swept(day, device)
    assert await device.save(device.change(device.items[0])) == ["stored"]


@pytest.mark.parametrize(
    ("name", "offset"), [("stamp", -6000), ("stamp", 6000), ("mercy", 1000), ("mercy", HOUR)]
)
async def test_while_the_server_was_away_nobody_is_swept(day: Exam, name: str, offset: int) -> None:
    device = await seated(day)
    await run_out(day, device)
    room = f"room:{day.tag(device)}"
    now = (await device.ok("POST", "/answers"))["server_time"]
    (before,) = await ask(day.stores.room, ("HGET", room, name))
    key = day.stores.signer.current
    replies = await ask(
        day.stores.room,
        ("HSET", room, name, now + offset),
        ("FCALL", LIBRARY.name("sweep"), 1, room, 100, key),
        ("HSET", room, name, before),
        atomic=True,
    )
    assert replies[1] == ["away", 0, 0]
    assert await swept(day, device)


async def test_the_sweeper_stamps_nothing(day: Exam) -> None:
    device = await seated(day)
    room = f"room:{day.tag(device)}"
    replies = await ask(
        day.stores.room,
        ("HSET", room, "stamp", 12345),
        ("FCALL", LIBRARY.name("sweep"), 1, room, 100, ""),
        ("HGET", room, "stamp"),
        ("HSET", room, "stamp", (await device.ok("POST", "/answers"))["server_time"]),
        atomic=True,
    )
    assert replies[2] == "12345"


async def test_a_sweep_stands_in_the_log(day: Exam) -> None:
    device = await seated(day)
    await run_out(day, device)
    await sweep(day, device)
    assert (await log_lines(day, device))[-1].split(" ")[2:4] == ["seal", "s"]
