"""Everybody is killed in turn while answers are saved: what was acknowledged stands, once."""

import asyncio
from collections.abc import Iterator

import psutil
import pytest

from app.operations.cards import demo_cards
from tests.exam import EVENT, PEOPLE
from tests.journey.house import House, behind, opened, running_house
from tests.journey.phone import Phone
from tests.journey.recording import until
from tests.journey.rule import receipts_verify, the_rule_holds

pytestmark = pytest.mark.asyncio

SAVES = 40


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with running_house(PEOPLE) as running:
        yield running


async def saving_through(house: House, count: int, *kills: tuple[str, ...]) -> None:
    """Let people sit a whole exam while processes are killed, and look whether the rule holds."""
    async with opened(house) as (held, http):
        cards = await demo_cards(held, EVENT, PEOPLE)
        phones = [Phone(http, *cards[person]) for person in house.people(count)]
        for phone in phones:
            await phone.enter()
        done = asyncio.Event()

        async def sit(phone: Phone) -> None:
            n = 0
            while n < SAVES or not done.is_set():
                await phone.save(n % 20, n // 20, flagged=n % 7 == 0)
                n += 1
                await asyncio.sleep(0.02)
            await phone.come_back()
            await phone.submit()

        sitting = [asyncio.create_task(sit(phone)) for phone in phones]
        try:
            for names in kills:
                await asyncio.sleep(0.3)
                await house.kill(*names)
        finally:
            done.set()
            await asyncio.gather(*sitting)
    # The house's own connections of this test may have died with a server: new ones.
    async with opened(house) as (held, http):
        await until(lambda: behind(http), 0)
        await the_rule_holds(held, phones)
        for phone in phones:
            await receipts_verify(held, http, phone)
            assert phone.typed_pins == 1


@pytest.mark.parametrize("name", ["app", "flusher", "valkey", "postgres"])
async def test_killed_twice_while_answers_are_saved(house: House, name: str) -> None:
    await saving_through(house, 4, (name,), (name,))


async def test_the_web_workers_are_killed(house: House) -> None:
    def kill_workers() -> None:
        children = psutil.Process(house.pid("app")).children()
        workers = [one for one in children if "spawn_main" in " ".join(one.cmdline())]
        assert len(workers) == 2
        for worker in workers:
            worker.kill()

    async with opened(house) as (held, http):
        cards = await demo_cards(held, EVENT, PEOPLE)
        (person,) = house.people(1)
        phone = Phone(http, *cards[person])
        await phone.enter()
        for n in range(20):
            await phone.save(n, n)
            if n == 8:
                kill_workers()
        await phone.submit()
        await until(lambda: behind(http), 0)
        await the_rule_holds(held, [phone])


async def test_app_and_flusher_killed_together(house: House) -> None:
    await saving_through(house, 3, ("app", "flusher"))


async def test_both_stores_killed_together(house: House) -> None:
    await saving_through(house, 3, ("valkey", "postgres"))


async def test_everybody_but_the_supervisor_killed_together(house: House) -> None:
    await saving_through(house, 3, ("app", "flusher", "sweeper", "valkey", "postgres"))
