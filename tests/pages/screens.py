"""Every screen a candidate can meet, brought up one after the other."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from app.kit.redis import time_ms
from tests.pages.browser import Screen
from tests.pages.hall import Hall, tag_of
from tests.pages.phone import Phone

Look = Callable[[str, Phone], Awaitable[None]]
"""Called with a screen's name while it stands."""
Tour = Callable[[Hall, Screen, Look], Awaitable[None]]


async def at_the_door(hall: Hall, screen: Screen, look: Look) -> None:
    """Login and what can go wrong there; addresses that lead nowhere."""
    phone = await hall.phone(screen=screen)
    await phone.open()
    await look("login", phone)
    await phone.press("Masuk")
    await phone.says("belum diisi", "alert")
    await look("login-empty", phone)
    await phone.page.get_by_label("NIP", exact=True).fill(phone.card.nip)
    await phone.page.get_by_label("PIN kartu").fill("000000000000")
    await phone.press("Masuk")
    await phone.says("tidak cocok", "alert")
    await look("login-wrong", phone)
    for path, heading in (
        ("/apa-ini", "Halaman tidak ditemukan"),
        ("/receipts/S-0-AAAAAAAAAA-1-AAAAAAAA", "Tanda terima tidak ditemukan"),
    ):
        hall.expects_missing(path)
        await phone.page.goto(path)
        await phone.is_at(heading)
        await look(heading.split()[0].lower() + "-unknown", phone)


async def before_the_start(hall: Hall, screen: Screen, look: Look) -> None:
    """Instructions, the practice item, the look at the device; too early, too late."""
    phone = await hall.phone(screen=screen)
    await phone.scan()
    await phone.is_at("Sebelum mulai")
    await look("ready-guide", phone)
    await phone.press("Lanjut")
    await phone.press(phone.row(1))
    await expect(phone.options().nth(1)).to_be_checked()
    await look("ready-practice", phone)
    await phone.press("Lanjut")
    await expect(phone.button("Mulai ujian")).to_be_visible()
    await look("ready-check", phone)
    sitting = f"sit:{tag_of(phone.sitting)}:{phone.sitting}"
    room = hall.stores.room
    await room.hset(sitting, "op", str(await time_ms(room) + 3_600_000))
    await phone.press("Mulai ujian")
    await expect(phone.page.get_by_role("heading", name="Ujian belum dibuka")).to_be_visible()
    await look("ready-waiting", phone)
    state = await room.hget(sitting, "st")
    await room.hset(sitting, "st", "x")  # as the closing of an event does
    await phone.open()
    await expect(phone.button("Lanjutkan ujian")).to_be_visible()
    await look("login-again", phone)
    await phone.scan()
    await phone.is_at("Ujian sudah ditutup")
    await look("closed", phone)
    await room.hset(sitting, "st", state)


async def in_the_exam(hall: Hall, screen: Screen, look: Look) -> None:
    """The item with its states and bands, list, review, hand-in, receipt."""
    phone = await hall.phone(screen=screen)
    await phone.sit_down()
    await look("item", phone)
    for number in range(1, 6):
        await phone.answer(number, number % 4)
    await phone.doubts(3)
    await phone.is_stored()
    await look("item-answered", phone)
    await hall.act("message", "--sitting", phone.sitting, "--text", "Pintu darurat ada di kiri.")
    await phone.answer(6, 0)
    await phone.says("Pintu darurat", "alert")
    await look("item-message", phone)
    await phone.press("Mengerti")
    await hall.act("extend", "--sitting", phone.sitting, "--minutes", "5")
    await phone.answer(7, 0)
    await phone.says("Waktu Anda ditambah 5 menit.", "alert")
    await look("item-extension", phone)
    await phone.press("Mengerti")
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(8, 1)
    await phone.says("Belum ada jaringan")
    await look("item-offline", phone)
    await phone.finds_network()
    await phone.is_stored()
    await phone.press("Daftar soal")
    await phone.is_at("Daftar soal")
    await look("grid", phone)
    await phone.press("Periksa jawaban")
    await phone.is_at("Periksa jawaban")
    await look("review", phone)
    await phone.press("Kumpulkan")
    await phone.is_at("Kumpulkan sekarang?")
    await look("ask", phone)
    await phone.has_settled()
    await phone.loses_network()
    await phone.press("Ya, kumpulkan")
    await phone.says("Menunggu jaringan.")
    await look("handing", phone)
    await phone.finds_network()
    await phone.is_recorded()
    await look("receipt", phone)
    await phone.page.goto(f"/receipts/{await phone.receipt()}")
    await phone.is_at("Tanda terima")
    await look("receipt-public", phone)


async def elsewhere(hall: Hall, screen: Screen, look: Look) -> None:
    """Paused, taken over, to log in again, time up, storage refused, a chat app's browser."""
    phone = await hall.phone(screen=screen)
    await phone.holds_its_clock()
    await phone.sit_down()
    await hall.act("pause", "--sitting", phone.sitting)
    await phone.press(phone.row(0))
    await phone.is_at("Ujian dijeda")
    await look("paused", phone)
    await hall.act("resume", "--sitting", phone.sitting)
    await phone.lets_pass(61)
    await phone.at()
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(2, 0)
    other = await hall.phone(phone.card, screen)
    await other.resume()
    await phone.finds_network()
    await phone.is_at("Dilanjutkan di perangkat lain")
    await phone.says("diterima sebagai jawaban terlambat")
    await look("superseded", phone)
    await hall.set_deadline(other, 3000)
    await other.answer(3, 0)
    await other.is_stored()
    await other.has_settled()
    await other.loses_network()
    await other.is_at("Waktu habis")
    await look("time-up", other)

    lost = await hall.phone(screen=screen)
    await lost.page.goto(f"/ujian/{phone.sitting}")
    await lost.is_at("Masuk kembali")
    await look("lost", lost)

    refused = await hall.phone(screen=screen)
    await refused.page.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }"
    )
    await refused.sit_down()
    await expect(refused.page.get_by_text("perangkat menolak menyimpan")).to_be_visible()
    await look("item-memory", refused)


TOURS = (at_the_door, before_the_start, in_the_exam, elsewhere)
