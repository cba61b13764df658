"""The board over the calls: what it shows, to whom, and what is done from it."""

import asyncio
from typing import Any

import pytest

from app.exams.live import read_cards
from app.people.staff.model import Role, Scope
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import View
from tests.exam import EVENT, PEOPLE, Exam
from tests.people.staff.builders import STAFF, hired, seated
from tests.refusals import refusal

pytestmark = pytest.mark.asyncio

BOARD = f"/events/{EVENT}/board"


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


async def test_a_person_is_found_by_nip_within_ones_bounds(exam: Exam) -> None:
    operator = await seated(exam, await hired(exam))
    device = exam.device(3)
    found = await operator.ok("POST", f"/events/{EVENT}/find", {"nip": device.nip})
    await device.login()
    assert found == {"sitting": device.sitting}
    nobody = await operator.call("POST", f"{STAFF}/events/{EVENT}/find", {"nip": "1" * 18})
    assert nobody.status_code in {400, 404}
