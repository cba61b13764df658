"""Accounts: found, made, changed, closed; what is shown once; whose affair they are."""

import re

import pytest

from app.people.staff.live import session_id
from app.people.staff.model import Role, Scope
from app.proctoring.live import named
from tests.exam import EVENT, Exam
from tests.pages.staff.window import Window
from tests.people.staff.builders import Staffer, hired, room_of, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def admin_at_work(exam: Exam) -> Window:
    return Window(exam).sits_as(await seated(exam, await hired(exam, Role.ADMIN, factor=True)))


async def operator_at_work(exam: Exam) -> Window:
    return Window(exam).sits_as(await seated(exam, await hired(exam)))


def path_of(staffer: Staffer) -> str:
    return f"/staf/akun/{staffer.account.login}"


def shown_password(window: Window) -> str:
    groups = re.findall(r'<span class="group">([2-9a-z]{4})</span>', window.reply.text)
    assert len(groups) == 4
    return "-".join(groups)


async def a_unit(exam: Exam) -> tuple[str, str]:
    """Return a unit's code and name, as the room knows them."""
    code, unit = min((await named(exam.stores.room, "units", EVENT)).items())
    return code, str(unit["name"])


async def test_accounts_are_found_by_name_login_and_role(day: Exam) -> None:
    await hired(day, Role.PROCTOR, login="wayan.sudarma")
    await hired(day, Role.VIEWER, login="wayan.lestari")
    window = await admin_at_work(day)
    await window.open("/staf/akun?cari=WAYAN")
    assert "wayan.sudarma" in window.text
    assert "wayan.lestari" in window.text
    assert re.search(r"2 dari \d+ akun", window.text)
    await window.open("/staf/akun?cari=orang+wayan&peran=viewer")
    assert "wayan.sudarma" not in window.text
    assert "wayan.lestari" in window.text
    assert ("cari", "orang wayan") in window.page.forms[-1].fields
    assert ("peran", "viewer") in window.page.forms[-1].fields
    await window.open("/staf/akun?cari=%3Cb%3E&peran=x")
    assert "Tidak ada akun yang cocok" in window.text
    assert "<b>" not in window.reply.text


async def test_an_operator_sees_only_whom_they_look_after(day: Exam) -> None:
    proctor, author = await hired(day, Role.PROCTOR), await hired(day, Role.AUTHOR)
    window = await operator_at_work(day)
    await window.open("/staf/akun")
    assert proctor.account.login in window.text.split()
    assert author.account.login not in window.text.split()
    await window.open(path_of(author))
    assert window.status == 403
    assert "Anda masuk sebagai operator (panitia)" in window.text


async def test_an_account_is_made_and_its_password_shown_once(day: Exam) -> None:
    window = await operator_at_work(day)
    code, name = await a_unit(day)
    await window.open("/staf/akun-baru")
    assert "penyusun soal" not in window.text
    typed = {"login": " Ketut.Rai ", "name": "Ketut  Rai", "role": "proctor"}
    await window.send("/staf/akun", **typed, scope=[f"{EVENT}/unit/{code}"])
    assert window.status == 201
    assert "Akun ketut.rai sudah dibuat" in window.text
    password = shown_password(window)
    ketut = Window(day)
    account = await room_of(day).account("ketut.rai")
    assert account is not None
    assert account.scopes == (Scope(EVENT, "unit", code),)
    await ketut.signs_in(Staffer(day.http, account), password)
    assert ketut.goes_to == "/staf/sandi"
    await window.open("/staf/akun/ketut.rai")
    assert name in window.text
    assert "Sandi sementara" in window.text
    assert password not in window.reply.text


@pytest.mark.parametrize(
    ("typed", "status", "beside", "said"),
    [
        ({"login": "Ab"}, 400, "login", "3–32 huruf kecil"),
        ({"name": " "}, 400, "name", "Nama:"),
        ({"role": "proctor"}, 400, "scopes", "Pengawas harus dibatasi"),
        ({"role": "admin"}, 400, "role", "Pilih salah satu peran"),
        ({"role": "viewer", "scope": [EVENT]}, 400, "scopes", "Hanya pengawas"),
        ({"role": "proctor", "scope": [f"{EVENT}/unit/"]}, 400, "scopes", "Batas pengawas"),
    ],
)
async def test_what_will_not_do_is_said_beside_it_and_nothing_is_lost(
    day: Exam, typed: dict[str, str | list[str]], status: int, beside: str, said: str
) -> None:
    window = await operator_at_work(day)
    given = {"login": "salah.ketik", "name": "Salah Ketik", "role": "viewer", **typed}
    await window.open("/staf/akun-baru")
    await window.send("/staf/akun", **given)
    assert window.status == status
    assert said in window.page.ids[f"{beside}-salah"]
    assert "salah" in window.page.ids
    held = window.page.forms[-1].fields
    assert ("login", str(given["login"])) in held
    assert ("name", str(given["name"])) in held
    assert [value for name, value in held if name == "scope"] == given.get("scope", [])
    assert await room_of(day).account("salah.ketik") is None


async def test_a_login_that_is_taken_is_said_beside_it(day: Exam) -> None:
    taken = await hired(day, Role.VIEWER)
    window = await operator_at_work(day)
    await window.open("/staf/akun-baru")
    await window.send("/staf/akun", login=taken.account.login, name="Kembar", role="viewer")
    assert window.status == 409
    assert "sudah dipakai" in window.page.fault("login")


async def test_another_role_ends_the_sessions_with_the_next_request(day: Exam) -> None:
    proctor = await hired(day, Role.PROCTOR)
    theirs = Window(day).sits_as(await seated(day, proctor))
    await theirs.open("/staf")
    assert theirs.status == 200
    window = await operator_at_work(day)
    await window.open(path_of(proctor))
    assert ("scope", EVENT) in [pair for form in window.page.forms for pair in form.fields]
    await window.send(path_of(proctor), name="Nama Baru", role="viewer", why="pindah tugas")
    assert window.goes_to == f"{path_of(proctor)}?kabar=disimpan"
    await theirs.open("/staf")
    assert theirs.goes_to == "/staf/masuk"
    await window.follow()
    assert "Nama Baru" in window.text
    assert "Alasan: pindah tugas" in window.text
    assert "Peran: pengawas → menjadi pemantau" in window.text
    account = await room_of(day).account(proctor.account.login)
    assert account is not None
    assert (account.role, account.scopes) == (Role.VIEWER, ())


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(day: Exam) -> None:
    viewer = await hired(day, Role.VIEWER)
    first, second = await operator_at_work(day), await operator_at_work(day)
    await first.open(path_of(viewer))
    await second.open(path_of(viewer))
    await first.send(path_of(viewer), name="Yang Pertama")
    await second.send(path_of(viewer), name="Yang Kedua", why="salah tulis")
    assert second.status == 409
    assert "baru saja diubah orang lain" in second.text
    assert "Yang Pertama" in second.text
    assert ("name", "Yang Kedua") in [pair for form in second.page.forms for pair in form.fields]
    await second.send(path_of(viewer), name="Yang Kedua")
    assert second.status == 303


async def test_an_account_is_closed_and_opened_again(day: Exam) -> None:
    viewer = await hired(day, Role.VIEWER)
    theirs = Window(day).sits_as(await seated(day, viewer))
    window = await operator_at_work(day)
    await window.open(path_of(viewer))
    await window.send(path_of(viewer), active="0", why="selesai bertugas")
    assert window.goes_to == f"{path_of(viewer)}?kabar=ditutup"
    await theirs.open("/staf")
    assert theirs.goes_to == "/staf/masuk"
    await window.follow()
    assert "Ditutup" in window.text
    await window.send(path_of(viewer), active="1")
    assert window.goes_to == f"{path_of(viewer)}?kabar=dibuka"
    await Window(day).signs_in(viewer)


async def test_a_password_is_given_again_and_the_old_one_ends(day: Exam) -> None:
    viewer = await hired(day, Role.VIEWER)
    theirs = Window(day).sits_as(await seated(day, viewer))
    window = await operator_at_work(day)
    await window.open(path_of(viewer))
    await window.send(f"{path_of(viewer)}/sandi", why="lupa")
    assert window.status == 200
    password = shown_password(window)
    await theirs.open("/staf")
    assert theirs.goes_to == "/staf/masuk"
    await Window(day).signs_in(viewer, password)


async def test_a_second_factor_is_dropped_for_who_lost_the_phone(day: Exam) -> None:
    proctor = await hired(day, Role.PROCTOR, factor=True)
    window = await operator_at_work(day)
    await window.open(path_of(proctor))
    await window.send(f"{path_of(proctor)}/faktor-kedua", why="ponsel hilang")
    assert window.goes_to == f"{path_of(proctor)}?kabar=faktor-dihapus"
    await window.follow()
    assert "Tanpa faktor kedua" in window.text
    assert f"{path_of(proctor)}/faktor-kedua" not in {one.action for one in window.page.forms}


async def test_an_admin_ends_the_session_of_another(day: Exam) -> None:
    viewer = await seated(day, await hired(day, Role.VIEWER))
    admin, operator = await admin_at_work(day), await operator_at_work(day)
    end = f"/staf/sesi/{session_id(viewer.cookie)}/akhiri"
    await operator.open(path_of(viewer))
    assert end not in {form.action for form in operator.page.forms}
    assert "192.0.2.7" in operator.text
    await admin.open(path_of(viewer))
    await admin.send(end)
    assert admin.goes_to == f"{path_of(viewer)}?kabar=sesi-berakhir"
    assert await room_of(day).session(session_id(viewer.cookie)) is None


async def test_nobody_takes_their_own_role_away(day: Exam) -> None:
    admin = await hired(day, Role.ADMIN, factor=True)
    window = Window(day).sits_as(await seated(day, admin))
    await window.open(path_of(admin))
    actions = {form.action for form in window.page.forms}
    assert f"{path_of(admin)}/sandi" not in actions
    assert not [one for one in window.page.forms if {"active", "role"} & one.names]
    await window.send(path_of(admin), name="Nama Sendiri")
    assert window.status == 303
    await window.follow()
    assert "Nama Sendiri" in window.text


async def test_an_account_that_is_not_there_is_not_found(day: Exam) -> None:
    window = await admin_at_work(day)
    await window.open("/staf/akun/tidak.ada")
    assert window.status == 404
    assert "Tidak ditemukan" in window.text
