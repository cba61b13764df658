"""Before the clock runs: the wait for the doors, the start, a practice item that goes nowhere."""

import re

import pytest
from playwright.async_api import expect

from app.kit.redis import time_ms
from tests.pages.hall import Hall, tag_of
from tests.pages.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SPREAD_MS = 4000


async def opens_in(hall: Hall, phone: Phone, ms: int) -> None:
    """Let this sitting open later than its event, as a wave does."""
    at = await time_ms(hall.stores.room) + ms
    await hall.stores.room.hset(f"sit:{tag_of(phone.sitting)}:{phone.sitting}", "op", str(at))


async def test_the_doors_open_by_themselves(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.scan()
    await phone.is_at("Sebelum mulai")
    await opens_in(hall, phone, 8000)
    await phone.press("Lewati petunjuk")  # the look at the device asks the server
    await expect(phone.page.get_by_role("heading", name="Ujian belum dibuka")).to_be_visible()
    await expect(phone.page.get_by_role("timer")).to_have_text(re.compile(r"^00:[01]\d$"))
    start = phone.button("Mulai ujian")
    await expect(start).to_have_count(0)
    await expect(start).to_be_visible(timeout=8000 + SPREAD_MS + 3000)
    await expect(phone.page.get_by_role("heading", name="Ujian belum dibuka")).to_have_count(0)
    await phone.start()


async def test_a_start_that_is_refused_says_why_and_waits(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.scan()
    await phone.press("Lewati petunjuk")
    await expect(phone.button("Mulai ujian")).to_be_visible()
    await opens_in(hall, phone, 3_600_000)
    await phone.press("Mulai ujian")
    await expect(phone.page.get_by_role("heading", name="Ujian belum dibuka")).to_be_visible()
    await expect(phone.button("Mulai ujian")).to_have_count(0)


async def test_a_start_without_network_starts_when_there_is_one(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.scan()
    await phone.press("Lewati petunjuk")
    await expect(phone.page.get_by_text("Jaringan baik")).to_be_visible()
    await phone.page.context.set_offline(offline=True)
    await phone.press("Mulai ujian")
    await phone.says("Server belum terjangkau.", "alert")
    await phone.says("Waktu Anda belum berjalan.", "alert")
    await phone.page.context.set_offline(offline=False)
    await phone.at()


async def test_the_practice_item_shows_every_state_and_sends_nothing(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.scan()
    await phone.press("Lanjut")
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    await phone.press(phone.row(1))
    await expect(phone.options().nth(1)).to_be_checked()
    await phone.says("Tersimpan di perangkat")
    await phone.says("Tersimpan ✓")
    await phone.press("Coba tanpa jaringan")
    await phone.says("Belum terkirim: 1")
    await phone.press(phone.page.locator("label", has_text="Ragu-ragu"))
    await expect(phone.doubt()).to_be_checked()
    await phone.press("Sambungkan lagi")
    await phone.says("Tersimpan ✓")
    assert not [one for one in sent if one.startswith("POST") and "/answers" in one]


async def test_whoever_is_somebody_else_leaves_nothing(hall: Hall) -> None:
    phone = await hall.pc()
    await phone.scan()
    await phone.is_at("Sebelum mulai")
    name = (await phone.look())["participant"]["name"]
    await phone.press("Bukan Anda? Keluar")
    await phone.is_at("Masuk ujian")
    await expect(phone.page.get_by_text(name)).to_have_count(0)
    reply = await phone.page.context.request.get(f"/api/v1/sittings/{phone.sitting}")
    assert reply.status == 401
