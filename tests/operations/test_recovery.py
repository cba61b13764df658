"""Recovery: a new life of the room, with the time that was lost, whoever breaks it off."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import select, text, update

from app.answers.flusher import Flusher, RoomBehind
from app.answers.partition import Partition
from app.answers.tables import flush_mark
from app.exams.tables import events
from app.kit.errors import OpsError
from app.kit.redis import LIBRARY, ask, call
from app.kit.secrets import card_pin
from app.operations.lock import event_lock
from app.operations.partitions import read_partitions
from app.operations.recorder import Recorder
from app.operations.recovery import recover
from app.sittings.tables import sittings
from tests.exam import EVENT, Device, Exam, app_on
from tests.journey.recording import epoch_of, recording, seated, until
from tests.refusals import refusal
from tests.sittings.staff import eventually
from tests.sittings.test_choose_event import SECOND, hold_a_second_event, sitting_in

pytestmark = pytest.mark.asyncio


async def opened_long_ago(exam: Exam) -> None:
    """Let the exam run for an hour already."""
    async with exam.stores.record.begin() as conn:
        await conn.execute(update(events).values(opens_at=events.c.opens_at - 3_600_000))


async def set_stamps_back(exam: Exam, ms: int) -> None:
    """Let the record's last look at the room be so long ago."""
    async with exam.stores.record.begin() as conn:
        await conn.execute(update(flush_mark).values(stamp=flush_mark.c.stamp - ms))


async def deadline_of(device: Device) -> int:
    return int((await device.ok("GET", ""))["deadline"])


async def stands(exam: Exam) -> bool:
    """Are all doors open?"""
    return await epoch_of(exam) > 0


async def test_the_outage_is_given_back(exam: Exam) -> None:
    device = await exam.seated()
    before = await deadline_of(device)
    await exam.flush()
    await opened_long_ago(exam)
    await set_stamps_back(exam, 60_000)
    await exam.stores.room.flushall()
    recovered = await recover(exam.stores, EVENT)
    assert 60_000 <= recovered.outage_ms < 90_000
    await device.claim()
    assert before + 60_000 <= await deadline_of(device) < before + 90_000
    await exam.holds()


async def test_the_credit_of_earlier_outages_stands_after_the_next(exam: Exam) -> None:
    device = await exam.seated()
    started = (await device.ok("GET", ""))["closes_at"]
    await exam.flush()
    await opened_long_ago(exam)
    for _ in range(2):
        await set_stamps_back(exam, 60_000)
        await exam.stores.room.flushall()
        await recover(exam.stores, EVENT)
    await device.claim()
    assert (await device.ok("GET", ""))["closes_at"] >= started + 120_000
    credit = await exam.stores.room.hget(f"room:{exam.tag(device)}", "credit")
    assert int(credit or 0) >= 120_000


async def test_time_before_the_opening_is_no_outage(exam: Exam) -> None:
    async with exam.stores.record.begin() as conn:
        await conn.execute(update(events).values(opens_at=events.c.opens_at + 3_600_000))
    await set_stamps_back(exam, 3_600_000)
    await exam.stores.room.flushall()
    assert (await recover(exam.stores, EVENT)).outage_ms == 0


async def test_a_room_that_stands_is_drained_and_built_again(exam: Exam) -> None:
    device = await exam.seated()
    for value in "abc":
        await device.save(device.change(device.items[0], value))
    recovered = await recover(exam.stores, EVENT)
    assert recovered.epoch == 2
    assert recovered.drained > 0
    assert recovered.answers == 1
    refused = await device.call("POST", "/answers", {"changes": []})
    assert refused.json()["type"].endswith("recovered-claim")
    await device.claim()
    standing = (await device.ok("GET", ""))["answers"]
    assert standing[device.items[0]]["value"] == "c"
    await exam.holds()


async def test_a_late_answer_and_a_replaced_receipt_survive_it(exam: Exam) -> None:
    device = await exam.seated()
    await device.save(device.change(device.items[0]))
    receipt = (await device.submit())["receipt"]
    kept = await device.ok("POST", "/late", {"changes": [device.change(device.items[1])]})
    assert kept["kept"] == 1
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    await exam.holds()
    status = (await exam.http.get(f"/api/v1/receipts/{receipt['code']}")).json()
    assert status["recorded"] is True
    await device.claim()
    assert (await device.submit())["receipt"] == receipt


async def test_broken_off_at_any_moment_it_is_done_by_the_next(exam: Exam) -> None:
    device = await exam.seated()
    for n, milliseconds in enumerate((0, 10, 30, 60, 100)):
        await device.save(device.change(device.items[0], "ab"[n % 2]))
        recovering = asyncio.create_task(recover(exam.stores, EVENT))
        await asyncio.sleep(milliseconds / 1000)
        recovering.cancel()
        with suppress(asyncio.CancelledError):
            await recovering
        async with recording(exam):
            await until(lambda: stands(exam), wanted=True)
        await device.claim()
    await exam.holds()


async def test_two_recorders_that_see_the_same_damage_recover_once(exam: Exam) -> None:
    device = await exam.seated()
    await exam.flush()
    place = await _place(exam, device)
    await exam.stores.room.flushall()
    with pytest.raises(RoomBehind) as seen:
        await _flusher(exam).flush(place)
    await recover(exam.stores, EVENT)
    await recover(exam.stores, EVENT, behind=seen.value.epoch)  # has been done meanwhile
    async with exam.stores.record.connect() as conn:
        assert set(await conn.scalars(select(flush_mark.c.epoch))) == {2}


async def test_while_it_runs_no_other_may(exam: Exam) -> None:
    async with event_lock(exam.stores.record, 1):
        with pytest.raises(OpsError, match="Another prime, recover"):
            await recover(exam.stores, EVENT)


async def test_an_unknown_event_is_said_so(exam: Exam) -> None:
    with pytest.raises(OpsError, match="no event"):
        await recover(exam.stores, "nowhere-1")


async def test_what_an_older_room_took_in_changes_nothing_under_a_recorded_seal(exam: Exam) -> None:
    """An old AOF: the record says sealed, the room is open and takes saves until somebody looks."""
    device = await exam.seated()
    await device.save(device.change(device.items[0]))
    await exam.flush()
    old = await copy_of_room(exam)
    receipt = (await device.submit())["receipt"]
    await exam.flush()

    await put_back(exam, old)
    again = exam.device()
    await again.login()
    assert await again.save(again.change(device.items[0], "b")) == ["stored"]
    recorder = Recorder(exam.stores, rows=500, seconds=0)
    while await recorder.turn():
        pass
    await exam.holds()

    await again.claim()
    seen = await again.ok("GET", "")
    assert seen["receipt"]["code"] == receipt["code"]
    assert seen["answers"][device.items[0]]["value"] == "a"
    async with exam.stores.record.connect() as conn:
        assert (await conn.scalar(text("SELECT count(*) FROM late_answers"))) == 1


async def test_an_older_room_gives_back_the_outage_and_not_its_own_age(exam: Exam) -> None:
    device = await exam.seated()
    await opened_long_ago(exam)
    hour = 3_600_000
    await ask(exam.stores.room, ("HINCRBY", f"room:{exam.tag(device)}", "opens", -2 * hour))
    await exam.flush()
    before = await deadline_of(device)
    old = await copy_of_room(exam)
    await device.save(device.change(device.items[0]))
    await exam.flush()
    await put_back(exam, old)
    await ask(
        exam.stores.room,
        ("HINCRBY", f"room:{exam.tag(device)}", "stamp", -hour),
        ("FCALL", LIBRARY.name("stamp"), 1, f"room:{exam.tag(device)}"),
        atomic=True,
    )
    recorder = Recorder(exam.stores, rows=500, seconds=0)
    while await recorder.turn():
        pass
    await device.claim()
    assert before <= await deadline_of(device) < before + 60_000
    await exam.holds()


async def test_the_recorder_loads_the_functions_into_an_empty_redis(exam: Exam) -> None:
    async with recording(exam):
        await exam.stores.room.flushall()
        await exam.stores.room.function_delete(f"serentak_{LIBRARY.version}")
        await until(lambda: epoch_of(exam), 2)
    (phone,) = await seated(exam, 0)
    assert await phone.save(0, 0) == "stored"


async def test_a_right_card_is_not_called_wrong_while_the_room_is_away(exam: Exam) -> None:
    device = exam.newcomer()
    await exam.stores.room.flushall()
    assert refusal(await device.try_login()) == (503, "room-recovering")
    await recover(exam.stores, EVENT)
    await device.login()
    stranger = replace(device, nip="199001012015041001")
    assert refusal(await stranger.try_login()) == (401, "bad-credentials")


async def test_devices_of_an_event_that_is_recovered_later_wait(exam: Exam) -> None:
    await hold_a_second_event(exam)
    device = exam.newcomer()
    sitting, _ = sitting_in(exam, device, SECOND)
    pin = card_pin(exam.stores.secrets.pin, sitting, 1)
    device = replace(device, pin=pin)
    await device.login()
    assert device.sitting == sitting
    await exam.flush()
    await exam.stores.room.flushall()
    async with app_on(exam.settings) as restarted:  # remembers no event
        device.http = restarted
        assert refusal(await device.call("GET", "")) == (503, "room-recovering")
        await recover(exam.stores, EVENT)
        await eventually(lambda: _knows(restarted, EVENT))
        assert refusal(await device.call("GET", "")) == (503, "room-recovering")
        named = await device.try_login(event=SECOND)
        assert refusal(named) == (503, "room-recovering")
        await recover(exam.stores, SECOND)
        await device.claim()


async def _knows(app: httpx.AsyncClient, event: str) -> bool:
    found = (await app.get("/health/recorder")).json()["partitions"]
    return any(part["partition"].startswith(event) for part in found)


async def test_a_closed_door_is_noticed_at_once(exam: Exam) -> None:
    device = await exam.seated()
    recorder = Recorder(exam.stores, rows=500, seconds=0)
    await recorder.turn()
    await call(exam.stores.room, "close", exam.tag(device), "redis-behind", 0)
    assert await recorder.turn()
    async with exam.stores.record.connect() as conn:
        assert set(await conn.scalars(select(flush_mark.c.epoch))) == {2}
        assert await conn.scalar(select(sittings.c.state).where(sittings.c.state == "o")) == "o"


async def copy_of_room(exam: Exam) -> dict[str, bytes]:
    """Copy every key, as an old AOF holds it."""
    raw = Redis.from_url(exam.settings.redis_address)
    try:
        keys = [key async for key in exam.stores.room.scan_iter()]
        return {key: await raw.dump(key) or b"" for key in keys}
    finally:
        await raw.aclose()


async def put_back(exam: Exam, copy: dict[str, bytes]) -> None:
    """Empty the room and put an older one in its place."""
    await exam.stores.room.flushdb()
    for key, value in copy.items():
        await exam.stores.room.restore(key, 0, value, replace=True)  # the reader is back already


async def test_an_exam_that_runs_is_looked_at_before_one_that_is_over(exam: Exam) -> None:
    await hold_a_second_event(exam)
    for over in (EVENT, SECOND):
        async with exam.stores.record.begin() as conn:
            ends = events.c.opens_at + 3_600_000
            await conn.execute(update(events).values(closes_at=ends + 1))
            await conn.execute(update(events).where(events.c.id == over).values(closes_at=ends))
            order = [place.event_id for place in await read_partitions(conn)]
        assert order[-1] == over
        assert order[0] != over


def _flusher(exam: Exam) -> Flusher:
    return Flusher(exam.stores.record, exam.stores.room, exam.stores.signer, exam.stores.chain, 500)


async def _places(exam: Exam) -> list[Partition]:
    async with exam.stores.record.connect() as conn:
        return await read_partitions(conn, EVENT)


async def _place(exam: Exam, device: Device) -> Partition:
    return next(place for place in await _places(exam) if place.tag == exam.tag(device))
