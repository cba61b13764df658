import asyncio
from dataclasses import replace

import pytest

from app.kit.ids import account_key
from app.kit.redis import ask
from app.kit.secrets import pin_hash
from tests.exam import API, EVENT, Device, Exam
from tests.refusals import problem, refusal
from tests.sittings.staff import seated, set_fields, sitting_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRONG = (401, "bad-credentials")


async def guess(device: Device, times: int = 1) -> list[tuple[int, str]]:
    wrong = replace(device, pin="000000000000")
    return [refusal(await wrong.try_login()) for _ in range(times)]


async def test_a_card_opens_its_own_sitting(day: Exam) -> None:
    entered = await day.newcomer().login()
    assert entered["state"] == "admitted"
    assert entered["event"]["id"] == EVENT
    assert entered["participant"]["name"]
    assert entered["gen"] == (1 << 16) + 1
    assert entered["rev"] == 0
    assert entered["answers"] == {}
    assert "deadline" not in entered or entered["deadline"] is None


async def test_the_same_device_again_keeps_its_gen(day: Exam) -> None:
    device = day.newcomer()
    first = await device.login()
    again = await device.login()
    assert (again["gen"], again["token"]) == (first["gen"], first["token"])


async def test_another_device_takes_over(day: Exam) -> None:
    phone = day.newcomer()
    await phone.login()
    office = replace(phone, nonce="office", token="")
    assert (await office.login())["gen"] == phone.gen + 1
    for method, path in (
        ("GET", ""),
        ("POST", "/start"),
        ("POST", "/answers"),
        ("POST", "/submit"),
    ):
        assert refusal(await phone.call(method, path, {})) == (409, "superseded-device")
    assert refusal(await phone.call("POST", "/claim", {"device": "x"})) == (
        409,
        "superseded-device",
    )


@pytest.mark.parametrize("typed", ["{0}-{1}-{2}", "{0} {1} {2}", " {0}{1}{2} ", "{0}.{1}.{2}"])
async def test_a_pin_is_typed_as_it_is_printed(day: Exam, typed: str) -> None:
    device = day.newcomer()
    parts = (device.pin[:4], device.pin[4:8], device.pin[8:])
    assert (await replace(device, pin=typed.format(*parts)).try_login()).status_code == 200


async def test_nothing_tells_a_wrong_nip_from_a_wrong_pin(day: Exam) -> None:
    device, other = day.newcomer(), day.newcomer()
    refused = [
        await replace(device, pin="000000000000").try_login(),
        await replace(device, nip="199001012015041001").try_login(),
        await replace(device, pin=other.pin).try_login(),
        await replace(device, nip="", pin="").try_login(),
        await device.try_login(event="another-event"),
    ]
    assert {refusal(reply) for reply in refused} == {WRONG}
    assert len({problem(reply)["detail"] for reply in refused}) == 1


async def test_too_many_wrong_tries_are_throttled(day: Exam) -> None:
    device = day.newcomer()
    assert await guess(device, 10) == [WRONG] * 10
    throttled = await replace(device, pin="000000000000").try_login()
    assert refusal(throttled) == (429, "throttled")
    assert int(throttled.headers["retry-after"]) > 0


async def test_a_right_pin_always_enters(day: Exam) -> None:
    device = day.newcomer()
    await guess(device, 15)
    assert (await device.login())["state"] == "admitted"
    assert await guess(device) == [WRONG]


async def test_ten_guessers_at_once_are_counted_one_by_one(day: Exam) -> None:
    device = day.newcomer()
    told = await asyncio.gather(*(guess(device) for _ in range(25)))
    assert [said for (said,) in told].count(WRONG) == 10


async def test_wrong_tries_of_a_minute_ago_are_forgotten(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    await guess(device, 11)
    count, since = (await sitting_fields(day, device))["wt"].split(":")
    await set_fields(day, device, wt=f"{count}:{int(since) - 60_000}")
    assert await guess(device) == [WRONG]


async def test_one_person_s_tries_are_not_another_s(day: Exam) -> None:
    device, neighbour = day.newcomer(), day.newcomer()
    await guess(device, 12)
    assert await guess(neighbour) == [WRONG]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/nip", "/pin", "/device"]),
        ({"nip": 198609262015051001, "pin": "1", "device": "d"}, ["/nip"]),
        ({"nip": "1", "pin": 123456789012, "device": "d"}, ["/pin"]),
        ({"nip": "1", "pin": "1", "device": ""}, ["/device"]),
        ({"nip": "1", "pin": "1", "device": "a\x00b"}, ["/device"]),
        ({"nip": "1", "pin": "1", "device": "d" * 201}, ["/device"]),
        ({"nip": "1" * 65, "pin": "1", "device": "d"}, ["/nip"]),
        ({"nip": "1", "pin": "1", "device": "d", "cookie": "yes"}, ["/cookie"]),
        ({"nip": "1", "pin": "1", "device": "d", "event": 7}, ["/event"]),
    ],
)
async def test_a_fault_of_shape_is_pointed_at(
    day: Exam, body: dict[str, object], pointers: list[str]
) -> None:
    refused = await day.http.post(f"{API}/login", json=body)
    assert refusal(refused) == (422, "invalid-request")
    assert [fault["pointer"] for fault in problem(refused)["faults"]] == pointers


async def test_a_login_is_no_way_to_fill_the_memory(day: Exam) -> None:
    device = replace(day.newcomer(), nip="1" * 70_000)
    assert refusal(await device.try_login()) == (413, "too-large")


async def test_login_shows_what_is_true_in_every_state(day: Exam) -> None:
    device = await seated(day)
    assert (await device.login())["state"] == "open"
    await device.submit()
    assert (await device.login())["state"] == "sealed"
    assert (await device.login())["receipt"]["seal"] == 1


async def test_when_the_takeovers_of_an_epoch_are_used_up_login_is_throttled(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    await set_fields(day, device, gn=(2 << 16) - 1)
    assert refusal(await replace(device, nonce="another").try_login()) == (429, "throttled")


async def test_who_has_no_sitting_in_the_room_is_told_nothing(day: Exam) -> None:
    nip = "199001012015041001"
    account = account_key(day.stores.secrets.nip, nip)
    await ask(day.stores.room, ("HSET", account, "event-of-last-year", "0:0123456789ab"))
    assert refusal(await replace(day.newcomer(), nip=nip).try_login()) == WRONG


async def test_a_room_pin_is_asked_where_the_room_has_one(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    door = pin_hash(day.stores.secrets.pin, EVENT, "4321")
    await ask(day.stores.room, ("HSET", f"room:{day.tag(device)}", "pin:7", door))
    await set_fields(day, device, rm=7)
    assert refusal(await device.try_login()) == WRONG
    assert refusal(await device.try_login(room_pin="1234")) == WRONG
    assert refusal(await replace(device, pin="1").try_login(room_pin="4321")) == WRONG
    assert (await device.try_login(room_pin="43 21")).status_code == 200
