"""A form counts where our own page of this session made it; what is dangerous is proved."""

import pytest

from app.people.staff.entering import PROVED_MS
from app.people.staff.guard import COOKIE
from app.people.staff.live import session_id
from app.people.staff.model import Role
from tests.exam import Exam
from tests.pages.staff.window import Window
from tests.people.staff.builders import PASSWORD, Staffer, aged, hired, room_of, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNT = {"login": "baru.sekali", "name": "Orang Baru", "role": "viewer"}


async def at_work(exam: Exam) -> tuple[Window, Staffer]:
    """Return an operator who typed the password an hour ago, with somebody to look after."""
    operator = await seated(exam, await hired(exam))
    await aged(exam, operator.cookie, proved_at=PROVED_MS + 60_000)
    return Window(exam).sits_as(operator), await hired(exam, Role.VIEWER)


async def password_of(exam: Exam, staffer: Staffer) -> str:
    account = await room_of(exam).account(staffer.account.login)
    assert account is not None
    return account.password


@pytest.mark.parametrize("mark", ["", "x", "0.0", "é.é", "0123456789abcdef." + "0" * 64])
async def test_a_form_without_the_mark_of_its_page_does_nothing(day: Exam, mark: str) -> None:
    sari = await hired(day)
    window = Window(day).sits_as(await seated(day, sari))
    await window.open("/staf/sesi")
    await window.send("/staf/keluar", asal=mark)
    assert window.status == 403
    assert "Belum dilakukan" in window.text
    assert sari.account.name in window.text
    assert await room_of(day).sessions(sari.account.login)


async def test_the_mark_of_another_session_is_none(day: Exam) -> None:
    sari = await hired(day)
    mine = Window(day).sits_as(await seated(day, sari))
    other = Window(day).sits_as(await seated(day, sari))
    await mine.open("/staf/sesi")
    await other.open("/staf/sesi")
    await mine.send("/staf/keluar", asal=other.page.hidden["asal"][0])
    assert mine.status == 403


async def test_each_page_carries_another_mark(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    await window.open("/staf/sesi")
    first = set(window.page.hidden["asal"])
    await window.open("/staf/sesi")
    assert len(first | set(window.page.hidden["asal"])) == 2
    assert window.http.cookies[COOKIE] not in window.reply.text


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://jahat.test"}, {"Sec-Fetch-Site": "none-of"}]
)
async def test_a_form_from_another_site_does_nothing(day: Exam, headers: dict[str, str]) -> None:
    sari = await hired(day)
    window = Window(day).sits_as(await seated(day, sari))
    await window.open("/staf/sesi")
    await window.send("/staf/keluar", headers)
    assert window.status == 403
    assert await room_of(day).sessions(sari.account.login)


async def test_what_no_form_sends_is_refused_without_a_defect(day: Exam) -> None:
    window = Window(day).sits_as(await seated(day, await hired(day)))
    for body, kind, status in (
        (b'{"asal": "x"}', "application/json", 403),
        (b"\xff\xfe=\xff", "application/x-www-form-urlencoded", 422),
        (b"&".join(b"a=%d" % n for n in range(2000)), "application/x-www-form-urlencoded", 422),
        (b"a=" + b"b" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"a=%ZZ%00%f0%28%8c%28;&&==", "application/x-www-form-urlencoded", 403),
        (b"", "", 403),
    ):
        headers = {"Content-Type": kind, "Origin": "http://exam.test"}
        reply = await window.http.post("/staf/keluar", content=body, headers=headers)
        assert reply.status_code == status, (body[:20], reply.text)
        assert reply.headers["content-type"].startswith("text/html")


async def test_a_dangerous_act_asks_for_the_password_and_keeps_what_was_typed(day: Exam) -> None:
    window, _ = await at_work(day)
    await window.open("/staf/akun-baru")
    await window.send("/staf/akun", **ACCOUNT)
    assert window.status == 403
    assert "Membuat akun" in window.text
    held = dict(window.page.forms[-1].fields)
    assert ACCOUNT.items() <= held.items()
    await window.send("/staf/akun", bukti="salah")
    assert window.status == 401
    assert "tidak sesuai" in window.page.fault("bukti")
    assert ACCOUNT.items() <= dict(window.page.forms[-1].fields).items()
    await window.send("/staf/akun", bukti="")
    assert window.status == 403
    assert "Ketik kata sandi" in window.page.fault("bukti")
    await window.send("/staf/akun", bukti=PASSWORD)
    assert window.status == 201
    assert "Orang Baru" in window.text
    await window.open("/staf/akun-baru")
    await window.send("/staf/akun", login="baru.lagi", name="Orang Lain", role="viewer")
    assert window.status == 201  # within minutes it is not asked for again


async def test_who_guesses_the_proof_is_told_to_slow_down(day: Exam) -> None:
    window, viewer = await at_work(day)
    before = await password_of(day, viewer)
    path = f"/staf/akun/{viewer.account.login}"
    await window.open(path)
    await window.send(f"{path}/sandi")
    for _ in range(11):
        await window.send(f"{path}/sandi", bukti="salah")
    assert window.status == 429
    assert "Terlalu banyak" in window.page.fault("bukti")
    assert await password_of(day, viewer) == before


async def test_no_proof_helps_a_form_that_is_not_ours(day: Exam) -> None:
    window, viewer = await at_work(day)
    before = await password_of(day, viewer)
    path = f"/staf/akun/{viewer.account.login}"
    await window.open(path)
    await window.post(f"{path}/sandi", [("bukti", PASSWORD)])
    assert window.status == 403
    assert "Belum dilakukan" in window.text
    assert await password_of(day, viewer) == before
    session = await room_of(day).session(session_id(window.http.cookies[COOKIE]))
    assert session is not None
    assert session.proved_at < session.began_at  # nor has it proved anything


async def test_pages_are_for_people_not_for_scripts(day: Exam) -> None:
    operator = await seated(day, await hired(day))
    made = await operator.ok("POST", "/tokens", {"name": "skrip", "role": "viewer", "days": 1})
    script = {"Authorization": f"Bearer {made['token']}"}
    for method, path in (("GET", "/staf"), ("POST", "/staf/sandi"), ("POST", "/staf/keluar")):
        reply = await day.http.request(method, path, headers=script)
        assert reply.status_code == 403
        assert "untuk orang" in reply.text


async def test_an_act_after_the_session_ended_leads_to_the_door_and_says_so(day: Exam) -> None:
    window, viewer = await at_work(day)
    path = f"/staf/akun/{viewer.account.login}"
    await window.open(path)
    session = await room_of(day).session(session_id(window.http.cookies[COOKIE]))
    assert session is not None
    await room_of(day).end(session)
    await window.send(f"{path}/sandi")
    assert window.goes_to == f"/staf/masuk?ke={path}&kabar=belum"
    await window.follow()
    assert "belum dilakukan" in window.text
    assert ("ke", path) in window.page.forms[0].fields


async def test_an_act_that_is_not_allowed_is_refused_before_the_password_is_asked_for(
    day: Exam,
) -> None:
    window, _ = await at_work(day)
    admin = await hired(day, Role.ADMIN, factor=True)
    await window.open("/staf/akun-baru")
    mark = [("asal", window.page.hidden["asal"][0])]
    await window.post(f"/staf/akun/{admin.account.login}/sandi", mark)
    assert window.status == 403
    assert "di luar wewenang" in window.text
