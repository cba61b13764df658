"""What a Locust process counts, a line a second: every figure of a run and its course over time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from time import process_time
from typing import Any

import orjson

from app.kit import clock

RECONNECT = "reconnect"  # counted beside the requests, and none of them
BEFORE = "before "  # so begins the name of a call that only prepared what is measured
AFTER = "after "  # and of one that came when it was over
FINE_TENTHS = 1000  # up to 100 ms in tenths, above in whole milliseconds

#: Tenths of a millisecond, rounded up → how often. A save takes a few milliseconds.
Histogram = dict[int, int]


@dataclass(slots=True)
class Calls:
    """Requests of one kind: ``took`` from sending to the reply, ``felt`` since they were due."""

    requests: int = 0
    failed: int = 0
    took: Histogram = field(default_factory=dict)
    felt: Histogram = field(default_factory=dict)

    def add(self, other: "Calls") -> None:
        """Add another's counts."""
        self.requests += other.requests
        self.failed += other.failed
        add(self.took, other.took)
        add(self.felt, other.felt)


@dataclass(slots=True)
class Beat:
    """One process's line: counts since its line before, and how things stand.

    ``at_ms``: when it was written. ``cpu_s``: of this process so far. ``arrived``, ``submitted``
    and ``left`` (all who are through) so far; ``lingering``: away until the day has been closed.
    ``woke``: how much too late sleeps ended, since the process or its core was busy.
    """

    process: str
    at_ms: int
    cpu_s: float
    arrived: int
    submitted: int
    left: int
    lingering: int
    woke: Histogram
    calls: dict[str, Calls]

    @property
    def sitting(self) -> int:
        """How many people are at it."""
        return self.arrived - self.left - self.lingering


class Pulse:
    """The counts of this process; :meth:`beat` writes them down and begins anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.arrived = 0
        self.submitted = 0
        self.left = 0
        self.lingering = 0
        self._woke: Histogram = {}
        self._calls: dict[str, Calls] = {}

    def count(self, name: str, took_ms: float, felt_ms: float | None, *, failed: bool) -> None:
        """Count one try; ``felt_ms`` is None when another one follows."""
        calls = self._calls.get(name)
        if calls is None:
            calls = self._calls[name] = Calls()
        calls.requests += 1
        calls.failed += failed
        tenths = bucket(took_ms)
        calls.took[tenths] = calls.took.get(tenths, 0) + 1
        if felt_ms is not None:
            tenths = bucket(felt_ms)
            calls.felt[tenths] = calls.felt.get(tenths, 0) + 1

    def woke(self, late_ms: float) -> None:
        """Count one sleep that ended so much too late."""
        tenths = bucket(late_ms)
        self._woke[tenths] = self._woke.get(tenths, 0) + 1

    def beat(self) -> None:
        """Append a line."""
        calls, self._calls = self._calls, {}
        woke, self._woke = self._woke, {}
        beat = Beat(
            process=self._path.stem,
            at_ms=clock.now_ms(),
            cpu_s=round(process_time(), 3),
            arrived=self.arrived,
            submitted=self.submitted,
            left=self.left,
            lingering=self.lingering,
            woke=woke,
            calls=calls,
        )
        with self._path.open("ab") as file:
            file.write(orjson.dumps(beat, option=orjson.OPT_NON_STR_KEYS) + b"\n")


class Beats:
    """Reads the lines of every process in a folder, and only new ones each time."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._read: dict[Path, int] = {}

    def new(self) -> Iterator[Beat]:
        """Yield the complete lines that were not yielded before, process by process."""
        for folder in self._folders:
            for path in sorted(folder.glob("pulse-*.jsonl")):
                with path.open("rb") as file:
                    file.seek(self._read.get(path, 0))
                    for line in file:
                        if line.endswith(b"\n"):
                            self._read[path] = self._read.get(path, 0) + len(line)
                            yield _beat(orjson.loads(line))


def _beat(told: dict[str, Any]) -> Beat:
    woke = _histogram(told.pop("woke"))
    calls = {
        name: Calls(
            one["requests"], one["failed"], _histogram(one["took"]), _histogram(one["felt"])
        )
        for name, one in told.pop("calls").items()
    }
    return Beat(woke=woke, calls=calls, **told)


def _histogram(told: dict[str, int]) -> Histogram:
    return {int(tenths): times for tenths, times in told.items()}


def bucket(ms: float) -> int:
    """Return the tenth of a millisecond (above 100 ms: the whole one) at or above ``ms``."""
    tenths = ceil(ms * 10)
    return tenths if tenths <= FINE_TENTHS else -(-tenths // 10) * 10


def add(total: Histogram, other: Histogram) -> None:
    """Add another histogram's counts to ``total``."""
    for tenths, times in other.items():
        total[tenths] = total.get(tenths, 0) + times


def percentile_ms(histogram: Histogram, share: float) -> float:
    """Return the milliseconds within which ``share`` of what was counted lay; 0 of nothing."""
    rest = share * sum(histogram.values())
    for tenths in sorted(histogram):
        rest -= histogram[tenths]
        if rest <= 0:
            return tenths / 10
    return 0.0
