"""The door: what is typed, what the card's QR code brings, and every way to be refused."""

import re
from typing import Any

import httpx
import orjson
import pytest
from playwright.async_api import Locator, Page, Route, expect

from app.kit.secrets import in_fours
from tests.exam import EVENT
from tests.pages.hall import Hall
from tests.pages.phone import Card, Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WRONG = "000000000000"
TRIES = 10
LOGIN = "**/api/v1/login"
CHAT_APP = (
    "Mozilla/5.0 (Linux; Android 10; SM-A105G; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/80.0.3987.99 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/260.0.0.42.118;]"
)


def nip(phone: Phone) -> Locator:
    return phone.page.get_by_label("NIP", exact=True)


def pin(phone: Phone) -> Locator:
    return phone.page.get_by_label("PIN kartu")


async def fill(phone: Phone, card: Card) -> None:
    await nip(phone).fill(card.nip)
    await pin(phone).fill(card.pin)


def logins(page: Page) -> list[dict[str, Any]]:
    """Return what will have been sent to the login, in its order."""
    sent: list[dict[str, Any]] = []

    def note(request: Any) -> None:  # noqa: ANN401 - Playwright's request
        if request.url.endswith("/api/v1/login"):
            sent.append(orjson.loads(request.post_data or "{}"))

    page.on("request", note)
    return sent


async def refuse(page: Page, times: int, status: int, kind: str, **more: object) -> None:
    """Let the server refuse so often what it cannot be brought to refuse here."""
    left = times

    async def answer(route: Route) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            await route.continue_()
            return
        document = {"type": f"/problems/{kind}", "title": kind, "status": status, "detail": kind}
        await route.fulfill(
            status=status,
            headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
            body=orjson.dumps({**document, **more}).decode(),
        )

    await page.route(LOGIN, answer)


# Typing


async def test_long_numbers_are_grouped_as_they_are_typed(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await nip(phone).press_sequentially("198609262015051001")
    await expect(nip(phone)).to_have_value("19860926 201505 1 001")
    await pin(phone).press_sequentially("1234567890")
    await expect(pin(phone)).to_have_value("1234 5678 90")
    await expect(phone.page.get_by_text("Kurang 2 angka")).to_be_visible()
    await pin(phone).press("Backspace")
    await pin(phone).press("Backspace")
    await expect(pin(phone)).to_have_value("1234 5678")


async def test_a_digit_mended_in_the_middle_leaves_the_caret_there(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await pin(phone).press_sequentially("1234567890")
    await pin(phone).evaluate("one => one.setSelectionRange(2, 2)")
    await pin(phone).press("Backspace")
    await phone.page.keyboard.type("97")
    assert await pin(phone).evaluate("one => one.selectionStart") == 3
    await nip(phone).focus()
    await expect(pin(phone)).to_have_value("1973 4567 890")


async def test_a_pin_is_pasted_as_it_is_printed(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await pin(phone).focus()
    await phone.page.keyboard.insert_text("1234-5678 9012\t")
    await expect(pin(phone)).to_have_value("1234 5678 9012")


async def test_a_pin_can_be_hidden_without_a_password_field(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await pin(phone).press_sequentially("1234567890")
    await phone.press("Sembunyikan PIN")
    await expect(pin(phone)).to_have_value("1234567890")
    await expect(pin(phone)).to_have_css("-webkit-text-security", "disc")
    await expect(pin(phone)).to_have_attribute("type", "text")
    await phone.press("Tampilkan PIN")
    await expect(pin(phone)).to_have_value("1234 5678 90")
    await expect(pin(phone)).to_have_css("-webkit-text-security", "none")


async def test_digits_are_counted_before_anything_is_sent(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    sent = logins(phone.page)
    await phone.press("Masuk")
    await phone.says("NIP belum diisi.", "alert")
    await expect(nip(phone)).to_be_focused()
    await nip(phone).fill(phone.card.nip)
    await pin(phone).fill(phone.card.pin[:-2])
    await phone.press("Masuk")
    await phone.says("PIN kartu: kurang 2 angka.", "alert")
    await expect(pin(phone)).to_be_focused()
    await expect(pin(phone)).to_have_attribute("aria-invalid", "true")
    await pin(phone).fill(phone.card.pin + "1")
    await phone.press("Masuk")
    await phone.says("PIN kartu: kelebihan 1 angka.", "alert")
    assert sent == []


async def test_two_quick_taps_are_one_login(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    sent = logins(phone.page)
    await fill(phone, phone.card)
    await phone.button("Masuk").dblclick()
    await phone.entered()
    assert len(sent) == 1


# The card's QR code


async def test_the_qr_code_enters_and_leaves_no_trace(hall: Hall) -> None:
    phone = await hall.phone()
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))
    await phone.scan()
    await phone.is_at("Sebelum mulai")
    # Chromium tells of a navigation with its fragment; nothing else may know it.
    fragment = f"#{phone.card.nip}.{phone.card.pin}"
    told = [url.replace(fragment, "") for url in asked]
    assert not [url for url in told if phone.card.pin in url or phone.card.nip in url]
    await phone.page.go_back()
    await phone.is_at("Masuk ujian")
    assert "#" not in phone.page.url
    await expect(nip(phone)).to_have_value("")
    await expect(pin(phone)).to_have_value("")


async def test_half_a_qr_code_is_filled_in_by_hand(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.page.goto(f"/#{phone.card.nip}.{phone.card.pin[:7]}")
    await phone.says("Kode QR tidak terbaca lengkap.", "alert")
    assert "#" not in phone.page.url
    await expect(nip(phone)).to_have_value(re.compile(r"^\d{8} \d{6} \d \d{3}$"))
    await pin(phone).fill(phone.card.pin)
    await phone.press("Masuk")
    await phone.entered()


async def test_a_qr_code_read_while_the_page_is_open_enters_too(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await phone.scan()
    await phone.is_at("Sebelum mulai")


# Refused


async def test_a_wrong_pin_is_said_and_a_right_one_enters(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await fill(phone, Card(phone.card.nip, WRONG))
    await phone.press("Masuk")
    await phone.says("NIP atau PIN tidak cocok.", "alert")
    await expect(nip(phone)).to_have_value(re.compile(r"\d"))
    await pin(phone).fill(in_fours(phone.card.pin))
    await expect(phone.page.get_by_role("alert")).to_have_text("")
    await pin(phone).press("Enter")
    await phone.entered()


async def test_after_too_many_tries_a_right_pin_still_enters(hall: Hall) -> None:
    phone = await hall.phone()
    body = {"nip": phone.card.nip, "pin": WRONG, "device": "stranger"}
    for _ in range(TRIES):
        reply = await hall.http.post("/api/v1/login", json=body)
        assert reply.status_code == httpx.codes.UNAUTHORIZED
    await phone.open()
    await fill(phone, Card(phone.card.nip, WRONG))
    await phone.press("Masuk")
    await phone.says("Terlalu banyak percobaan keliru.", "alert")
    await expect(phone.page.get_by_text(re.compile(r"dalam (60|5\d) detik"))).to_be_visible()
    await pin(phone).fill(phone.card.pin)
    await expect(phone.page.get_by_text(re.compile(r"dalam \d+ detik"))).to_have_count(0)
    await phone.press("Masuk")
    await phone.entered()


async def test_of_several_events_one_is_chosen(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    sent = logins(phone.page)
    events = [{"id": EVENT, "title": "Indeks Kompetensi Digital"}, {"id": "x", "title": "Latihan"}]
    await refuse(phone.page, 1, 409, "choose-event", events=events)
    await fill(phone, phone.card)
    await phone.press("Masuk")
    title = phone.page.get_by_role("heading", level=2, name="Pilih kegiatan")
    await expect(title).to_be_focused()
    await phone.press("Indeks Kompetensi Digital")
    await phone.entered()
    assert [one.get("event") for one in sent] == [None, EVENT]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("busy", "Server sedang sibuk"), ("room-recovering", "Ruang ujian sedang dipulihkan")],
)
async def test_a_busy_server_is_asked_again_by_itself(hall: Hall, kind: str, words: str) -> None:
    phone = await hall.phone()
    await phone.open()
    await refuse(phone.page, 2, 503, kind, title=words)
    await fill(phone, phone.card)
    await phone.press("Masuk")
    await phone.says(words, "alert")
    await expect(phone.page.get_by_text(re.compile(r"Mencoba lagi dalam \d detik"))).to_be_visible()
    await phone.entered()


async def test_whoever_cannot_wait_for_a_busy_server_need_not(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await phone.page.clock.install()
    await refuse(phone.page, 1, 503, "busy")
    await fill(phone, phone.card)
    await phone.press("Masuk")
    await phone.press("Coba sekarang")
    await phone.entered()


async def test_typing_ends_the_retries(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await refuse(phone.page, 1, 503, "busy")
    await fill(phone, phone.card)
    await phone.press("Masuk")
    await expect(phone.button("Coba sekarang")).to_be_visible()
    await pin(phone).fill("1")
    await expect(phone.button("Coba sekarang")).to_have_count(0)
    await expect(phone.page.get_by_role("alert")).to_have_text("")


async def test_without_network_it_enters_as_soon_as_there_is_one(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await fill(phone, phone.card)
    await phone.page.context.set_offline(offline=True)
    await phone.press("Masuk")
    await phone.says("Tidak ada jaringan", "alert")
    await phone.page.context.set_offline(offline=False)
    await phone.entered()


async def test_what_nobody_expects_is_said_as_the_server_says_it(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await refuse(phone.page, 1, 422, "invalid-request", detail="Isi permintaan tidak sesuai.")
    await fill(phone, phone.card)
    await phone.press("Masuk")
    await phone.says("Isi permintaan tidak sesuai.", "alert")
    await phone.press("Masuk")
    await phone.entered()


# What else the door says


async def test_the_pin_of_a_room_is_asked_for_only_where_an_event_asks(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await expect(phone.page.get_by_label("PIN ruang")).to_be_hidden()

    async def in_a_hall(route: Route) -> None:
        reply = await route.fetch()
        body = (await reply.text()).replace('data-room-pin="false"', 'data-room-pin="true"')
        await route.fulfill(response=reply, body=body)

    other = await hall.phone(phone.card)
    await other.page.route(re.compile(r"/$"), in_a_hall)
    sent = logins(other.page)
    await other.page.goto(f"/#{other.card.nip}.{other.card.pin}")
    room_pin = other.page.get_by_label("PIN ruang")
    await expect(room_pin).to_be_focused()
    assert sent == []
    await room_pin.fill("4711")
    await other.press("Masuk")
    await other.entered()
    assert [one["room_pin"] for one in sent] == ["4711"]


async def test_an_unfinished_exam_goes_on_without_a_card(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    name = (await phone.look())["participant"]["name"]
    await phone.open()
    await expect(phone.page.get_by_text(name)).to_be_visible()
    await phone.press("Lanjutkan ujian")
    await phone.page.wait_for_url(f"**/ujian/{phone.sitting}")
    await phone.at()


async def test_in_the_browser_of_a_chat_app_the_real_one_is_named(hall: Hall) -> None:
    phone = await hall.phone(user_agent=CHAT_APP)
    await phone.open()
    await expect(phone.page.get_by_text("Buka di Chrome atau Safari")).to_be_visible()
    await fill(phone, phone.card)
    await phone.press("Masuk")
    await phone.entered()


async def test_a_page_whose_module_did_not_come_loads_itself_again(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.page.route("**/door/digits.js", lambda route: route.abort("internetdisconnected"))
    await phone.open()
    await expect(phone.button("Memuat…")).to_be_visible()
    await phone.page.unroute("**/door/digits.js")
    await expect(phone.button("Masuk")).to_be_visible()


async def test_without_its_script_it_says_so_and_sends_nothing(hall: Hall) -> None:
    phone = await hall.phone(java_script_enabled=False)
    await phone.open()
    await expect(phone.page.locator("noscript > .band")).to_be_visible()
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(request.url))
    await fill(phone, phone.card)
    await pin(phone).press("Enter")
    await phone.button("Memuat…").click(force=True)
    assert sent == []
