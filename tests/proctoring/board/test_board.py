"""The board over the calls: what it shows, to whom, and what is done from it."""

import asyncio
import json
from typing import Any

import pytest

from app.exams.live import read_cards
from app.people.staff.model import Role, Scope
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import View
from tests.exam import EVENT, PEOPLE, Device, Exam
from tests.people.staff.builders import STAFF, hired, seated
from tests.refusals import problem, refusal
from tests.sittings.staff import set_fields, sitting_fields

pytestmark = pytest.mark.asyncio

BOARD = f"/events/{EVENT}/board"
ACTS = f"/events/{EVENT}/acts"


def by_sitting(board: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rows = (dict(zip(board["fields"], row, strict=True)) for row in board["rows"])
    return {row["sitting"]: row for row in rows}


async def test_everybody_stands_on_the_board_of_the_event(exam: Exam) -> None:
    operator = await seated(exam, await hired(exam))
    device = await exam.seated()
    await device.save(device.change(device.items[0]), device.change(device.items[1], flagged=True))
    rows = by_sitting(await operator.ok("GET", BOARD))
    assert len(rows) == PEOPLE
    mine = rows[device.sitting]
    assert (mine["state"], mine["answered"], mine["flagged"]) == ("open", 2, 1)
    assert mine["name"]
    assert mine["deadline"] > mine["seen_at"] >= mine["started_at"] > 0
    others = [row for sitting, row in rows.items() if sitting != device.sitting]
    assert {row["state"] for row in others} == {"assigned"}


async def test_a_change_comes_within_two_seconds(exam: Exam) -> None:
    operator = await seated(exam, await hired(exam))
    device = await exam.seated()
    await operator.ok("GET", BOARD)
    (card,) = await read_cards(exam.stores.room)
    hub = Hub(exam.stores.room)
    async with hub.watching(card, View(EVENT)) as (_, watch):
        await device.save(device.change(device.items[0]))
        async with asyncio.timeout(4):
            while True:
                told = await watch.next(4.0)
                if told and device.sitting.encode() in told:
                    break
    await hub.close()


async def test_a_proctor_sees_and_does_what_they_are_bound_to(exam: Exam) -> None:
    device, other = await exam.seated(0), await exam.seated(1)
    admin = await seated(exam, await hired(exam))
    board = await admin.ok("GET", BOARD)
    codes = {unit["id"]: unit["code"] for unit in board["units"]}
    rows = by_sitting(board)
    mine, theirs = codes[rows[device.sitting]["unit"]], codes[rows[other.sitting]["unit"]]
    assert mine != theirs
    scopes = (Scope(EVENT, "unit", mine),)
    proctor = await seated(exam, await hired(exam, Role.PROCTOR, scopes=scopes))
    seen = by_sitting(await proctor.ok("GET", BOARD))
    assert {codes[row["unit"]] for row in seen.values()} == {mine}
    foreign = await proctor.call("GET", f"{STAFF}{BOARD}?unit={theirs}")
    assert refusal(foreign) == (403, "not-allowed")
    act = {"kind": "extend", "action": "a1", "minutes": 5}
    done = await proctor.ok("POST", f"/events/{EVENT}/acts", act | {"sittings": [device.sitting]})
    assert (done["done"], done["sittings"][0]["result"]) == (1, "done")
    again = await proctor.ok("POST", f"/events/{EVENT}/acts", act | {"sittings": [device.sitting]})
    assert (again["done"], again["again"]) == (0, 1)
    for whom in ({"sittings": [other.sitting]}, {"unit": theirs}, {"everybody": True}):
        refused = await proctor.call("POST", f"{STAFF}/events/{EVENT}/acts", act | whom)
        assert refusal(refused) == (403, "not-allowed")
    await exam.flush()
    log = await proctor.ok("GET", "/audit-log?what=sitting.extend")
    (line,) = log["entries"]
    assert (line["who"], line["whom"]) == (proctor.account.login, f"sitting:{device.sitting}")
    assert line["role"] == "proctor"


WAVE = {"name": "Pagi", "starts_at": 1, "ends_at": 2}


async def in_waves(exam: Exam, *devices: Device) -> None:
    """Let an event have two waves, and these sit in the first."""
    held = json.dumps(WAVE)
    await exam.stores.room.hset(f"waves:{EVENT}", mapping={"7": held, "8": held})
    for device in devices:
        await set_fields(exam, device, wv=7)


async def test_a_wave_has_a_board_of_its_own(exam: Exam) -> None:
    device, _ = await exam.seated(0), await exam.seated(1)
    await in_waves(exam, device)
    chief = await seated(exam, await hired(exam, Role.PROCTOR))
    board = await chief.ok("GET", f"{BOARD}?wave=7")
    assert board["chief"] is True
    assert board["waves"] == [{"id": 7, **WAVE}, {"id": 8, **WAVE}]
    (row,) = by_sitting(board).values()
    assert (row["sitting"], row["wave"], row["held"]) == (device.sitting, 7, 0)
    unknown = await chief.call("GET", f"{STAFF}{BOARD}?wave=9")
    assert refusal(unknown) == (404, "not-found")
    done = await chief.ok("POST", ACTS, {"kind": "pause", "action": "w-1", "wave": 7})
    assert [one["sitting"] for one in done["sittings"]] == [device.sitting]


@pytest.mark.parametrize(
    ("role", "is_chief"), [(Role.ADMIN, True), (Role.OPERATOR, True), (Role.VIEWER, False)]
)
async def test_who_may_act_for_everybody_is_a_chief(
    exam: Exam,
    role: Role,
    is_chief: bool,  # noqa: FBT001 - a case
) -> None:
    somebody = await seated(exam, await hired(exam, role, factor=role is Role.ADMIN))
    assert (await somebody.ok("GET", BOARD))["chief"] is is_chief


async def test_who_is_bound_to_a_part_reaches_no_wave(exam: Exam) -> None:
    device = await exam.seated(0)
    await in_waves(exam, device)
    admin = await seated(exam, await hired(exam))
    board = await admin.ok("GET", BOARD)
    codes = {unit["id"]: unit["code"] for unit in board["units"]}
    code = codes[by_sitting(board)[device.sitting]["unit"]]
    bound = await hired(exam, Role.PROCTOR, scopes=(Scope(EVENT, "unit", code),))
    proctor = await seated(exam, bound)
    assert (await proctor.ok("GET", BOARD))["chief"] is False
    for path in (f"{BOARD}?wave=7", f"{BOARD}?unit={code}&wave=7", f"{BOARD}/stream?wave=7"):
        assert refusal(await proctor.call("GET", STAFF + path)) == (403, "not-allowed")
    act = {"kind": "pause", "action": "w-1", "wave": 7}
    refused = await proctor.call("POST", STAFF + ACTS, act)
    assert refusal(refused) == (403, "not-allowed")
    assert (await device.ok("POST", "/answers", {}))["state"] == "open"


async def test_several_are_helped_with_one_order_and_it_is_taken_back(exam: Exam) -> None:
    devices = [await exam.seated(n) for n in range(3)]
    operator = await seated(exam, await hired(exam))
    whom = {"sittings": [device.sitting for device in devices]}
    await devices[2].submit()
    act = {"kind": "extend", "action": "plus", "minutes": 5, **whom}
    done = await operator.ok("POST", ACTS, act)
    assert [one["result"] for one in done["sittings"]] == ["done", "done", "state"]
    assert (done["done"], done["again"], done["refused"], done["failed"]) == (2, 0, 1, 0)
    undo = {"kind": "undo", "action": "minus", "undoes": "plus", **whom}
    back = await operator.ok("POST", ACTS, undo)
    assert [one["result"] for one in back["sittings"]] == ["done", "done", "state"]
    again = await operator.ok("POST", ACTS, undo)
    assert (again["done"], again["again"]) == (0, 2)
    rows = by_sitting(await operator.ok("GET", BOARD))
    assert {rows[device.sitting]["extra_ms"] for device in devices} == {0}


async def test_who_is_held_back_is_marked_on_the_board(exam: Exam) -> None:
    device = exam.device(0)
    await device.login()
    operator = await seated(exam, await hired(exam))
    hold = {"kind": "hold", "action": "h-1", "sittings": [device.sitting]}
    assert (await operator.ok("POST", ACTS, hold))["sittings"][0]["state"] == "assigned"
    row = by_sitting(await operator.ok("GET", BOARD))[device.sitting]
    assert (row["state"], row["held"]) == ("assigned", 1)
    undo = {"kind": "undo", "action": "h-2", "undoes": "h-1", "sittings": [device.sitting]}
    assert (await operator.ok("POST", ACTS, undo))["sittings"][0]["state"] == "admitted"


@pytest.mark.parametrize("kind", ["hold", "device", "undo"])
async def test_nobody_is_touched_beyond_ones_bounds(exam: Exam, kind: str) -> None:
    mine, theirs = exam.device(0), exam.device(1)
    await mine.login()
    await theirs.login()
    admin = await seated(exam, await hired(exam))
    board = await admin.ok("GET", BOARD)
    codes = {unit["id"]: unit["code"] for unit in board["units"]}
    code = codes[by_sitting(board)[mine.sitting]["unit"]]
    bound = await hired(exam, Role.PROCTOR, scopes=(Scope(EVENT, "unit", code),))
    proctor = await seated(exam, bound)
    before = await sitting_fields(exam, theirs)
    act = {"kind": kind, "action": "b-1"} | ({"undoes": "b-0"} if kind == "undo" else {})
    for sittings in ([theirs.sitting], [mine.sitting, theirs.sitting]):
        refused = await proctor.call("POST", STAFF + ACTS, act | {"sittings": sittings})
        assert refusal(refused) == (403, "not-allowed")
    assert await sitting_fields(exam, theirs) == before
    expected = "state" if kind == "undo" else "done"
    done = await proctor.ok("POST", ACTS, act | {"sittings": [mine.sitting]})
    assert done["sittings"][0]["result"] == expected


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ({"kind": "extend"}, "Tambah waktu: sebutkan berapa menit."),
        ({"kind": "pause", "minutes": 5}, "Jeda tidak memakai jumlah menit."),
        ({"kind": "message", "text": " "}, "Pesan masih kosong."),
        ({"kind": "reopen", "minutes": 5}, "Buka kembali: tulis alasannya dahulu"),
        ({"kind": "undo"}, "Urungkan: sebutkan nomor tindakan yang dibatalkan."),
        ({"kind": "pause", "sittings": ["k3j4"]}, "'k3j4' bukan nomor peserta"),
        ({"kind": "pause", "sittings": ["0" * 12]}, f"Peserta {'0' * 12} tidak ada"),
        ({"kind": "pause", "unit": "xyz"}, "Unit 'xyz' tidak ada."),
        ({"kind": "pause", "room": "1"}, "Ruang '#1' tidak ada."),
        ({"kind": "pause", "wave": 1}, "Gelombang '#1' tidak ada."),
        ({"kind": "pause", "everybody": True, "wave": 1}, "Sebutkan satu: peserta, unit"),
    ],
)
async def test_what_is_wrong_is_said_in_the_language_of_proctors(
    exam: Exam, act: dict[str, Any], sentence: str
) -> None:
    operator = await seated(exam, await hired(exam))
    whom = {} if act.keys() & {"sittings", "unit", "room", "wave"} else {"everybody": True}
    reply = await operator.call("POST", STAFF + ACTS, {"action": "a1"} | act | whom)
    assert refusal(reply) == (400, "unfit")
    assert problem(reply)["detail"].startswith(sentence)


async def test_why_it_failed_is_said_in_the_language_of_proctors(exam: Exam) -> None:
    device = await exam.seated()
    operator = await seated(exam, await hired(exam))
    act = {"kind": "pause", "action": "a1"}
    await exam.stores.room.delete(f"room:{exam.tag(device)}")
    done = await operator.ok("POST", ACTS, act | {"sittings": [device.sitting]})
    (outcome,) = done["sittings"]
    assert outcome["result"] == "failed"
    assert outcome["why"] == "Ruang ujian sedang dipulihkan. Coba lagi sebentar."
    reply = await operator.call("POST", STAFF + ACTS, act | {"everybody": True})
    assert refusal(reply) == (503, "room-recovering")
    assert problem(reply)["detail"].startswith("Ruang ujian sedang dipulihkan; tidak ada")


async def test_a_person_is_found_by_nip_within_ones_bounds(exam: Exam) -> None:
    operator = await seated(exam, await hired(exam))
    device = exam.device(3)
    found = await operator.ok("POST", f"/events/{EVENT}/find", {"nip": device.nip})
    await device.login()
    assert found == {"sitting": device.sitting}
    nobody = await operator.call("POST", f"{STAFF}/events/{EVENT}/find", {"nip": "1" * 18})
    assert nobody.status_code in {400, 404}
