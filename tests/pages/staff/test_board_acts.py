"""What a proctor does from the board, with the participant's page open beside it.

The page hears of it with its next heartbeat at the latest: its own clock is let pass so far.
"""

import pytest
from playwright.async_api import expect

from tests.pages.hall import Hall
from tests.pages.staff.beside import (
    HEARTBEAT_S,
    ITEM,
    at_the_board,
    candidate,
    does,
    left_s,
    panel_of,
    row_of,
    told,
)
from tests.pages.staff.office import Office

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_time_is_added_and_taken_back(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    panel = await panel_of(await at_the_board(office), phone)
    before = await left_s(phone)
    await panel.get_by_role("button", name="+10 menit").dblclick()
    await told(panel, "Waktu ditambah 10 menit untuk")
    assert before + 540 < await left_s(phone) <= before + 600
    await phone.lets_pass(HEARTBEAT_S)
    await phone.says("Waktu Anda ditambah 10 menit.", "alert")
    await does(panel, "Urungkan")
    await told(panel, "Diurungkan untuk")
    await expect(panel.get_by_role("button", name="Urungkan")).to_be_hidden()
    assert before - 60 < await left_s(phone) <= before


async def test_what_was_changed_since_is_not_taken_back(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    panel = await panel_of(await at_the_board(office), phone)
    await does(panel, "+5 menit")
    await expect(panel.get_by_role("button", name="Urungkan")).to_be_visible()
    await hall.act("extend", "--sitting", phone.sitting, "--minutes", "10")
    before = await left_s(phone)
    await does(panel, "Urungkan")
    await told(panel, "Tidak dapat diurungkan")
    assert before - 60 < await left_s(phone) <= before


async def test_a_pause_and_its_way_back(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    panel = await panel_of(await at_the_board(office), phone)
    await does(panel, "Jeda")
    await told(panel, "Ujian dijeda untuk")
    await phone.lets_pass(HEARTBEAT_S)
    await phone.is_at("Ujian dijeda")
    await expect(panel.get_by_role("button", name="Lanjutkan", exact=True)).to_be_visible()
    await does(panel, "Urungkan")
    await told(panel, "Diurungkan untuk")
    await phone.lets_pass(HEARTBEAT_S)
    await phone.is_at(ITEM)
    await does(panel, "Jeda")
    await told(panel, "Ujian dijeda untuk")
    await phone.lets_pass(HEARTBEAT_S)
    await phone.is_at("Ujian dijeda")
    await does(panel, "Lanjutkan")
    await told(panel, "Ujian dilanjutkan untuk")
    await phone.lets_pass(HEARTBEAT_S)
    await phone.is_at(ITEM)


async def test_a_message_in_two_taps(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    panel = await panel_of(await at_the_board(office), phone)
    await does(panel, "Kirim pesan…", "Angkat tangan bila perlu bantuan.", "Kirim pesan")
    await told(panel, "Pesan dikirim untuk")
    await phone.lets_pass(HEARTBEAT_S)
    await phone.says("Angkat tangan bila perlu bantuan.", "alert")


async def test_another_device_goes_on_where_the_first_was(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    await phone.answer(1, 2)
    await phone.is_stored()
    panel = await panel_of(await at_the_board(office), phone)
    await does(panel, "Perangkat baru…")
    await expect(panel.get_by_text("Peserta masuk di perangkat lain dengan kartu")).to_be_visible()
    await does(panel, "Keluarkan perangkat")
    await told(panel, "Perangkat dikeluarkan untuk")
    await phone.lets_pass(HEARTBEAT_S)
    await phone.is_at("Dilanjutkan di perangkat lain")
    pc = await hall.pc(phone.card)
    await pc.resume()
    await expect(pc.options().nth(2)).to_be_checked()
    await pc.answer(2, 1)
    await pc.is_stored()


async def test_who_is_held_back_waits_for_being_admitted(hall: Hall, office: Office) -> None:
    phone = await hall.phone()
    await phone.scan()
    await phone.get_ready()
    panel = await panel_of(await at_the_board(office), phone)
    await does(panel, "Tahan…", "Tahan")
    await told(panel, "Ditahan, belum boleh mulai")
    await expect(panel.get_by_text("Ditahan: belum boleh mulai sampai diterima.")).to_be_visible()
    await phone.press("Mulai ujian")
    await expect(phone.page.get_by_text("pengawas").first).to_be_visible()
    assert (await phone.look())["state"] == "assigned"
    await does(panel, "Terima")
    await told(panel, "Diterima, boleh mulai")
    await phone.page.reload()
    await phone.get_ready()
    await phone.start()


async def test_handing_in_is_taken_back_and_opened_again(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    await phone.answer(1, 0)
    await phone.is_stored()
    panel = await panel_of(await at_the_board(office), phone)
    await does(panel, "Kumpulkan…", "Kumpulkan")
    await expect(panel.get_by_text("Tulis alasannya dahulu.")).to_be_visible()
    await does(panel, "Peserta meninggalkan ruang", "Kumpulkan")
    await told(panel, "Ujian dikumpulkan untuk")
    await phone.lets_pass(HEARTBEAT_S)
    await phone.is_recorded()
    await does(panel, "Urungkan")
    await told(panel, "Diurungkan untuk")
    assert (await phone.look())["state"] == "open"
    await does(panel, "Kumpulkan…", "Waktu sudah habis", "Kumpulkan")
    await told(panel, "Ujian dikumpulkan untuk")
    await does(panel, "Buka kembali…", "Listrik padam", "Buka kembali")
    await told(panel, "Ujian dibuka kembali untuk")
    await phone.page.reload()
    await phone.is_at(ITEM)


async def test_a_note_is_read_by_staff_alone(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    panel = await panel_of(await at_the_board(office), phone)
    await does(panel, "Beri catatan…", "Simpan catatan")
    await expect(panel.get_by_text("Pilih salah satu.").first).to_be_visible()
    await panel.get_by_role("radio", name="Perilaku").check()
    await panel.get_by_role("radio", name="Sedang").check()
    await panel.get_by_label("Apa yang terjadi?").fill("Menoleh ke meja sebelah.")
    await does(panel, "Simpan catatan")
    await told(panel, "Catatan disimpan untuk")
    notes = panel.get_by_role("region", name="Catatan")
    await expect(notes.get_by_text("Perilaku · sedang")).to_be_visible()
    await expect(notes.get_by_text("Menoleh ke meja sebelah.")).to_be_visible()
    await phone.lets_pass(HEARTBEAT_S)
    await phone.answer(1, 0)
    await phone.is_stored()
    await expect(phone.page.get_by_role("alert")).to_have_count(0)


async def test_several_at_once_with_counts(hall: Hall, office: Office) -> None:
    one, other = await candidate(hall), await candidate(hall)
    await other.finish()
    desk = await at_the_board(office)
    for phone in (one, other):
        await (await row_of(desk, phone.card.nip)).get_by_role("checkbox").check()
    await desk.page.get_by_role("button", name="Tindakan untuk 2 peserta yang dipilih…").click()
    panel = desk.page.get_by_role("dialog")
    await expect(panel.get_by_role("button", name="Kirim pesan (2)…")).to_be_visible()
    await does(panel, "Jeda (1)…")
    await expect(panel.get_by_text("Ujian 1 dari 2 peserta yang dipilih dijeda")).to_be_visible()
    await does(panel, "Jeda")
    await told(panel, "Ujian dijeda untuk 1 peserta. 1 peserta sudah dikumpulkan")
    await one.lets_pass(HEARTBEAT_S)
    await one.is_at("Ujian dijeda")
    await does(panel, "Urungkan")
    await told(panel, "Diurungkan untuk 1 peserta.")
    await one.lets_pass(HEARTBEAT_S)
    await one.is_at(ITEM)
