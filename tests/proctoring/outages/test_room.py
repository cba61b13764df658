"""What the room notes of a silence, and that the record and a recovery hold it."""

import pytest
from sqlalchemy import delete, select, update

from app.answers.tables import flush_mark
from app.kit.redis import ask
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.sittings.tables import room_log
from tests.exam import EVENT, Device, Exam
from tests.proctoring.outages.cutting import cut_off, server_away
from tests.sittings.staff import act, seated, sitting_fields

pytestmark = pytest.mark.asyncio

MINUTE = 60_000


async def away(exam: Exam, device: Device) -> tuple[int, int]:
    fields = await sitting_fields(exam, device)
    start, _, to = fields.get("aw", "0:0").partition(":")
    return int(start), int(to)


async def lines(exam: Exam) -> list[str]:
    await exam.flush()
    async with exam.stores.record.connect() as conn:
        wanted = select(room_log.c.detail).where(room_log.c.kind == "o").order_by(room_log.c.ms)
        return list(await conn.scalars(wanted))


async def test_who_is_heard_of_after_long_was_away(exam: Exam) -> None:
    device = await seated(exam)
    (since,) = await cut_off(exam, [device], 5 * MINUTE)
    assert await device.save() == []
    now = device.last["server_time"]
    assert await away(exam, device) == (since, now)
    await device.save(device.change(device.items[0]))
    assert await away(exam, device) == (since, now)
    assert await lines(exam) == [f"{since} {now}"]
    await exam.holds()


async def test_a_pause_between_heartbeats_is_nothing(exam: Exam) -> None:
    device = await seated(exam)
    await cut_off(exam, [device], 80_000)
    await device.save(device.change(device.items[0]))
    assert await away(exam, device) == (0, 0)


@pytest.mark.parametrize("comes", ["claim", "login", "submit"])
async def test_however_they_come_back(exam: Exam, comes: str) -> None:
    device = await seated(exam)
    (since,) = await cut_off(exam, [device], 5 * MINUTE)
    if comes == "login":
        device.nonce += "-other"
    await getattr(device, comes)()
    start, to = await away(exam, device)
    assert start == since
    assert to >= since + 5 * MINUTE


async def test_of_who_is_paused_or_handed_in_no_time_runs(exam: Exam) -> None:
    device, other = await seated(exam), await seated(exam)
    (since, _) = await cut_off(exam, [device, other], 5 * MINUTE)
    await act(exam, device, "pause")
    paused = await away(exam, device)
    assert paused[0] == since
    await cut_off(exam, [device], 30 * MINUTE)
    await act(exam, device, "resume")
    await device.save()
    assert await away(exam, device) == paused
    await other.submit()
    handed_in = await away(exam, other)
    await cut_off(exam, [other], 30 * MINUTE)
    await act(exam, other, "reopen", ms=MINUTE)
    await other.save()
    assert await away(exam, other) == handed_in


async def test_what_the_server_took_was_no_silence_of_theirs(exam: Exam) -> None:
    device, cut = await seated(exam), await seated(exam)
    await cut_off(exam, [device], 6 * MINUTE)
    (since,) = await cut_off(exam, [cut], 20 * MINUTE)
    await server_away(exam, 5 * MINUTE)
    await device.save()
    await cut.save()
    assert await away(exam, device) == (0, 0)
    assert (await away(exam, cut))[0] == since
    gaps = (await ask(exam.stores.room, ("HGET", f"room:{exam.tag(device)}", "gaps")))[0].split()
    start, _, to = gaps[-1].partition(":")
    assert 5 * MINUTE <= int(to) - int(start) < 6 * MINUTE


async def test_a_recovery_brings_back_when_they_were_away_and_when_the_server_was(
    exam: Exam,
) -> None:
    device = await seated(exam)
    await server_away(exam, 2 * MINUTE)
    await cut_off(exam, [device], 5 * MINUTE)
    event = {"rev": device.next_rev(), "type": "focus-lost", "detail": {"how": "blur"}}
    back = {"rev": device.next_rev(), "type": "focus-back", "detail": {"ms": 5}}
    for _ in range(2):  # the same again counts once
        await device.ok("POST", "/answers", {"events": [event, back]})
    before = await away(exam, device)
    fields = await sitting_fields(exam, device)
    assert (fields["fo"], before[1] > before[0] > 0) == ("1", True)
    (gaps,) = await ask(exam.stores.room, ("HGET", f"room:{exam.tag(device)}", "gaps"))
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert await away(exam, device) == before
    assert (await sitting_fields(exam, device))["fo"] == "1"
    (after,) = await ask(exam.stores.room, ("HGET", f"room:{exam.tag(device)}", "gaps"))
    assert after.split()[: len(gaps.split())] == gaps.split()
    assert len(after.split()) > len(gaps.split())
    await device.claim()
    assert (await sitting_fields(exam, device))["nw"] == "127.0.0.0/24"
    await exam.holds()


async def test_the_last_eight_gaps_are_remembered(exam: Exam) -> None:
    device = await seated(exam)
    for _ in range(10):
        await server_away(exam, MINUTE)
    (gaps,) = await ask(exam.stores.room, ("HGET", f"room:{exam.tag(device)}", "gaps"))
    assert len(gaps.split()) == 8
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    (gaps,) = await ask(exam.stores.room, ("HGET", f"room:{exam.tag(device)}", "gaps"))
    assert 8 <= len(gaps.split()) <= 9
    await exam.holds()


async def test_where_the_device_came_from_is_kept_as_its_network(exam: Exam) -> None:
    device = await seated(exam)
    assert (await sitting_fields(exam, device))["nw"] == "127.0.0.0/24"


async def test_a_reflow_sends_it_again(exam: Exam) -> None:
    device = await seated(exam)
    await cut_off(exam, [device], 5 * MINUTE)
    await device.save(device.change(device.items[0]))
    noted = await lines(exam)
    async with exam.stores.record.begin() as conn:
        await conn.execute(delete(room_log).where(room_log.c.kind == "o"))
        await conn.execute(update(flush_mark).values(ms=0, seq=0))
    await reflow(exam.stores, EVENT)
    assert await lines(exam) == noted
