"""Late answers are decided by the chief: what is accepted counts under a new seal, once."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text

from app.answers.tables import late_answers
from app.exams.live import read_cards
from app.kit import clock
from app.kit.ids import sitting_from_text
from app.kit.redis import ask
from app.operations.recorder import Recorder
from app.operations.recovery import recover
from app.people.audit_log.model import Actor, Entry, Wanted
from app.people.audit_log.store import read
from app.proctoring import live
from app.proctoring.late import Decided, Decision, LateAnswers, Verdict
from app.proctoring.live import Place
from app.scoring.service import score
from app.scoring.tables import results
from app.sittings.live import View
from app.sittings.tables import seals
from tests.answers.misfortunes import back_up, put_back
from tests.exam import EVENT, Device, Exam
from tests.servers import Servers
from tests.sittings.staff import act, log_lines, seated, set_fields, sitting_fields

pytestmark = pytest.mark.asyncio

CHIEF = Actor("ketua", "operator", "10.1.2.3")
MINUTE = 60_000


async def decided(
    exam: Exam, device: Device, verdict: Verdict = "accept", action: str = ""
) -> Decided:
    (card,) = await read_cards(exam.stores.room)
    decision = Decision(
        verdict, action or f"{verdict}-{device.next_rev()}", CHIEF, "Jaringan putus"
    )
    place = Place(exam.tag(device), device.sitting)
    return await LateAnswers(exam.stores.room, exam.stores.signer).decide(card, place, decision)


async def kept(device: Device, *changes: dict[str, Any]) -> None:
    reply = await device.ok("POST", "/late", {"changes": list(changes)})
    assert {one["result"] for one in reply["results"]} == {"kept"}


async def handed_in(exam: Exam) -> tuple[Device, dict[str, Any]]:
    """Return a device that has answered two items and handed in, and its receipt."""
    device = await seated(exam)
    await device.save(device.change(device.items[0], "a"), device.change(device.items[1], "a"))
    return device, (await device.submit())["receipt"]


async def values(device: Device) -> dict[int, object]:
    """Return what stands, by the place of the item."""
    held = (await device.ok("GET", ""))["answers"]
    return {device.items.index(item): answer["value"] for item, answer in held.items()}


async def waiting(exam: Exam, device: Device) -> int:
    """Return how many late answers wait, as the row of the board says and as they stand."""
    found = await exam.stores.room.hlen(f"late:{exam.tag(device)}:{device.sitting}")
    assert int((await sitting_fields(exam, device)).get("lt") or 0) == found
    return int(found)


async def in_record(exam: Exam, device: Device) -> list[str]:
    """Return what the record says of each late answer, by rev."""
    wanted = (
        select(late_answers.c.accepted_at, late_answers.c.rejected_at)
        .where(late_answers.c.sitting == sitting_from_text(device.sitting))
        .order_by(late_answers.c.rev)
    )
    async with exam.stores.record.connect() as conn:
        rows = (await conn.execute(wanted)).all()
    return ["accepted" if row[0] else "rejected" if row[1] else "waits" for row in rows]


async def entries(exam: Exam, device: Device) -> list[Entry]:
    async with exam.stores.record.connect() as conn:
        wanted = Wanted(what="sitting.", whom=f"sitting:{device.sitting}")
        return [row.entry() for row in reversed((await read(conn, wanted)).rows)]


async def receipt_of(exam: Exam, code: str) -> dict[str, Any]:
    document: dict[str, Any] = (await exam.http.get(f"/api/v1/receipts/{code}")).json()
    return document


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_accepted_counts_under_a_new_seal(day: Exam) -> None:
    device, first = await handed_in(day)
    await kept(device, device.change(device.items[0], "b"), device.change(device.items[2], "c"))
    assert await waiting(day, device) == 2
    assert await decided(day, device) == Decided(device.sitting, "done", 2, "sealed")
    assert await values(device) == {0: "b", 1: "a", 2: "c"}
    assert await waiting(day, device) == 0

    sitting = await device.ok("GET", "")
    second = sitting["receipt"]
    assert (second["seal"], second["answered"]) == (2, 3)
    assert (await receipt_of(day, first["code"]))["replaced"] is True
    assert (await receipt_of(day, second["code"]))["replaced"] is False
    (note,) = sitting["notices"]
    assert note["kind"] == "reopen"  # a page that hears it takes its receipt for replaced
    assert note["text"].endswith("ikut dinilai. Alasan: Jaringan putus.")

    await day.holds()
    assert (await receipt_of(day, second["code"]))["recorded"] is True
    assert (await receipt_of(day, first["code"]))["replaced"] is True
    assert await in_record(day, device) == ["accepted", "accepted"]
    (entry,) = await entries(day, device)
    assert (entry.what, entry.who, entry.why) == ("sitting.late-accept", "ketua", "Jaringan putus")
    assert (entry.before["seal"], entry.after["seal"]) == ("1.1", "1.2")
    assert (entry.after["state"], entry.after["counted"]) == ("sealed", 2)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_log_lifts_the_seal_before_the_answers(day: Exam) -> None:
    device, _ = await handed_in(day)
    await kept(device, device.change(device.items[0], "b"))
    before = len(await log_lines(day, device))
    await decided(day, device)
    words = [line.split(" ") for line in (await log_lines(day, device))[before:]]
    assert [word[0] + (f" {word[2]}" if word[0] == "t" else "") for word in words] == [
        "t lift",
        "a",
        "n",
        "t late-accept",
    ]


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_rejected_is_kept_for_the_record_alone(day: Exam) -> None:
    device, first = await handed_in(day)
    change = device.change(device.items[0], "b")
    await kept(device, change)
    assert await decided(day, device, "reject") == Decided(device.sitting, "done", 0, "sealed")
    assert await values(device) == {0: "a", 1: "a"}
    assert await waiting(day, device) == 0
    sitting = await device.ok("GET", "")
    assert sitting["receipt"] == first
    assert [note["kind"] for note in sitting["notices"]] == ["late-reject"]
    await kept(device, change)  # sent again, it is known
    conflict = await device.ok("POST", "/late", {"changes": [{**change, "value": "c"}]})
    assert conflict["results"][0]["result"] == "conflict"
    assert await waiting(day, device) == 0
    await day.holds()
    assert await in_record(day, device) == ["rejected"]
    (entry,) = await entries(day, device)
    assert (entry.what, entry.why) == ("sitting.late-reject", "Jaringan putus")
    assert entry.before["seal"] == entry.after["seal"] == "1.1"


@pytest.mark.asyncio(loop_scope="module")
async def test_only_what_is_newer_counts(day: Exam) -> None:
    device = await seated(day)
    old = device.change(device.items[0], "b")
    await device.save(device.change(device.items[0], "a"))
    receipt = (await device.submit())["receipt"]
    await kept(device, old)
    assert await decided(day, device) == Decided(device.sitting, "done", 0, "sealed")
    assert await values(device) == {0: "a"}
    assert (await device.ok("GET", ""))["receipt"] == receipt  # nothing is new: no new seal
    await day.holds()
    assert await in_record(day, device) == ["accepted"]
    assert (await receipt_of(day, receipt["code"]))["replaced"] is False


@pytest.mark.asyncio(loop_scope="module")
async def test_the_newest_of_several_for_one_item_counts(day: Exam) -> None:
    device, _ = await handed_in(day)
    changes = [device.change(device.items[0], value) for value in ("b", "c", None)]
    await kept(device, *reversed(changes))
    assert (await decided(day, device)).counted == 3
    assert await values(device) == {0: None, 1: "a"}
    await day.holds()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("state", ["open", "paused"])
async def test_who_still_works_needs_no_seal_for_it(day: Exam, state: str) -> None:
    phone = await seated(day)
    office = Device(phone.http, phone.nip, phone.pin, phone.nonce + "-office", items=phone.items)
    unsent = phone.change(phone.items[0], "b")
    await office.login()
    await kept(phone, unsent)
    if state == "paused":
        await act(day, office, "pause")
    assert await decided(day, office) == Decided(office.sitting, "done", 1, state)
    assert await values(office) == {0: "b"}
    if state == "paused":
        await act(day, office, "resume")
    assert await office.save(office.change(office.items[0], "c")) == ["stored"]
    assert (await office.submit())["receipt"]["seal"] == 1
    await day.holds()
    assert await in_record(day, office) == ["accepted"]


@pytest.mark.asyncio(loop_scope="module")
async def test_where_nothing_waits_nothing_is_decided(day: Exam) -> None:
    device, receipt = await handed_in(day)
    before = await sitting_fields(day, device)
    for verdict in ("accept", "reject"):
        assert (await decided(day, device, verdict)).result == "state"
    assert await sitting_fields(day, device) == before
    assert (await device.ok("GET", ""))["receipt"] == receipt


@pytest.mark.asyncio(loop_scope="module")
async def test_many_taps_at_once_are_one_decision(day: Exam) -> None:
    device, _ = await handed_in(day)
    await kept(device, device.change(device.items[0], "b"))
    action = f"{device.sitting}-once"
    taps = await asyncio.gather(*(decided(day, device, action=action) for _ in range(8)))
    assert sorted(one.result for one in taps) == ["again"] * 7 + ["done"]
    assert {one.counted for one in taps} == {1}
    assert (await device.ok("GET", ""))["receipt"]["seal"] == 2


@pytest.mark.asyncio(loop_scope="module")
async def test_two_chiefs_at_once_decide_once(day: Exam) -> None:
    device, _ = await handed_in(day)
    await kept(device, device.change(device.items[0], "b"))
    both = await asyncio.gather(decided(day, device, "accept"), decided(day, device, "reject"))
    assert sorted(one.result for one in both) == ["done", "state"]
    await day.holds()
    assert len(await entries(day, device)) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_what_comes_after_a_decision_waits_for_the_next(day: Exam) -> None:
    device, _ = await handed_in(day)
    await kept(device, device.change(device.items[0], "b"))
    await decided(day, device, "reject")
    await kept(device, device.change(device.items[0], "c"))
    assert await waiting(day, device) == 1
    await day.holds()  # all in one batch
    assert await in_record(day, device) == ["rejected", "waits"]
    assert (await decided(day, device)).counted == 1
    assert await values(device) == {0: "c", 1: "a"}
    await day.holds()
    assert await in_record(day, device) == ["rejected", "accepted"]


@pytest.mark.asyncio(loop_scope="module")
async def test_who_is_opened_between_look_and_decision_is_looked_at_again(
    day: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, first = await handed_in(day)
    await kept(device, device.change(device.items[0], "b"))
    look, codes = live.look, [first["code"]]

    async def look_and_be_late(*asked: Any) -> list[View | str]:  # noqa: ANN401 - as it is asked
        views = await look(*asked)
        if len(codes) == 1:
            await act(day, device, "reopen", ms=MINUTE)
            codes.append((await device.submit())["receipt"]["code"])
        return views

    monkeypatch.setattr(live, "look", look_and_be_late)
    assert (await decided(day, device)).result == "done"
    assert (await device.ok("GET", ""))["receipt"]["seal"] == 3
    for code in codes:
        assert (await receipt_of(day, code))["replaced"] is True


@pytest.mark.asyncio(loop_scope="module")
async def test_an_act_before_a_decision_cannot_be_taken_back_after_it(day: Exam) -> None:
    device, _ = await handed_in(day)
    await act(day, device, "reopen", ms=MINUTE)
    await act(day, device, "submit", action=f"{device.sitting}-s")
    await kept(device, device.change(device.items[0], "b"))
    await decided(day, device)
    assert (await sitting_fields(day, device))["la"] == ""


async def results_of(exam: Exam, device: Device) -> tuple[int, Decimal] | None:
    wanted = select(results.c.seal, results.c.points).where(
        results.c.sitting == sitting_from_text(device.sitting)
    )
    await score(exam.stores.record, EVENT, clock.now_ms())
    async with exam.stores.record.connect() as conn:
        row = (await conn.execute(wanted)).first()
    return (row.seal, row.points) if row else None


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_accepted_is_scored(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0], None))
    await device.submit()
    await day.holds()
    before = await results_of(day, device)
    assert before is not None
    await kept(device, *(device.change(item, "a") for item in device.items))
    await decided(day, device)
    await day.holds()
    after = await results_of(day, device)
    assert after is not None
    assert (before[0], after[0]) == (1, 2)
    assert after[1] > before[1]


async def test_decisions_survive_a_lost_room(exam: Exam) -> None:
    accepted, first = await handed_in(exam)
    rejected, _ = await handed_in(exam)
    change = rejected.change(rejected.items[0], "b")
    await kept(accepted, accepted.change(accepted.items[0], "b"))
    await kept(rejected, change)
    await decided(exam, accepted, "accept", "one")
    await decided(exam, rejected, "reject", "two")
    await kept(rejected, rejected.change(rejected.items[1], "c"))
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    await exam.holds()
    assert (await waiting(exam, accepted), await waiting(exam, rejected)) == (0, 1)
    assert (await decided(exam, accepted, "accept", "one")).result == "again"
    for device in (accepted, rejected):
        await device.claim()
    assert await values(accepted) == {0: "b", 1: "a"}
    assert (await receipt_of(exam, first["code"]))["replaced"] is True
    await kept(rejected, change)  # what was rejected does not wait again
    assert await waiting(exam, rejected) == 1
    await exam.holds()


async def test_decisions_survive_a_record_that_was_set_back(exam: Exam) -> None:
    accepted, _ = await handed_in(exam)
    rejected, _ = await handed_in(exam)
    await kept(accepted, accepted.change(accepted.items[0], "b"))
    await exam.flush()
    backup = await back_up(exam)
    await kept(rejected, rejected.change(rejected.items[0], "b"))
    await decided(exam, accepted, "accept")
    await decided(exam, rejected, "reject")
    await exam.flush()
    await put_back(exam, backup)
    await kept(rejected, rejected.change(rejected.items[0], "c"))
    await exam.holds()
    assert await in_record(exam, accepted) == ["accepted"]
    assert await in_record(exam, rejected) == ["rejected", "waits"]
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert (await waiting(exam, accepted), await waiting(exam, rejected)) == (0, 1)
    await accepted.claim()
    assert (await accepted.ok("GET", ""))["receipt"]["seal"] == 2
    await exam.holds()


async def test_a_room_lost_between_two_batches_lets_the_chief_decide_again(exam: Exam) -> None:
    """The record has the lifting alone: what waits still waits, and the sweeper hands in."""
    device, _ = await handed_in(exam)
    await kept(device, device.change(device.items[0], "b"))
    await exam.flush()
    await decided(exam, device)
    log = f"log:{exam.tag(device)}"
    (entries_,) = await ask(exam.stores.room, ("XRANGE", log, "-", "+"))
    await ask(exam.stores.room, ("XDEL", log, *(entry for entry, _ in entries_[1:])))
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert await waiting(exam, device) == 1
    await device.claim()
    assert (await device.ok("GET", ""))["state"] == "open"
    await device.submit()
    assert (await decided(exam, device)).counted == 1
    assert await values(device) == {0: "b", 1: "a"}
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        wanted = select(seals.c.seal, seals.c.replaced).order_by(seals.c.epoch, seals.c.seal)
        assert [tuple(row) for row in await conn.execute(wanted)] == [
            (1, True),
            (2, True),
            (3, False),
        ]


async def test_with_postgres_away_late_answers_are_decided(exam: Exam, servers: Servers) -> None:
    device, first = await handed_in(exam)
    await kept(device, device.change(device.items[0], "b"))
    await servers.stop("postgres")
    try:
        assert (await decided(exam, device)).counted == 1
        assert (await receipt_of(exam, first["code"]))["replaced"] is True
    finally:
        await servers.start("postgres")
    await exam.holds()
    assert await in_record(exam, device) == ["accepted"]


async def test_a_key_that_is_missing_decides_nothing(exam: Exam) -> None:
    device, _ = await handed_in(exam)
    await kept(device, device.change(device.items[0], "b"))
    held = await sitting_fields(exam, device)
    await set_fields(exam, device, sk="00000000")
    with pytest.raises(Exception, match="busy"):
        await decided(exam, device)
    await set_fields(exam, device, sk=held["sk"])
    assert await waiting(exam, device) == 1


async def test_rows_of_a_decision_are_right_however_the_batches_are_cut(exam: Exam) -> None:
    device, _ = await handed_in(exam)
    await kept(device, *(device.change(item, "b") for item in device.items[:6]))
    await decided(exam, device)
    await kept(device, device.change(device.items[0], "c"))
    await decided(exam, device, "reject")
    await cut_by_cut(exam)
    await exam.holds()
    assert await in_record(exam, device) == ["accepted"] * 6 + ["rejected"]
    async with exam.stores.record.connect() as conn:
        assert await conn.scalar(text("SELECT count(*) FROM dead_letter")) == 0


async def cut_by_cut(exam: Exam) -> None:
    """Record what is in the log, two lines a batch."""
    recorder = Recorder(exam.stores, rows=2, seconds=0)
    while await exam.unflushed():
        await recorder.turn()
