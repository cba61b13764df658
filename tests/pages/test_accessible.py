"""Every screen for everybody: axe finds nothing, it fits a narrow phone with large text.

``SCREENSHOTS=folder`` keeps a picture of each screen, as axe saw it.
"""

import os
from pathlib import Path

import pytest

from tests.pages.axe import too_wide, violations
from tests.pages.browser import PC, PHONE, Screen
from tests.pages.hall import Hall
from tests.pages.phone import Phone
from tests.pages.screens import TOURS, Tour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NARROW = Screen(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)


@pytest.mark.parametrize("tour", TOURS)
@pytest.mark.parametrize("screen", [PHONE, PC], ids=["phone", "pc"])
async def test_axe_finds_nothing(hall: Hall, tour: Tour, screen: Screen) -> None:
    found = {}

    async def look(name: str, phone: Phone) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            size = "phone" if screen is PHONE else "pc"
            await phone.page.screenshot(path=Path(folder) / f"{name}-{size}.png")
        if worse := await violations(phone.page):
            found[name] = worse

    await tour(hall, screen, look)
    assert found == {}


@pytest.mark.parametrize("tour", TOURS)
async def test_the_narrowest_phone_with_the_largest_text(hall: Hall, tour: Tour) -> None:
    """320 px wide, A+ pressed as often as it goes, which is more than 200 %."""
    found = {}

    async def look(name: str, phone: Phone) -> None:
        if wide := await too_wide(phone.page):
            found[name] = wide

    await tour(hall, NARROW, look)
    assert found == {}


async def test_the_text_grows_and_stays_large(hall: Hall) -> None:
    phone = await hall.phone(screen=NARROW)
    await phone.sit_down()
    for _ in range(6):
        await phone.press("Perbesar teks")
    await phone.page.reload()
    await phone.at()
    size = await phone.page.evaluate("document.documentElement.dataset.size")
    assert size == "3"
    await phone.press("Perkecil teks")
    assert await phone.page.evaluate("document.documentElement.dataset.size") == "2"
