"""A small installation under its supervisor: whole, on real servers, each process killable."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import psutil

from app.operations.stores import Stores
from app.settings import Settings
from app.wiring.stores import stores
from tests.journey.recording import until
from tests.servers import ORDINARY_DISK

ROOT = Path(__file__).parents[2]
OPENING_S = 60.0


class House:
    """A running installation; each test takes people that no other test has."""

    def __init__(self, settings: Settings, everybody: int) -> None:
        self.settings = settings
        self.everybody = everybody
        self._next = 0

    @property
    def address(self) -> str:
        return f"http://{self.settings.host}:{self.settings.port}"

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


@contextmanager
def running_house(people: int) -> Iterator[House]:
    """Run an installation with few people in a folder of its own, on a free port."""
    with tempfile.TemporaryDirectory(prefix="serentak-", dir=ORDINARY_DISK) as folder:
        given = Settings(data_dir=Path(folder), port=_free_port(), database_url="", redis_url="")
        outside = {"DATABASE_URL": "", "REDIS_URL": "", "DATA_DIR": folder, "APP_WORKERS": "2"}
        with (Path(folder) / "output.txt").open("wb") as output:
            running = subprocess.Popen(
                [sys.executable, "-m", "tests.journey.small_house", str(people)],
                cwd=ROOT,
                env={**os.environ, **outside, "PORT": str(given.port)},
                stdout=subprocess.PIPE,
                stderr=output,
            )
        assert running.stdout is not None
        try:
            said = running.stdout.readline()
            assert said == b"open\n", (Path(folder) / "output.txt").read_text()
            yield House(given, people)
            print((Path(folder) / "output.txt").read_text()[-4000:])  # shown where a test failed
        finally:
            running.terminate()
            running.wait(OPENING_S)
            running.stdout.close()


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[tuple[Stores, httpx.AsyncClient]]:
    """Give the house's stores and a client to its app."""
    async with stores(house.settings) as held, httpx.AsyncClient(base_url=house.address) as http:
        yield held, http


async def behind(http: httpx.AsyncClient) -> int:
    """Return how many entries the record does not have, as health says."""
    try:
        reply = await http.get("/health/recorder")
    except httpx.TransportError:
        return -1
    return int(reply.json()["lag_entries"]) if reply.status_code == httpx.codes.OK else -1
