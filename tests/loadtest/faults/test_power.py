"""The shim really cuts: what Valkey had not fsynced is gone, and nothing else."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from app.kit import binaries
from loadtest.faults.power import Power, read_notes

KEYS = 60


def test_a_length_is_safe_once_it_was_noted_and_a_shortened_file_holds_less() -> None:
    assert read_notes("1 2 100\n1 2 300\n1 3 50\n") == {(1, 2): 300, (1, 3): 50}
    assert read_notes("1 2 300\n1 2 <100\n") == {(1, 2): 100}
    assert read_notes("1 2 300\n1 2 <100\n1 2 200\n") == {(1, 2): 200}


def test_a_torn_note_counts_for_nothing() -> None:
    assert read_notes("1 2 100\n1 2 30") == {(1, 2): 100}


def test_what_lay_there_before_is_safe_and_what_was_never_synced_is_not(tmp_path: Path) -> None:
    files, notes = tmp_path / "files", tmp_path / "notes"
    files.mkdir()
    notes.mkdir()
    (files / "old").write_text("before")
    power = Power(notes)
    power.watch(files)
    (files / "old").write_text("before and after")
    (files / "new").write_text("never synced")
    assert power.cut(files) == len(" and after") + len("never synced")
    assert (files / "old").read_text() == "before"
    assert (files / "new").read_text() == ""


class Valkey:
    """A Valkey on files of its own, without an exam around it."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.power = Power(folder)
        self.power.build()
        self.power.watch(self.files)
        self.listens = folder / "sock"

    @contextmanager
    def running(self, policy: str, *, fsync_ms: int = 0) -> Iterator[socket.socket]:
        """Run it, and end it by ``kill -9``."""
        options = ["--port", "0", "--unixsocket", str(self.listens), "--dir", str(self.files)]
        options += ["--appendonly", "yes", "--appendfsync", policy, "--save", ""]
        process = subprocess.Popen(
            [str(binaries.valkey()), *options],
            env=self.power.environment(fsync_ms),
            stdout=subprocess.DEVNULL,
        )
        try:
            with self._line() as line:
                yield line
        finally:
            process.kill()
            process.wait()
            self.listens.unlink()

    @contextmanager
    def _line(self) -> Iterator[socket.socket]:
        limit = monotonic() + 20
        while True:
            with socket.socket(socket.AF_UNIX) as line:
                try:
                    line.connect(str(self.listens))
                except OSError:
                    assert monotonic() < limit
                    sleep(0.01)
                    continue
                if ask(line, "PING") == b"+PONG":
                    yield line
                    return

    def holds(self) -> int:
        """Return how many keys it finds at its next start."""
        with self.running("always") as line:
            return int(ask(line, "DBSIZE")[1:])


def ask(line: socket.socket, command: str) -> bytes:
    line.sendall(command.encode() + b"\r\n")
    return line.recv(4096).strip()


@pytest.fixture
def valkey(tmp_path: Path) -> Valkey:
    return Valkey(tmp_path)


def fill(line: socket.socket) -> None:
    for n in range(KEYS):
        assert ask(line, f"SET key-{n} value") == b"+OK"


def test_with_always_all_that_was_acknowledged_outlives_a_power_cut(valkey: Valkey) -> None:
    with valkey.running("always") as line:
        fill(line)
    valkey.power.cut(valkey.files)
    assert valkey.holds() == KEYS


@pytest.mark.parametrize("policy", ["everysec", "no"])
def test_with_less_a_power_cut_loses_what_had_been_acknowledged(
    valkey: Valkey, policy: str
) -> None:
    with valkey.running(policy, fsync_ms=100) as line:
        fill(line)
    assert valkey.power.cut(valkey.files) > 0
    assert valkey.holds() < KEYS


@pytest.mark.parametrize("policy", ["everysec", "no"])
def test_a_mere_kill_loses_nothing_and_so_would_prove_nothing(valkey: Valkey, policy: str) -> None:
    with valkey.running(policy) as line:
        fill(line)
        sleep(0.5)  # under everysec it does not even write while an fsync is under way
    assert valkey.holds() == KEYS


def test_an_fsync_takes_as_long_as_it_is_told(valkey: Valkey) -> None:
    with valkey.running("always", fsync_ms=50) as line:
        began = monotonic()
        for n in range(4):
            ask(line, f"SET key-{n} value")
        assert monotonic() - began >= 4 * 0.05
