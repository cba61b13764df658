"""Tokens for scripts: shown once, listed, ended."""

import re

import httpx
import pytest

from app.people.staff.model import Role
from tests.exam import Exam
from tests.pages.staff.window import Window
from tests.people.staff.builders import STAFF, hired, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def try_token(exam: Exam, text: str) -> int:
    reply = await exam.http.get(f"{STAFF}/rights", headers={"Authorization": f"Bearer {text}"})
    return reply.status_code


async def test_a_token_is_made_shown_once_and_ended(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/token")
    await window.send("/staf/token", name="unduh hasil", role="viewer", days="30")
    assert window.status == 201
    found = re.search(r"skt_[\w-]{43}", window.reply.text)
    assert found is not None
    assert await try_token(day, found[0]) == httpx.codes.OK
    await window.open("/staf/token")
    assert "unduh hasil" in window.text
    assert found[0] not in window.reply.text
    (end,) = [form.action for form in window.page.forms if form.action.endswith("/akhiri")]
    await window.send(end)
    assert window.goes_to == "/staf/token?kabar=token-berakhir"
    assert await try_token(day, found[0]) == httpx.codes.UNAUTHORIZED
    await window.follow()
    assert "Token itu sudah diakhiri" in window.text
    assert end not in {form.action for form in window.page.forms}


@pytest.mark.parametrize(
    ("typed", "beside", "said"),
    [
        ({"name": ""}, "name", "Nama:"),
        ({"days": "0"}, "days", "1 sampai 366 hari"),
        ({"days": "seminggu"}, "days", "1 sampai 366 hari"),
        ({"days": "-1"}, "days", "1 sampai 366 hari"),
        ({"days": "٣"}, "days", "1 sampai 366 hari"),
        ({"role": ""}, "role", "Pilih salah satu peran"),
    ],
)
async def test_what_will_not_do_is_said_beside_it(
    day: Exam, typed: dict[str, str], beside: str, said: str
) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/token")
    given = {"name": "skrip", "role": "viewer", "days": "3", **typed}
    await window.send("/staf/token", **given)
    assert window.status == 400
    assert said in window.page.ids[f"{beside}-salah"]
    assert ("name", given["name"]) in window.page.forms[-1].fields
    assert ("days", given["days"]) in window.page.forms[-1].fields


async def test_a_role_that_is_not_beneath_is_refused(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/token")
    await window.send("/staf/token", name="skrip", role="admin", days="3")
    assert window.status == 403
    assert "tidak dapat Anda buat" in window.page.ids["role-salah"]


async def test_an_admin_sees_everybodys_tokens_an_operator_their_own(day: Exam) -> None:
    one, other = await hired(day), await hired(day)
    windows = [Window(day).sits_as(await seated(day, who)) for who in (one, other)]
    for number, window in enumerate(windows):
        await window.open("/staf/token")
        await window.send("/staf/token", name=f"skrip nomor {number}", role="viewer", days="3")
    await windows[0].open("/staf/token")
    assert "skrip nomor 0" in windows[0].text
    assert "skrip nomor 1" not in windows[0].text
    admin = Window(day).sits_as(await seated(day, await hired(day, Role.ADMIN, factor=True)))
    await admin.open("/staf/token")
    assert "skrip nomor 0" in admin.text
    assert "skrip nomor 1" in admin.text
