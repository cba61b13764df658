"""Orders are carried out: each sitting for itself, once, and the devices hear of it."""

import asyncio
from typing import Any

import pytest

from app.proctoring import live
from app.proctoring.model import KINDS, Kind, Outcome
from app.sittings.live import View
from tests.exam import PEOPLE, Exam
from tests.proctoring.builders import actions, an_order, carried_out, field_of_all, only
from tests.refusals import refusal
from tests.sittings.staff import act, log_lines, seated, set_fields, sitting_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE = 60_000


async def test_the_next_reply_brings_the_notice_and_the_new_deadline(day: Exam) -> None:
    device = await seated(day)
    before = (await device.ok("POST", "/answers"))["deadline"]
    outcome = await only(day, "extend", device, minutes=10)
    assert outcome == Outcome(device.sitting, "done", "open", before + 10 * MINUTE)
    assert await device.save(device.change(device.items[0])) == ["stored"]
    assert device.last["deadline"] == before + 10 * MINUTE
    assert [note["text"] for note in device.last["notices"]] == ["Waktu Anda ditambah 10 menit."]


async def test_an_extension_before_the_start_counts_at_the_start(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    assert (await only(day, "extend", device, minutes=7)).state == "admitted"
    started = await device.start()
    before = int((await sitting_fields(day, device))["ex"]) - 7 * MINUTE
    assert started["deadline"] == started["started_at"] + before + 67 * MINUTE


async def test_somebody_may_be_paused_and_resumed(day: Exam) -> None:
    device = await seated(day)
    assert (await only(day, "pause", device, reason="Listrik padam")).state == "paused"
    save = {"changes": [device.change(device.items[0])]}
    assert refusal(await device.call("POST", "/answers", save)) == (403, "paused")
    (note,) = (await device.ok("POST", "/answers"))["notices"]
    assert note["text"].endswith("Alasan: Listrik padam.")
    assert (await only(day, "resume", device)).state == "open"
    assert await device.save(device.change(device.items[0])) == ["stored"]


async def test_who_is_admitted_may_start(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    await set_fields(day, device, st="n")
    assert (await only(day, "admit", device)).state == "admitted"
    assert (await device.start())["state"] == "open"


async def test_what_staff_hand_in_and_open_again_keeps_its_receipts(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0]))
    assert (await only(day, "submit", device)).state == "sealed"
    first = (await device.ok("GET", ""))["receipt"]["code"]
    opened = await only(day, "reopen", device, minutes=5)
    assert (opened.result, opened.state) == ("done", "open")
    assert opened.deadline == (await device.ok("GET", ""))["deadline"]
    assert (await day.http.get(f"/api/v1/receipts/{first}")).json()["replaced"] is True
    second = (await device.submit())["receipt"]
    assert second["seal"] == 2
    assert (await day.http.get(f"/api/v1/receipts/{second['code']}")).json()["replaced"] is False


@pytest.mark.parametrize("kind", ["pause", "reopen"])
async def test_the_same_order_again_does_nothing(day: Exam, kind: Kind) -> None:
    device = await seated(day)
    if kind == "reopen":
        await device.submit()
    first = await only(day, kind, device, action=f"twice-{kind}")
    before = await sitting_fields(day, device)
    again = await only(day, kind, device, action=f"twice-{kind}")
    assert (first.result, again.result) == ("done", "again")
    assert (again.state, again.deadline) == (first.state, first.deadline)
    assert await sitting_fields(day, device) == before


@pytest.mark.parametrize("kind", KINDS)
async def test_what_makes_no_sense_is_not_applicable_and_changes_nothing(
    day: Exam, kind: Kind
) -> None:
    device = await seated(day)
    if kind in {"resume", "hold", "undo"}:
        expected = "open"
    elif kind in {"extend", "pause", "submit", "admit", "device"}:
        await device.submit()
        expected = "sealed"
    else:
        await set_fields(day, device, st="x")
        expected = "absent"
    before, lines = await sitting_fields(day, device), await log_lines(day, device)
    outcome = await only(day, kind, device)
    if kind == "message":
        assert outcome.result == "done"
        return
    assert (outcome.result, outcome.state) == ("state", expected)
    assert await sitting_fields(day, device) == before
    assert await log_lines(day, device) == lines


async def test_a_recorded_sitting_is_told_as_recorded_and_may_be_opened_again(day: Exam) -> None:
    device = await seated(day)
    await device.submit()
    await day.flush()
    assert (await only(day, "pause", device)).state == "recorded"
    assert (await only(day, "reopen", device)).state == "open"


async def test_reopening_while_people_hand_in_loses_no_receipt(day: Exam) -> None:
    """Whoever reopens upon a seal that has given way meanwhile looks again."""
    device = await seated(day)
    receipts = [(await device.submit())["receipt"]["code"]]

    async def hand_in() -> None:
        for _ in range(15):
            reply = await device.call("POST", "/submit", {"answers": {}})
            receipts.append(reply.json()["receipt"]["code"])

    async def reopen(n: int) -> list[Outcome]:
        return [await only(day, "reopen", device, action=f"race-{n}-{m}") for m in range(15)]

    handing_in = asyncio.create_task(hand_in())
    runs = await asyncio.gather(*(reopen(n) for n in range(3)))
    outcomes = [one for run in runs for one in run]
    await handing_in
    assert {one.result for one in outcomes} <= {"done", "state"}
    (last,) = {(await device.submit())["receipt"]["code"]}
    done = sum(one.result == "done" for one in outcomes)
    assert last.split("-")[3].split(".")[1] == str(done + 1)
    assert len(set(receipts)) > 1
    for code in {*receipts} - {last}:
        assert (await day.http.get(f"/api/v1/receipts/{code}")).json()["replaced"] is True


async def test_who_hands_in_between_the_look_and_the_reopening_is_looked_at_again(
    day: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await seated(day)
    receipts = [(await device.submit())["receipt"]["code"]]
    look = live.look

    async def look_and_be_late(*asked: Any) -> list[View | str]:  # noqa: ANN401 - as it is asked
        views = await look(*asked)
        if len(receipts) == 1:
            await act(day, device, "reopen", ms=MINUTE)
            receipts.append((await device.submit())["receipt"]["code"])
        return views

    monkeypatch.setattr(live, "look", look_and_be_late)
    assert (await only(day, "reopen", device)).result == "done"
    for code in receipts:
        assert (await day.http.get(f"/api/v1/receipts/{code}")).json()["replaced"] is True


async def test_everybody_is_extended_once_whatever_their_state(day: Exam) -> None:
    sitters = [await seated(day) for _ in range(4)]
    _, paused, done, gone = sitters
    await act(day, paused, "pause")
    await done.submit()
    await set_fields(day, gone, st="x")
    before = await _extra(day)
    states = (await carried_out(day, "message")).outcomes
    closed = {one.sitting for one in states if one.state in {"sealed", "recorded", "absent"}}
    assert {done.sitting, gone.sitting} <= closed

    first = await carried_out(day, "extend", minutes=3, action="all-1")
    assert len(first.outcomes) == PEOPLE
    assert (first.count("done"), first.count("state")) == (PEOPLE - len(closed), len(closed))
    assert sum(first.refusing_states.values()) == len(closed)
    again = await carried_out(day, "extend", minutes=3, action="all-1")
    assert (again.count("again"), again.count("state")) == (PEOPLE - len(closed), len(closed))
    added = {sid: ex - before[sid] for sid, ex in (await _extra(day)).items()}
    assert added == {sid: 0 if sid in closed else 3 * MINUTE for sid in before}


async def test_an_order_that_was_broken_off_goes_on_where_it_was(
    day: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.proctoring.service._AT_ONCE", 7)
    sitters = [await seated(day) for _ in range(3)]
    before = await _extra(day)
    order = an_order("extend", minutes=2, action="broken-off")
    for turns in (3, 6, 12, 24, 48):
        running = asyncio.create_task(actions(day).act(order))
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running])
    done = await actions(day).act(order)
    added = {sid: ex - before[sid] for sid, ex in (await _extra(day)).items()}
    reached = {one.sitting for one in done.outcomes if one.result != "state"}
    assert {device.sitting for device in sitters} <= reached
    assert added == {sid: 2 * MINUTE if sid in reached else 0 for sid in before}


async def test_an_order_given_by_many_at_once_is_carried_out_once(day: Exam) -> None:
    device = await seated(day)
    before = (await sitting_fields(day, device))["ex"]
    outcomes = await asyncio.gather(
        *(only(day, "extend", device, action="at-once", minutes=4) for _ in range(8))
    )
    assert sorted(one.result for one in outcomes) == ["again"] * 7 + ["done"]
    assert (await sitting_fields(day, device))["ex"] == str(int(before) + 4 * MINUTE)


async def test_a_key_that_is_missing_fails_only_the_sitting_that_needs_it(day: Exam) -> None:
    device = await seated(day)
    await device.submit()
    await set_fields(day, device, sk="00000000")
    outcome = await only(day, "reopen", device)
    assert outcome.result == "failed"
    assert "receipt key 00000000 is missing" in str(outcome.why)
    assert (await sitting_fields(day, device))["st"] == "s"
    await set_fields(day, device, sk=day.stores.signer.current)


async def test_a_full_redis_fails_and_the_same_order_goes_on_later(day: Exam) -> None:
    device = await seated(day)
    held = await day.stores.room.config_get("maxmemory")
    await day.stores.room.config_set("maxmemory", "1mb")
    try:
        full = await only(day, "extend", device, action="full")
    finally:
        await day.stores.room.config_set("maxmemory", str(held["maxmemory"]))
    assert full.result == "failed"
    assert "maxmemory" in str(full.why)
    assert (await only(day, "extend", device, action="full")).result == "done"


async def _extra(exam: Exam) -> dict[str, int]:
    """Return every sitting's extension."""
    return {sid: int(ex) for sid, ex in (await field_of_all(exam, "ex")).items()}
