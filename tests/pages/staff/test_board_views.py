"""What can be looked at on the board: links that keep it, the overview, the units, their lists."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from playwright.async_api import Locator, Page, Route, expect

from app.people.staff.model import Role
from app.proctoring.board.model import FIELDS
from tests.exam import EVENT
from tests.kit.test_workbook import rows_of
from tests.pages.browser import PC, PHONE, Screen
from tests.pages.staff.office import Desk, Office
from tests.people.staff.builders import hired, seated

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BOARD = f"/staf/papan/{EVENT}"
NOW = 1_691_110_800_000  # 4 August 2023, 09.00 WITA
MINUTE = 60_000
UNITS = ("Dinas Pendidikan", "Dinas Kesehatan", "Badan Kepegawaian")
NAMES = ("Ida Ayu", "Budi", "Cici", "Dewi", "Eko", "Fajar")
STATES = ("open", "assigned", "sealed", "admitted", "open", "paused")
NARROW = Screen(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)


def people() -> list[list[Any]]:
    """Return the rows of 36 people: twelve a unit, of each state two; only Kesehatan has nobody
    missing."""
    empty = {"name": "", "room": "", "state": "", "sealed_by": "", "device": ""}
    empty |= {"network": "", "away": ""}
    rows = []
    for n in range(36):
        unit, state = n % 3 + 1, STATES[n // 3 % 6]
        state = "open" if unit == 2 and state in {"assigned", "admitted"} else state
        begun = state not in {"assigned", "admitted"}
        one = {
            "sitting": f"s{n:02}",
            "name": f"{NAMES[n // 3 % 6]} {n:02}",
            "unit": unit,
            "room": "7" if n % 2 else "8",
            "wave": n % 2 + 1,
            "state": state,
            "answered": n if begun else 0,
            "started_at": NOW - (30 + n) * MINUTE if begun else 0,
            "deadline": NOW + (50 - unit) * MINUTE if begun else 0,
            "left_ms": 20 * MINUTE,
            "seen_at": NOW,
            "sealed_at": NOW - n * MINUTE if state == "sealed" else 0,
        }
        rows.append([one.get(field, empty.get(field, 0)) for field in FIELDS])
    return rows


def a_board(rows: Sequence[Sequence[Any]]) -> bytes:
    event = {"id": EVENT, "title": "Uji", "items": 50, "closes_at": NOW + 60 * MINUTE}
    board = {
        "event": event,
        "at": NOW,
        "cursor": "x:1",
        "closed": [],
        "chief": True,
        "units": [{"id": n, "code": f"U {n}", "name": name} for n, name in enumerate(UNITS, 1)],
        "rooms": [
            {"id": "7", "name": "Lab 1", "venue": "SMA 1"},
            {"id": "8", "name": "Aula", "venue": ""},
        ],
        "waves": [
            {"id": n, "name": name, "starts_at": NOW, "ends_at": NOW + MINUTE}
            for n, name in enumerate(("Pagi", "Siang"), 1)
        ],
        "fields": FIELDS,
        "rows": rows,
    }
    return orjson.dumps(board)


async def shown(page: Page, body: bytes) -> None:
    """Let the page have this board instead of the installation's."""

    async def whole(route: Route) -> None:
        await route.fulfill(body=body, content_type="application/json")

    async def silent(route: Route) -> None:
        await asyncio.sleep(30)
        await route.abort()

    await page.route("**/api/v1/staff/events/*/board", whole)
    await page.route("**/board/stream?**", silent)


async def at_a_board(
    office: Office, query: str = "", screen: Screen = PC, permissions: Sequence[str] = ()
) -> Desk:
    desk = await office.desk(screen, permissions=permissions)
    await office.sits(desk, await seated(office, await hired(office, Role.PROCTOR)))
    await shown(desk.page, a_board(people()))
    await desk.page.goto(BOARD + query)
    await expect(desk.page.locator("#papan.ready")).to_be_visible()
    return desk


def heading(desk: Desk) -> Locator:
    return desk.page.locator(".list-head h2")


def rows(desk: Desk) -> Locator:
    return desk.page.locator(".people-body .person")


async def test_a_link_shows_the_same_board_and_back_leads_back(office: Office) -> None:
    desk = await at_a_board(office)
    page = desk.page
    await page.get_by_role("button", name="Belum hadir").click()
    await expect(heading(desk)).to_have_text("Belum hadir (4)")
    await page.get_by_label("Unit", exact=True).select_option("Badan Kepegawaian")
    await expect(heading(desk)).to_have_text("Belum hadir: Badan Kepegawaian (2)")
    await page.get_by_label("Cari nama atau NIP").fill("budi 05")
    await expect(rows(desk)).to_have_count(1)
    await expect(page).to_have_url(
        re.compile(r"\?keadaan=belum-hadir&unit=U\+3#cari=budi%2005$"), timeout=3000
    )

    link = page.url
    other = await desk.page.context.new_page()
    await shown(other, a_board(people()))
    for look, go in ((page, page.reload()), (other, other.goto(link))):
        await go
        await expect(look.locator(".list-head h2")).to_have_text(
            "Belum hadir: Badan Kepegawaian (1)"
        )
        await expect(look.get_by_label("Cari nama atau NIP")).to_have_value("budi 05")
        await expect(look.get_by_label("Unit", exact=True)).to_have_value("3")

    await page.go_back()
    await expect(heading(desk)).to_have_text("Belum hadir: Badan Kepegawaian (2)")
    await expect(page.get_by_label("Cari nama atau NIP")).to_have_value("")
    await page.go_back()
    await expect(heading(desk)).to_have_text("Belum hadir (4)")
    await expect(page.get_by_label("Unit", exact=True)).to_have_value("")
    await page.go_back()
    await expect(page.get_by_role("button", name="Belum hadir")).to_have_attribute(
        "aria-pressed", "false"
    )
    await page.go_forward()
    await expect(heading(desk)).to_have_text("Belum hadir (4)")


async def test_wave_and_room_narrow_and_the_bar_says_to_whom_it_acts(office: Office) -> None:
    desk = await at_a_board(office, "?gelombang=2&semua=1")
    await expect(heading(desk)).to_have_text("Semua peserta: Gelombang Siang (18)")
    await expect(desk.button("Tindakan untuk 18 peserta gelombang Siang…")).to_be_visible()
    await desk.page.get_by_label("Ruang", exact=True).select_option("Lab 1, SMA 1")
    await expect(heading(desk)).to_have_text("Semua peserta: Gelombang Siang, Ruang Lab 1 (18)")
    await expect(
        desk.button("Tindakan untuk 18 peserta gelombang Siang di ruang Lab 1…")
    ).to_be_visible()
    await desk.page.get_by_label("Ruang", exact=True).select_option("Aula")
    await expect(heading(desk)).to_have_text("Semua peserta: Gelombang Siang, Ruang Aula (0)")
    await desk.page.get_by_label("Gelombang").select_option("Semua")
    await expect(desk.button("Tindakan untuk 18 peserta di ruang Aula…")).to_be_visible()


async def test_no_nip_comes_to_stand_in_the_address(office: Office) -> None:
    desk = await at_a_board(office)
    visited: list[str] = []
    desk.page.on("framenavigated", lambda frame: visited.append(frame.url))
    found = orjson.dumps({"sitting": "s04"})
    await desk.page.route(
        "**/find", lambda route: route.fulfill(body=found, content_type="application/json")
    )
    field = desk.page.get_by_label("Cari nama atau NIP")
    await field.press_sequentially("19850315 201001 1 00")
    await desk.page.wait_for_timeout(600)
    await field.press_sequentially("2")
    await expect(heading(desk)).to_have_text("Hasil pencarian (1)")
    await desk.page.wait_for_timeout(600)
    assert desk.page.url.endswith(BOARD)
    await desk.page.reload()
    await expect(field).to_have_value("")
    assert not [url for url in visited if "1985" in url or "s04" in url]


async def test_the_overview_is_folded_and_paid_for_by_who_unfolds_it(office: Office) -> None:
    desk = await at_a_board(office)
    page = desk.page
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    await page.reload()
    await expect(page.locator("#papan.ready")).to_be_visible()
    fold = page.locator(".overview")
    await expect(fold.get_by_role("listitem").first).to_be_hidden()
    assert not [url for url in loaded if "uPlot" in url or "chart.js" in url]

    await fold.locator("summary").first.click()
    await expect(fold.locator("canvas")).to_be_visible()
    assert len([url for url in loaded if "uPlot.esm.js" in url]) == 1
    await expect(page).to_have_url(re.compile(r"\?grafik=1$"))
    shares = fold.locator(".funnel li")
    figures = [int(text.split(" · ")[0]) for text in await shares.locator(".n").all_inner_texts()]
    at_work = [row for row in people() if row[FIELDS.index("state")] in {"open", "paused"}]
    answered = [row[FIELDS.index("answered")] for row in at_work]
    fifths = [sum(n * 5 // 50 == place for n in answered) for place in range(5)]
    assert figures == [*fifths, 0]
    done = sum(row[FIELDS.index("state")] == "sealed" for row in people())
    begun = sum(bool(row[FIELDS.index("started_at")]) for row in people())
    chart = fold.get_by_role("img")
    said = re.compile(
        rf"Dari 36 peserta, {begun} \(.*\) sudah mulai dan {done} \(.*\) sudah selesai"
    )
    await expect(chart).to_have_attribute("aria-label", said)
    await fold.get_by_text("Angka dalam tabel").click()
    last = fold.get_by_role("row").last
    await expect(last.get_by_role("rowheader")).to_have_text("09.00")
    assert await last.get_by_role("cell").all_inner_texts() == [str(begun), str(done)]
    assert await fold.get_by_role("row").count() <= 13

    await page.reload()  # a link shows it unfolded
    await expect(fold.locator("canvas")).to_be_visible()
    await page.get_by_label("Unit", exact=True).select_option("Dinas Kesehatan")
    await expect(fold.get_by_text("Dari 12 peserta")).to_be_visible()


async def test_a_chart_that_does_not_come_leaves_its_figures_and_comes_later(
    office: Office,
) -> None:
    desk = await at_a_board(office)
    await desk.page.route("**/uPlot.esm.js", lambda route: route.abort())
    fold = desk.page.locator(".overview")
    await fold.locator("summary").first.click()
    await expect(fold.get_by_text("Grafik belum dapat dimuat.")).to_be_visible()
    await fold.get_by_text("Angka dalam tabel").click()
    await expect(fold.get_by_role("row").last).to_be_visible()
    await desk.page.unroute("**/uPlot.esm.js")
    await desk.page.reload()
    await expect(fold.locator("canvas")).to_be_visible()
    await expect(fold.get_by_text("Grafik belum dapat dimuat.")).to_have_count(0)


async def test_the_units_are_put_in_order_and_say_when_they_will_be_done(office: Office) -> None:
    desk = await at_a_board(office, "?tampilan=unit")
    names = desk.page.get_by_role("rowheader")
    await expect(names).to_have_text([UNITS[2], UNITS[0], UNITS[1]])
    head = desk.page.get_by_role("columnheader", name="Belum hadir")
    await expect(head).to_have_attribute("aria-sort", "descending")
    row = desk.page.get_by_role("row", name="Badan Kepegawaian")
    cells = await row.get_by_role("cell").all_inner_texts()
    assert cells[:5] == ["12", "10", "6", "2", "2"]
    assert re.fullmatch(r"09\.47\s*(9 dari 10: 09\.\d\d · )?4 belum mulai", cells[5])
    for press, order, way in (
        ("Unit", [2, 1, 0], "ascending"),
        ("Unit", [0, 1, 2], "descending"),
        ("Mengerjakan", [1, 2, 0], "descending"),
        ("Perkiraan selesai", [0, 1, 2], "descending"),
        ("Perkiraan selesai", [2, 1, 0], "ascending"),
    ):
        column = desk.page.get_by_role("columnheader", name=press)
        await column.get_by_role("button").click()
        await expect(column).to_have_attribute("aria-sort", way)
        await expect(names).to_have_text([UNITS[n] for n in order])
    await expect(desk.page).to_have_url(re.compile(r"urut=perkiraan-balik$"))
    await desk.page.reload()
    await expect(names).to_have_text([UNITS[2], UNITS[1], UNITS[0]])
    await desk.page.get_by_label("Gelombang").select_option("Siang")
    await expect(row.get_by_role("cell").first).to_have_text("6")


@pytest.mark.parametrize("screen", [PC, PHONE, NARROW])
async def test_one_tap_names_who_is_missing_to_be_pasted_into_a_message(
    office: Office, screen: Screen
) -> None:
    desk = await at_a_board(office, "?tampilan=unit", screen, ["clipboard-read", "clipboard-write"])
    page = desk.page
    await page.get_by_role("button", name="2 belum hadir dari Dinas Pendidikan: daftar").click()
    panel = page.get_by_role("dialog")
    await panel.get_by_role("button", name="Salin daftar").click()
    await expect(panel.get_by_text("Daftar sudah disalin")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [
        *("Dinas Pendidikan, pukul 09.00 WITA", ""),
        *("Belum hadir (2 peserta):", "1. Budi 03", "2. Budi 21", ""),
        *("Sudah hadir, belum mulai (2 peserta):", "1. Dewi 09", "2. Dewi 27"),
    ]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.keyboard.press("Escape")
    await expect(page.locator(".missing .btn:focus")).to_have_count(1)


async def test_the_list_is_a_sheet_too(office: Office) -> None:
    staffer = await seated(office, await hired(office, Role.VIEWER))
    board = await staffer.ok("GET", f"/events/{EVENT}/board")
    states = {row[0]: row[FIELDS.index("state")] for row in board["rows"]}
    unit = next(
        one
        for one in board["units"]
        if any(row[2] == one["id"] and states[row[0]] == "assigned" for row in board["rows"])
    )
    desk = await office.desk()
    await office.sits(desk, staffer)
    await desk.page.goto(f"{BOARD}?tampilan=unit")
    await desk.page.get_by_role(
        "button", name=re.compile(rf"^[\d.]+ belum hadir dari {re.escape(unit['name'])}: daftar$")
    ).click()
    async with desk.page.expect_download() as coming:
        await desk.link("Unduh XLSX").click()
    sheet = await coming.value
    assert sheet.suggested_filename == f"belum-mulai-{EVENT}.xlsx"
    found = rows_of((await sheet.path()).read_bytes())
    mine = [row for row in board["rows"] if row[2] == unit["id"]]
    waiting = {row[1] for row in mine if states[row[0]] in {"assigned", "admitted", "absent"}}
    assert {row[1] for row in found[1:]} == waiting
    assert {row[2] for row in found[1:]} == {unit["name"]}
