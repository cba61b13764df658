"""The shell of the board: who may open it, and that it holds no person."""

import re

import pytest

from app.people.staff.model import Role, Scope
from tests.exam import EVENT, Exam
from tests.pages.staff.window import Window
from tests.people.staff.builders import hired, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOARD = f"/staf/papan/{EVENT}"


async def opened(exam: Exam, role: Role, scopes: tuple[Scope, ...] = ()) -> Window:
    window = Window(exam).sits_as(await seated(exam, await hired(exam, role, scopes=scopes)))
    await window.open(BOARD)
    return window


@pytest.mark.parametrize(
    ("role", "acts"),
    [(Role.OPERATOR, "all"), (Role.PROCTOR, "all"), (Role.VIEWER, "")],
)
async def test_the_shell_says_what_can_be_done(day: Exam, role: Role, acts: str) -> None:
    window = await opened(day, role)
    assert window.status == 200
    assert f'data-event="{EVENT}" data-acts="{acts}"' in window.reply.text


async def test_a_proctor_of_a_room_does_nothing_to_everybody(day: Exam) -> None:
    window = await opened(day, Role.PROCTOR, (Scope(EVENT, "room", "7"),))
    assert 'data-acts="own"' in window.reply.text


async def test_an_author_and_a_proctor_of_another_event_do_not_see_it(day: Exam) -> None:
    assert (await opened(day, Role.AUTHOR)).status == 403
    assert (await opened(day, Role.PROCTOR, (Scope("serang-2025"),))).status == 403


async def test_who_is_not_in_signs_in_and_comes_back(day: Exam) -> None:
    window = Window(day)
    await window.open(BOARD)
    assert window.goes_to == f"/staf/masuk?ke={BOARD}"
    await window.signs_in(await hired(day, Role.PROCTOR), to=BOARD)
    assert window.goes_to == BOARD


async def test_an_unknown_event_has_no_board(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/papan/tiada")
    assert window.status == 404


async def test_all_that_it_loads_is_there_under_one_version(day: Exam) -> None:
    window = await opened(day, Role.PROCTOR)
    named = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', window.reply.text)
    assert any(path.endswith("/kit/dom.js") for path in named)
    for path in named:
        assert (await day.http.get(path)).status_code == 200, path
    assert "<script>" not in window.reply.text


async def test_the_start_page_leads_there_whom_it_is_open_to(day: Exam) -> None:
    for role, leads in ((Role.PROCTOR, True), (Role.VIEWER, True), (Role.AUTHOR, False)):
        window = Window(day).sits_as(await seated(day, await hired(day, role)))
        await window.open("/staf")
        assert (f'href="{BOARD}"' in window.reply.text) is leads
