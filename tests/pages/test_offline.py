"""Without a network: answering goes on, a reload too, and nothing is lost or claimed too early."""

import pytest
from playwright.async_api import expect

from tests.pages.browser import LAN
from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_offline_in_the_middle_a_reload_and_back_online(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.is_stored()

    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(2, 1)
    await phone.answer(3, 2)
    await phone.doubts(4)
    await phone.has_unsent(3)
    await phone.says("Belum ada jaringan")

    await phone.page.reload()
    await phone.has_unsent(3)
    assert await phone.at() == 4
    before = dict(phone.shown)
    await phone.reads_everything()
    assert {n: shown for n, shown in phone.shown.items() if shown != (None, False)} == before
    await phone.answer(5, 3)
    await phone.has_unsent(4)
    assert set(await hall.held(phone.sitting)) <= {phone.form[0]["id"]}

    await phone.finds_network()
    await phone.is_stored()
    await phone.finish()
    await hall.record_holds(phone)


async def test_hand_in_without_network(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(2, 1)
    await phone.review()
    await phone.hand_in()
    await phone.says("Menunggu jaringan. Jawaban akan dikumpulkan begitu tersambung.")
    await phone.page.reload()  # the wish outlives it
    await phone.says("Menunggu jaringan. Jawaban akan dikumpulkan begitu tersambung.")
    await phone.finds_network()
    await phone.is_recorded()
    await hall.record_holds(phone)


async def test_what_was_not_fetched_yet_opens_as_soon_as_there_is_a_network(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.page.route("**/exam/lists.js", lambda route: route.abort())
    await phone.sit_down()
    await phone.press("Daftar soal")
    await phone.says("Belum termuat. Dibuka sendiri begitu tersambung.", "alert")
    await phone.choose(0)  # answering goes on meanwhile
    await phone.page.unroute("**/exam/lists.js")
    await phone.is_at("Daftar soal")


async def test_over_plain_http_all_but_the_reload_works_offline(hall: Hall) -> None:
    """A browser gives no service worker, no locks, no random UUIDs to a plain address."""
    wire = await hall.wire()
    address = wire.address.replace("127.0.0.1", LAN)
    phone = await hall.phone(base_url=address)
    phone.wire = wire
    await phone.sit_down()
    assert await phone.page.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [
        False,
        False,
    ]
    await phone.answer(1, 0)
    await phone.is_stored()
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(2, 1)
    await phone.has_unsent(1)
    await phone.review()
    await phone.press("Kembali ke soal")
    await phone.finds_network()
    await phone.is_stored()
    await phone.page.reload()
    await expect(phone.options().nth(1)).to_be_checked()
    await phone.finish()
    await hall.record_holds(phone)
