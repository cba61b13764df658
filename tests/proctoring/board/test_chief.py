"""Cards, remarks and late answers over the calls: who may, what is told, what the row says."""

from dataclasses import replace
from typing import Any

import pytest

from app.people.staff.model import Role, Scope
from tests.exam import EVENT, Device, Exam
from tests.people.staff.builders import STAFF, Staffer, hired, seated
from tests.proctoring.board.test_board import BOARD, by_sitting
from tests.refusals import refusal
from tests.sittings import staff

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACTS = f"/events/{EVENT}/acts"
LATE = f"/events/{EVENT}/late"
NOT_ALLOWED = (403, "not-allowed")


def flagged(device: Device, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - of a body
    body = {"kind": "flag", "action": "f1", "sittings": [device.sitting]}
    return body | {"category": "identity", "severity": 3, "text": "Kartu tertukar."} | more


def decision(device: Device, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - of a body
    body = {"action": "d1", "sitting": device.sitting, "decision": "accept", "reason": "Listrik."}
    return body | more


async def bound(exam: Exam, device: Device) -> Staffer:
    """Return a proctor who is bound to the unit where the device's participant sits."""
    admin = await seated(exam, await hired(exam))
    board = await admin.ok("GET", BOARD)
    unit = by_sitting(board)[device.sitting]["unit"]
    code = next(one["code"] for one in board["units"] if one["id"] == unit)
    scopes = (Scope(EVENT, "unit", code),)
    return await seated(exam, await hired(exam, Role.PROCTOR, scopes=scopes))


async def elsewhere(exam: Exam, device: Device) -> Device:
    """Return somebody of another unit."""
    mine = (await staff.sitting_fields(exam, device))["un"]
    while True:
        other = await staff.seated(exam)
        if (await staff.sitting_fields(exam, other))["un"] != mine:
            return other


async def row_of(exam: Exam, device: Device) -> dict[str, Any]:
    """Return the row of a sitting on a board that was loaded just now."""
    operator = await seated(exam, await hired(exam))

    async def as_told() -> dict[str, Any]:
        return by_sitting(await operator.ok("GET", BOARD))[device.sitting]

    held = await staff.sitting_fields(exam, device)
    wanted = {name: int(held.get(field) or 0) for name, field in FIELDS.items()}

    async def is_told() -> bool:
        row = await as_told()
        return {name: row[name] for name in wanted} == wanted

    await staff.eventually(is_told)
    return await as_told()


FIELDS = {"remarks": "rn", "severity": "rs", "late": "lt", "card": "cn"}


async def test_a_new_card_is_told_to_whoever_asked_for_it_alone(day: Exam) -> None:
    device = await staff.seated(day)
    proctor = await bound(day, device)
    body = {"kind": "card", "action": "c1", "sittings": [device.sitting]}
    done = await proctor.ok("POST", ACTS, body)
    (outcome,) = done["sittings"]
    assert (done["done"], outcome["result"], outcome["card"]["number"]) == (1, "done", 2)
    again = await proctor.ok("POST", ACTS, body)
    assert (again["again"], again["sittings"][0]["card"]) == (1, outcome["card"])
    fresh = replace(device, pin=outcome["card"]["pin"].replace(" ", ""), nonce="new")
    assert (await fresh.login())["state"] == "open"
    assert refusal(await replace(device, nonce="thief").try_login()) == (401, "bad-credentials")
    row = await row_of(day, device)
    assert row["card"] == 2
    assert outcome["card"]["pin"] not in str(row)


async def test_a_card_is_for_one_person_within_ones_bounds(day: Exam) -> None:
    device = await staff.seated(day)
    other = await elsewhere(day, device)
    proctor = await bound(day, device)
    card = {"kind": "card", "action": "c2"}
    foreign = await proctor.call("POST", STAFF + ACTS, card | {"sittings": [other.sitting]})
    assert refusal(foreign) == NOT_ALLOWED
    operator = await seated(day, await hired(day))
    for whom in (
        {"sittings": [device.sitting, other.sitting]},
        {"everybody": True},
    ):
        refused = await operator.call("POST", STAFF + ACTS, card | whom)
        assert refusal(refused) == (400, "unfit")
        assert "satu peserta" in refused.json()["detail"]
    assert (await staff.sitting_fields(day, other))["cn"] == "1"
    viewer = await seated(day, await hired(day, Role.VIEWER))
    assert refusal(await viewer.call("POST", STAFF + ACTS, card)) == NOT_ALLOWED


async def test_a_remark_is_read_on_the_panel_and_counted_in_the_row(day: Exam) -> None:
    device = await staff.seated(day)
    proctor = await bound(day, device)
    assert (await row_of(day, device))["remarks"] == 0
    assert (await proctor.ok("POST", ACTS, flagged(device)))["done"] == 1
    assert (await proctor.ok("POST", ACTS, flagged(device)))["again"] == 1
    await proctor.ok("POST", ACTS, flagged(device, action="f2", severity=1, text="Sudah benar."))
    row = await row_of(day, device)
    assert (row["remarks"], row["severity"]) == (2, 3)
    for reader in (proctor, await seated(day, await hired(day, Role.VIEWER))):
        shown = await reader.ok("GET", f"/events/{EVENT}/sittings/{device.sitting}")
        assert (shown["sitting"], shown["name"]) == (device.sitting, row["name"])
        assert (shown["unit"], shown["room"]) == (row["unit"], row["room"])
        first, second = shown["remarks"]
        assert first.pop("at") <= second.pop("at")
        who = proctor.account.login
        said = {"who": who, "category": "identity", "severity": 3, "text": "Kartu tertukar."}
        assert first == said
        assert second == said | {"severity": 1, "text": "Sudah benar."}
        assert shown["late"]["count"] == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"category": None}, "kategori"),
        ({"severity": None}, "tingkat"),
        ({"text": None}, "teks"),
        ({"text": "  "}, "kosong"),
        ({"reason": "x"}, "alasan"),
    ],
)
async def test_a_remark_that_lacks_something_is_refused_in_a_sentence(
    day: Exam, more: dict[str, Any], said: str
) -> None:
    device = await staff.seated(day)
    operator = await seated(day, await hired(day))
    refused = await operator.call("POST", STAFF + ACTS, flagged(device, **more))
    assert refusal(refused) == (400, "unfit")
    assert said in refused.json()["detail"]


@pytest.mark.parametrize("more", [{"category": "x"}, {"severity": 4}, {"text": "x" * 281}])
async def test_a_remark_that_cannot_be_is_an_invalid_request(
    day: Exam, more: dict[str, Any]
) -> None:
    device = await staff.seated(day)
    operator = await seated(day, await hired(day))
    refused = await operator.call("POST", STAFF + ACTS, flagged(device, **more))
    assert refusal(refused) == (422, "invalid-request")


async def test_the_panel_is_for_whom_one_reaches(day: Exam) -> None:
    device = await staff.seated(day)
    other = await elsewhere(day, device)
    proctor = await bound(day, device)
    path = f"{STAFF}/events/{EVENT}/sittings"
    assert refusal(await proctor.call("GET", f"{path}/{other.sitting}")) == NOT_ALLOWED
    for nobody in ("0" * 12, "x"):
        assert refusal(await proctor.call("GET", f"{path}/{nobody}")) == (404, "not-found")


async def with_late(exam: Exam) -> Device:
    """Return a device that handed in, and sent two answers too late."""
    device = await staff.seated(exam)
    await device.save(device.change(device.items[0], "a"))
    await device.submit()
    changes = [device.change(item, "b") for item in device.items[:2]]
    assert (await device.ok("POST", "/late", {"changes": changes}))["kept"] == 2
    return device


async def test_the_chief_accepts_late_answers(day: Exam) -> None:
    device = await with_late(day)
    chief = await seated(day, await hired(day, Role.PROCTOR))  # of the whole event
    assert (await row_of(day, device))["late"] == 2
    path = f"/events/{EVENT}/sittings/{device.sitting}"
    late = (await chief.ok("GET", path))["late"]
    assert late["count"] == 2
    assert 0 < late["first_at"] <= late["last_at"]
    assert '"b"' not in str(await chief.ok("GET", path))
    done = await chief.ok("POST", LATE, decision(device))
    assert (done["result"], done["counted"]) == ("done", 2)
    again = await chief.ok("POST", LATE, decision(device))
    assert (again["result"], again["counted"]) == ("again", 2)
    nothing = await chief.ok("POST", LATE, decision(device, action="d2", decision="reject"))
    assert (nothing["result"], nothing["counted"]) == ("state", 0)
    assert (await row_of(day, device))["late"] == 0
    assert (await device.ok("GET", ""))["receipt"]["seal"] == 2
    await day.flush()
    (line,) = (await chief.ok("GET", "/audit-log?what=sitting.late-accept"))["entries"]
    assert (line["who"], line["whom"]) == (chief.account.login, f"sitting:{device.sitting}")
    assert (line["why"], line["role"]) == ("Listrik.", "proctor")


async def test_nobody_but_the_chief_decides(day: Exam) -> None:
    device = await with_late(day)
    for staffer in (await bound(day, device), await seated(day, await hired(day, Role.VIEWER))):
        refused = await staffer.call("POST", STAFF + LATE, decision(device))
        assert refusal(refused) == NOT_ALLOWED
    assert (await row_of(day, device))["late"] == 2


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"reason": " "}, (400, "unfit")),
        ({"action": "two words"}, (400, "unfit")),
        ({"sitting": "0" * 12}, (400, "unfit")),
        ({"sitting": "x"}, (400, "unfit")),
        ({"decision": "later"}, (422, "invalid-request")),
        ({"reason": "x" * 201}, (422, "invalid-request")),
        ({"value": "a"}, (422, "invalid-request")),
    ],
)
async def test_a_decision_that_will_not_do_decides_nothing(
    day: Exam, more: dict[str, Any], expected: tuple[int, str]
) -> None:
    device = await with_late(day)
    chief = await seated(day, await hired(day))
    refused = await chief.call("POST", STAFF + LATE, decision(device, **more))
    assert refusal(refused) == expected
    assert (await staff.sitting_fields(day, device))["lt"] == "2"


async def test_while_the_room_is_recovered_it_says_so(day: Exam) -> None:
    device = await with_late(day)
    chief = await seated(day, await hired(day))
    room = f"room:{day.tag(device)}"
    await day.stores.room.rename(room, f"{room}:away")
    try:
        refused = await chief.call("POST", STAFF + LATE, decision(device))
    finally:
        await day.stores.room.rename(f"{room}:away", room)
    assert refusal(refused) == (503, "room-recovering")
