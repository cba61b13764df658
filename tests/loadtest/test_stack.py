import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from loadtest import stack
from loadtest.machine import busy_s, cpu_s, file_system, fsync_ms, raise_file_limit
from loadtest.server import RunError
from loadtest.stack import new_folder

BURN = "import time\nwhile time.process_time() < 0.2: pass\n"


def test_a_run_never_lies_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(stack, "RESULTS", tmp_path)
    monkeypatch.setattr("loadtest.machine.file_system", lambda _: "tmpfs")
    with pytest.raises(RunError, match="ordinary disk"):
        new_folder()


def test_a_run_whose_results_lie_in_memory_goes_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stack, "RESULTS", tmp_path)
    in_memory = {tmp_path / "tmp": "tmpfs"}
    monkeypatch.setattr("loadtest.machine.file_system", lambda path: in_memory.get(path, "ext4"))
    folder = new_folder()
    try:
        assert folder.parent == Path("/var/tmp")  # noqa: S108 - where it is to go
        assert folder.stat().st_mode & 0o777 == 0o755
    finally:
        folder.rmdir()


def test_the_file_system_is_that_of_the_nearest_mount() -> None:
    assert file_system(Path("/proc/self")) == "proc"


def test_an_fsync_takes_time(tmp_path: Path) -> None:
    assert fsync_ms(tmp_path) > 0
    assert list(tmp_path.iterdir()) == []


def test_cpu_is_counted_for_the_nearest_root_and_kept_when_a_child_has_ended() -> None:
    def used() -> dict[str, float]:
        return cpu_s({"tests": os.getpid(), "other": other.pid})

    with subprocess.Popen([sys.executable, "-c", f"{BURN}input()"], stdin=subprocess.PIPE) as other:
        before = used()
        subprocess.run([sys.executable, "-c", BURN], check=True)
        between = used()
        assert between["tests"] - before["tests"] >= 0.15
        while (burnt := used()["other"]) < 0.15:
            assert other.poll() is None
        assert burnt < 5.0
        other.communicate(b"\n")
    assert used()["other"] == 0.0


def test_a_grandchild_counts_for_its_root() -> None:
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN + 'input()'!r}])"
    with subprocess.Popen([sys.executable, "-c", nested], stdin=subprocess.PIPE) as root:
        while cpu_s({"root": root.pid})["root"] < 0.2:
            assert root.poll() is None
        root.communicate(b"\n")


def test_the_machine_is_busy_while_we_are() -> None:
    before = busy_s()
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert busy_s() - before >= 0.15


def test_as_many_files_as_the_machine_allows_may_be_open_and_no_more() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    raise_file_limit(100)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)
    with pytest.raises(ValueError, match="ulimit"):
        raise_file_limit(most + 1)
