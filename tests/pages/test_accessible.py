"""Every screen for everybody: axe finds nothing, it fits a narrow phone with large text.

``SCREENSHOTS=folder`` keeps a picture of each screen, as axe saw it.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.journey.house import ROOT
from tests.pages.browser import PC, PHONE, Screen
from tests.pages.hall import Hall
from tests.pages.phone import Phone
from tests.pages.screens import TOURS, Tour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = ROOT / ".venv" / "node" / "node_modules" / "axe-core" / "axe.min.js"
NARROW = Screen(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const told = (one) => `${one.tagName} ${one.className} ${(one.textContent || "").slice(0, 40)}`;
  const found = document.documentElement.scrollWidth > width ? ["the page scrolls sideways"] : [];
  for (const one of document.querySelectorAll("body *:not(.vh)")) {
    const box = one.getBoundingClientRect();
    if (box.width && (box.left < -1 || box.right > width + 1)) found.push(told(one));
    else if (one.clientWidth && one.scrollWidth > one.clientWidth + 1) found.push(told(one));
  }
  return found;
}"""


async def violations(phone: Phone) -> list[dict[str, Any]]:
    """Return what axe finds on the screen."""
    if not await phone.page.evaluate("'axe' in window"):
        await phone.page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = await phone.page.evaluate(
        """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
          ({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }))"""
    )
    return found


@pytest.mark.parametrize("tour", TOURS)
@pytest.mark.parametrize("screen", [PHONE, PC], ids=["phone", "pc"])
async def test_axe_finds_nothing(hall: Hall, tour: Tour, screen: Screen) -> None:
    found = {}

    async def look(name: str, phone: Phone) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            size = "phone" if screen is PHONE else "pc"
            await phone.page.screenshot(path=Path(folder) / f"{name}-{size}.png")
        if worse := await violations(phone):
            found[name] = worse

    await tour(hall, screen, look)
    assert found == {}


@pytest.mark.parametrize("tour", TOURS)
async def test_the_narrowest_phone_with_the_largest_text(hall: Hall, tour: Tour) -> None:
    """320 px wide, A+ pressed as often as it goes, which is more than 200 %."""
    found = {}

    async def look(name: str, phone: Phone) -> None:
        await phone.page.evaluate("document.documentElement.dataset.size = '3'")
        size = await phone.page.evaluate(
            "parseFloat(getComputedStyle(document.documentElement).fontSize)"
        )
        assert size >= 32
        if wide := await phone.page.evaluate(_TOO_WIDE):
            found[name] = wide
        await phone.page.evaluate("document.documentElement.dataset.size = '0'")

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
