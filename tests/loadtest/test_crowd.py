"""Locust's processes, played by scripts of a few lines."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from loadtest.crowd import Crowd, Locust
from loadtest.orders import ENDED, Orders
from loadtest.server import RunError
from loadtest.tempo import Tempo

PLAYS = "from pathlib import Path; import sys; Path(sys.argv[1], 'pulse-vm-1.jsonl').touch()\n"
STAYS = f"{PLAYS}import time; time.sleep(60)\n"
LEAVES_A_WORKER = f"""{PLAYS}
import os, time
child = os.fork()
if child:
    Path(sys.argv[1], "worker").write_text(str(child))
time.sleep(60)
"""


def crowd(folder: Path, script: str) -> Crowd:
    orders = Orders("day", "e", 7, 1, 1, Tempo(1, 1), folder / "c.csv", folder, "")
    made = Crowd(orders, "http://127.0.0.1:9", Locust())
    made._words = [sys.executable, "-c", script, str(folder)]
    return made


def is_running(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_is_here_until_the_last_has_left(tmp_path: Path) -> None:
    with crowd(tmp_path, PLAYS) as playing:
        limit = time.monotonic() + 20
        while playing.is_here():
            assert time.monotonic() < limit
            time.sleep(0.01)


def test_a_page_that_stays_does_not_keep_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loadtest.crowd.PAGE_STAYS_S", 0.05)
    with crowd(tmp_path, STAYS) as playing:
        assert playing.is_here()
        while not (tmp_path / "pulse-vm-1.jsonl").exists():
            time.sleep(0.01)
        (tmp_path / ENDED).touch()
        assert playing.is_here()
        time.sleep(0.1)
        assert not playing.is_here()


def test_workers_go_with_their_master(tmp_path: Path) -> None:
    noted = tmp_path / "worker"
    with crowd(tmp_path, LEAVES_A_WORKER):
        while not noted.exists() or not noted.read_text():
            time.sleep(0.01)
        worker = int(noted.read_text())
        assert is_running(worker)
    limit = time.monotonic() + 5
    while is_running(worker):
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_locust_that_played_nobody_ends_the_run_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no such option"), crowd(tmp_path, "exit('no such option')"):
        time.sleep(0.5)


def test_an_interrupted_run_ends_locust(tmp_path: Path) -> None:
    playing = crowd(tmp_path, STAYS)

    def interrupted() -> None:
        with playing:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

    # A shell that starts tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGINT, before)
    assert not playing.is_here()
