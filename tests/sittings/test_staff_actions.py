"""What staff may do with a sitting, and how the device hears of it."""

import pytest

from app.kit.redis import call
from app.operations.recovery import recover
from tests.exam import EVENT, Exam
from tests.refusals import refusal
from tests.sittings.staff import act, log_lines, seated, set_fields, sitting_fields

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE = 60_000


async def test_admitting_lets_somebody_start(day: Exam) -> None:
    device = day.newcomer()
    await device.login()
    await set_fields(day, device, st="n")
    assert refusal(await device.call("POST", "/start")) == (403, "not-open")
    assert (await act(day, device, "admit")).state == "admitted"
    assert (await device.ok("POST", "/start"))["state"] == "open"
    assert (await act(day, device, "admit")).status == "state"


async def test_an_extension_moves_the_deadline_and_reaches_the_device(day: Exam) -> None:
    device = await seated(day)
    before = (await device.ok("POST", "/answers"))["deadline"]
    await act(day, device, "extend", ms=10 * MINUTE, text="Waktu Anda ditambah 10 menit.")
    beat = await device.ok("POST", "/answers")
    assert beat["deadline"] == before + 10 * MINUTE
    (notice,) = beat["notices"]
    assert (notice["kind"], notice["text"]) == ("extend", "Waktu Anda ditambah 10 menit.")
    due = await day.stores.room.zscore(f"due:{day.tag(device)}", device.sitting)
    assert due == beat["deadline"]


async def test_a_pause_stops_the_clock_and_resuming_goes_on_from_there(day: Exam) -> None:
    device = await seated(day)
    paused = await act(day, device, "pause")
    left = int(paused.fields["lf"])
    assert 0 < left <= 60 * MINUTE
    assert await day.stores.room.zscore(f"due:{day.tag(device)}", device.sitting) is None
    held = await device.ok("GET", "")
    assert held["left_ms"] == left
    assert held["state"] == "paused"
    await set_fields(day, device, dl=1)  # whatever passes meanwhile
    resumed = await act(day, device, "resume")
    assert paused.now + left <= int(resumed.fields["dl"]) <= resumed.now + left
    assert await device.save(device.change(device.items[0])) == ["stored"]


async def test_an_extension_in_a_pause_is_added_to_what_is_left(day: Exam) -> None:
    device = await seated(day)
    left = int((await act(day, device, "pause")).fields["lf"])
    await act(day, device, "extend", ms=5 * MINUTE)
    assert (await device.ok("GET", ""))["left_ms"] == left + 5 * MINUTE


async def test_a_paused_sitting_may_be_handed_in(day: Exam) -> None:
    device = await seated(day)
    change = device.change(device.items[0], "b")
    await act(day, device, "pause")
    done = await device.submit({change["item"]: {"rev": change["rev"], "value": "b"}})
    assert done["state"] == "sealed"
    assert done["receipt"]["answered"] == 1
    assert done["results"][0]["result"] == "stored"


async def test_staff_may_hand_in_for_somebody(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0]))
    view = await act(day, device, "submit")
    assert view.seal().by == "staff"
    save = {"changes": [device.change(device.items[1])]}
    assert refusal(await device.call("POST", "/answers", save)) == (403, "sealed")
    assert (await device.submit())["receipt"]["answered"] == 1


async def test_reopening_gives_the_minutes_that_staff_name(day: Exam) -> None:
    device = await seated(day)
    await device.save(device.change(device.items[0]))
    handed_in = await device.submit()
    view = await act(day, device, "reopen", ms=7 * MINUTE)
    assert view.state == "open"
    sealed_at = handed_in["receipt"]["sealed_at"]
    assert sealed_at + 7 * MINUTE <= int(view.fields["dl"]) <= view.now + 7 * MINUTE
    assert "receipt" not in await device.ok("GET", "")
    assert await device.save(device.change(device.items[1])) == ["stored"]
    assert (await device.submit())["receipt"]["seal"] == 2


@pytest.mark.parametrize(
    ("state", "refused"),
    [
        ("m", {"admit", "pause", "resume", "submit", "reopen"}),
        ("o", {"admit", "resume", "reopen"}),
        ("p", {"admit", "pause", "reopen"}),
        ("s", {"admit", "extend", "pause", "resume", "submit"}),
        ("x", {"admit", "extend", "pause", "resume", "submit", "reopen"}),
    ],
)
async def test_what_makes_no_sense_in_a_state_changes_nothing(
    day: Exam, state: str, refused: set[str]
) -> None:
    device = await seated(day)
    if state == "p":
        await act(day, device, "pause")
    if state == "s":
        await device.submit()
    if state in "mx":
        await set_fields(day, device, st=state)
    before, lines = await sitting_fields(day, device), await log_lines(day, device)
    for kind in sorted(refused):
        if kind == "reopen":  # there is no receipt to replace
            reply = await act_reopen_without_seal(day, device.sitting, day.tag(device))
        else:
            reply = (await act(day, device, kind, ms=MINUTE, text="x")).status
        assert reply == "state", kind
    assert await sitting_fields(day, device) == before
    assert await log_lines(day, device) == lines


async def act_reopen_without_seal(day: Exam, sitting: str, tag: str) -> str:
    """Try to reopen what is not sealed."""
    args: list[str | int] = [sitting, "reopen", "again", "proctor-1", MINUTE, "", "", ""]
    reply = await call(day.stores.room, "act", tag, *args)
    return str(reply[0])


async def test_the_same_action_twice_is_done_once(day: Exam) -> None:
    device = await seated(day)
    first = await act(day, device, "extend", ms=MINUTE, text="x", action="tap-1")
    again = await act(day, device, "extend", ms=MINUTE, text="x", action="tap-1")
    assert (first.status, again.status) == ("ok", "same")
    assert again.fields["dl"] == first.fields["dl"]
    assert len(again.notices) == 1
    other = await act(day, device, "extend", ms=MINUTE, action="tap-2")
    assert int(other.fields["dl"]) == int(first.fields["dl"]) + MINUTE


async def test_an_action_is_not_done_again_however_many_came_after_it(day: Exam) -> None:
    device = await seated(day)
    await act(day, device, "extend", ms=MINUTE, action="tap-1")
    for n in range(2, 200):
        await act(day, device, "message", text="x", action=f"tap-{n}")
    assert (await act(day, device, "extend", ms=MINUTE, action="tap-1")).status == "same"


async def test_what_a_state_refused_may_be_done_later_under_the_same_id(day: Exam) -> None:
    device = await seated(day)
    assert (await act(day, device, "resume", action="tap-1")).status == "state"
    await act(day, device, "pause")
    assert (await act(day, device, "resume", action="tap-1")).status == "ok"


async def test_an_action_is_not_done_again_in_the_next_life_of_the_room(day: Exam) -> None:
    device = await seated(day)
    before = await act(day, device, "extend", ms=MINUTE, action="tap-1")
    await act(day, device, "message", text="x", action="tap-2")
    await day.flush()
    await day.stores.room.flushall()
    await recover(day.stores, EVENT)
    for again in ("tap-1", "tap-2"):
        view = await act(day, device, "extend", ms=MINUTE, action=again)
        assert view.status == "same"
        assert view.fields["ex"] == before.fields["ex"] == str(MINUTE)


async def test_an_action_id_is_not_found_inside_another(day: Exam) -> None:
    device = await seated(day)
    await act(day, device, "message", text="x", action="tap-10")
    assert (await act(day, device, "message", text="y", action="tap-1")).status == "ok"


async def test_an_action_upon_a_seal_that_is_gone_does_nothing(day: Exam) -> None:
    device = await seated(day)
    await device.submit()
    life = device.gen >> 16
    assert (await act(day, device, "reopen", standing=f"{life}.2")).status == "moved"
    assert (await act(day, device, "reopen", standing=f"{life}.1", ms=MINUTE)).status == "ok"


async def test_every_action_stands_in_the_log_with_its_actor_and_its_id(day: Exam) -> None:
    device = await seated(day)
    for kind in ("extend", "message", "pause", "resume", "submit", "reopen"):
        await act(day, device, kind, ms=MINUTE, text="x", action=f"tap-{kind}")
    words = [line.split(" ") for line in await log_lines(day, device) if line[0] == "t"]
    done = [(line[2], line[17], line[18]) for line in words]
    assert done[:2] == [("login", "-", "-"), ("start", "-", "-")]
    assert done[2:] == [
        ("extend", "proctor-1", "tap-extend"),
        ("message", "proctor-1", "tap-message"),
        ("pause", "proctor-1", "tap-pause"),
        ("resume", "proctor-1", "tap-resume"),
        ("seal", "-", "-"),
        ("submit", "proctor-1", "tap-submit"),
        ("reopen", "proctor-1", "tap-reopen"),
    ]


async def test_a_notice_is_repeated_until_it_was_seen(day: Exam) -> None:
    device = await seated(day)
    await act(day, device, "message", text="Satu")
    await act(day, device, "message", text="Dua")
    for _ in range(2):
        beat = await device.ok("POST", "/answers", {})
        assert [notice["text"] for notice in beat["notices"]] == ["Satu", "Dua"]
    first = beat["notices"][0]["id"]
    beat = await device.ok("POST", "/answers", {"seen": first})
    assert [notice["text"] for notice in beat["notices"]] == ["Dua"]
    assert len((await device.ok("GET", ""))["notices"]) == 1
    last = beat["notices"][0]["id"]
    saved = await device.ok("POST", "/answers", {"changes": [], "seen": last})
    assert saved["notices"] == []
    await act(day, device, "message", text="Tiga")
    beat = await device.ok("POST", "/answers", {"seen": last})
    assert [notice["text"] for notice in beat["notices"]] == ["Tiga"]


async def test_a_device_that_has_seen_more_than_there_is_harms_nothing(day: Exam) -> None:
    device = await seated(day)
    await act(day, device, "message", text="Satu")
    assert (await device.ok("POST", "/answers", {"seen": 2**53 - 1}))["notices"] == []
    await act(day, device, "message", text="Dua")
    assert len((await device.ok("POST", "/answers"))["notices"]) == 1


@pytest.mark.parametrize("path", ["/start", "/reconcile", "/late", "/submit"])
async def test_every_call_brings_the_notices(day: Exam, path: str) -> None:
    device = await seated(day)
    await act(day, device, "message", text='Kata "kutip" dan \\ garis\nbaru')
    body: dict[str, object] = {"items": {}, "changes": [], "answers": {}}
    (notice,) = (await device.ok("POST", path, body))["notices"]
    assert notice["text"] == 'Kata "kutip" dan \\ garis\nbaru'


async def test_a_notice_reaches_a_device_that_may_not_save(day: Exam) -> None:
    device = await seated(day)
    await act(day, device, "pause", text="Ujian dijeda sebentar.")
    assert len((await device.ok("POST", "/answers"))["notices"]) == 1


async def test_what_was_seen_in_a_lost_life_hides_no_notice_of_the_next(day: Exam) -> None:
    device = await seated(day)
    for text in ("Satu", "Dua", "Tiga"):
        await act(day, device, "message", text=text)
    seen = (await device.ok("POST", "/answers"))["notices"][-1]["id"]
    await day.flush()
    await recover(day.stores, EVENT)
    await device.claim()
    await act(day, device, "message", text="Empat")
    beat = await device.ok("POST", "/answers", {"seen": seen})
    assert [notice["text"] for notice in beat["notices"]][-1] == "Empat"
