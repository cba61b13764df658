"""The list of who has not begun: whom it names, in which words, and to whom it is given."""

from typing import Any, get_type_hints

import pytest

from app.kit.workbook import MEDIA_TYPE
from app.people.staff.model import Role, Scope
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import Glance
from app.proctoring.board.views import Places
from app.proctoring.missing import Missing, not_begun, part_of
from tests.exam import EVENT, PEOPLE, Exam
from tests.kit.test_workbook import rows_of
from tests.people.staff.builders import STAFF, hired, seated
from tests.refusals import refusal

SHEET = f"{STAFF}/events/{EVENT}/missing.xlsx"
HEAD = ["No", "Nama", "Unit", "Ruang", "Status"]
PLACES = Places(
    {"A": {"id": 1, "name": "Dinas A"}, "B": {"id": 2, "name": "Dinas B"}},
    {"7": {"name": "Lab 1", "venue": "SMA 1"}, "8": {"name": "Aula", "venue": ""}},
    {"1": {"name": "Pagi"}, "2": {"name": "Siang"}},
)


def glance(sitting: str, state: str, unit: int = 1, room: str = "") -> Glance:
    empty = Glance._make("" if kind is str else 0 for kind in get_type_hints(Glance).values())
    return empty._replace(sitting=sitting, state=state, unit=unit, room=room)


def test_it_names_who_has_not_begun_and_nobody_else() -> None:
    names = {"s1": "Ida", "s2": "Budi", "s3": "andi", "s4": "Cici", "s5": "Edi", "s6": "Fajar"}
    names["s8"] = "Gita"
    found = not_begun(
        [
            glance("s1", "assigned", 2, "7"),
            glance("s2", "admitted", 1, "8"),
            glance("s3", "assigned"),
            *(glance("s4", "open"), glance("s5", "sealed"), glance("s6", "paused")),
            glance("s7", "absent", 1, "9"),
            glance("s8", "assigned")._replace(held=1),
        ],
        names,
        PLACES,
    )
    assert found == [
        Missing("andi", "Dinas A", "", "Belum hadir"),
        Missing("Budi", "Dinas A", "Aula", "Hadir, belum mulai"),
        Missing("", "Dinas A", "9", "Tidak hadir"),
        Missing("Gita", "Dinas A", "", "Ditahan"),
        Missing("Ida", "Dinas B", "Lab 1, SMA 1", "Belum hadir"),
    ]


def test_unit_room_and_wave_together_narrow() -> None:
    places = (("s1", 1, "7", 1), ("s2", 1, "8", 2), ("s3", 2, "8", 1))
    everybody = [glance(one, "open", unit, room)._replace(wave=n) for one, unit, room, n in places]
    for units, rooms, waves, sittings in (
        ([], [], [], ["s1", "s2", "s3"]),
        (["A"], [], [], ["s1", "s2"]),
        (["A"], ["8"], [], ["s2"]),
        (["A", "B"], ["8"], [], ["s2", "s3"]),
        ([], [], ["1"], ["s1", "s3"]),
        ([], ["8"], ["1"], ["s3"]),
        (["A"], ["7"], ["2"], []),
    ):
        part = part_of(PLACES, units, rooms, waves)
        assert [one.sitting for one in everybody if part.holds(one)] == sittings


@pytest.mark.asyncio
async def test_whoever_sees_the_board_takes_the_list_along(exam: Exam) -> None:
    viewer = await seated(exam, await hired(exam, Role.VIEWER))
    device, ready = await exam.seated(0), exam.device(1)
    await ready.login()
    board = await viewer.ok("GET", f"/events/{EVENT}/board")
    names = {row[0]: row[1] for row in board["rows"]}
    units = {unit["id"]: unit["name"] for unit in board["units"]}

    sent = await viewer.call("GET", SHEET)
    assert sent.status_code == 200
    assert sent.headers["content-type"] == MEDIA_TYPE
    assert sent.headers["content-disposition"] == f'attachment; filename="belum-mulai-{EVENT}.xlsx"'
    head, *rows = rows_of(sent.content)
    assert head == HEAD
    assert [row[0] for row in rows] == list(range(1, PEOPLE))
    assert names[device.sitting] not in [row[1] for row in rows]
    told = {str(row[1]): row for row in rows}
    assert told[names[ready.sitting]][4] == "Hadir, belum mulai"
    assert {row[2] for row in rows} <= set(units.values())
    assert not [cell for row in rows for cell in row if ready.nip in str(cell)]


@pytest.mark.asyncio
async def test_it_keeps_to_a_unit_and_to_ones_bounds(exam: Exam) -> None:
    admin = await seated(exam, await hired(exam))
    board = await admin.ok("GET", f"/events/{EVENT}/board")
    mine, theirs = board["units"][:2]
    of_mine = [row[1] for row in board["rows"] if row[2] == mine["id"]]

    proctor = await hired(exam, Role.PROCTOR, scopes=(Scope(EVENT, "unit", mine["code"]),))
    proctor = await seated(exam, proctor)
    for staffer, query in ((admin, f"?unit={mine['code']}"), (proctor, "")):
        rows = rows_of((await staffer.call("GET", SHEET + query)).content)[1:]
        assert [row[1] for row in rows] == sorted(of_mine, key=str.casefold)
        assert {row[2] for row in rows} == {mine["name"]}
    foreign = await proctor.call("GET", f"{SHEET}?unit={theirs['code']}")
    assert refusal(foreign) == (403, "not-allowed")
    unknown = await admin.call("GET", f"{SHEET}?unit=tiada")
    assert unknown.status_code == 404
    for query in ("?room=tiada", "?wave=9", "?wave=x"):
        assert (await admin.call("GET", SHEET + query)).status_code == 404
    author = await seated(exam, await hired(exam, Role.AUTHOR))
    assert refusal(await author.call("GET", SHEET)) == (403, "not-allowed")


@pytest.mark.asyncio
async def test_the_room_is_read_once_for_all_lists(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = []
    real = Hub._load

    async def counted(hub: Hub, kept: Any) -> None:  # noqa: ANN401 - the hub's own
        loads.append(kept)
        await real(hub, kept)

    monkeypatch.setattr(Hub, "_load", counted)
    admin = await seated(exam, await hired(exam))
    for _ in range(3):
        assert (await admin.call("GET", SHEET)).status_code == 200
    assert len(loads) == 1
