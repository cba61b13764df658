"""Two devices, two tabs, two people on one PC: nothing older over newer, nothing of another's."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.pages.hall import Hall
from tests.pages.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


HEARTBEAT_S = 61  # the longest there is


async def test_a_second_device_takes_over_and_the_backlog_of_the_first_is_kept_late(
    hall: Hall,
) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.is_stored()
    await phone.has_settled()
    await phone.loses_network()
    for number in (1, 2, 3):
        await phone.answer(number, 1)
    await phone.has_unsent(3)

    pc = await hall.pc(phone.card)
    await pc.resume()
    await expect(pc.options().first).to_be_checked()
    await pc.answer(1, 2)
    await pc.answer(2, 2)
    await pc.answer(4, 2)
    await pc.is_stored()

    await phone.finds_network()
    await phone.is_at("Dilanjutkan di perangkat lain")
    await phone.says("3 jawaban diterima sebagai jawaban terlambat")
    await pc.finish()
    await hall.record_holds(pc)
    assert await hall.kept_late(phone.sitting) == {
        item: value for item, (value, _) in phone.shown_answers().items()
    }


async def test_the_first_device_comes_back_with_its_card(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.holds_its_clock()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.is_stored()
    before = phone.shown_answers()
    pc = await hall.pc(phone.card)
    await pc.holds_its_clock()
    await pc.resume()
    await pc.answer(2, 1)
    await pc.is_stored()
    await phone.has_settled()
    await phone.lets_pass(HEARTBEAT_S)
    await phone.is_at("Dilanjutkan di perangkat lain")
    await phone.press(phone.page.get_by_role("link", name="Masuk lagi di sini"))
    await phone.log_in()
    await phone.is_at(re.compile("^Soal "))
    await phone.reads_everything()
    assert phone.shown_answers() == before | pc.shown_answers()
    await phone.finish()
    await pc.lets_pass(HEARTBEAT_S)
    await pc.is_at("Dilanjutkan di perangkat lain")
    await hall.record_holds(phone)


async def test_two_tabs_share_one_journal(hall: Hall) -> None:
    one = await hall.pc()
    await one.sit_down()
    await one.answer(1, 0)
    two = await one.tab()
    await two.page.goto(f"/ujian/{one.sitting}")
    await expect(two.options().first).to_be_checked()

    await two.answer(2, 1)
    await one.comes_to_the_front()
    await one.go_to(2)
    await expect(one.options().nth(1)).to_be_checked()
    await one.choose(2)
    await expect(two.options().nth(2)).to_be_checked()
    await one.is_stored()
    await two.is_stored()

    await one.page.close()  # the one that had been sending
    await two.answer(3, 3)
    await two.is_stored()
    await two.finish()
    await hall.record_holds(two)


async def test_two_tabs_without_a_network_and_the_sender_is_closed(hall: Hall) -> None:
    one = await hall.pc()
    await one.sit_down()
    two = await one.tab()
    await two.page.goto(f"/ujian/{one.sitting}")
    await two.at()
    await one.has_settled()
    await one.loses_network()
    await one.answer(1, 1)
    await two.comes_to_the_front()
    await two.answer(2, 2)
    await one.comes_to_the_front()
    await one.answer(3, 3)
    await two.comes_to_the_front()
    await two.has_unsent(3)
    await one.page.close()
    await two.finds_network()
    await two.is_stored()
    await two.finish()
    await hall.record_holds(two)


async def test_one_after_the_other_on_one_pc(hall: Hall) -> None:
    first = await hall.pc()
    await first.sit_down()
    await first.answer(1, 0)
    await first.finish()
    name = (await first.look())["participant"]["name"]
    await expect(first.page.get_by_text(name)).to_be_visible()
    await first.press("Peserta berikutnya")
    await first.is_at("Masuk ujian")
    await expect(first.page.get_by_text(name)).to_have_count(0)
    assert await left_behind(first) == {"sittings": 0, "entries": 0, "caches": 0}

    second = replace(first, card=await hall.card(), sitting="", form=[], shown={})
    await second.scan()
    assert second.sitting != first.sitting
    await second.get_ready()
    await second.start()
    await expect(second.page.get_by_role("radio", checked=True)).to_have_count(0)
    await second.answer(1, 1)
    await second.finish()
    await hall.record_holds(first)
    await hall.record_holds(second)
    await second.page.goto(f"/ujian/{first.sitting}")
    await second.is_at("Masuk kembali")
    await expect(second.page.get_by_text(name)).to_have_count(0)


async def test_the_next_one_must_wait_while_something_is_unsent(hall: Hall) -> None:
    pc = await hall.pc()
    await pc.holds_its_clock()
    await pc.sit_down()
    await pc.has_settled()
    await pc.loses_network()
    await pc.answer(1, 0)
    phone = await hall.phone(pc.card)
    await phone.resume()
    # The PC learns of it with its next word, which is cut off before the answers leave.
    await pc.page.route("**/late", lambda route: route.abort())
    await pc.finds_network()
    await pc.is_at("Dilanjutkan di perangkat lain")
    await pc.press("Peserta berikutnya")
    await pc.says("Belum bisa: masih ada yang belum terkirim", "alert")
    await pc.page.unroute("**/late")
    await pc.lets_pass(HEARTBEAT_S)
    await pc.says("1 jawaban diterima sebagai jawaban terlambat")
    await pc.press("Peserta berikutnya")
    await pc.is_at("Masuk ujian")
    await hall.drained()
    assert len(await hall.kept_late(pc.sitting)) == 1


async def test_two_people_side_by_side_in_one_browser(hall: Hall) -> None:
    one = await hall.pc()
    await one.sit_down()
    await one.answer(1, 0)
    two = replace(await one.tab(), card=await hall.card(), sitting="", form=[], shown={})
    await two.sit_down()
    await expect(two.page.get_by_role("radio", checked=True)).to_have_count(0)
    await two.answer(1, 1)
    await one.comes_to_the_front()
    await one.answer(2, 2)
    await two.comes_to_the_front()
    await two.answer(2, 3)
    await one.comes_to_the_front()
    await one.page.reload()
    await one.reads_everything()
    for person in (one, two):
        await person.comes_to_the_front()
        assert len(person.shown_answers()) == 2
        await person.finish()
        await hall.record_holds(person)


async def left_behind(phone: Phone) -> dict[str, int]:
    """Return how much of a person this browser still holds."""
    found: dict[str, int] = await phone.page.evaluate(
        """async (sitting) => {
          const open = indexedDB.open("serentak");
          await new Promise((done, failed) => { open.onsuccess = done; open.onerror = failed; });
          const stores = open.result.transaction(["sittings", "entries"]);
          const count = (name) => new Promise((done) => {
            stores.objectStore(name).count().onsuccess = (event) => done(event.target.result);
          });
          const found = { sittings: await count("sittings"), entries: await count("entries") };
          open.result.close();
          found.caches = 0;
          for (const name of await caches.keys()) {
            for (const { url } of await (await caches.open(name)).keys()) {
              if (url.includes(sitting)) found.caches += 1;
            }
          }
          return found;
        }""",
        phone.sitting,
    )
    return found
