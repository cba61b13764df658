"""From `serentak staff create` to a colleague who is refused what is not theirs, in a browser."""

import itertools

import pytest
from playwright.async_api import expect

from app.people.staff.model import Role
from tests.pages.browser import LAN, PHONE
from tests.pages.staff.office import Office
from tests.people.staff.builders import Staffer, room_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CHIEF_S, PROCTOR_S = "payung gajah menari tujuh kali", "becak biru di jalan mawar"
_days = itertools.count(1)


@pytest.mark.parametrize(
    ("host", "has_script"), [("127.0.0.1", True), (LAN, False)], ids=["script", "none"]
)
async def test_the_first_day(office: Office, host: str, has_script: bool) -> None:  # noqa: FBT001 - a case
    day = next(_days)
    chief, proctor = f"rahma{day}", f"ayu{day}"
    given = await office.hires(chief, "Siti Rahmawati", "admin")
    desk = await office.desk(host=host, java_script_enabled=has_script)
    await desk.page.goto("/staf/akun-baru")
    await desk.types(Nama_pengguna=chief.upper(), Kata_sandi=given)
    await desk.presses("Masuk")
    await desk.chooses_password(given, CHIEF_S)
    await desk.is_at("Pasang faktor kedua")
    account = await room_of(office).account(chief)
    assert account is not None
    holder = Staffer(office.http, account, await desk.shown_secret())
    await desk.types(Kode_enam_angka=await office.code(holder))
    await desk.presses("Pasang")
    await desk.is_at("Akun baru")  # where she wanted to go

    await desk.types(Nama_pengguna=proctor, Nama_lengkap="Ayu Kartika")
    await desk.choice("pengawas").check()
    await desk.presses("Buat akun")
    await desk.says("Pengawas harus dibatasi")
    await expect(desk.choice("pengawas")).to_be_checked()
    await desk.page.get_by_text("Unit kerja (0 dari").click()
    await desk.page.get_by_label("Dinas Kesehatan").check()
    await desk.presses("Buat akun")
    await desk.is_at(f"Akun {proctor} sudah dibuat")
    given = await desk.shown_password()

    phone = await office.desk(PHONE, host=host, java_script_enabled=has_script)
    await phone.signs_in(proctor, given)
    await phone.chooses_password(given, PROCTOR_S)
    await phone.says("Kata sandi Anda sudah diganti")
    await phone.says("Sedang berjalan")
    await phone.says("Dinas Kesehatan")
    await phone.page.goto("/staf/akun")
    await phone.is_at("Ini di luar wewenang Anda")
    await phone.says("Anda masuk sebagai pengawas")
    await phone.link("Ke beranda").click()
    await phone.page.get_by_text("Menu", exact=True).first.click()
    await expect(phone.link("Akun")).to_have_count(0)

    await desk.link("Catatan").click()
    await desk.says("Membuat akun")
    await desk.page.get_by_text("Saring", exact=True).click()
    await desk.types(Terhadap_siapa=proctor)
    await desk.presses("Tampilkan")
    await desk.presses("Keluar")
    await desk.says("Anda sudah keluar")
    held = await room_of(office).account(proctor)
    assert held is not None
    assert (held.role, held.is_temporary) == (Role.PROCTOR, False)
