"""The whole house under its supervisor, on real servers: it starts, is killed, stops, resumes."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest
import redis

from tests.servers import ORDINARY_DISK

ROOT = Path(__file__).parents[2]
EVERYONE = ("app", "flusher", "postgres", "sweeper", "valkey")
STARTING_SECONDS = 30


class Supervised:
    """A supervisor on a folder of its own, as a person would start it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder.parent / "output.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, mode: str = "plain", *, until: str = "open") -> None:
        self.output.write_bytes(b"")
        self.process = self.launch(mode, self.output)
        self.wait_for(lambda: until in self.said().splitlines())

    def launch(self, mode: str, output: Path) -> subprocess.Popen[bytes]:
        outside = {"DATABASE_URL": "", "REDIS_URL": "", "DATA_DIR": str(self.folder)}
        with output.open("ab") as file:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.journey.supervised", mode],
                cwd=ROOT,
                env={**os.environ, **outside},
                stdout=file,
                stderr=file,
            )

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(STARTING_SECONDS)

    def said(self) -> str:
        return self.output.read_text()

    def pid(self, name: str) -> int:
        return int((self.folder / "run" / f"{name}.pid").read_text())

    def pids(self) -> dict[str, int]:
        found = {}
        for file in (self.folder / "run").glob("*.pid"):
            with suppress(FileNotFoundError):  # its process has just ended
                found[file.stem] = int(file.read_text())
        return found

    def room(self) -> "redis.Redis":
        return redis.Redis.from_url(f"unix://{self.folder}/sockets/valkey.sock", retry=None)

    def record(self, sql: str) -> str:
        """Ask Postgres through its own client, which the wheel brings along."""
        psql = Path(psutil.Process(self.pid("postgres")).exe()).parent / "psql"
        command = [str(psql), "-h", f"{self.folder}/sockets", "-U", "serentak", "-Atc", sql]
        said = subprocess.run(command, capture_output=True, text=True, check=True)
        return said.stdout.strip()

    def survivors(self) -> list[psutil.Process]:
        """Every process that works in the folder or was started for it."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            inside = Path(process.cwd()).is_relative_to(self.folder)
            return inside or process.environ().get("DATA_DIR") == str(self.folder)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def wait_for(self, true: Callable[[], bool]) -> None:
        until = monotonic() + STARTING_SECONDS
        while not true():
            assert monotonic() < until, self.said()
            sleep(0.02)

    def answers(self) -> bool:
        """Tell whether both stores serve right now."""
        try:
            return bool(self.room().ping()) and self.record("select 1") == "1"
        except (redis.RedisError, subprocess.CalledProcessError, OSError, psutil.Error, ValueError):
            return False


@pytest.fixture
def house() -> Iterator[Supervised]:
    with tempfile.TemporaryDirectory(prefix="serentak-", dir=ORDINARY_DISK) as folder:
        supervised = Supervised(Path(folder) / "data")
        yield supervised
        if supervised.process is not None and supervised.process.poll() is None:
            supervised.process.kill()
            supervised.process.wait()
        supervised.wait_for(lambda: not supervised.survivors())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_resumes_with_its_data(
    house: Supervised, number: signal.Signals
) -> None:
    house.start()
    assert sorted(house.pids()) == sorted(EVERYONE)
    house.record("create table kept as select 42 as answer")
    house.room().set("kept", "42")

    assert house.end(number) == 0
    assert house.survivors() == []
    assert house.pids() == {}

    house.start()
    assert house.record("select answer from kept") == "42"
    assert house.room().get("kept") == b"42"


def test_pid_files_name_the_programs_themselves(house: Supervised) -> None:
    house.start()
    programs = {name: Path(psutil.Process(pid).exe()).name for name, pid in house.pids().items()}
    assert programs["postgres"] == "postgres"
    assert programs["valkey"] == "valkey-server"
    assert all(programs[name].startswith("python") for name in ("app", "flusher", "sweeper"))
    parents = {psutil.Process(pid).ppid() for pid in house.pids().values()}
    assert house.process is not None
    assert parents == {house.process.pid}


def test_nobody_listens_on_a_tcp_port(house: Supervised) -> None:
    house.start()
    listening = [
        connection
        for process in house.survivors()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == []


def test_the_data_folder_is_private(house: Supervised) -> None:
    house.start()
    assert house.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", EVERYONE)
def test_whoever_is_killed_comes_back_and_the_others_stay(house: Supervised, name: str) -> None:
    house.start()
    before = house.pids()
    os.kill(before[name], signal.SIGKILL)
    house.wait_for(lambda: house.pids().get(name) not in {None, before[name]})
    house.wait_for(house.answers)
    others = {other: pid for other, pid in house.pids().items() if other != name}
    assert others == {other: pid for other, pid in before.items() if other != name}
    assert f"{name} was killed by SIGKILL, starting it again in 0.2 s" in house.said()


def test_a_web_server_takes_its_workers_along(house: Supervised) -> None:
    house.start()
    note = house.folder / "worker.pid"
    house.wait_for(note.exists)
    house.wait_for(lambda: note.read_text() != "")
    worker = int(note.read_text())
    os.kill(house.pid("app"), signal.SIGKILL)
    house.wait_for(lambda: not psutil.pid_exists(worker))


def test_nobody_outlives_a_killed_supervisor(house: Supervised) -> None:
    house.start()
    house.record("create table kept as select 42 as answer")
    house.room().set("kept", "42")
    house.end(signal.SIGKILL)
    house.wait_for(lambda: not house.survivors())

    house.start()  # over stale pid files, sockets and locks
    assert house.record("select answer from kept") == "42"
    assert house.room().get("kept") == b"42"


def test_it_starts_at_once_while_its_killed_predecessor_is_still_dying(house: Supervised) -> None:
    for _ in range(3):
        house.start()
        house.end(signal.SIGKILL)
    house.start()
    house.wait_for(house.answers)


def test_a_stale_lock_with_the_number_of_a_living_process_does_not_stop_it(
    house: Supervised,
) -> None:
    house.start()
    os.kill(house.pid("postgres"), signal.SIGKILL)  # so that it cannot tidy up
    house.end(signal.SIGKILL)
    house.wait_for(lambda: not house.survivors())
    stale = house.folder / "postgres" / "postmaster.pid"
    lines = stale.read_text().splitlines()
    stale.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    house.start()


def test_a_second_supervisor_on_the_same_folder_is_refused(house: Supervised) -> None:
    house.start()
    second = house.folder.parent / "second.txt"
    assert house.launch("plain", second).wait(STARTING_SECONDS) == 1
    assert "An exam already runs from" in second.read_text()
    assert house.answers()


def test_a_stop_does_not_wait_for_the_preparation(house: Supervised) -> None:
    house.start("slow", until="preparing")
    assert house.end(signal.SIGTERM) == 0
    assert house.survivors() == []


def test_a_preparation_that_refuses_ends_everything_with_its_sentence(house: Supervised) -> None:
    house.start("failing", until="preparing")
    assert house.process is not None
    assert house.process.wait(STARTING_SECONDS) == 1
    assert house.said().splitlines()[-1] == "The schema is newer than this program."
    assert house.survivors() == []


def test_a_worker_that_dies_at_once_is_started_less_and_less_often(house: Supervised) -> None:
    house.start("restless")
    house.wait_for(lambda: "starting it again in 1.6 s" in house.said())
    died = [line for line in house.said().splitlines() if line.startswith("flusher ended")]
    assert died == [
        f"flusher ended with status 3, starting it again in {pause} s"
        for pause in ("0.2", "0.4", "0.8", "1.6")
    ]
