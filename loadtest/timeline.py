"""The course of a run: every plot's numbers, in equal steps of time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from loadtest.progress import SAVES, standing
from loadtest.pulse import RECONNECT, Beat, Calls, Histogram, add, percentile_ms
from loadtest.samples import Sample, added
from loadtest.tally import BUSY, SHARES, in_turn

STEPS = 120  # about so many points, however long the run was
SHORTEST_S = 2  # a look a second falls into every step

Column = list[float | None]
Span = tuple[int, int, float]  # from and to, in milliseconds, and what was added between them


@dataclass(frozen=True, slots=True)
class Steps:
    """The run cut into ``count`` steps of ``ms`` milliseconds."""

    began_ms: int
    ms: int
    count: int

    @classmethod
    def over(cls, moments: Sequence[int]) -> "Steps":
        """Cut the time from the first moment to the last."""
        began, ended = min(moments, default=0), max(moments, default=0)
        ms = max(SHORTEST_S, round((ended - began) / 1000 / STEPS)) * 1000
        return cls(began, ms, (ended - began) // ms + 1)

    def of(self, at_ms: int) -> int:
        """Return the step in which a moment lies."""
        return (at_ms - self.began_ms) // self.ms

    def ends_s(self) -> list[int]:
        """Return when each step ends, in seconds."""
        return [(n + 1) * self.ms // 1000 for n in range(self.count)]

    def rate(self, spans: Iterable[Span]) -> list[float]:
        """Return what was added a second, each amount spread evenly over its span."""
        total = [0.0] * self.count
        for from_ms, to_ms, amount in spans:
            begins, lasts = max(from_ms, self.began_ms), max(1, to_ms - from_ms)
            for n in range(self.of(begins), self.of(to_ms) + 1):
                step_ms = self.began_ms + n * self.ms
                inside_ms = min(to_ms, step_ms + self.ms) - max(begins, step_ms)
                total[n] += amount * max(0, inside_ms) / lasts
        return [round(amount * 1000 / self.ms, 3) for amount in total]

    def highest(self, values: Iterable[tuple[int, float | None]]) -> Column:
        """Return the highest value of each step."""
        most: Column = [None] * self.count
        for at_ms, value in values:
            if value is not None:
                most[self.of(at_ms)] = max(value, most[self.of(at_ms)] or 0.0)
        return most


def timeline(beats: Sequence[Beat], samples: Sequence[Sample]) -> dict[str, Any]:
    """Return columns of equal length, an entry a step; ``at_s`` is each step's end.

    Rates are a second, CPU is in cores, latencies are milliseconds since a request was due. A step
    in which nothing was seen has None.
    """
    steps = Steps.over([beat.at_ms for beat in beats] + [sample.at_ms for sample in samples])
    return {
        "step_s": steps.ms // 1000,
        "at_s": steps.ends_s(),
        **_requests(steps, beats),
        **_people(steps, beats),
        "lag_s": steps.highest((s.at_ms, _seconds(s.lag_ms)) for s in samples),
        "lag_entries": steps.highest((s.at_ms, s.lag_entries) for s in samples),
        **_cpu(steps, beats, samples),
    }


def _requests(steps: Steps, beats: Sequence[Beat]) -> dict[str, Any]:
    """Return rates and percentiles: of everything, and the 99th by call."""
    total: dict[int, Calls] = defaultdict(Calls)
    by_name: dict[str, dict[int, Calls]] = defaultdict(lambda: defaultdict(Calls))
    woke: dict[int, Histogram] = defaultdict(dict)
    spans: dict[str, list[Span]] = {name: [] for name in ("requests", "saves", "busy", "failed")}
    for before, beat in in_turn(beats):
        at = steps.of(beat.at_ms)
        from_ms = before.at_ms if before else beat.at_ms - 1
        add(woke[at], beat.woke)
        for name, calls in beat.calls.items():
            if name == RECONNECT:
                continue
            total[at].add(calls)
            by_name[name][at].add(calls)
            span = (from_ms, beat.at_ms, float(calls.requests))
            spans["requests"].append(span)
            spans["failed"].append((from_ms, beat.at_ms, float(calls.failed)))
            if name in SAVES:
                spans["saves"].append(span)
            if name.endswith(BUSY):
                spans["busy"].append(span)
    return {
        **{name: steps.rate(mine) for name, mine in spans.items()},
        **{f"{name}_ms": _percentile(steps, total, share) for name, share in SHARES.items()},
        "p99_ms_by_name": {
            name: _percentile(steps, mine, 0.99) for name, mine in sorted(by_name.items())
        },
        "woke_p99_ms": [
            percentile_ms(woke[n], 0.99) if woke[n] else None for n in range(steps.count)
        ],
    }


def _percentile(steps: Steps, calls: dict[int, Calls], share: float) -> Column:
    return [
        percentile_ms(calls[n].felt, share) if n in calls and calls[n].felt else None
        for n in range(steps.count)
    ]


def _people(steps: Steps, beats: Sequence[Beat]) -> dict[str, Any]:
    """Return how many had arrived, sat and had handed in at each step's end."""
    columns: dict[str, list[int]] = {"arrived": [], "open": [], "handed_in": []}
    newest: dict[str, Beat] = {}
    rest = sorted(beats, key=lambda beat: beat.at_ms)
    at = 0
    for n in range(steps.count):
        while at < len(rest) and steps.of(rest[at].at_ms) <= n:
            newest[rest[at].process] = rest[at]
            at += 1
        now = standing(list(newest.values()))
        columns["arrived"].append(now.arrived)
        columns["open"].append(now.sitting)
        columns["handed_in"].append(now.submitted)
    return columns


def _cpu(steps: Steps, beats: Sequence[Beat], samples: Sequence[Sample]) -> dict[str, Any]:
    """Return the cores that Locust, each of the server's processes, and whatever else used.

    What else ran is not known (nothing) where the server's processes are out of sight.
    """
    of_server: dict[str, list[Span]] = defaultdict(list)
    of_machine: list[Span] = []
    for before, after in pairwise(samples):
        of_machine.append((before.at_ms, after.at_ms, after.busy_s - before.busy_s))
        for name, seconds in added(before, after).items():
            of_server[name].append((before.at_ms, after.at_ms, seconds))
    of_locust = [
        (before.at_ms, after.at_ms, after.cpu_s - before.cpu_s)
        for before, after in in_turn(beats)
        if before
    ]
    machine, locust = steps.rate(of_machine), steps.rate(of_locust)
    server = {name: steps.rate(of_server[name]) for name in sorted(of_server)}
    ours = [sum(used) for used in zip(locust, *server.values(), strict=True)]
    other = [round(max(0.0, all_ - own), 3) for all_, own in zip(machine, ours, strict=True)]
    return {
        "cpu_server": server,
        "cpu_locust": locust,
        "cpu_other": other if server else [0.0] * steps.count,
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
