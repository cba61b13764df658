"""A new gen without a PIN: every clause of who may, and who may not."""

from dataclasses import replace

import pytest

from app.operations.recovery import recover
from app.sittings.model import Ref
from app.sittings.tokens import Tokens
from tests.exam import EVENT, Device, Exam
from tests.refusals import refusal
from tests.sittings.staff import eventually, seated, set_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUPERSEDED = (409, "superseded-device")
CLAIM_FIRST = (409, "recovered-claim")
RECOVERING = (503, "room-recovering")
EPOCH = 1 << 16


def with_gen(tokens: Tokens, device: Device, gen: int, nonce: str) -> Device:
    """Return a device that holds the token of another gen of the same sitting."""
    _, event, partition, *_ = device.token.split(".")
    ref = Ref(device.sitting, event, int(partition), "", gen)
    return replace(device, token=tokens.issue(ref), gen=gen, nonce=nonce)


async def save(device: Device) -> tuple[int, str]:
    reply = await device.call("POST", "/answers", {"changes": [device.change(device.items[0])]})
    return (200, reply.json()["results"][0]["result"]) if reply.is_success else refusal(reply)


async def claim(device: Device) -> tuple[int, str]:
    reply = await device.call("POST", "/claim", {"device": device.nonce})
    return (200, "") if reply.is_success else refusal(reply)


async def lose_the_room(day: Exam) -> None:
    """Empty the room, and build it again from the record."""

    async def event_is_seen() -> bool:
        return bool((await day.http.get("/health/recorder")).json()["partitions"])

    await day.stores.room.flushall()
    await recover(day.stores, EVENT)
    await eventually(event_is_seen)


async def doors_closed(day: Exam, device: Device) -> None:
    """Wait until the room of the device's partition is gone."""

    async def room_is_gone() -> bool:
        return not await day.stores.room.exists(f"room:{day.tag(device)}")

    await eventually(room_is_gone)


async def test_a_page_without_its_journal_claims_with_the_token_it_holds(day: Exam) -> None:
    tab = await seated(day)
    other_tab = replace(tab, nonce="another-tab")
    await other_tab.claim()
    assert other_tab.gen == tab.gen + 1
    assert await save(tab) == SUPERSEDED
    assert await save(other_tab) == (200, "stored")


async def test_the_same_token_and_device_again_give_the_same_gen(day: Exam) -> None:
    device = await seated(day)
    before = replace(device)
    first = await device.claim()
    again = await replace(before).claim()
    assert (again["gen"], again["token"]) == (first["gen"], first["token"])


async def test_after_a_login_elsewhere_a_retried_claim_is_refused(day: Exam) -> None:
    device = await seated(day)
    before = replace(device)
    await device.claim()
    await replace(device, nonce="office").login()
    assert await claim(before) == SUPERSEDED
    assert await claim(device) == SUPERSEDED


async def test_two_pages_that_claim_with_one_token_do_not_both_win(day: Exam) -> None:
    device = await seated(day)
    one, other = replace(device, nonce="one"), replace(device, nonce="other")
    assert (await claim(one), await claim(other)) == ((200, ""), SUPERSEDED)


async def test_after_a_recovery_every_call_asks_for_a_claim(day: Exam) -> None:
    device = await seated(day)
    life = device.gen // EPOCH
    await recover(day.stores, EVENT)
    for method, path in (
        ("GET", ""),
        ("POST", "/start"),
        ("GET", "/form"),
        ("POST", "/answers"),
        ("POST", "/submit"),
    ):
        assert refusal(await device.call(method, path, {})) == CLAIM_FIRST
    reconcile = await device.call("POST", "/reconcile", {"items": {}})
    assert refusal(reconcile) == CLAIM_FIRST
    await device.claim()
    assert device.gen // EPOCH == life + 1
    assert await save(device) == (200, "stored")


async def test_late_answers_are_kept_from_any_token_even_before_the_claim(day: Exam) -> None:
    device = await seated(day)
    await day.flush()
    await recover(day.stores, EVENT)
    change = device.change(device.items[0])
    assert (await device.ok("POST", "/late", {"changes": [change]}))["kept"] == 1


async def test_a_claim_may_be_repeated_after_a_recovery_too(day: Exam) -> None:
    device = await seated(day)
    await recover(day.stores, EVENT)
    before = replace(device)
    await device.claim()
    again = replace(before)
    await again.claim()
    assert again.gen == device.gen


async def test_a_device_that_was_replaced_before_the_recovery_stays_replaced(day: Exam) -> None:
    phone = await seated(day)
    office = replace(phone, nonce="office")
    await office.login()
    await day.flush()
    await recover(day.stores, EVENT)
    assert await save(phone) == SUPERSEDED
    assert await claim(phone) == SUPERSEDED
    assert await save(office) == CLAIM_FIRST
    assert await claim(office) == (200, "")


async def test_the_device_whose_login_was_lost_outranks_the_recorded_one(day: Exam) -> None:
    phone = await seated(day)
    await day.flush()
    office = replace(phone, nonce="office")
    await office.login()
    await lose_the_room(day)
    assert office.gen == phone.gen + 1
    assert await claim(phone) == (200, "")
    assert await claim(office) == (200, "")
    assert await claim(phone) == SUPERSEDED


async def test_once_the_lost_device_has_claimed_the_recorded_one_may_not(day: Exam) -> None:
    phone = await seated(day)
    await day.flush()
    office = replace(phone, nonce="office")
    await office.login()
    await lose_the_room(day)
    await office.claim()
    assert await claim(phone) == SUPERSEDED
    assert await save(phone) == SUPERSEDED
    assert await save(office) == (200, "stored")


async def test_a_pin_outranks_every_token_of_an_earlier_life(day: Exam) -> None:
    phone = await seated(day)
    await day.flush()
    await recover(day.stores, EVENT)
    office = replace(phone, nonce="office")
    await office.login()
    lost = with_gen(day.tokens, phone, (phone.gen // EPOCH + 1) * EPOCH - 1, "lost")
    assert await claim(phone) == SUPERSEDED
    assert await claim(lost) == SUPERSEDED
    assert await save(office) == (200, "stored")


async def test_gens_never_come_back_over_many_lives(day: Exam) -> None:
    device = await seated(day)
    gens = [device.gen]
    for _ in range(3):
        await day.flush()
        await recover(day.stores, EVENT)
        await device.claim()
        gens.append(device.gen)
    assert gens == [gens[0] + n * EPOCH for n in range(4)]


async def test_when_the_takeovers_of_an_epoch_are_used_up_a_claim_is_throttled(day: Exam) -> None:
    device = await seated(day)
    last = (device.gen // EPOCH + 1) * EPOCH - 1
    await set_fields(day, device, gn=last)
    assert await claim(with_gen(day.tokens, device, last, "x")) == (429, "throttled")


async def test_a_token_newer_than_the_room_closes_the_doors(day: Exam) -> None:
    for path in ("/answers", "/start", "/reconcile", "/submit", "/claim"):
        device = await seated(day)
        life = device.gen // EPOCH
        newer = with_gen(day.tokens, device, (life + 2) * EPOCH + 1, device.nonce)
        body = {"device": "x", "items": {}, "answers": {}}
        assert refusal(await newer.call("POST", path, body)) == RECOVERING
        await doors_closed(day, device)
        assert await save(device) == RECOVERING
        assert (await recover(day.stores, EVENT)).epoch == life + 3
        await newer.claim()
        assert newer.gen == (life + 3) * EPOCH + 1


async def test_a_gen_above_its_sitting_s_closes_the_doors_too(day: Exam) -> None:
    device = await seated(day)
    newer = with_gen(day.tokens, device, device.gen + 1, device.nonce)
    assert await save(newer) == RECOVERING
    await doors_closed(day, device)
    assert await save(device) == RECOVERING
    await recover(day.stores, EVENT)


async def test_while_the_doors_are_closed_everything_waits(day: Exam) -> None:
    device = await seated(day)
    tag = day.tag(device)
    await day.stores.room.delete(f"room:{tag}")
    for method, path in (("GET", ""), ("POST", "/start"), ("GET", "/form"), ("POST", "/late")):
        assert refusal(await device.call(method, path, {})) == RECOVERING
    assert await save(device) == RECOVERING
    assert await claim(device) == RECOVERING
    assert refusal(await device.try_login()) == RECOVERING
    waiting = await device.call("POST", "/submit", {"answers": {}})
    assert refusal(waiting) == RECOVERING
    assert int(waiting.headers["retry-after"]) > 0
    await recover(day.stores, EVENT)


@pytest.mark.parametrize("device_name", ["", "x" * 201, "a\nb", 7, None])
async def test_a_claim_names_its_device(day: Exam, device_name: object) -> None:
    device = await seated(day)
    reply = await device.call("POST", "/claim", {"device": device_name})
    assert refusal(reply) == (422, "invalid-request")
