"""Staff's pages by keyboard alone; where the focus is can always be seen."""

import pytest
from playwright.async_api import Locator, expect

from app.people.staff.model import Role
from tests.exam import EVENT
from tests.pages.browser import PHONE
from tests.pages.staff.office import Desk, Office
from tests.people.staff.builders import PASSWORD, hired, room_of, seated

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def tab_to(desk: Desk, wanted: Locator) -> None:
    """Press Tab until this has the focus, and look whether that can be seen."""
    await expect(wanted).to_have_count(1)
    for _ in range(60):
        if await wanted.evaluate("(one) => one === document.activeElement"):
            ring = await wanted.evaluate("(one) => parseFloat(getComputedStyle(one).outlineWidth)")
            assert ring > 0, "nobody sees what has the focus"
            return
        await desk.page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached with Tab")


async def test_an_account_is_made_by_keyboard_alone(office: Office) -> None:
    operator = await hired(office)
    desk = await office.desk(java_script_enabled=False)
    keys = desk.page.keyboard
    await desk.page.goto("/staf/akun-baru")
    await expect(desk.page.get_by_label("Nama pengguna")).to_be_focused()  # without a script too
    await keys.type(operator.account.login)
    await tab_to(desk, desk.page.get_by_label("Kata sandi"))
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await desk.is_at("Akun baru")
    await keys.press("Tab")
    await expect(desk.link("Langsung ke isi")).to_be_focused()
    box = await desk.link("Langsung ke isi").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["height"] > 20
    await keys.press("Enter")
    await tab_to(desk, desk.page.get_by_label("Nama pengguna"))
    login = f"{operator.account.login}.baru"
    await keys.type(login)
    await tab_to(desk, desk.page.get_by_label("Nama lengkap"))
    await keys.type("Made Wirawan")
    await tab_to(desk, desk.choice("pengawas"))
    await keys.press("Space")
    await keys.press("ArrowDown")
    await expect(desk.choice("pemantau")).to_be_checked()
    await keys.press("ArrowUp")
    await tab_to(desk, desk.page.get_by_label("Seluruh kegiatan"))
    await keys.press("Space")
    await tab_to(desk, desk.page.locator("summary", has_text="Unit kerja"))
    await keys.press("Enter")
    await expect(desk.page.get_by_label("Dinas Kesehatan")).to_be_visible()
    await keys.press("Enter")
    await tab_to(desk, desk.button("Buat akun"))
    await keys.press("Enter")
    await desk.is_at(f"Akun {login} sudah dibuat")
    made = await room_of(office).account(login)
    assert made is not None
    assert made.role is Role.PROCTOR


async def test_the_menu_of_a_phone_opens_and_leads_out(office: Office) -> None:
    viewer = await hired(office, Role.VIEWER)
    desk = await office.desk(PHONE, java_script_enabled=False)
    keys = desk.page.keyboard
    await desk.signs_in(viewer.account.login)
    menu = desk.page.locator("summary", has_text="Menu")
    await tab_to(desk, menu)
    await keys.press("Space")
    await tab_to(desk, desk.link("Sesi saya").and_(desk.page.locator(".menu a")))
    await keys.press("Enter")
    await desk.is_at("Sesi saya")
    await tab_to(desk, desk.button("Keluar"))
    await keys.press("Enter")
    await desk.says("Anda sudah keluar")
    assert not await room_of(office).sessions(viewer.account.login)


async def test_a_note_is_made_and_time_added_by_keyboard_alone(office: Office) -> None:
    desk = await office.desk()
    await office.sits(desk, await seated(office, await hired(office, Role.PROCTOR)))
    await desk.page.goto(f"/staf/papan/{EVENT}")
    keys = desk.page.keyboard
    await desk.page.locator(".tile-count.awaited").press("Enter")
    name = desk.page.locator(".people-body .name").nth(2)
    await name.press("Enter")
    panel = desk.page.get_by_role("dialog")
    await tab_to(desk, panel.get_by_role("button", name="+5 menit"))
    await keys.press("Enter")
    undo = panel.get_by_role("button", name="Urungkan")
    await expect(undo).to_be_visible()
    await tab_to(desk, undo)
    await keys.press("Enter")
    await expect(panel.get_by_text("Diurungkan untuk")).to_be_visible()
    await tab_to(desk, panel.get_by_role("button", name="Beri catatan…"))
    await keys.press("Enter")
    first = panel.get_by_role("radio", name="Perilaku")
    await expect(first).to_be_focused()
    await keys.press("ArrowRight")
    await expect(panel.get_by_role("radio", name="Identitas")).to_be_checked()
    await tab_to(desk, panel.get_by_role("textbox"))
    await keys.type("Tidak membawa kartu pegawai.")
    await tab_to(desk, panel.get_by_role("button", name="Simpan catatan"))
    await keys.press("Enter")
    await expect(panel.get_by_role("region", name="Catatan")).to_contain_text("Tidak membawa")
    await expect(panel.locator(":focus")).to_have_count(1)
    await keys.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(name).to_be_focused()
