"""A whole exam, from the card to the receipt, on a phone and on an office PC."""

import re

import pytest
from playwright.async_api import expect

from tests.pages.hall import Hall
from tests.pages.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def answers_all_but_two(person: Phone) -> None:
    """Answer in order, doubt one, take one back, leave two empty."""
    last = len(person.form)
    for number in range(1, last):
        await person.answer(number, number % 4)
    await person.doubts(7)
    await person.clear(9)
    await person.is_stored()


async def the_review_names_what_is_empty(person: Phone) -> None:
    last = len(person.form)
    await person.review()
    await expect(person.page.get_by_role("heading", name="Belum dijawab: 2 soal")).to_be_visible()
    await expect(person.button("Soal 9, belum dijawab")).to_be_visible()
    await expect(person.button(f"Soal {last}, belum dijawab")).to_be_visible()
    await expect(person.button(re.compile("^Soal 7, ragu-ragu"))).to_be_visible()


async def the_receipt_is_genuine(person: Phone) -> None:
    last = len(person.form)
    await expect(person.page.get_by_text(f"Dijawab {last - 2} dari {last} soal")).to_be_visible()
    code = await person.receipt()
    await person.press(person.page.get_by_role("link", name="Periksa keaslian tanda terima"))
    await person.is_at("Tanda terima")
    await expect(person.page.get_by_text(code, exact=True)).to_be_visible()
    await expect(person.page.get_by_text("Tanda terima ini asli.")).to_be_visible()


async def test_on_a_phone(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.open()
    await phone.log_in()
    await phone.get_ready()
    await phone.start()
    await answers_all_but_two(phone)
    await the_review_names_what_is_empty(phone)
    await phone.hand_in()
    await phone.is_recorded()
    await the_receipt_is_genuine(phone)
    await hall.record_holds(phone)


async def test_on_a_pc_with_the_qr_code_and_a_second_thought(hall: Hall) -> None:
    pc = await hall.pc()
    await pc.scan()
    assert pc.card.pin not in pc.page.url
    await pc.get_ready()
    await pc.start()
    await pc.answer(1, 0)
    await pc.review()
    await pc.press("Kumpulkan")
    await pc.is_at("Kumpulkan sekarang?")
    await pc.press("Belum")
    await pc.is_at("Periksa jawaban")
    await pc.press(pc.button("Soal 2, belum dijawab"))
    await pc.choose(3)
    await pc.is_stored()
    await pc.page.reload()
    await pc.reads_everything()
    assert set(pc.shown_answers()) == {item["id"] for item in pc.form[:2]}
    await pc.finish()
    await hall.record_holds(pc)
