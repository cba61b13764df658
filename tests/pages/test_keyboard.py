"""From the card to the receipt by keyboard alone; where the focus is can always be seen."""

import pytest
from playwright.async_api import expect

from tests.pages.hall import Hall
from tests.pages.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_by_keyboard_alone(hall: Hall) -> None:
    pc = await hall.pc()
    await pc.open()
    await tab_to(pc, "NIP")
    await pc.page.keyboard.type(pc.card.nip)
    await tab_to(pc, "PIN kartu")
    await pc.page.keyboard.type(pc.card.pin)
    await pc.page.keyboard.press("Enter")
    await pc.entered()
    await pc.is_at("Sebelum mulai")
    await tab_and_enter(pc, "Lanjut", "Lanjut", "Mulai ujian")
    await pc.at()
    await pc.read_form()
    await answers_by_keys(pc)
    await tab_and_enter(pc, "Daftar soal", "Soal 5, belum dijawab")
    await pc.is_at(f"Soal 5 dari {len(pc.form)}")
    await pc.page.keyboard.press("4")
    await expect(pc.options().nth(3)).to_be_checked()
    await tab_to(pc, "Hapus jawaban")
    await pc.page.keyboard.press("Space")
    await expect(pc.page.get_by_role("radio", checked=True)).to_have_count(0)
    await pc.note()
    await tab_and_enter(pc, "Daftar soal", "Periksa jawaban", "Kumpulkan", "Ya, kumpulkan")
    await pc.is_recorded()
    await hall.record_holds(pc)


async def answers_by_keys(pc: Phone) -> None:
    """Choose by number and by arrow, doubt by R, go on and back by arrow."""
    keys = pc.page.keyboard
    await keys.press("3")
    await expect(pc.options().nth(2)).to_be_checked()
    await keys.press("r")
    await expect(pc.doubt()).to_be_checked()
    await pc.note()
    await keys.press("ArrowRight")
    await pc.is_at(f"Soal 2 dari {len(pc.form)}")
    await keys.press("1")
    await expect(pc.options().first).to_be_checked()
    for key, option in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
        await keys.press(key)
        await expect(pc.options().nth(option)).to_be_checked()
    await pc.note()
    await keys.press("ArrowLeft")
    await pc.is_at(f"Soal 1 dari {len(pc.form)}")
    await expect(pc.options().nth(2)).to_be_checked()


async def tab_and_enter(pc: Phone, *names: str) -> None:
    for name in names:
        await tab_to(pc, name)
        await pc.page.keyboard.press("Enter")


async def tab_to(pc: Phone, name: str) -> None:
    """Press Tab until what bears this name has the focus, and look whether that can be seen."""
    wanted = pc.button(name).or_(pc.page.get_by_label(name, exact=True)).first
    await expect(wanted).to_be_visible()
    for _ in range(80):
        if await wanted.evaluate("(one) => one === document.activeElement"):
            ring = await wanted.evaluate("(one) => parseFloat(getComputedStyle(one).outlineWidth)")
            assert ring > 0, f"nobody sees that {name} has the focus"
            return
        await pc.page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")
