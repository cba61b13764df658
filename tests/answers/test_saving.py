"""One save after another: what becomes of each change, and what every reply carries."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.exam import API, GEN, Device, Exam
from tests.refusals import problem, refusal
from tests.sittings.staff import log_lines, seated, sitting_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def held(device: Device) -> dict[str, Any]:
    answers: dict[str, Any] = (await device.ok("GET", ""))["answers"]
    return answers


async def changes_in(day: Exam, device: Device) -> int:
    return sum(line[0] in "ae" for line in await log_lines(day, device))


async def test_an_answer_goes_from_the_device_to_the_record(day: Exam) -> None:
    device = await seated(day)
    assert await device.save(device.change(device.items[0], "b")) == ["stored"]
    done = await device.submit()
    assert done["receipt"]["answered"] == 1
    await day.holds()
    assert (await device.ok("GET", ""))["state"] == "recorded"


async def test_a_stored_answer_stands_as_it_was_sent(day: Exam) -> None:
    device = await seated(day)
    change = device.change(device.items[0], "c", flagged=True)
    await device.save(change)
    assert await held(device) == {
        change["item"]: {"rev": change["rev"], "value": "c", "flagged": True}
    }
    sitting = await device.ok("GET", "")
    assert (sitting["rev"], sitting["answered"]) == (change["rev"], 1)


async def test_the_same_again_is_the_same_and_is_not_logged_again(day: Exam) -> None:
    device = await seated(day)
    change = device.change(device.items[0])
    assert await device.save(change) == ["stored"]
    logged = await changes_in(day, device)
    assert await device.save(change, change) == ["same", "same"]
    without_flag = {name: change[name] for name in ("item", "rev", "value")}
    assert await device.save(without_flag) == ["same"]
    assert await changes_in(day, device) == logged


async def test_the_same_rev_with_another_value_or_flag_is_a_conflict(day: Exam) -> None:
    device = await seated(day)
    change = device.change(device.items[0], "a")
    await device.save(change)
    assert await device.save({**change, "value": "b"}) == ["conflict"]
    assert await device.save({**change, "flagged": True}) == ["conflict"]
    assert await device.save({**change, "item": device.items[1]}) == ["conflict"]
    assert (await held(device))[change["item"]]["value"] == "a"
    assert device.items[1] not in await held(device)


async def test_a_rev_that_was_spent_on_what_no_longer_stands_is_still_spent(day: Exam) -> None:
    device = await seated(day)
    first = device.change(device.items[0], "a")
    await device.save(first)
    await device.save(device.change(device.items[0], "b"))
    assert await device.save({**first, "item": device.items[1]}) == ["conflict"]


async def test_an_older_rev_never_replaces_a_newer(day: Exam) -> None:
    device = await seated(day)
    older, newer = device.change(device.items[0], "a"), device.change(device.items[0], "b")
    assert await device.save(newer) == ["stored"]
    logged = await changes_in(day, device)
    assert await device.save(older) == ["superseded"]
    assert await changes_in(day, device) == logged
    assert (await held(device))[device.items[0]]["value"] == "b"


async def test_an_older_rev_of_another_item_is_stored(day: Exam) -> None:
    device = await seated(day)
    older, newer = device.change(device.items[0]), device.change(device.items[1])
    assert await device.save(newer) == ["stored"]
    assert await device.save(older) == ["stored"]


async def test_clearing_is_a_change_of_its_own(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0], "a"))
    cleared = device.change(device.items[0], None)
    assert await device.save(cleared) == ["stored"]
    sitting = await device.ok("GET", "")
    assert sitting["answered"] == 0
    assert sitting["answers"][device.items[0]]["value"] is None


async def test_the_counts_follow_every_change(day: Exam) -> None:
    device = await seated(day)
    first, second = device.items[:2]
    for item, value, flagged, counts in (
        (first, "a", False, ("1", "0")),
        (second, None, True, ("1", "1")),
        (first, "b", True, ("1", "2")),
        (second, "c", False, ("2", "1")),
        (first, None, False, ("1", "0")),
    ):
        await device.save(device.change(item, value, flagged=flagged))
        fields = await sitting_fields(day, device)
        assert (fields["an"], fields["fl"]) == counts


async def test_one_bad_change_blocks_no_other(day: Exam) -> None:
    device = await seated(day)
    good = [device.change(item) for item in device.items[:2]]
    bad = [
        device.change("XX-99"),
        device.change(device.items[2], "z"),
        device.change(device.items[3], "a\x00"),
        device.change(device.items[4], 5),
        {**device.change(device.items[5]), "rev": (device.gen + 1) * GEN + 1},
        {**device.change(device.items[6]), "rev": 7},
    ]
    results = await device.save(good[0], *bad, good[1])
    assert results == ["stored", *["invalid"] * 6, "stored"]
    assert all(result["reason"] for result in device.last["results"][1:-1])
    assert set(await held(device)) == set(device.items[:2])


async def test_two_changes_of_an_item_in_one_save_are_weighed_in_turn(day: Exam) -> None:
    device = await seated(day)
    older, newer = device.change(device.items[0], "a"), device.change(device.items[0], "b")
    assert await device.save(newer, older, newer) == ["stored", "superseded", "same"]


async def test_events_are_kept_with_their_rev_and_are_no_answers(day: Exam) -> None:
    device = await seated(day)
    event = {"rev": device.next_rev(), "type": "blur", "detail": {"ms": 1200}}
    change = device.change(device.items[0])
    saved = await device.ok("POST", "/answers", {"changes": [change], "events": [event]})
    assert saved["results"] == [
        {"item": change["item"], "rev": change["rev"], "result": "stored"},
        {"rev": event["rev"], "result": "stored"},
    ]
    again = await device.ok("POST", "/answers", {"events": [event]})
    assert again["results"] == [{"rev": event["rev"], "result": "same"}]
    assert await device.save({**change, "rev": event["rev"]}) == ["superseded"]
    taken = {**device.change(device.items[1]), "rev": event["rev"]}
    assert await device.save(taken) == ["conflict"]
    assert await device.ok("POST", "/answers", {"events": [{**event, "rev": change["rev"]}]})
    lines = [line for line in await log_lines(day, device) if line[0] == "e"]
    assert len(lines) == 1
    assert lines[0].endswith('blur {"ms":1200}')


async def test_an_event_may_not_take_an_answer_s_rev(day: Exam) -> None:
    device = await seated(day)
    first = device.change(device.items[0], "a")
    await device.save(first)
    event = {"rev": first["rev"], "type": "blur"}
    taken = await device.ok("POST", "/answers", {"events": [event]})
    assert taken["results"][0]["result"] == "conflict"
    await device.save(device.change(device.items[0], "b"))
    taken = await device.ok("POST", "/answers", {"events": [event]})
    assert taken["results"][0]["result"] == "conflict"


async def test_an_event_of_a_future_gen_is_invalid(day: Exam) -> None:
    device = await seated(day)
    event = {"rev": (device.gen + 1) * GEN, "type": "blur"}
    reply = await device.ok("POST", "/answers", {"events": [event]})
    assert reply["results"][0]["result"] == "invalid"


async def test_a_heartbeat_is_not_logged(day: Exam) -> None:
    device = await seated(day)
    before = await log_lines(day, device)
    bodies: list[object] = [{}, {"changes": [], "events": []}, None]
    for body in bodies:
        beat = await device.ok("POST", "/answers", body)
        assert beat["results"] == []
    assert await log_lines(day, device) == before
    assert int((await sitting_fields(day, device))["sn"]) == beat["server_time"]


async def test_every_reply_says_where_the_log_stands_and_what_is_recorded(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0]))
    at = device.last["at"]
    assert at == (await device.ok("GET", ""))["at"]
    assert newer(at, device.last["flushed"])
    await day.flush()
    beat = await device.ok("POST", "/answers")
    assert beat["at"] == at
    assert not newer(at, beat["flushed"])
    await device.save(device.change(device.items[0]))
    assert newer(device.last["at"], at)


def newer(one: str, other: str) -> bool:
    """Tell whether a place in the log, ``epoch:ms-seq``, comes after another."""
    places = [tuple(int(part) for part in at.replace("-", ":").split(":")) for at in (one, other)]
    return places[0] > places[1]


async def test_the_backlog_of_an_earlier_gen_is_taken_from_the_current_token(day: Exam) -> None:
    phone = await seated(day)
    backlog = [phone.change(phone.items[0], "a"), phone.change(phone.items[1], "a")]
    office = replace(phone, nonce="office", n=0)
    await office.login()
    await office.save(office.change(office.items[0], "b"))
    assert refusal(await phone.call("POST", "/answers", {"changes": backlog})) == (
        409,
        "superseded-device",
    )
    assert await office.save(*backlog) == ["superseded", "stored"]
    assert (await held(office))[office.items[0]]["value"] == "b"


async def test_whichever_of_two_devices_comes_last_the_newer_gen_wins(day: Exam) -> None:
    phone = await seated(day)
    unsent = phone.change(phone.items[0], "a")
    office = replace(phone, nonce="office", n=0)
    await office.login()
    await office.save(office.change(office.items[0], "b"))
    await phone.login()
    assert await phone.save(unsent) == ["superseded"]
    assert await phone.save(phone.change(phone.items[0], "c")) == ["stored"]


async def test_many_saves_at_once_are_each_answered_for_themselves(day: Exam) -> None:
    devices = [await seated(day) for _ in range(12)]
    stale = replace(devices[0], nonce="stale")
    await stale.login()
    results = await asyncio.gather(
        *(
            device.call("POST", "/answers", {"changes": [device.change(item)]})
            for device in devices
            for item in device.items[:5]
        )
    )
    statuses = [reply.status_code for reply in results]
    assert statuses == [409] * 5 + [200] * 55
    for device in devices[1:]:
        assert set(await held(device)) == set(device.items[:5])


async def test_one_sitting_that_is_broken_stops_no_other(day: Exam) -> None:
    good, broken = await seated(day), await seated(day)
    while day.tag(broken) != day.tag(good):
        broken = await seated(day)
    room = day.stores.room
    await room.hset(f"ans:{day.tag(broken)}:{broken.sitting}", broken.items[0], "nonsense")
    saves = [
        device.call("POST", "/answers", {"changes": [device.change(device.items[0])]})
        for device in (good, broken, good)
    ]
    replies = await asyncio.gather(*saves)
    assert [reply.status_code for reply in replies] == [200, 503, 200]
    assert refusal(replies[1]) == (503, "busy")


async def test_a_reconcile_finds_what_the_room_lacks(day: Exam) -> None:
    device = await seated(day)
    stored, newer_one, unsent = (device.change(item) for item in device.items[:3])
    await device.save(stored, newer_one)
    update = {**newer_one, "rev": device.next_rev()}
    items = {change["item"]: change["rev"] for change in (stored, update, unsent)}
    reply = await device.ok("POST", "/reconcile", {"items": items})
    assert reply["missing"] == [update["item"], unsent["item"]]
    assert reply["state"] == "open"
    await device.save(update, unsent)
    assert (await device.ok("POST", "/reconcile", {"items": items}))["missing"] == []


@pytest.mark.parametrize("items", [None, [], "x", {"a": "1"}, {"a": 0}, {"a": 1.5}, {"a": 2**53}])
async def test_a_reconcile_is_a_map_of_revs(day: Exam, items: object) -> None:
    device = await seated(day)
    reply = await device.call("POST", "/reconcile", {"items": items})
    assert refusal(reply) == (422, "invalid-request")
    assert problem(reply)["faults"][0]["pointer"].startswith("/items")


@pytest.mark.parametrize("path", ["/answers", "/submit", "/late", "/reconcile", "/claim"])
async def test_a_body_over_64_kb_is_too_large(day: Exam, path: str) -> None:
    device = await seated(day)
    assert refusal(await device.call("POST", path, {"x": "y" * 65_536})) == (413, "too-large")


@pytest.mark.parametrize("path", ["/answers", "/submit", "/late", "/reconcile", "/claim"])
@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'"text"', b"7", b"[" * 2000])
async def test_what_is_no_json_object_is_refused(day: Exam, path: str, body: bytes) -> None:
    device = await seated(day)
    headers = {"Authorization": f"Bearer {device.token}"}
    url = f"{API}/sittings/{device.sitting}{path}"
    reply = await day.http.post(url, content=body, headers=headers)
    assert refusal(reply) == (422, "invalid-request")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"changes": [{"item": "LD-01", "rev": "7", "value": "a"}]}, "/changes/0/rev"),
        ({"changes": [{"item": "LD-01", "rev": 0, "value": "a"}]}, "/changes/0/rev"),
        ({"changes": [{"item": "LD-01", "rev": 2**53, "value": "a"}]}, "/changes/0/rev"),
        ({"changes": [{"item": 1, "rev": 7, "value": "a"}]}, "/changes/0/item"),
        ({"changes": {"item": "LD-01"}}, "/changes"),
        ({"events": [{"rev": 7, "type": "a b"}]}, "/events/0/type"),
        ({"events": [{"rev": 7, "type": "blur", "detail": "\x00"}]}, "/events/0/detail"),
        ({"seen": "1"}, "/seen"),
    ],
)
async def test_a_fault_of_shape_refuses_the_whole_save(
    day: Exam, body: dict[str, Any], pointer: str
) -> None:
    device = await seated(day)
    good = device.change(device.items[0])
    mixed = {**body, "changes": [*body["changes"], good]} if body.get("changes") else body
    if isinstance(body.get("changes"), dict):
        mixed = body
    refused = await device.call("POST", "/answers", mixed)
    assert refusal(refused) == (422, "invalid-request")
    assert problem(refused)["faults"][0]["pointer"] == pointer
    assert await held(device) == {}
