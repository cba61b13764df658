"""Who comes without a card, or without standing on a list; and answers that came too late."""

import re

import orjson
import pytest
from playwright.async_api import Locator, Route, expect

from app.people.staff.model import Scope
from tests.exam import EVENT
from tests.pages.hall import Hall
from tests.pages.phone import Card, Phone
from tests.pages.staff.beside import ITEM, at_the_board, candidate, does, panel_of, row_of, told
from tests.pages.staff.office import Desk, Office
from tests.pages.staff.qr import said_by

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WALK_IN = "198609262015051987"
NAME = "Dewi Lestari"


async def shown_pin(panel: Locator) -> str:
    """Return the PIN that stands in large digits, without its blanks."""
    digits = await panel.locator(".digits-shown").inner_text()
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", digits.strip()), digits
    return re.sub(r"\D", "", digits)


def address(desk: Desk) -> str:
    return desk.page.url.partition("/staf/")[0]


async def test_a_lost_card_is_replaced_and_scanned(hall: Hall, office: Office) -> None:
    phone = await candidate(hall)
    await phone.answer(1, 1)
    await phone.is_stored()
    desk = await at_the_board(office)
    panel = await panel_of(desk, phone)
    await does(panel, "Kartu hilang…")
    await expect(panel.get_by_text("PIN pada kartu lama tidak berlaku lagi.")).to_be_visible()
    await does(panel, "Buat kartu baru")
    await told(panel, "Kartu baru dibuat untuk")
    pin = await shown_pin(panel)
    assert pin != phone.card.pin
    assert await said_by(panel.get_by_role("img")) == f"{address(desk)}/#.{pin}"

    await phone.answer(2, 0)  # the device that is in stays in
    await phone.is_stored()

    other = await hall.phone(phone.card)
    await other.open()
    await other.page.get_by_label("NIP", exact=True).fill(phone.card.nip)
    await other.page.get_by_label("PIN kartu").fill(phone.card.pin)
    await other.press("Masuk")
    await other.says("tidak cocok", "alert")

    await other.page.goto(f"/#.{pin}")
    await other.says("PIN kartu sudah terisi. Ketik NIP Anda", "alert")
    assert "#" not in other.page.url
    await other.page.get_by_label("NIP", exact=True).fill(phone.card.nip)
    await other.press("Masuk")
    await other.entered()
    await other.is_at(ITEM)
    await expect(other.options().nth(1)).to_be_checked()

    await does(panel, "Tutup kartu")
    await expect(panel.locator(".digits-shown")).to_have_count(0)
    await expect(panel.get_by_text("nomor 2")).to_be_visible()


async def fills_in(panel: Locator, nip: str, name: str = NAME) -> None:
    await panel.get_by_label("NIP").fill(nip)
    await panel.get_by_label("Nama lengkap").fill(name)
    await panel.get_by_label("Unit", exact=True).select_option(index=1)
    await does(panel, "Tambah peserta")


async def test_who_walks_in_sits_the_exam(hall: Hall, office: Office) -> None:
    desk = await at_the_board(office)
    panel = desk.page.get_by_role("dialog")
    await desk.presses("Tambah peserta…")
    await does(panel, "Tambah peserta")
    await expect(panel.get_by_text("NIP terdiri dari 18 angka.")).to_be_visible()
    await expect(panel.get_by_label("NIP")).to_be_focused()
    await fills_in(panel, "199913402015051001")
    await expect(panel.get_by_label("NIP")).to_be_focused()  # no such day of birth: the server's
    await told(panel, "Perbaiki isian yang ditandai")

    await fills_in(panel, f"{WALK_IN[:8]} {WALK_IN[8:]}")
    await told(panel, f"{NAME} ditambahkan dan boleh masuk.")
    pin = await shown_pin(panel)
    assert await said_by(panel.get_by_role("img")) == f"{address(desk)}/#{WALK_IN}.{pin}"
    phone = await hall.phone(Card(WALK_IN, pin))
    await phone.open()
    await phone.log_in()
    await phone.get_ready()
    await phone.start()
    await phone.answer(1, 3)
    await phone.is_stored()

    await does(panel, "Tutup kartu")
    row = await row_of(desk, WALK_IN)
    await expect(row).to_contain_text(NAME)
    await expect(row).to_contain_text("1 dari 50")

    await desk.presses("Tambah peserta…")
    await fills_in(panel, WALK_IN)
    await told(panel, "Sudah terdaftar")
    await expect(panel.locator(".digits-shown")).to_have_count(0)


async def is_late(hall: Hall, panel: Locator, phone: Phone) -> None:
    """Let two answers come after staff have handed in."""
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(1, 2)
    await phone.answer(2, 1)
    await does(panel, "Kumpulkan…", "Waktu sudah habis", "Kumpulkan")
    await told(panel, "Ujian dikumpulkan untuk")
    await hall.is_sealed(phone)
    await phone.finds_network()
    await phone.is_recorded()


async def test_late_answers_are_counted_by_the_chief(hall: Hall, office: Office) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.is_stored()
    panel = await panel_of(await at_the_board(office), phone)
    await is_late(hall, panel, phone)
    late = panel.get_by_role("region", name="Jawaban terlambat")
    await expect(late.get_by_text("2 jawaban tiba setelah ujian selesai")).to_be_visible()
    await does(late, "Hitung…", "Hitung")
    await expect(late.get_by_text("Tulis alasannya dahulu.")).to_be_visible()
    await does(late, "Gangguan jaringan")
    await late.get_by_role("button", name="Hitung", exact=True).dblclick()
    await told(panel, "2 jawaban terlambat dihitung untuk")
    await expect(late).to_be_hidden()
    await hall.record_holds(phone)


async def test_who_is_bound_to_a_unit_leaves_late_answers_to_the_chief(
    hall: Hall, office: Office
) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.is_stored()
    chief = await at_the_board(office)
    panel = await panel_of(chief, phone)
    await is_late(hall, panel, phone)
    places = await chief.page.evaluate(
        "(event) => fetch(`/api/v1/staff/events/${event}/board`).then((reply) => reply.json())",
        EVENT,
    )
    (unit,) = [row[2] for row in places["rows"] if row[0] == phone.sitting]
    (code,) = [one["code"] for one in places["units"] if one["id"] == unit]
    bound = await at_the_board(office, (Scope(EVENT, "unit", code),))
    own = await panel_of(bound, phone)
    late = own.get_by_role("region", name="Jawaban terlambat")
    await expect(late.get_by_text("Ketua pengawas yang memutuskan")).to_be_visible()
    await expect(late.get_by_role("button")).to_have_count(0)

    await does(panel, "Jangan hitung…", "Dikirim setelah waktu habis", "Jangan hitung")
    await told(panel, "Jawaban terlambat tidak dihitung untuk")
    await expect(late).to_be_hidden()
    await hall.drained()
    held = await hall.held(phone.sitting)
    assert len(held) == 1


async def test_a_room_gets_another_pin_in_large_digits(office: Office) -> None:
    asked: list[str] = []

    async def one_room(route: Route) -> None:
        board = await (await route.fetch()).json()
        board["rooms"] = [{"id": "7", "name": "Lab 1", "venue": "SMA 1"}]
        at = board["fields"].index("room")
        for row in board["rows"]:
            row[at] = "7"
        await route.fulfill(body=orjson.dumps(board), content_type="application/json")

    async def turned(route: Route) -> None:
        asked.append(orjson.loads(route.request.post_data or "{}")["action"])
        if len(asked) == 1:
            await route.abort()
            return
        body = orjson.dumps({"room": "7", "pin": "482 913"})
        await route.fulfill(body=body, content_type="application/json")

    desk = await at_the_board(office)
    await desk.page.route("**/board", one_room)
    await desk.page.route("**/rooms/7/pin", turned)
    await desk.page.reload()
    await desk.presses("PIN ruang baru…")
    panel = desk.page.get_by_role("dialog", name="PIN ruang Lab 1")
    await expect(panel.get_by_text("Peserta yang sudah masuk tidak terganggu.")).to_be_visible()
    await does(panel, "Buat PIN baru")
    await told(panel, "Belum ada jawaban dari server.")
    await does(panel, "Buat PIN baru")
    await expect(panel.get_by_text("482 913")).to_be_visible()
    assert len(asked) == 2
    assert asked[0] == asked[1]  # the same order: the room has one new PIN, not two
