"""The browser's process is killed right after a tap: what was shown as chosen is still there."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Playwright, expect

from app.sittings.routes import COOKIE
from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def process_of(folder: Path) -> psutil.Process:
    """Return the browser's own process, which the others are children of."""
    wanted = f"--user-data-dir={folder}"
    for process in psutil.Process().children(recursive=True):
        words = process.cmdline()
        if wanted in words and not any(word.startswith("--type=") for word in words):
            return process
    raise AssertionError(f"no browser runs on {folder}")


async def token_is_on_disk(profile: Path) -> None:
    """Wait until the token is written: Chromium does it half a minute after it was set."""
    for _ in range(120):
        if await asyncio.to_thread(_is_written, profile):
            return
        await asyncio.sleep(0.5)
    raise AssertionError("the browser has not written its cookies down")


def _is_written(profile: Path) -> bool:
    return any(map(_holds_the_token, profile.rglob("Cookies")))


def _holds_the_token(file: Path) -> bool:
    """Look into Chromium's own database; it may be in the middle of writing."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        found = db.execute("SELECT 1 FROM cookies WHERE name = ?", (COOKIE,)).fetchone()
        return found is not None
    return False


async def test_a_tenth_of_a_second_after_a_tap(
    hall: Hall, playwright: Playwright, tmp_path: Path
) -> None:
    """Without a network, so that nobody but the journal can know the last choices."""
    wire = await hall.wire()
    async with hall.own_browser(playwright, tmp_path, wire) as context:
        phone = await hall.device(context, wire=wire)
        await phone.sit_down()
        await phone.answer(1, 0)
        await phone.is_stored()
        await token_is_on_disk(tmp_path)
        await phone.has_settled()
        await phone.loses_network()
        await phone.answer(2, 1)
        await phone.go_to(3)
        await phone.press(phone.row(2))
        await asyncio.sleep(0.1)
        browser = process_of(tmp_path)
        browser.kill()
        await asyncio.to_thread(browser.wait)
    await wire.mend()
    phone.shown[3] = (phone.form[2]["options"][2]["text"], False)

    async with hall.own_browser(playwright, tmp_path, wire) as context:
        again = await hall.device(context, phone.card, wire)
        await again.page.goto(f"/ujian/{phone.sitting}")
        again.sitting, again.form = phone.sitting, phone.form
        await again.is_stored()
        await again.reads_everything()
        assert again.shown_answers() == phone.shown_answers()
        await again.finish()
        await hall.record_holds(again)


async def test_the_login_page_offers_to_go_on(
    hall: Hall, playwright: Playwright, tmp_path: Path
) -> None:
    wire = await hall.wire()
    async with hall.own_browser(playwright, tmp_path, wire) as context:
        phone = await hall.device(context, wire=wire)
        await phone.sit_down()
        await phone.answer(1, 0)
        await token_is_on_disk(tmp_path)
        process_of(tmp_path).kill()
    async with hall.own_browser(playwright, tmp_path, wire) as context:
        again = await hall.device(context, phone.card, wire)
        await again.open()
        await again.press("Lanjutkan ujian")
        await again.entered()
        await expect(again.options().first).to_be_checked()
        await again.is_stored()


async def test_killed_before_the_token_was_on_disk_the_card_brings_the_journal_back(
    hall: Hall, playwright: Playwright, tmp_path: Path
) -> None:
    wire = await hall.wire()
    async with hall.own_browser(playwright, tmp_path, wire) as context:
        phone = await hall.device(context, wire=wire)
        await phone.sit_down()
        await phone.has_settled()
        await phone.loses_network()
        await phone.answer(1, 0)
        await phone.answer(2, 1)
        process_of(tmp_path).kill()
    await wire.mend()
    async with hall.own_browser(playwright, tmp_path, wire) as context:
        await context.clear_cookies()  # Chromium writes them down within half a minute, or sooner
        again = await hall.device(context, phone.card, wire)
        await again.page.goto(f"/ujian/{phone.sitting}")
        await again.is_at("Masuk kembali")
        await again.resume()
        await again.is_stored()
        await again.reads_everything()
        assert again.shown_answers() == phone.shown_answers()
        await again.finish()
        await hall.record_holds(again)
