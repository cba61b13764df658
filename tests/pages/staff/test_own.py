"""A password and a second factor of one's own, and where one is in."""

import re

import pytest

from app.people.staff.guard import COOKIE
from app.people.staff.live import session_id
from app.people.staff.model import Role
from tests.exam import Exam
from tests.pages.staff.window import Window
from tests.people.staff.builders import PASSWORD, hired, now, room_of, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW = "becak biru di jalan mawar"


async def test_a_password_of_somebody_elses_choice_is_replaced_first(day: Exam) -> None:
    ayu = await hired(day, Role.VIEWER, temporary=True)
    window = Window(day)
    await window.signs_in(ayu, to="/staf/hak")
    assert window.goes_to == "/staf/sandi?ke=/staf/hak"
    await window.open("/staf/hak")
    assert window.goes_to == "/staf/sandi?ke=/staf/hak"
    await window.follow()
    assert "Pilih kata sandi Anda sendiri" in window.text
    assert "/staf/hak" not in {form.action for form in window.page.forms}
    await window.send("/staf/sandi", old=PASSWORD, new=NEW, again=NEW)
    assert window.goes_to == "/staf/hak"
    await window.follow()
    assert window.status == 200
    again = Window(day)
    await again.signs_in(ayu, NEW)
    assert again.goes_to == "/staf"


@pytest.mark.parametrize(
    ("typed", "status", "beside", "said"),
    [
        ({"old": "salah"}, 401, "old", "yang lama tidak sesuai"),
        ({"old": ""}, 400, "old", "yang Anda pakai sekarang"),
        ({"again": "becak biru di jalan melati"}, 400, "again", "Tidak sama"),
        ({"new": "pendek", "again": "pendek"}, 400, "new", "paling sedikit 12 huruf"),
        ({"new": "kukar2023kukar2023", "again": "kukar2023kukar2023"}, 400, "new", "mudah ditebak"),
        ({"new": PASSWORD, "again": PASSWORD}, 400, "new", "harus berbeda"),
    ],
)
async def test_what_is_wrong_with_a_password_stands_beside_it(
    day: Exam, typed: dict[str, str], status: int, beside: str, said: str
) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/sandi")
    await window.send("/staf/sandi", **{"old": PASSWORD, "new": NEW, "again": NEW, **typed})
    assert window.status == status
    assert said in window.page.fault(beside)
    assert set(window.page.invalid) == {beside}
    assert "salah" in window.page.ids
    assert NEW not in window.reply.text


async def test_another_password_ends_the_other_sessions(day: Exam) -> None:
    sari = await hired(day)
    here = Window(day).sits_as(await seated(day, sari))
    there = Window(day).sits_as(await seated(day, sari))
    await here.open("/staf/sandi")
    await here.send("/staf/sandi", old=PASSWORD, new=NEW, again=NEW)
    assert here.goes_to == "/staf?kabar=sandi"
    await there.open("/staf")
    assert there.goes_to == "/staf/masuk"
    await here.follow()
    assert "Kata sandi Anda sudah diganti" in here.text


def secret_on(window: Window) -> str:
    found = re.search(r'<p class="code">([A-Z2-7 ]+)</p>', window.reply.text)
    assert found is not None
    assert {len(group) for group in found[1].split()} == {4}
    return found[1].replace(" ", "")


async def test_an_admin_sets_up_a_second_factor_before_anything_else(day: Exam) -> None:
    admin, window = await hired(day, Role.ADMIN), Window(day)
    await window.signs_in(admin, to="/staf/akun")
    assert window.goes_to == "/staf/faktor-kedua?ke=/staf/akun"
    await window.follow()
    assert '<svg viewBox="0 0' in window.reply.text
    assert "Admin wajib" in window.text
    (sealed,) = window.page.hidden["sealed"]
    admin.secret = secret_on(window)
    await window.send("/staf/faktor-kedua", code="")
    assert window.status == 400
    assert "Ketik kode" in window.page.fault("code")
    await window.send("/staf/faktor-kedua", code="000000")
    assert window.status == 401
    assert "Kode tidak sesuai" in window.page.fault("code")
    assert window.page.hidden["sealed"] == [sealed]  # what was scanned stays good
    await window.send("/staf/faktor-kedua", code=admin.code(await now(day)))
    assert window.goes_to == "/staf/akun"
    await window.follow()
    assert window.status == 200
    account = await room_of(day).account(admin.account.login)
    assert account is not None
    assert account.factor == sealed


@pytest.mark.parametrize("forged", ["", "x", "AAAA", "é", "A" * 100])
async def test_a_secret_that_was_not_offered_here_is_replaced(day: Exam, forged: str) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/faktor-kedua")
    await window.send("/staf/faktor-kedua", sealed=forged, code="123456")
    assert window.status == 400
    assert "tidak berlaku lagi" in window.text
    assert window.page.hidden["sealed"] != [forged]


async def test_a_secret_that_was_offered_to_another_is_none_of_mine(day: Exam) -> None:
    mine = Window(day).sits_as(await seated(day, await hired(day)))
    other = Window(day).sits_as(await seated(day, await hired(day)))
    await mine.open("/staf/faktor-kedua")
    await other.open("/staf/faktor-kedua")
    await mine.send("/staf/faktor-kedua", sealed=other.page.hidden["sealed"][0], code="123456")
    assert window_says_new_code(mine)


def window_says_new_code(window: Window) -> bool:
    return window.status == 400 and "Pindai kode QR yang baru" in window.text


async def test_sessions_are_shown_and_ended(day: Exam) -> None:
    sari = await hired(day)
    here = Window(day).sits_as(await seated(day, sari))
    others = [Window(day).sits_as(await seated(day, sari)) for _ in range(3)]
    await here.open("/staf/sesi")
    assert here.text.count("192.0.2.7") == 4 + 3  # each in its row, and the names of three buttons
    assert here.text.count("Perangkat ini") == 1
    ended = session_id(others[0].http.cookies[COOKIE])
    await here.send(f"/staf/sesi/{ended}/akhiri")
    assert here.goes_to == "/staf/sesi?kabar=sesi-berakhir"
    await others[0].open("/staf")
    assert others[0].goes_to == "/staf/masuk"
    await here.follow()
    assert "Sesi itu sudah berakhir" in here.text
    await here.send("/staf/sesi/lain/akhiri")
    assert here.goes_to == "/staf/sesi?kabar=sesi-lain"
    await others[2].open("/staf")
    assert others[2].goes_to == "/staf/masuk"
    await here.follow()
    assert here.status == 200
    assert "/staf/sesi/lain/akhiri" not in {form.action for form in here.page.forms}


async def test_ones_own_session_ends_with_its_cookie(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/sesi")
    mine = session_id(window.http.cookies[COOKIE])
    await window.post(f"/staf/sesi/{mine}/akhiri", window.page.forms[0].fields)
    assert window.goes_to == "/staf/masuk?kabar=keluar"
    assert COOKIE not in window.http.cookies
    await window.open("/staf")
    assert window.goes_to == "/staf/masuk"


async def test_a_session_that_ended_meanwhile_is_not_found(day: Exam) -> None:
    sari = await hired(day)
    window = Window(day).sits_as(await seated(day, sari))
    other = session_id((await seated(day, sari)).cookie)
    await window.open("/staf/sesi")
    pairs = window.page.forms[-2].fields
    await window.send(f"/staf/sesi/{other}/akhiri")
    await window.post(f"/staf/sesi/{other}/akhiri", pairs)
    assert window.status == 404
    assert "Tidak ditemukan" in window.text
