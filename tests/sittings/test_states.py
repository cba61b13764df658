"""Which call a sitting takes in which state, and how it refuses the others."""

import pytest

from tests.exam import Device, Exam
from tests.refusals import problem, refusal
from tests.sittings.staff import act, room_fields, seated, set_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_OPEN, CLOSED, SEALED, PAUSED = (
    (403, "not-open"),
    (403, "closed"),
    (403, "sealed"),
    (403, "paused"),
)
OK = (200, "")
CALLS = {
    "resume": ("GET", ""),
    "start": ("POST", "/start"),
    "form": ("GET", "/form"),
    "save": ("POST", "/answers"),
    "heartbeat": ("POST", "/answers"),
    "reconcile": ("POST", "/reconcile"),
    "late": ("POST", "/late"),
    "submit": ("POST", "/submit"),
}
ALWAYS = {"resume": OK, "heartbeat": OK, "reconcile": OK}
BEFORE = dict.fromkeys(CALLS, NOT_OPEN) | ALWAYS
SHUT = dict.fromkeys(CALLS, CLOSED) | ALWAYS
DONE = {"start": SEALED, "form": SEALED, "save": SEALED, "late": OK, "submit": OK} | ALWAYS
EXPECTED = {
    "assigned": BEFORE,
    "admitted": BEFORE | {"start": OK},
    "open": dict.fromkeys(CALLS, OK),
    "paused": {"start": PAUSED, "save": PAUSED, "form": OK, "late": OK, "submit": OK} | ALWAYS,
    "sealed": DONE,
    "recorded": DONE,
    "absent": SHUT,
}


async def brought_to(exam: Exam, state: str) -> Device:
    """Return a device whose sitting is in this state."""
    if state in {"assigned", "admitted", "absent"}:
        device = exam.newcomer()
        await device.login()
        letter = {"assigned": "n", "admitted": "m", "absent": "x"}[state]
        await set_fields(exam, device, st=letter)
        return device
    device = await seated(exam)
    await device.save(device.change(device.items[0]))
    if state == "paused":
        await act(exam, device, "pause")
    if state in {"sealed", "recorded"}:
        await device.submit()
    if state == "recorded":
        await set_fields(exam, device, rc="1.1")
    return device


@pytest.mark.parametrize("state", EXPECTED)
@pytest.mark.parametrize("name", CALLS)
async def test_a_call_is_taken_or_refused_by_state(day: Exam, state: str, name: str) -> None:
    device = await brought_to(day, state)
    held = await device.ok("GET", "")
    assert held["state"] == state
    item = device.items[0] if device.items else (await items_of(day, device))[0]
    method, path = CALLS[name]
    changes = [device.change(item)] if name in {"save", "late"} else []
    reply = await device.call(method, path, {"changes": changes, "items": {}, "answers": {}})
    expected = EXPECTED[state][name]
    if expected == OK:
        assert reply.status_code == 200, reply.text
        return
    assert refusal(reply) == expected
    told = problem(reply)
    assert told["state"] == state
    assert told["server_time"] >= held["server_time"]
    assert (await device.ok("GET", ""))["answers"] == held["answers"]


async def items_of(exam: Exam, device: Device) -> list[str]:
    """Return the items of a form that may not be read yet."""
    text = await exam.stores.room.get(f"form:{exam.tag(device)}:{device.sitting}")
    return [line.split(" ")[0] for line in str(text).split("\n")[1:-1]]


@pytest.mark.parametrize("state", EXPECTED)
async def test_every_reply_tells_the_same_state(day: Exam, state: str) -> None:
    device = await brought_to(day, state)
    beat = await device.ok("POST", "/answers")
    resumed = await device.ok("GET", "")
    times = ("state", "deadline", "at", "flushed", "notices")
    assert {name: beat.get(name) for name in times} == {name: resumed.get(name) for name in times}
    assert beat["state"] == state


async def test_starting_sets_the_clock_once(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    first = await device.ok("POST", "/start")
    room = await room_fields(day, device)
    assert first["state"] == "open"
    assert first["started_at"] == first["server_time"]
    assert first["deadline"] == first["started_at"] + int(room["duration"])
    again = await device.ok("POST", "/start")
    assert (again["started_at"], again["deadline"]) == (first["started_at"], first["deadline"])


async def test_minutes_granted_before_the_start_are_added_at_the_start(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    await act(day, device, "extend", ms=600_000)
    started = await device.ok("POST", "/start")
    duration = int((await room_fields(day, device))["duration"])
    assert started["deadline"] == started["started_at"] + duration + 600_000


async def test_a_wave_starts_in_its_own_time(day: Exam) -> None:
    device = day.newcomer()
    entered = await device.login()
    await set_fields(day, device, op=entered["server_time"] + 3_600_000)
    refused = await device.call("POST", "/start")
    assert refusal(refused) == NOT_OPEN
    assert problem(refused)["opens_at"] == entered["server_time"] + 3_600_000
    assert (await device.ok("GET", ""))["opens_at"] == entered["server_time"] + 3_600_000
    await set_fields(day, device, op=entered["server_time"] - 1)
    assert (await device.ok("POST", "/start"))["state"] == "open"


async def test_the_form_has_no_key_and_is_read_once(day: Exam) -> None:
    device = await seated(day)
    reply = await device.call("GET", "/form")
    form = reply.json()
    assert len(form["items"]) == 50
    allowed = {"id", "type", "stem", "section", "options", "media"}
    assert all(set(item) <= allowed for item in form["items"])
    assert {item["section"] for item in form["items"]} <= {part["id"] for part in form["sections"]}
    assert form["id"] == (await device.ok("GET", ""))["form"]
    assert reply.headers["content-encoding"] == "gzip"
    assert form["id"] in reply.headers["etag"]
    assert "private" in reply.headers["cache-control"]
    assert "immutable" in reply.headers["cache-control"]
    unchanged = await day.http.get(
        str(reply.request.url),
        headers={
            "Authorization": f"Bearer {device.token}",
            "If-None-Match": reply.headers["etag"],
        },
    )
    assert unchanged.status_code == 304
