"""Every screen of staff for everybody: axe finds nothing, it fits a phone of 320 px at 200 %.

``SCREENSHOTS=folder`` keeps a picture of each screen, as axe saw it.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import ViewportSize

from tests.pages.axe import too_wide, violations
from tests.pages.staff.office import Desk, Office
from tests.pages.staff.screens import TOURS, Look

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=320, height=568)


@pytest.mark.parametrize("tour", TOURS)
async def test_every_screen_is_for_everybody(
    office: Office, tour: Callable[[Office, Desk, Look], Awaitable[None]]
) -> None:
    found: dict[str, object] = {}

    async def look(name: str, desk: Desk) -> None:
        for size in (WIDE, NARROW):
            await desk.page.set_viewport_size(size)
            if folder := os.environ.get("SCREENSHOTS"):
                picture = Path(folder) / f"staf-{name}-{size['width']}.png"
                await desk.page.screenshot(path=picture, full_page=True)
            if worse := await violations(desk.page):
                found[f"{name} {size['width']}"] = worse
        if wide := await too_wide(desk.page):
            found[f"{name} too wide"] = wide
        await desk.page.set_viewport_size(WIDE)

    await tour(office, await office.desk(), look)
    assert found == {}
