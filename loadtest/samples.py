"""What was seen of the server from outside: the recorder's lag, and who used the cores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

NOTES = "watch.jsonl"


@dataclass(frozen=True, slots=True)
class Sample:
    """One look: how far the record is behind (None: no answer), CPU seconds used so far.

    ``cpu_s``: by each of the server's processes; ``busy_s``: by everything on this machine.
    """

    at_ms: int
    lag_ms: int | None
    lag_entries: int | None
    cpu_s: dict[str, float]
    busy_s: float


def write(folder: Path, samples: Iterable[Sample]) -> None:
    """Leave the samples in a run's folder."""
    lines = (orjson.dumps(sample) + b"\n" for sample in samples)
    (folder / NOTES).write_bytes(b"".join(lines))


def read(folder: Path) -> list[Sample]:
    """Return the samples of a run; none where it was not watched."""
    path = folder / NOTES
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [Sample(**told) for told in map(orjson.loads, lines)]


def cpu_used_s(samples: Sequence[Sample]) -> dict[str, float]:
    """Return what each of the server's processes used between the first sample and the last.

    One that was started anew begins at nothing, so only what was added counts.
    """
    total: dict[str, float] = {}
    for before, after in pairwise(samples):
        for name, seconds in added(before, after).items():
            total[name] = total.get(name, 0.0) + seconds
    return total


def added(before: Sample, after: Sample) -> dict[str, float]:
    """Return what each of the server's processes used between two samples, in seconds."""
    return {
        name: seconds - was if (was := before.cpu_s.get(name, 0.0)) <= seconds else seconds
        for name, seconds in after.cpu_s.items()
    }


def longest(told: Iterable[int | None]) -> int:
    """Return the largest of what was told."""
    return max((one for one in told if one is not None), default=0)


def described(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return the figures that come from watching."""
    used = cpu_used_s(samples)
    return {
        "flush_lag_max_s": longest(sample.lag_ms for sample in samples) / 1000,
        "flush_lag_max_entries": longest(sample.lag_entries for sample in samples),
        "server_cpu_s": round(sum(used.values()), 2),
        "server_cpu_s_by_process": {name: round(used[name], 2) for name in sorted(used)},
    }
