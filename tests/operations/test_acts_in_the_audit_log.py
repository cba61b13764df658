"""What staff do to sittings comes into the audit log with its transition: whole, and once."""

import asyncio
import json

import pytest
from sqlalchemy import select

from app.answers.flusher import Flusher
from app.answers.tables import dead_letter
from app.kit.redis import ask, time_ms
from app.operations.demo import DEMO_PARTITIONS
from app.operations.partitions import read_partitions
from app.operations.recovery import recover
from app.people.audit_log import live, store
from app.people.audit_log.model import Actor, Entry, Wanted
from app.people.audit_log.service import AuditLog
from app.proctoring.model import Scope
from tests.answers.misfortunes import (
    AFTER_COMMIT,
    BEFORE_COMMIT,
    back_up,
    dying_at,
    put_back,
)
from tests.exam import EVENT, PEOPLE, Device, Exam
from tests.proctoring.builders import actions, an_order, carried_out
from tests.sittings.staff import act, set_fields

pytestmark = pytest.mark.asyncio

MINUTE = 60_000


async def acts(exam: Exam, device: Device | None = None) -> list[Entry]:
    """Return what the audit log tells of acts on sittings, or on one, the oldest first."""
    whom = None if device is None else f"sitting:{device.sitting}"
    async with exam.stores.record.connect() as conn:
        page = await store.read(conn, Wanted(what="sitting.", whom=whom), limit=10_000)
    return [row.entry() for row in reversed(page.rows)]


async def is_sound(exam: Exam) -> bool:
    log = AuditLog(exam.stores.record, exam.stores.room, exam.stores.chain)
    return (await log.verify()).findings == []


def flusher(exam: Exam) -> Flusher:
    return exam.stores.flusher(500)


async def flush_once(exam: Exam) -> None:
    async with exam.stores.record.connect() as conn:
        found = await read_partitions(conn, EVENT)
    for place in found:
        await flusher(exam).flush(place)


async def test_who_what_why_from_where_and_what_it_changed(exam: Exam) -> None:
    device = await exam.seated()
    deadline = (await device.ok("GET", ""))["deadline"]
    scope = Scope("sitting", device.sitting)
    told = {"role": "proctor", "where": "10.1.2.3"}
    began = await time_ms(exam.stores.room)
    order = an_order("extend", scope, action="tap-1", minutes=5, reason="Listrik padam", **told)
    await actions(exam).act(order)
    await carried_out(exam, "message", scope, text="Tenang.", actor="token:papan", **told)
    await carried_out(exam, "pause", scope, actor="shell:root")
    await carried_out(exam, "resume", scope)
    await carried_out(exam, "submit", scope)
    await carried_out(exam, "reopen", scope, minutes=10, reason="Keliru")
    await exam.holds()

    extended, message, paused, resumed, submitted, reopened = await acts(exam, device)
    assert (extended.who, extended.role, extended.where) == ("pengawas-1", "proctor", "10.1.2.3")
    assert (extended.what, extended.why) == ("sitting.extend", "Listrik padam")
    assert began <= extended.at <= await time_ms(exam.stores.room)
    assert extended.before == {"state": "open", "extra_ms": 0, "deadline": deadline}
    assert extended.after == {
        "state": "open",
        "extra_ms": 5 * MINUTE,
        "deadline": deadline + 5 * MINUTE,
        "action": "tap-1",
    }
    assert (message.who, message.why) == ("token:papan", "Tenang.")
    assert (paused.who, paused.role, paused.where) == ("shell:root", "ops", "")
    assert paused.before["state"] == "open"
    assert paused.after["state"] == "paused"
    assert paused.after["left_ms"] > 60 * MINUTE
    assert resumed.before["left_ms"] == paused.after["left_ms"]
    assert "seal" not in submitted.before
    assert (submitted.after["state"], submitted.after["seal"]) == ("sealed", "1.1")
    assert reopened.before["seal"] == "1.1"
    assert (reopened.after["state"], reopened.why) == ("open", "Keliru")
    assert await is_sound(exam)


async def test_who_is_refused_by_the_state_did_nothing(exam: Exam) -> None:
    device = await exam.seated()
    await carried_out(exam, "resume", Scope("sitting", device.sitting))
    await carried_out(exam, "extend", Scope("sitting", device.sitting), action="once")
    await carried_out(exam, "extend", Scope("sitting", device.sitting), action="once")
    await exam.flush()
    assert [entry.what for entry in await acts(exam, device)] == ["sitting.extend"]


@pytest.mark.parametrize("point", [*BEFORE_COMMIT[:-1], *AFTER_COMMIT])
async def test_whoever_dies_at_it_an_act_is_told_once(exam: Exam, point: str) -> None:
    device = await exam.seated()
    await act(exam, device, "pause")
    with dying_at(point) as died:
        await flush_once(exam)
    assert died
    assert len(await acts(exam, device)) == (1 if point in AFTER_COMMIT else 0)
    await act(exam, device, "resume")
    await exam.holds()
    assert [entry.what for entry in await acts(exam, device)] == ["sitting.pause", "sitting.resume"]
    assert await is_sound(exam)


async def test_everybody_at_once_by_several_recorders(exam: Exam) -> None:
    for n in range(5):
        await carried_out(exam, "extend", action=f"all-{n}", minutes=1)
    await asyncio.gather(*(flush_once(exam) for _ in range(3)))
    await exam.flush()
    found = await acts(exam)
    assert len(found) == len({entry.source for entry in found}) == 5 * PEOPLE
    assert await is_sound(exam)


async def test_a_batch_without_an_act_waits_for_nobody_who_writes_the_audit_log(
    exam: Exam,
) -> None:
    device = await exam.seated()
    await device.save(device.change(device.items[0]))
    async with exam.stores.record.connect() as holder:
        await store.append(holder, exam.stores.chain, [Actor("siti").did("card.reissue", 1)])
        await asyncio.wait_for(flush_once(exam), timeout=10)
        assert await exam.unflushed() == 0
        await act(exam, device, "pause")
        waiting = asyncio.create_task(flush_once(exam))
        await asyncio.wait([waiting], timeout=0.5)
        assert not waiting.done()
        await holder.commit()
        await waiting
    assert len(await acts(exam, device)) == 1
    assert await is_sound(exam)


async def test_an_act_whose_transition_the_record_refuses_is_told_all_the_same(
    exam: Exam,
) -> None:
    device = await exam.seated()
    words = (
        f"t {device.sitting} pause p 65537 dev 1 99999999999999999999 - 0 0 0 - - - - 0 siti tap"
    )
    rest = json.dumps({"role": "proctor", "where": "", "why": "x"})
    line = f"{words} o 1 - 0 0 0 {rest}"
    await ask(exam.stores.room, ("XADD", f"log:{exam.tag(device)}", "*", "d", line))
    await exam.flush()
    async with exam.stores.record.connect() as conn:
        assert list(await conn.scalars(select(dead_letter.c.line))) == [line]
    (entry,) = await acts(exam, device)
    assert (entry.who, entry.after["deadline"]) == ("siti", "99999999999999999999")


@pytest.mark.parametrize(
    "rest",
    [
        "o 1 - 0 0 0",
        "o 1 - 0 0 0 {}",
        "o 1 - 0 0 0 []",
        "? 1 - 0 0 0 {said}",
        "o x - 0 0 0 {said}",
        "o 1 - 0 0 0 {said",
    ],
)
async def test_an_act_that_cannot_be_read_is_a_dead_letter(exam: Exam, rest: str) -> None:
    device = await exam.seated()
    said = json.dumps({"role": "proctor", "where": "", "why": "x"})
    words = f"t {device.sitting} pause p 65537 dev 1 2 - 0 0 0 - - - - 0 siti tap"
    line = f"{words} {rest.replace('{said}', said)}"
    await ask(exam.stores.room, ("XADD", f"log:{exam.tag(device)}", "*", "d", line))
    await exam.flush()
    async with exam.stores.record.connect() as conn:
        assert list(await conn.scalars(select(dead_letter.c.line))) == [line]
    assert await acts(exam, device) == []


async def test_an_act_of_a_room_that_was_closed_is_drained_into_the_audit_log(exam: Exam) -> None:
    device = await exam.seated()
    await act(exam, device, "pause", action="before")
    rooms = [f"room:{{{EVENT}.p{n:02d}}}" for n in range(DEMO_PARTITIONS)]
    await ask(exam.stores.room, ("DEL", *rooms))
    await recover(exam.stores, EVENT)
    (entry,) = await acts(exam, device)
    assert entry.after["action"] == "before"
    assert (await act(exam, device, "pause", action="before")).status == "same"
    await exam.holds()
    assert len(await acts(exam, device)) == 1


async def test_an_act_that_an_older_room_took_in_after_a_seal_is_told_too(exam: Exam) -> None:
    """The transition is doubted and stands in the room's log alone; staff did it nevertheless."""
    device = await exam.seated()
    await device.submit()
    await exam.flush()
    await set_fields(exam, device, st="o")
    await act(exam, device, "pause")
    rooms = [f"room:{{{EVENT}.p{n:02d}}}" for n in range(DEMO_PARTITIONS)]
    await ask(exam.stores.room, ("DEL", *rooms))
    await recover(exam.stores, EVENT)
    assert [entry.what for entry in await acts(exam, device)] == ["sitting.pause"]
    assert (await device.claim())["state"] == "recorded"


async def test_a_recovery_is_told_with_the_life_that_it_began(exam: Exam) -> None:
    await recover(exam.stores, EVENT, actor=Actor("shell:root"))
    async with exam.stores.record.connect() as conn:
        (row,) = (await store.read(conn, Wanted(what="event.recover"))).rows
    entry = row.entry()
    assert (entry.who, entry.whom) == ("shell:root", f"event:{EVENT}")
    assert (entry.before["epoch"], entry.after["epoch"]) == (1, 2)


async def test_a_record_that_was_put_back_goes_on_and_names_what_is_gone(exam: Exam) -> None:
    log = AuditLog(exam.stores.record, exam.stores.room, exam.stores.chain)
    device = await exam.seated()
    await act(exam, device, "pause")
    await exam.flush()
    backup = await back_up(exam)
    before = (await log.verify()).rows
    await act(exam, device, "resume")
    await act(exam, device, "pause")
    await ask(exam.stores.room, live.note(Actor("siti").did("session.begin", 1)))
    await exam.flush()
    lost = (await log.verify()).head
    await put_back(exam, backup)
    await act(exam, device, "resume")
    await exam.holds()

    (finding,) = (await log.verify()).findings
    assert (finding.kind, finding.first, finding.last) == ("cut", before + 1, before + 3)
    assert (await log.verify(lost)).findings != [finding]
    whats = [entry.after["state"] for entry in await acts(exam, device)]
    assert whats == ["paused", "open"]  # what was done in between is gone, the next is not
    async with exam.stores.record.connect() as conn:
        again = (await store.read(conn, Wanted(what="event.reflow"))).rows
    assert {row.entry().who for row in again} == {"process:serentak"}
    await log.restored(Actor("shell:root"), "backup")
    assert (await log.verify()).findings == []


@pytest.mark.parametrize(
    "command",
    [
        ("ZADD", live.HEADS, 7, "nonsense"),
        ("SET", live.WAITING, "no stream"),
        ("SET", live.HEADS, "no set"),
    ],
)
async def test_whatever_the_audit_log_refuses_answers_are_recorded(
    exam: Exam, command: tuple[str | int, ...]
) -> None:
    device = await exam.seated()
    await device.save(device.change(device.items[0]))
    await ask(exam.stores.room, command)
    await exam.flush()
    assert await exam.unflushed() == 0


async def test_the_recorder_carries_what_waits_while_it_records(exam: Exam) -> None:
    await ask(exam.stores.room, live.note(Actor("siti", "proctor").did("session.begin", 1)))
    await exam.flush()
    async with exam.stores.record.connect() as conn:
        assert len((await store.read(conn, Wanted(what="session."))).rows) == 1
        head = await store.newest(conn)
    assert str(await live.newest_seen(exam.stores.room)).startswith(f"{head.number}:")
