"""What is looked at on every screen: what axe finds, and whether it fits with large text."""

from typing import Any

from playwright.async_api import Page

from tests.journey.house import ROOT

AXE = ROOT / ".venv" / "node" / "node_modules" / "axe-core" / "axe.min.js"
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


async def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds on the screen."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = await page.evaluate(
        """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
          ({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }))"""
    )
    return found


async def too_wide(page: Page) -> list[str]:
    """Return what does not fit with the largest text, which is more than 200 %."""
    await page.evaluate("document.documentElement.dataset.size = '3'")
    size = await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size >= 32
    found: list[str] = await page.evaluate(_TOO_WIDE)
    await page.evaluate("document.documentElement.dataset.size = '0'")
    return found
