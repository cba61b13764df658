"""The server dies, or the room loses everything: the page goes on, and nobody types a PIN."""

import pytest
from playwright.async_api import expect

from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_server_is_killed_mid_exam(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await hall.house.kill("app")
    await phone.answer(2, 1)
    await phone.answer(3, 2)
    await phone.is_stored()
    await hall.house.kill("app", "flusher", "sweeper")
    await phone.answer(3, 3)
    await phone.finish()
    await hall.record_holds(phone)


async def test_both_stores_are_killed_mid_exam(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await hall.house.kill("valkey", "postgres")
    await phone.answer(2, 1)
    await phone.is_stored()
    await phone.finish()
    await hall.record_holds(phone)


async def test_redis_is_wiped_mid_exam_and_nobody_types_a_pin(hall: Hall) -> None:
    phones = [await hall.phone(), await hall.pc()]
    for n, phone in enumerate(phones):
        await phone.sit_down()
        for number in range(1, 6):
            await phone.answer(number, (number + n) % 4)
        await phone.doubts(2)
        await phone.is_stored()
    await hall.wipe_the_room()
    for phone in phones:
        await phone.answer(6, 1)
        await phone.is_stored()
        await phone.reads_everything()
        assert len(phone.shown_answers()) == 6
        await phone.finish()
        await hall.record_holds(phone)


async def test_a_receipt_outlives_a_room_that_was_wiped(hall: Hall) -> None:
    phone = await hall.phone()
    await phone.sit_down()
    await phone.answer(1, 0)
    await phone.finish()
    code = await phone.receipt()
    await hall.wipe_the_room()
    await phone.page.reload()
    await phone.is_recorded()
    assert await phone.receipt() == code
    await phone.page.goto(f"/receipts/{code}")
    await expect(phone.page.get_by_text("Tanda terima ini asli.")).to_be_visible()
    await hall.record_holds(phone)
