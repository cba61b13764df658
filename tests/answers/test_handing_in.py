"""Submit with the full map, what comes after the seal, and what is kept as late."""

import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.kit.ids import sitting_from_text
from app.kit.redis import call
from app.operations.recovery import recover
from app.sittings.live import parse_view
from app.sittings.model import digest_of
from tests.exam import EVENT, GEN, Device, Exam
from tests.refusals import problem, refusal
from tests.sittings.staff import act, log_lines, seated, sitting_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")


def as_map(*changes: dict[str, Any]) -> dict[str, Any]:
    return {change["item"]: change for change in changes}


def results(reply: dict[str, Any]) -> list[str]:
    return [result["result"] for result in reply["results"]]


async def late(device: Device, *changes: dict[str, Any]) -> dict[str, Any]:
    return await device.ok("POST", "/late", {"changes": list(changes)})


async def kept(day: Exam, device: Device) -> dict[str, str]:
    found = await day.stores.room.hgetall(f"late:{day.tag(device)}:{device.sitting}")
    return {str(rev): str(text).split(" ", 1)[1] for rev, text in found.items()}


async def values(device: Device) -> dict[str, Any]:
    answers = (await device.ok("GET", ""))["answers"]
    return {item: answer["value"] for item, answer in answers.items()}


async def test_a_submit_merges_what_is_newer_and_seals(day: Exam) -> None:
    device = await seated(day)
    stored, older = device.change(device.items[0], "a"), device.change(device.items[1], "a")
    newer = device.change(device.items[1], "b")
    await device.save(stored, newer)
    unsent = device.change(device.items[2], "c", flagged=True)
    done = await device.submit(as_map(stored, older, unsent))
    assert results(done) == ["same", "superseded", "stored"]
    assert done["state"] == "sealed"
    assert done["receipt"]["answered"] == 3
    assert done["receipt"]["seal"] == 1
    assert await values(device) == {
        device.items[0]: "a",
        device.items[1]: "b",
        device.items[2]: "c",
    }


async def test_a_submit_with_nothing_is_a_submit(day: Exam) -> None:
    device = await seated(day)
    done = await device.ok("POST", "/submit", {})
    assert done["receipt"]["answered"] == 0
    assert results(done) == []
    await day.flush()
    assert (await device.ok("GET", ""))["state"] == "recorded"


async def test_cleared_answers_are_sealed_and_not_counted(day: Exam) -> None:
    device = await seated(day)
    done = await device.submit(as_map(device.change(device.items[0], None)))
    assert done["receipt"]["answered"] == 0
    assert await values(device) == {device.items[0]: None}


async def test_no_single_entry_can_fail_a_submit(day: Exam) -> None:
    device = await seated(day)
    good = device.change(device.items[0])
    answers = {
        good["item"]: good,
        "XX-99": device.change("XX-99"),
        "": {},
        "a\x00b": None,
        device.items[1]: device.change(device.items[1], "z"),
        device.items[2]: {"rev": "7", "value": "a"},
        device.items[3]: {"rev": (device.gen + 1) * GEN, "value": "a"},
        device.items[4]: {"rev": [[1]], "value": {}},
        device.items[5]: 7,
    }
    done = await device.submit(answers)
    assert results(done) == ["stored", *["invalid"] * 8]
    assert [result["item"] for result in done["results"]] == list(answers)
    assert done["receipt"]["answered"] == 1


@pytest.mark.parametrize("answers", [[], "x", 7, None, {str(n): {} for n in range(513)}])
async def test_what_is_no_map_is_refused_and_seals_nothing(day: Exam, answers: object) -> None:
    device = await seated(day)
    refused = await device.call("POST", "/submit", {"answers": answers})
    assert refusal(refused) == (422, "invalid-request")
    assert problem(refused)["faults"][0]["pointer"] == "/answers"
    assert (await device.ok("GET", ""))["state"] == "open"


async def test_under_a_seal_nothing_changes_and_what_is_newer_is_kept(day: Exam) -> None:
    device = await seated(day)
    stored = device.change(device.items[0], "a")
    older = device.change(device.items[1], "x")
    sealed = device.change(device.items[1], "b")
    first = await device.submit(as_map(stored, sealed))
    newer, other = device.change(device.items[0], "c"), device.change(device.items[2], "d")
    again = await device.submit(as_map(newer, {**older, "value": "c"}, other))
    assert results(again) == ["kept", "superseded", "kept"]
    assert again["receipt"] == first["receipt"]
    assert await values(device) == {device.items[0]: "a", device.items[1]: "b"}
    assert set(await kept(day, device)) == {str(newer["rev"]), str(other["rev"])}
    conflict = await device.submit(as_map({**stored, "value": "b"}))
    assert results(conflict) == ["conflict"]


async def test_a_save_after_the_seal_is_refused_whole(day: Exam) -> None:
    device = await seated(day)
    stored = device.change(device.items[0], "a")
    await device.save(stored)
    await device.submit()
    for change in (stored, device.change(device.items[1])):
        refused = await device.call("POST", "/answers", {"changes": [change]})
        assert refusal(refused) == (403, "sealed")
    event = {"events": [{"rev": device.next_rev(), "type": "blur"}]}
    assert refusal(await device.call("POST", "/answers", event)) == (403, "sealed")


async def test_a_submit_and_a_save_at_once_agree_on_what_is_sealed(day: Exam) -> None:
    for _ in range(10):
        device = await seated(day)
        saves = [device.change(item) for item in device.items[:5]]
        replies = await asyncio.gather(
            *(device.call("POST", "/answers", {"changes": [change]}) for change in saves[:3]),
            device.call("POST", "/submit", {"answers": {}}),
            *(device.call("POST", "/answers", {"changes": [change]}) for change in saves[3:]),
        )
        stored = sum(reply.status_code == 200 for reply in replies) - 1
        assert replies[3].json()["receipt"]["answered"] == stored
        assert len(await values(device)) == stored
    await day.holds()


async def test_two_submits_at_once_get_one_receipt(day: Exam) -> None:
    device = await seated(day)
    answers = as_map(device.change(device.items[0]))
    replies = await asyncio.gather(*(device.submit(answers) for _ in range(5)))
    assert len({str(reply["receipt"]) for reply in replies}) == 1
    assert sum(" seal " in line for line in await log_lines(day, device)) == 1


async def test_a_submit_from_a_device_that_was_replaced_seals_nothing(day: Exam) -> None:
    phone = await seated(day)
    await replace(phone, nonce="office").login()
    refused = await phone.call("POST", "/submit", {"answers": {}})
    assert refusal(refused) == (409, "superseded-device")
    assert (await sitting_fields(day, phone))["st"] == "o"


async def test_what_a_replaced_device_holds_is_kept_as_late(day: Exam) -> None:
    phone = await seated(day)
    unsent = phone.change(phone.items[0], "a", flagged=True)
    office = replace(phone, nonce="office", n=0)
    await office.login()
    await office.save(office.change(office.items[0], "b"))
    reply = await late(phone, unsent)
    assert reply["kept"] == 1
    assert results(reply) == ["kept"]
    assert await values(office) == {office.items[0]: "b"}
    assert await kept(day, phone) == {str(unsent["rev"]): f'{unsent["item"]}:{unsent["rev"]}:"a":1'}


async def test_a_late_answer_is_kept_once_a_rev(day: Exam) -> None:
    device = await seated(day)
    await device.submit()
    change = device.change(device.items[0], "a")
    assert (await late(device, change))["kept"] == 1
    assert results(await late(device, change, change)) == ["kept", "kept"]
    assert results(await late(device, {**change, "value": "b"})) == ["conflict"]
    assert len(await kept(day, device)) == 1
    assert sum(line.startswith("k ") for line in await log_lines(day, device)) == 1
    await day.holds()


async def test_what_stands_already_need_not_be_kept(day: Exam) -> None:
    device = await seated(day)
    change = device.change(device.items[0])
    await device.save(change)
    await device.submit()
    reply = await late(device, change)
    assert (reply["kept"], results(reply)) == (0, ["same"])


async def test_a_late_answer_that_cannot_be_is_invalid_alone(day: Exam) -> None:
    device = await seated(day)
    await device.submit()
    bad = [device.change("XX-99"), device.change(device.items[1], "z")]
    reply = await late(device, *bad, device.change(device.items[0]))
    assert results(reply) == ["invalid", "invalid", "kept"]
    refused = await device.call("POST", "/late", {"changes": [{"item": 1}]})
    assert refusal(refused) == (422, "invalid-request")


async def test_late_answers_outlive_the_room(day: Exam) -> None:
    device = await seated(day)
    await device.submit()
    await late(device, device.change(device.items[0], "a"), device.change(device.items[1], "b"))
    before = await kept(day, device)
    await day.flush()
    await recover(day.stores, EVENT)
    assert await kept(day, device) == before
    assert len(before) == 2
    await day.holds()


async def test_one_device_cannot_fill_the_room_with_late_answers(day: Exam) -> None:
    device = await seated(day)
    await device.submit()
    asked = 0
    for _ in range(5):
        changes = [device.change(device.items[0]) for _ in range(450)]
        asked += (await late(device, *changes))["kept"]
    assert asked == 2000
    assert len(await kept(day, device)) == 2000


async def test_a_reopened_sitting_goes_on_where_it_was(day: Exam) -> None:
    device = await seated(day)
    await device.submit(as_map(device.change(device.items[0], "a")))
    await act(day, device, "reopen", ms=600_000)
    assert await device.save(device.change(device.items[0], "b")) == ["stored"]
    again = await device.submit()
    assert again["receipt"]["seal"] == 2
    assert again["receipt"]["answered"] == 1
    await day.holds()
    assert (await device.ok("GET", ""))["state"] == "recorded"


async def test_a_seal_that_was_replaced_is_not_written_again_at_the_next_reopening(
    day: Exam,
) -> None:
    device = await seated(day)
    versions = []
    for _ in range(2):
        await device.submit()
        await act(day, device, "reopen", ms=600_000)
        await day.flush()
        versions.append(await first_seal(day, device))
    (replaced, _), _ = versions
    assert replaced
    assert versions[0] == versions[1]
    await day.holds()


async def first_seal(day: Exam, device: Device) -> tuple[bool, str]:
    """Return whether it is replaced, and the transaction that wrote it so."""
    asked = text("SELECT replaced, xmin::text FROM seals WHERE sitting = :sitting AND seal = 1")
    async with day.stores.record.connect() as conn:
        found = await conn.execute(asked, {"sitting": sitting_from_text(device.sitting)})
        replaced, written_by = found.one()
    return replaced, written_by


async def test_items_of_whatever_id_are_sealed_in_the_order_of_their_bytes(day: Exam) -> None:
    room, tag = day.stores.room, "{order.p00}"
    paused = ("st", "p", "gn", 65537, "ex", 0, "sl", 0, "un", 1)
    await call(room, "prime", tag, "one", "", "", len(paused) // 2, *paused)
    times = ("mercy", 0, "grace", 0, "opens", 0, "closes", 2**42, "credit", 0, "duration", 0)
    await call(room, "open", tag, "1:0-0", "epoch", 1, *times)
    short = ["".join(id_) for n in (1, 2, 3) for id_ in itertools.product("-09AZaz", repeat=n)]
    items = short + [letter * 5 + end for letter in "-z" for end in short]
    await room.hset(f"ans:{tag}:one", mapping=dict.fromkeys(items, '1:"a":0'))
    view = parse_view(await call(room, "submit", tag, "one", 65537, "", "", 0, 0, 0, "", "", 0))
    assert view.answers.keys() == set(items)
    assert view.seal().digest == digest_of(view.text())
    await room.delete(*await room.keys(f"*{tag}*"))
