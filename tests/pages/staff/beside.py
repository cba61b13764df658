"""A board and, beside it, the devices of those who are on it."""

import re
from typing import Final

from playwright.async_api import Locator, expect

from app.people.staff.model import Role, Scope
from tests.exam import EVENT
from tests.pages.hall import Hall
from tests.pages.phone import Phone
from tests.pages.staff.office import Desk, Office
from tests.people.staff.builders import hired, seated

HEARTBEAT_S: Final = 61
"""The longest there is; a device's own clock is let pass so far."""
ITEM: Final = re.compile(r"^Soal \d+ dari \d+$")


async def at_the_board(office: Office, scopes: tuple[Scope, ...] = ()) -> Desk:
    """Return the board at a proctor's desk; without bounds they are the event's chief."""
    desk = await office.desk()
    await office.sits(desk, await seated(office, await hired(office, Role.PROCTOR, scopes=scopes)))
    await desk.page.goto(f"/staf/papan/{EVENT}")
    await expect(desk.page.get_by_text("Terhubung")).to_be_visible()
    return desk


async def row_of(desk: Desk, nip: str) -> Locator:
    """Look somebody up; return the one row that is left."""
    await desk.page.get_by_label("Cari nama atau NIP").fill(nip)
    row = desk.page.locator(".people-body .person")
    await expect(row).to_have_count(1)
    return row


async def panel_of(desk: Desk, phone: Phone) -> Locator:
    """Open the panel of who holds this phone."""
    await (await row_of(desk, phone.card.nip)).click()
    return desk.page.get_by_role("dialog")


async def does(panel: Locator, *buttons: str) -> None:
    """Press buttons of the panel, one after the other."""
    for name in buttons:
        await panel.get_by_role("button", name=name, exact=True).click()


async def told(panel: Locator, words: str) -> None:
    """Expect the calm line at the panel's foot."""
    await expect(panel.get_by_role("status").filter(has_text=words)).to_be_visible()


async def left_s(phone: Phone) -> float:
    """Return the seconds to the deadline, as the server tells this device."""
    sitting = await phone.look()
    return float(sitting["deadline"] - sitting["server_time"]) / 1000


async def candidate(hall: Hall) -> Phone:
    """Return a phone at the first item, whose clock passes at will."""
    phone = await hall.phone()
    await phone.holds_its_clock()
    await phone.sit_down()
    return phone
