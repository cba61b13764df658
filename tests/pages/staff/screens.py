"""Every screen of staff, brought up one after the other."""

from collections.abc import Awaitable, Callable

from app.people.staff.entering import PROVED_MS
from app.people.staff.live import session_id
from app.people.staff.model import Role, Scope
from tests.exam import EVENT
from tests.pages.staff.office import Desk, Office
from tests.people.staff.builders import PASSWORD, aged, hired, room_of, seated

Look = Callable[[str, Desk], Awaitable[None]]
"""Called with a screen's name while it stands."""


async def at_the_door(office: Office, desk: Desk, look: Look) -> None:
    """Sign-in and the steps after it, each once right and once wrong."""
    chief = await hired(office, Role.ADMIN, factor=True)
    await desk.page.goto("/staf/sesi")
    await look("masuk", desk)
    await desk.signs_in(chief.account.login, "salah")
    await look("masuk-salah", desk)
    await desk.types(Kata_sandi=PASSWORD)
    await desk.presses("Masuk")
    await look("kode", desk)
    await desk.types(Kode_enam_angka="1")
    await desk.presses("Lanjut")
    await look("kode-salah", desk)
    await desk.presses("Keluar")
    await look("keluar", desk)
    newcomer = await hired(office, Role.ADMIN, temporary=True)
    await desk.signs_in(newcomer.account.login)
    await look("sandi", desk)
    await desk.chooses_password(PASSWORD, "pendek")
    await look("sandi-salah", desk)
    await desk.chooses_password(PASSWORD, "payung gajah menari tujuh kali")
    await desk.page.get_by_text("Tidak dapat memindai?").click()
    await look("faktor", desk)
    await desk.types(Kode_enam_angka="1")
    await desk.presses("Pasang")
    await look("faktor-salah", desk)


async def at_the_console(office: Office, desk: Desk, look: Look) -> None:
    """What an admin works with; every part that unfolds is unfolded."""
    chief = await seated(office, await hired(office, Role.ADMIN, factor=True))
    await seated(office, chief)
    await office.sits(desk, chief)
    proctor = await hired(office, Role.PROCTOR, factor=True, scopes=(Scope(EVENT),))
    await seated(office, proctor)
    for name, path in (
        ("beranda", "/staf"),
        ("sesi", "/staf/sesi"),
        ("akun", "/staf/akun"),
        ("akun-tiada", "/staf/akun?cari=siapa+itu"),
        ("hak", "/staf/hak"),
        ("sandi-ganti", "/staf/sandi"),
        ("faktor-ganti", "/staf/faktor-kedua"),
        ("tidak-ditemukan", "/staf/akun/tidak.ada"),
    ):
        await desk.page.goto(path)
        await look(name, desk)
    await desk.page.goto("/staf/akun-baru")
    await desk.types(Nama_pengguna="x", Nama_lengkap="Ida Ayu")
    await desk.choice("pengawas").check()
    await unfold(desk)
    await look("akun-baru", desk)
    await desk.presses("Buat akun")
    await unfold(desk)
    await look("akun-baru-salah", desk)
    login = f"ida.ayu.{office.house.settings.port}.{desk.page.viewport_size['width']}"  # type: ignore[index]  # there is one
    await desk.types(Nama_pengguna=login)
    await desk.page.get_by_label("Seluruh kegiatan").check()
    await desk.presses("Buat akun")
    await look("akun-dibuat", desk)
    await desk.link("Ke akun ini").click()
    await desk.page.goto(f"/staf/akun/{proctor.account.login}")
    await unfold(desk)
    await look("akun-satu", desk)
    await aged(office, chief.cookie, proved_at=PROVED_MS + 60_000)
    await desk.presses("Beri kata sandi sementara")
    await look("bukti", desk)
    await desk.types(Kata_sandi_Anda="salah")
    await desk.presses("Lanjutkan")
    await look("bukti-salah", desk)
    await desk.types(Kata_sandi_Anda=PASSWORD)
    await desk.presses("Lanjutkan")
    await desk.page.goto("/staf/token")
    await desk.page.get_by_label("Nama token").fill("Unduh hasil tiap malam")
    await desk.choice("pemantau").check()
    await desk.presses("Buat token")
    await look("token-dibuat", desk)
    await desk.page.goto("/staf/token")
    await look("token", desk)
    await desk.page.goto(f"/staf/catatan?siapa={chief.account.login}")
    await look("catatan", desk)
    assert await room_of(office).session(session_id(chief.cookie))


async def in_the_hall(office: Office, desk: Desk, look: Look) -> None:
    """What a proctor sees, and what is not theirs."""
    proctor = await seated(office, await hired(office, Role.PROCTOR))
    await office.sits(desk, proctor)
    await desk.page.goto("/staf")
    await unfold(desk)
    await look("beranda-pengawas", desk)
    await desk.page.goto("/staf/akun")
    await look("ditolak", desk)
    await desk.page.goto("/staf/catatan?dari=2023-08-04")
    await look("catatan-sendiri", desk)


async def unfold(desk: Desk) -> None:
    """Open every part of the page that can be."""
    await desk.page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
    )


async def at_the_board(office: Office, desk: Desk, look: Look) -> None:
    """The live board: people, one of them, what is done to them, units."""
    await office.sits(desk, await seated(office, await hired(office, Role.PROCTOR)))
    await desk.page.goto(f"/staf/papan/{EVENT}")
    await desk.says("Terhubung")
    await look("papan", desk)
    await desk.presses("Tampilkan semua")
    await look("papan-semua", desk)
    await desk.page.locator(".people-body .name").first.click()
    await look("papan-peserta", desk)
    await desk.presses("Kirim pesan…")
    await desk.presses("Kirim pesan")
    await look("papan-pesan", desk)
    await desk.presses("Tutup")
    await desk.page.get_by_role("button", name="Tindakan untuk semua").click()
    await desk.page.get_by_role("button", name="Tambah waktu (").click()
    await look("papan-banyak", desk)
    await desk.presses("Tutup")
    await desk.presses("Unit")
    await look("papan-unit", desk)
    await desk.page.get_by_role("button", name="belum hadir dari").first.click()
    await look("papan-belum", desk)
    await desk.presses("Tutup")
    await unfold(desk)
    await desk.page.locator(".plot canvas, .overview .hint").last.wait_for()
    await look("papan-grafik", desk)


async def at_a_panel(office: Office, desk: Desk, look: Look) -> None:
    """What is done to one person, and to nobody on the list: forms, a note, a new card."""
    await office.sits(desk, await seated(office, await hired(office, Role.PROCTOR)))
    await desk.page.goto(f"/staf/papan/{EVENT}")
    await desk.page.locator(".tile-count.awaited").click()
    whom = desk.page.locator(".people-body .name").nth(1)
    await desk.page.get_by_label("Cari nama atau NIP").fill(await whom.inner_text())
    await desk.page.locator(".people-body .name").first.click()
    await desk.presses("+5 menit")
    await desk.says("Waktu ditambah 5 menit")
    await desk.button("Urungkan").wait_for()
    await look("panel-urungkan", desk)
    await desk.presses("Tahan…")
    await look("panel-tahan", desk)
    await desk.presses("Tahan")
    await desk.says("Ditahan: belum boleh mulai")
    await look("panel-ditahan", desk)
    await desk.presses("Beri catatan…")
    await desk.presses("Simpan catatan")
    await look("panel-catatan-salah", desk)
    await desk.choice("Identitas").check()
    await desk.page.get_by_label("Apa yang terjadi?").fill("Kartu pegawai tertinggal.")
    await desk.presses("Simpan catatan")
    await desk.says("Identitas · ringan")
    await look("panel-catatan", desk)
    await desk.presses("Kartu hilang…")
    await desk.presses("Buat kartu baru")
    await desk.says("PIN kartu")
    await look("panel-kartu", desk)
    await desk.presses("Tutup")
    await desk.presses("Tambah peserta…")
    await desk.types(NIP="990000000000000001")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Tambah peserta").click()
    await look("panel-tambah", desk)


TOURS = (at_the_door, at_the_console, in_the_hall, at_the_board, at_a_panel)
