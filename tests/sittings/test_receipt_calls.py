"""What anyone may ask of a receipt, and a seal that was lost with the room."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.operations.recovery import recover
from app.sittings.model import Seal
from app.sittings.receipts import decode, signed_bytes
from tests.exam import API, EVENT, Device, Exam
from tests.refusals import refusal
from tests.sittings.staff import (
    act,
    eventually,
    run_out,
    seated,
    set_fields,
    set_room,
    sitting_fields,
    sweep,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

Map = dict[str, dict[str, object]]


async def written(day: Exam, *values: str) -> tuple[Device, Map]:
    """Return a device that has saved some answers, and its map of them."""
    device = await seated(day)
    changes = [
        device.change(item, value) for item, value in zip(device.items, values, strict=False)
    ]
    await device.save(*changes)
    return device, {change["item"]: change for change in changes}


async def look_up(day: Exam, code: str) -> tuple[int, dict[str, object]]:
    reply = await day.http.get(f"{API}/receipts/{code}")
    return reply.status_code, reply.json()


async def lose_the_room(day: Exam) -> None:
    """Empty the room, and build it again from the record."""

    async def event_is_seen() -> bool:
        return bool((await day.http.get("/health/recorder")).json()["partitions"])

    await day.stores.room.flushall()
    await recover(day.stores, EVENT)
    await eventually(event_is_seen)


async def test_a_receipt_can_be_checked_by_anyone_who_knows_the_answers(day: Exam) -> None:
    device, answers = await written(day, "a", "b")
    receipt = (await device.submit(answers))["receipt"]
    keys = (await day.http.get(f"{API}/receipts/key")).json()
    (key,) = [key["public"] for key in keys if key["id"] == receipt["key"]]
    text = "".join(
        f'{item}:{answers[item]["rev"]}:"{answers[item]["value"]}":0\n' for item in sorted(answers)
    )
    epoch, seal = (int(part) for part in receipt["code"].split("-")[3].split("."))
    named = Seal(epoch, seal, receipt["sealed_at"], 2, receipt["digest"], "", "")
    public = Ed25519PublicKey.from_public_bytes(decode(key) or b"")
    signature = decode(receipt["signature"]) or b""
    public.verify(signature, signed_bytes(EVENT, device.sitting, named, text))


async def test_a_second_submit_gets_the_standing_receipt(day: Exam) -> None:
    device, answers = await written(day, "a")
    first = await device.submit(answers)
    again = await device.submit(answers)
    assert again["receipt"] == first["receipt"]
    assert [result["result"] for result in again["results"]] == ["same"]


async def test_a_code_tells_when_and_how_many_and_nothing_of_the_content(day: Exam) -> None:
    device, _ = await written(day, "a", "b", "c")
    receipt = (await device.submit())["receipt"]
    status, told = await look_up(day, receipt["code"].upper().replace("-", " - "))
    assert status == 200
    assert told == {
        "code": receipt["code"],
        "event": {"id": EVENT, "title": told["event"]["title"]},  # type: ignore[index]
        "sealed_at": receipt["sealed_at"],
        "answered": 3,
        "recorded": False,
        "replaced": False,
    }
    await day.flush()
    assert (await look_up(day, receipt["code"]))[1]["recorded"] is True


async def test_after_a_reopen_the_old_code_says_replaced(day: Exam) -> None:
    device, _ = await written(day, "a")
    old = (await device.submit())["receipt"]["code"]
    await act(day, device, "reopen", ms=60_000)
    for _ in range(2):
        status, told = await look_up(day, old)
        assert (status, told["replaced"], told["recorded"]) == (200, True, False)
        new = (await device.submit())["receipt"]
    assert new["seal"] == 2
    assert (await look_up(day, new["code"]))[1]["replaced"] is False
    await day.flush()
    await recover(day.stores, EVENT)
    assert (await look_up(day, old))[1]["replaced"] is True
    assert (await look_up(day, new["code"]))[1]["recorded"] is True


async def test_no_other_code_is_known(day: Exam) -> None:
    device, _ = await written(day, "a")
    code = (await device.submit())["receipt"]["code"]
    event, partition, sitting, seal, prefix = code.split("-")
    other = "a" if prefix[0] != "a" else "b"
    epoch = int(seal.split(".")[0])
    for forged in (
        f"{event}-{partition}-{sitting}-{seal}-{other}{prefix[1:]}",
        f"{event}-{partition}-{sitting}-{epoch}.2-{prefix}",
        f"{event}-{partition}-{sitting}-{epoch + 1}.1-{prefix}",
        f"{event}-{int(partition) ^ 1:02d}-{sitting}-{seal}-{prefix}",
        f"{event}-99-{sitting}-{seal}-{prefix}",
        f"9-{partition}-{sitting}-{seal}-{prefix}",
        f"{event}-{partition}-0123456789ab-{seal}-{prefix}",
        f"{event}-{partition}-{sitting}-{seal}-",
        "nothing",
        "%00",
    ):
        assert (await look_up(day, forged))[0] == 404, forged
    unsealed = await seated(day)
    asked = f"{event}-{day.tag(unsealed)[-3:-1]}-{unsealed.sitting}-0.0-{prefix}"
    assert refusal(await day.http.get(f"{API}/receipts/{asked}")) == (404, "not-found")


async def test_a_lost_seal_comes_back_with_its_receipt(day: Exam) -> None:
    device, answers = await written(day, "a", "b")
    await day.flush()
    receipt = (await device.submit(answers))["receipt"]
    await lose_the_room(day)
    await device.claim()
    assert (await device.ok("GET", ""))["state"] == "open"
    restored = await device.submit(answers, receipt=receipt)
    assert restored["receipt"] == receipt
    assert (await look_up(day, receipt["code"]))[0] == 200
    await day.holds()
    assert (await device.ok("GET", ""))["state"] == "recorded"


async def test_a_lost_seal_comes_back_past_the_deadline(day: Exam) -> None:
    device, answers = await written(day, "c")
    await day.flush()
    receipt = (await device.submit(answers))["receipt"]
    await lose_the_room(day)
    await device.claim()
    await run_out(day, device)
    await set_room(day, mercy=0)
    assert (await device.submit(answers, receipt=receipt))["receipt"] == receipt


@pytest.mark.parametrize("swept_by", ["deadline", "close"])
async def test_a_lost_seal_comes_back_over_the_sweepers(day: Exam, swept_by: str) -> None:
    device, answers = await written(day, "a", "b")
    await day.flush()
    more = device.change(device.items[2], "c")
    answers[more["item"]] = more
    receipt = (await device.submit(answers))["receipt"]
    await lose_the_room(day)
    await device.claim()
    await run_out(day, device)
    await set_room(day, mercy=0)
    await sweep(day, device)
    await set_fields(day, device, sy=swept_by)
    sweepers = (await device.ok("GET", ""))["receipt"]
    assert (sweepers["seal"], sweepers["answered"]) == (1, 2)
    restored = await device.submit(answers, receipt=receipt)
    assert restored["receipt"] == receipt
    assert (await look_up(day, receipt["code"]))[1]["replaced"] is False
    assert (await look_up(day, sweepers["code"]))[1]["replaced"] is True


async def test_a_receipt_that_is_not_ours_restores_nothing(day: Exam) -> None:
    device, answers = await written(day, "a", "b")
    await day.flush()
    receipt = (await device.submit(answers))["receipt"]
    await lose_the_room(day)
    await device.claim()
    first, second = device.items[:2]
    changed = {first: answers[first], second: {**answers[second], "value": "a"}}
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    for body in (
        {"answers": changed, "receipt": receipt},
        {"answers": {first: answers[first]}, "receipt": receipt},
        {"answers": answers, "receipt": {**receipt, "sealed_at": receipt["sealed_at"] - 1}},
        {"answers": answers, "receipt": {**receipt, "signature": receipt["signature"][:-4]}},
        {"answers": answers, "receipt": {**receipt, "code": "x", "digest": 7}},
        {"answers": answers, "receipt": {**receipt, "code": deep}},
        {"answers": answers, "receipt": "x"},
    ):
        done = await device.ok("POST", "/submit", body)
        assert done["receipt"]["code"] != receipt["code"]
    assert (await sitting_fields(day, device))["sy"] == "submit"


async def test_a_receipt_of_this_life_restores_nothing(day: Exam) -> None:
    device, answers = await written(day, "a")
    receipt = (await device.submit(answers))["receipt"]
    await act(day, device, "reopen", ms=60_000)
    again = await device.submit(answers, receipt=receipt)
    assert again["receipt"]["seal"] == 2


async def test_a_replaced_receipt_does_not_come_back_after_a_recovery(day: Exam) -> None:
    device, answers = await written(day, "a")
    receipt = (await device.submit(answers))["receipt"]
    await act(day, device, "reopen", ms=600_000)
    await day.flush()
    await lose_the_room(day)
    await device.claim()
    again = await device.submit(answers, receipt=receipt)
    assert again["receipt"]["seal"] == 2
    assert (await look_up(day, receipt["code"]))[1]["replaced"] is True


async def test_a_receipt_is_of_its_own_sitting(day: Exam) -> None:
    device, answers = await written(day, "a")
    receipt = (await device.submit(answers))["receipt"]
    other = await seated(day)
    await day.flush()
    await lose_the_room(day)
    await other.claim()
    done = await other.submit({}, receipt=receipt)
    assert done["receipt"]["code"] != receipt["code"]
