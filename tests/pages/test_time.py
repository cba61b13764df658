"""The clock is the room's: a wrong one on the device, time up, too late, more time, a pause."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.pages.hall import Hall
from tests.pages.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAY_MS = 24 * 3600 * 1000
_WRONG_CLOCK = """
globalThis.wrongBy = %d;
globalThis.Date = class extends Date {
  constructor(...given) { super(...(given.length ? given : [Date.now()])); }
  static now() { return super.now() + globalThis.wrongBy; }
};
"""


async def clock_is_wrong(page: Page, by_ms: int) -> None:
    await page.add_init_script(_WRONG_CLOCK % by_ms)


async def left_s(phone: Phone) -> int:
    """Return the seconds that the clock on the screen shows."""
    parts = (await phone.time_left().inner_text()).split(":")
    return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))


async def really_left_s(phone: Phone) -> float:
    """Return the seconds to the deadline, as the server tells."""
    sitting = await phone.look()
    return float(sitting["deadline"] - sitting["server_time"]) / 1000


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_is_a_day_wrong_changes_nothing(hall: Hall, days: int) -> None:
    phone = await hall.phone()
    await clock_is_wrong(phone.page, days * DAY_MS)
    await phone.sit_down()
    assert abs(await left_s(phone) - await really_left_s(phone)) <= 2
    await phone.answer(1, 0)
    await phone.is_stored()
    # The phone's clock is put right in the middle, and the page comes back under it.
    await phone.page.evaluate("globalThis.wrongBy = 0")
    await phone.answer(2, 1)
    await phone.is_stored()
    assert abs(await left_s(phone) - await really_left_s(phone)) <= 2
    await phone.page.reload()
    await phone.at()
    assert abs(await left_s(phone) - await really_left_s(phone)) <= 2
    await phone.finish()
    await hall.record_holds(phone)


async def test_time_up_hands_in_by_itself(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.is_stored()
    await hall.set_deadline(phone, 2500)
    await phone.answer(2, 1)  # the reply tells the new deadline
    await expect(phone.time_left()).to_have_text(re.compile(r"^00:0\d$"))
    await phone.is_recorded()
    await hall.record_holds(phone)
    assert await hall.kept_late(phone.sitting) == {}


async def test_time_up_without_a_network(hall: Hall) -> None:
    """Said at once; handed in as soon as there is a way, and still in time by the grace."""
    phone = await hall.phone()
    await phone.sit_down()
    await hall.set_deadline(phone, 4000)
    await phone.answer(1, 0)
    await phone.is_stored()
    await expect(phone.time_left()).to_have_text(re.compile(r"^00:0\d$"))
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(2, 1)
    await phone.is_at("Waktu habis")
    await phone.says("Menunggu jaringan. Jawaban akan dikumpulkan begitu tersambung.")
    await phone.finds_network()
    await phone.is_recorded()
    await hall.record_holds(phone)


async def test_too_late_is_kept_apart_and_said(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.is_stored()
    in_time = dict(phone.shown)
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(1, 2)
    await phone.answer(2, 1)
    too_late = phone.shown_answers()
    await hall.set_deadline(phone, -await hall.grace_ms(phone) - 1000)  # the sweeper hands in
    await hall.is_sealed(phone)
    await phone.finds_network()
    await phone.is_recorded()
    await phone.says("2 jawaban diterima sebagai jawaban terlambat")
    phone.shown = in_time
    await hall.record_holds(phone)
    assert await hall.kept_late(phone.sitting) == {
        item: value for item, (value, _) in too_late.items()
    }


async def test_an_extension_appears_within_one_heartbeat(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.holds_its_clock()
    await phone.sit_down()
    before = await left_s(phone)
    await hall.act("extend", "--sitting", phone.sitting, "--minutes", "10")
    await phone.lets_pass(61)  # nothing was sent for so long
    await phone.says("Waktu Anda ditambah 10 menit.", "alert")
    assert before + 600 - 70 <= await left_s(phone) <= before + 600
    await phone.press("Mengerti")
    await expect(phone.page.get_by_role("alert")).to_have_count(0)
    await phone.page.reload()
    await phone.at()
    await expect(phone.page.get_by_role("alert")).to_have_count(0)


async def test_a_message_comes_with_the_next_answer_and_is_plain_text(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    words = "Ruang pindah ke <b>lantai 2</b>."
    await hall.act("message", "--sitting", phone.sitting, "--text", words)
    await phone.answer(1, 0)
    await phone.says(words, "alert")
    await phone.finish()
    await hall.record_holds(phone)


async def test_a_pause_stops_the_clock_and_a_resume_goes_on(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.holds_its_clock()
    await phone.sit_down()
    await phone.answer(1, 0)
    await hall.act("pause", "--sitting", phone.sitting)
    await phone.press(phone.row(1))
    await phone.is_at("Ujian dijeda")
    stopped = await left_s(phone)
    await phone.lets_pass(300)
    assert await left_s(phone) == stopped
    await hall.act("resume", "--sitting", phone.sitting)
    await phone.lets_pass(61)
    await phone.at()
    assert stopped - 30 <= await left_s(phone) <= stopped
    await phone.says("Ujian Anda dilanjutkan.", "alert")
    await phone.go_to(1)
    await phone.choose(1)
    await phone.finish()
    await hall.record_holds(phone)


async def test_the_last_minutes_are_announced(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.page.evaluate(_HEARS)
    for minutes, number in ((15, 1), (5, 2), (1, 3)):
        await hall.set_deadline(phone, minutes * 60_000 + 2500)
        await phone.answer(number, 0)
        how = "assertive" if minutes == 1 else "polite"
        await phone.page.wait_for_function(
            "(wanted) => window.heard.includes(wanted)", arg=f"{how}: Sisa waktu {minutes} menit"
        )


_HEARS = """() => {
  window.heard = [];
  for (const voice of document.querySelectorAll("[aria-live=polite], [aria-live=assertive]"))
    new MutationObserver(() => {
      window.heard.push(`${voice.getAttribute("aria-live")}: ${voice.textContent}`);
    }).observe(voice, { childList: true, characterData: true, subtree: true });
}"""
