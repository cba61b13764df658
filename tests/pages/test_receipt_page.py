"""What anyone sees who types a receipt's code, without a script."""

import re

import httpx
import pytest

from app.kit.redis import ask
from app.pages.receipt import local_time
from app.settings import TimeZone
from tests.exam import Exam, app_on
from tests.sittings.staff import act, seated

AUGUST = 1_691_110_807_000  # 2023-08-04 01:00:07 UTC
GENUINE = "Tanda terima ini asli"

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def page_of(exam: Exam, code: str) -> httpx.Response:
    """Look a code up as a browser does."""
    return await exam.http.get(f"/receipts/{code}", headers={"Accept": "text/html"})


def said(page: httpx.Response) -> str:
    """Return the words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


async def handed_in(exam: Exam) -> tuple[str, int]:
    """Hand in with two answers; return code and time of the receipt."""
    device = await seated(exam)
    await device.save(device.change(device.items[0]), device.change(device.items[1], "b"))
    receipt = (await device.submit())["receipt"]
    return receipt["code"], receipt["sealed_at"]


async def test_a_receipt_is_genuine_first_stored_then_recorded(day: Exam) -> None:
    code, sealed_at = await handed_in(day)
    page = await page_of(day, code)
    assert page.status_code == 200
    assert GENUINE in said(page)
    assert "Tercatat Belum" in said(page)
    assert 10 <= int(page.headers["refresh"]) <= 20  # it updates by itself
    await day.flush()
    page = await page_of(day, code)
    assert "Tercatat Sudah ✓" in said(page)
    assert "refresh" not in page.headers
    for shown in (code, "Indeks Kompetensi Digital", "2 soal", local_time(sealed_at, "WITA")):
        assert shown in said(page)


async def test_a_receipt_needs_no_script_and_tells_nothing_of_the_person(day: Exam) -> None:
    device = await seated(day)
    code = (await device.submit())["receipt"]["code"]
    person = (await device.ok("GET", ""))["participant"]
    page = await page_of(day, code)
    assert "<script" not in page.text
    for hidden in (*person.values(), device.nip, device.token):
        assert hidden not in page.text


async def test_a_code_is_found_however_it_is_typed(day: Exam) -> None:
    code, _ = await handed_in(day)
    assert GENUINE in said(await page_of(day, code.upper().replace("-", " - ")))


async def test_a_receipt_of_a_reopened_exam_says_that_it_was_replaced(day: Exam) -> None:
    device = await seated(day)
    old = (await device.submit())["receipt"]["code"]
    await act(day, device, "reopen", ms=600_000)
    page = await page_of(day, old)
    assert page.status_code == 200
    assert "sudah diganti" in said(page)
    assert "Tercatat" not in said(page)
    new = (await device.submit())["receipt"]["code"]
    assert "sudah diganti" in said(await page_of(day, old))
    assert "sudah diganti" not in said(await page_of(day, new))


@pytest.mark.parametrize("change", ["nothing", "<b>x", "%00", "9-9-9", "{}x", "x{}", "A" * 3000])
async def test_an_unknown_code_is_said_to_be_unknown(day: Exam, change: str) -> None:
    code, _ = await handed_in(day)
    page = await page_of(day, change.format(code))
    assert page.status_code == 404
    assert "Tanda terima tidak ditemukan" in said(page)
    assert "Periksa kembali" in said(page)
    assert GENUINE not in said(page)
    assert "<b>" not in page.text


async def test_while_the_room_is_away_the_page_asks_again_by_itself(day: Exam) -> None:
    code, _ = await handed_in(day)
    away = day.settings.model_copy(update={"redis_url": "unix:///nowhere/valkey.sock"})
    async with app_on(away, ready=False) as client:
        waits = set()
        for _ in range(20):
            page = await client.get(f"/receipts/{code}", headers={"Accept": "text/html"})
            assert page.status_code == 503
            waits.add(int(page.headers["refresh"]))
        assert "Tanda terima Anda tetap berlaku" in said(page)
        assert len(waits) > 1  # not all at once
        assert all(10 <= wait <= 20 for wait in waits)


async def test_a_room_that_is_being_recovered_says_nothing_against_a_receipt(day: Exam) -> None:
    device = await seated(day)
    code = (await device.submit())["receipt"]["code"]
    key, aside = f"room:{day.tag(device)}", f"aside:{day.tag(device)}"
    await ask(day.stores.room, ("RENAME", key, aside))
    try:
        assert (await page_of(day, code)).status_code == 503
    finally:
        await ask(day.stores.room, ("RENAME", aside, key))


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("WIB", "4 Agustus 2023 pukul 08.00.07 WIB"),
        ("WITA", "4 Agustus 2023 pukul 09.00.07 WITA"),
        ("WIT", "4 Agustus 2023 pukul 10.00.07 WIT"),
    ],
)
async def test_times_are_those_of_the_region(zone: TimeZone, words: str) -> None:
    assert local_time(AUGUST, zone) == words
