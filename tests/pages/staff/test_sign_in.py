"""Coming in, showing the code and going, by forms alone."""

import pytest

from app.people.staff.guard import COOKIE
from app.people.staff.live import session_id
from app.people.staff.model import Role
from tests.exam import Exam, app_on
from tests.pages.staff.window import Window
from tests.people.staff.builders import PASSWORD, hired, now, room_of, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRONG = "salah"


async def test_login_and_password_open_the_start_page(day: Exam) -> None:
    sari, window = await hired(day), Window(day)
    await window.open("/staf")
    assert window.goes_to == "/staf/masuk"
    await window.follow()
    await window.send("/staf/masuk", login=sari.account.login, password=PASSWORD)
    assert window.goes_to == "/staf"
    cookie = window.reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    await window.follow()
    assert window.status == 200
    assert f"{sari.account.name} operator (panitia)" in window.text
    assert "/staf/keluar" in {form.action for form in window.page.forms}


async def test_what_was_typed_wrong_stays_but_for_the_password(day: Exam) -> None:
    sari, window = await hired(day), Window(day)
    await window.open("/staf/masuk?ke=/staf/hak")
    await window.send("/staf/masuk", login=sari.account.login, password=WRONG, alone="1")
    assert window.status == 401
    assert COOKIE not in window.http.cookies
    assert "Nama pengguna atau kata sandi tidak sesuai" in window.page.ids["salah"]
    form = window.page.forms[0]
    assert ("login", sari.account.login) in form.fields
    assert ("alone", "1") in form.fields
    assert ("ke", "/staf/hak") in form.fields
    await window.send("/staf/masuk", password=PASSWORD)
    assert window.goes_to == "/staf/hak"


async def test_who_guesses_is_told_to_slow_down(day: Exam) -> None:
    sari, window = await hired(day), Window(day)
    await window.open("/staf/masuk")
    for _ in range(11):
        await window.send("/staf/masuk", login=sari.account.login, password=WRONG)
    assert window.status == 429
    assert "Terlalu banyak percobaan" in window.text
    await window.send("/staf/masuk", password=PASSWORD)
    assert window.goes_to == "/staf"
    await window.follow()
    assert "kata sandi yang salah dicoba 11 kali" in window.text


@pytest.mark.parametrize(
    "to",
    [
        "https://jahat.test/staf",
        "//jahat.test",
        "/staf//jahat.test",
        "/\\jahat.test",
        "/stafx",
        "/",
        "/staf/akun\r\nSet-Cookie: a=b",
        "/staf/keluar",
        "javascript:alert(1)",
        "/staf/masuk",
        "/staf/../ujian/x",
    ],
)
async def test_nobody_is_led_elsewhere(day: Exam, to: str) -> None:
    sari, window = await hired(day), Window(day)
    await window.open("/staf/masuk")
    await window.send("/staf/masuk", login=sari.account.login, password=PASSWORD, ke=to)
    assert window.goes_to == "/staf"


async def test_one_comes_to_the_page_that_was_wanted_with_its_query(day: Exam) -> None:
    sari, window = await hired(day), Window(day)
    await window.open("/staf/catatan?apa=account.&siapa=sari")
    await window.follow()
    await window.send("/staf/masuk", login=sari.account.login, password=PASSWORD)
    assert window.goes_to == "/staf/catatan?apa=account.&siapa=sari"


async def test_a_query_that_is_none_of_ours_is_left_behind(day: Exam) -> None:
    sari, window = await hired(day), Window(day)
    await window.open("/staf/hak?peran=<b>(x)'\"")
    await window.follow()
    await window.send("/staf/masuk", login=sari.account.login, password=PASSWORD)
    assert window.goes_to == "/staf/hak"


async def test_who_is_in_already_goes_on(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/masuk?ke=/staf/sesi")
    assert window.goes_to == "/staf/sesi"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://jahat.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_no_other_site_signs_anybody_in(day: Exam, headers: dict[str, str]) -> None:
    sari, window = await hired(day), Window(day)
    await window.open("/staf/masuk")
    await window.send("/staf/masuk", headers, login=sari.account.login, password=PASSWORD)
    assert window.status == 403
    assert "Belum dilakukan" in window.text
    assert not await room_of(day).sessions(sari.account.login)


async def test_other_devices_end_where_that_is_asked_for(day: Exam) -> None:
    sari = await hired(day)
    old, new = Window(day), Window(day)
    await old.signs_in(sari)
    await new.open("/staf/masuk")
    await new.send("/staf/masuk", login=sari.account.login, password=PASSWORD, alone="1")
    await old.open("/staf")
    assert old.goes_to == "/staf/masuk"
    assert COOKIE not in old.http.cookies
    assert len(await room_of(day).sessions(sari.account.login)) == 1


async def test_the_second_factor_stands_before_everything(day: Exam) -> None:
    admin, window = await hired(day, Role.ADMIN, factor=True), Window(day)
    await window.signs_in(admin, to="/staf/akun?peran=proctor")
    assert window.goes_to == "/staf/kode?ke=/staf/akun%3Fperan%3Dproctor"
    await window.open("/staf/akun")
    assert window.goes_to == "/staf/kode?ke=/staf/akun"
    await window.open("/staf/kode?ke=/staf/akun%3Fperan%3Dproctor")
    assert not [form for form in window.page.forms if form.method == "get"]
    await window.send("/staf/kode", code=" ")
    assert window.status == 400
    assert "Ketik kode" in window.page.fault("code")
    await window.send("/staf/kode", code="12 34")
    assert window.status == 401
    assert "Kode tidak sesuai" in window.page.fault("code")
    code = admin.code(await now(day))
    await window.send("/staf/kode", code=f"{code[:3]} {code[3:]}")
    assert window.goes_to == "/staf/akun?peran=proctor"
    assert "serentak-perangkat" in window.http.cookies
    await window.follow()
    assert window.status == 200


async def test_who_guesses_codes_is_told_to_slow_down(day: Exam) -> None:
    admin, window = await hired(day, Role.ADMIN, factor=True), Window(day)
    await window.signs_in(admin)
    await window.follow()
    for _ in range(21):
        await window.send("/staf/kode", code="123456")
    assert window.status == 429
    assert "Terlalu banyak" in window.page.fault("code")


async def test_no_code_is_asked_for_where_none_is_needed(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/kode")
    assert window.goes_to == "/staf"


async def test_who_leaves_is_out(day: Exam) -> None:
    sari, window = await hired(day), Window(day)
    await window.signs_in(sari)
    await window.follow()
    cookie = window.http.cookies[COOKIE]
    await window.send("/staf/keluar")
    assert window.goes_to == "/staf/masuk?kabar=keluar"
    assert COOKIE not in window.http.cookies
    assert await room_of(day).session(session_id(cookie)) is None
    await window.follow()
    assert "Anda sudah keluar" in window.text


async def test_leaving_twice_is_no_fault(day: Exam) -> None:
    sari, window = await hired(day), Window(day)
    await window.signs_in(sari)
    await window.follow()
    pairs = window.page.forms[0].fields
    await window.send("/staf/keluar")
    await window.post("/staf/keluar", pairs)
    assert window.goes_to == "/staf/masuk?kabar=keluar"


async def test_before_the_second_step_one_can_leave(day: Exam) -> None:
    admin, window = await hired(day, Role.ADMIN, factor=True), Window(day)
    await window.signs_in(admin)
    await window.follow()
    await window.send("/staf/keluar")
    assert window.goes_to == "/staf/masuk?kabar=keluar"


async def test_while_redis_is_away_the_page_stands_and_says_so(day: Exam) -> None:
    away = day.settings.model_copy(update={"redis_url": "unix:///nowhere/valkey.sock"})
    async with app_on(away, ready=False) as client:
        window = Window(day, client._transport)
        await window.open("/staf/masuk")
        assert window.status == 200
        await window.send("/staf/masuk", login="sari", password=PASSWORD)
        assert window.status == 503
        assert ("login", "sari") in window.page.forms[0].fields
        assert "Ujian tetap aman" in window.text
        window.http.cookies.set(COOKIE, "x")
        await window.open("/staf")
        assert window.status == 503
        assert "Ujian yang berjalan tidak terganggu" in window.text
        assert int(window.reply.headers["refresh"]) >= 1
