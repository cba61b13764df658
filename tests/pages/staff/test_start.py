"""What each sees first, what stays open while a store is away, what is refused and how."""

import asyncio
import re

import httpx
import orjson
import pytest

from app.kit.redis import ask
from app.pages.staff.screen import DOORS
from app.people.staff.model import Role, Scope
from app.people.staff.rights import RULES, Reach
from app.proctoring.live import named
from tests.exam import EVENT, Exam, app_on
from tests.pages.staff.window import Window
from tests.people.staff.builders import Staffer, hired, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")

TITLE = "Indeks Kompetensi Digital"
ELSEWHERE = "serang-2025"


async def window_of(exam: Exam, staffer: Staffer) -> Window:
    return Window(exam).sits_as(await seated(exam, staffer))


def doors(window: Window) -> set[str]:
    (nav,) = re.findall(r'<nav class="doors".*?</nav>', window.reply.text, re.DOTALL)
    return set(re.findall(r'href="([^"]+)"', nav))


@pytest.mark.parametrize("role", list(Role))
async def test_the_table_of_rights_says_which_doors_are_shown(day: Exam, role: Role) -> None:
    window = await window_of(day, await hired(day, role, factor=role is Role.ADMIN))
    await window.open("/staf")
    assert doors(window) == {
        door.path for door in DOORS if RULES["GET", door.path].reach[role] is not Reach.NONE
    }
    for path in doors(window):
        await window.open(path)
        assert window.status == 200, path
        assert f'href="{path}" aria-current="page"' in window.reply.text


async def test_events_are_shown_with_their_times_and_state(day: Exam) -> None:
    window = await window_of(day, await hired(day))
    await window.open("/staf")
    assert TITLE in window.text
    assert re.search(r"Sedang berjalan ditutup .+ lagi", window.text)
    assert re.search(r"Dibuka (hari ini|kemarin) pukul \d\d\.\d\d WITA", window.text)


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (3_600_000 * 2 + 60_000, 7_200_000 * 4, "Belum dibuka dibuka 2 jam lagi"),
        (-7_200_000, 3_600_000 + 60_000 * 5 + 30_000, "Sedang berjalan ditutup 1 jam 5 menit lagi"),
        (-7_200_000, -60_000 * 3 - 30_000, "Selesai sejak 3 menit"),
    ],
)
async def test_the_state_of_an_event_follows_the_rooms_clock(
    day: Exam, opens: int, closes: int, said: str
) -> None:
    room = day.stores.room
    (before,) = await ask(room, ("GET", f"event:{EVENT}"))
    seconds, _ = await room.time()
    moved = {"opens_at": seconds * 1000 + opens, "closes_at": seconds * 1000 + closes}
    card = orjson.loads(before) | moved
    await room.set(f"event:{EVENT}", orjson.dumps(card))
    try:
        window = await window_of(day, await hired(day))
        for _ in range(40):  # each process reads the cards once a second
            await window.open("/staf")
            if said in window.text:
                break
            await asyncio.sleep(0.1)
        assert said in window.text
    finally:
        await room.set(f"event:{EVENT}", before)


async def test_a_proctor_sees_what_they_are_bound_to_by_name(day: Exam) -> None:
    code, unit = min((await named(day.stores.room, "units", EVENT)).items())
    bound = (Scope(EVENT, "unit", code), Scope(EVENT, "room", "7"))
    window = await window_of(day, await hired(day, Role.PROCTOR, scopes=bound))
    await window.open("/staf")
    assert f"Bagian Anda {unit['name']}, ruang 7 (tidak dikenal lagi)" in window.text


async def test_a_proctor_of_another_event_sees_none_of_this_one(day: Exam) -> None:
    window = await window_of(day, await hired(day, Role.PROCTOR, scopes=(Scope(ELSEWHERE),)))
    await window.open("/staf")
    assert TITLE not in window.text
    assert "Belum ada kegiatan Anda" in window.text


async def test_what_needs_attention_is_said(day: Exam) -> None:
    sari = await hired(day)
    window = await window_of(day, sari)
    await window.open("/staf")
    assert "belum memakai faktor kedua" in window.text
    assert "perangkat lain" not in window.text
    await seated(day, sari)
    await window.open("/staf")
    assert "juga terbuka di 1 perangkat lain" in window.text
    safe = await window_of(day, await hired(day, factor=True))
    await safe.open("/staf")
    assert "Perlu perhatian" not in safe.text


async def test_without_postgres_one_comes_in_works_and_leaves(day: Exam) -> None:
    proctor, admin = await hired(day, Role.PROCTOR), await hired(day, Role.ADMIN, factor=True)
    away = day.settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:9/none"})
    async with app_on(away) as client:
        window = Window(day, client._transport)
        await window.signs_in(proctor)
        for path in ("/staf", "/staf/sesi", "/staf/hak"):
            await window.open(path)
            assert window.status == 200
        await window.open("/staf/sandi")
        await window.send("/staf/sandi", old="x", new="y" * 20, again="y" * 20)
        assert window.status == 503
        assert "Ujian tetap berjalan" in window.text
        await window.open("/staf")
        await window.send("/staf/keluar")
        assert window.goes_to == "/staf/masuk?kabar=keluar"

        chief = Window(day, client._transport).sits_as(await seated(day, admin))
        for path in ("/staf/akun", "/staf/token", "/staf/catatan"):
            await chief.open(path)
            assert chief.status == 503
            assert "Ujian tetap berjalan" in chief.text
            assert int(chief.reply.headers["refresh"]) >= 10
        await chief.open("/staf/akun-baru")
        await chief.send("/staf/akun", login="budi.baru", name="Budi Baru", role="viewer")
        assert chief.status == 503
        assert ("name", "Budi Baru") in chief.page.forms[-1].fields
        pairs = [("asal", chief.page.hidden["asal"][0]), ("why", "lupa")]
        await chief.post(f"/staf/akun/{proctor.account.login}/sandi", pairs)
        assert chief.status == 503
        assert "refresh" not in chief.reply.headers
        again = chief.page.forms[-1]
        assert again.action == f"/staf/akun/{proctor.account.login}/sandi"
        assert ("why", "lupa") in again.fields


async def test_an_address_that_is_none_leads_back(day: Exam) -> None:
    window = await window_of(day, await hired(day))
    await window.open("/staf/apa-ini")
    assert window.status == 404
    assert "Ke beranda" in window.text
    await window.open("/staf/akun/x/sandi")
    assert window.goes_to == "/staf/akun/x"
    await window.open("/staf/keluar")
    assert window.goes_to == "/staf"
    stranger = Window(day)
    await stranger.open("/staf/apa-ini")
    assert stranger.status == 404


async def test_a_defect_is_a_page_that_gives_nothing_away(day: Exam) -> None:
    staffer = await seated(day, await hired(day))
    await ask(day.stores.room, ("HSET", "staff:accounts", staffer.account.login, '["no account"]'))
    whole = day.http._transport
    assert isinstance(whole, httpx.ASGITransport)
    window = Window(day, httpx.ASGITransport(whole.app, raise_app_exceptions=False))
    await window.sits_as(staffer).open("/staf")
    assert window.status == 500
    assert "Ujian tetap berjalan" in window.text
    assert "no account" not in window.reply.text
    reply = await window.http.get("/api/v1/staff/session")
    assert reply.headers["content-type"] == "application/problem+json"
    await ask(day.stores.room, ("HDEL", "staff:accounts", staffer.account.login))


async def test_an_account_may_be_called_anything(day: Exam) -> None:
    baru = await hired(day, Role.VIEWER, login="baru")
    window = await window_of(day, await hired(day))
    await window.open("/staf/akun/baru")
    assert baru.account.name in window.text


async def test_programs_still_get_problem_details(day: Exam) -> None:
    reply = await day.http.get("/api/v1/staff/accounts", headers={"Accept": "text/html"})
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers.get("referrer-policy") is None


async def test_the_rights_page_says_the_table_in_words(day: Exam) -> None:
    window = await window_of(day, await hired(day, Role.PROCTOR))
    await window.open("/staf/hak")
    for said in (
        "Membuat akun * sandi semua miliknya – – –",
        "Membaca catatan semua semua miliknya miliknya miliknya",
        "Mengganti kata sandi sendiri ya ya ya ya ya",
    ):
        assert said in window.text
    for code in ("GET ", "POST ", "/api/", "PATCH "):
        assert code not in window.text
    narrow = re.findall(r'<th scope="col" class="">([^<]+)</th>', window.reply.text)
    assert set(narrow) == {"pengawas"}  # what a narrow screen shows: one's own role
    await window.open("/staf/hak?peran=admin")
    narrow = re.findall(r'<th scope="col" class="">([^<]+)</th>', window.reply.text)
    assert set(narrow) == {"admin"}
    await window.open("/staf/hak?peran=%3Cb%3E")
    assert window.status == 200
