"""Everybody is killed in turn while answers are saved: what was acknowledged stands, once."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from app.operations.cards import demo_cards
from app.operations.stores import Stores
from app.settings import Settings
from app.wiring.stores import stores
from tests.exam import EVENT, PEOPLE
from tests.journey.phone import Phone
from tests.journey.recording import until
from tests.journey.rule import receipts_verify, the_rule_holds
from tests.servers import ORDINARY_DISK

pytestmark = pytest.mark.asyncio

ROOT = Path(__file__).parents[2]
OPENING_S = 60.0
SAVES = 40


class House:
    """A running installation; each test takes people that no other test has."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._next = 0

    def pid(self, name: str) -> int:
        return int((self.settings.run_dir / f"{name}.pid").read_text())

    def people(self, count: int) -> range:
        self._next += count
        return range(self._next - count, self._next)

    async def kill(self, *names: str) -> None:
        """End them with kill -9, all at once, and wait until others stand in their place."""
        await until(lambda: self._run(names), wanted=True)
        before = {name: self.pid(name) for name in names}
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        await until(lambda: self._replaced(before), wanted=True)

    async def _run(self, names: tuple[str, ...]) -> bool:
        return all(psutil.pid_exists(self.pid(name)) for name in names)

    async def _replaced(self, before: dict[str, int]) -> bool:
        return all(self.pid(name) != pid for name, pid in before.items())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="serentak-", dir=ORDINARY_DISK) as folder:
        given = Settings(data_dir=Path(folder), port=_free_port(), database_url="", redis_url="")
        outside = {"DATABASE_URL": "", "REDIS_URL": "", "DATA_DIR": folder, "APP_WORKERS": "2"}
        with (Path(folder) / "output.txt").open("wb") as output:
            running = subprocess.Popen(
                [sys.executable, "-m", "tests.journey.small_house"],
                cwd=ROOT,
                env={**os.environ, **outside, "PORT": str(given.port)},
                stdout=subprocess.PIPE,
                stderr=output,
            )
        assert running.stdout is not None
        try:
            said = running.stdout.readline()
            assert said == b"open\n", (Path(folder) / "output.txt").read_text()
            yield House(given)
            print((Path(folder) / "output.txt").read_text()[-4000:])  # shown where a test failed
        finally:
            running.terminate()
            running.wait(OPENING_S)
            running.stdout.close()


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[tuple[Stores, httpx.AsyncClient]]:
    """Give the house's stores and a client to its app."""
    address = f"http://{house.settings.host}:{house.settings.port}"
    async with stores(house.settings) as held, httpx.AsyncClient(base_url=address) as http:
        yield held, http


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


async def behind(http: httpx.AsyncClient) -> int:
    """Return how many entries the record does not have, as health says."""
    try:
        reply = await http.get("/health/recorder")
    except httpx.TransportError:
        return -1
    return int(reply.json()["lag_entries"]) if reply.status_code == httpx.codes.OK else -1


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
