"""What was measured, as arithmetic: CPU of some operations, ratios, medians, what counts."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from loadtest.server import RunError
from loadtest.verdict import BOTTLENECK

Cpu = dict[str, float]
"""CPU seconds by process of the server."""

SAVING: Final = ("app", "valkey")
RECORDING: Final = ("flusher", "postgres")


@dataclass(slots=True)
class Cost:
    """CPU of some operations, and how long they took.

    ``drained_cpu_s``: the same until Postgres had everything, all processes of the server.
    ``generator_s``: CPU of wrk, which has one thread.
    """

    operations: int
    cpu_s: Cpu
    seconds: float
    drained_cpu_s: Cpu = field(default_factory=dict)
    generator_s: float = 0.0

    @property
    def generator(self) -> float:
        """The share of its one core that the generator was busy."""
        return self.generator_s / self.seconds

    @property
    def is_void(self) -> bool:
        """Whether the generator was the bottleneck: then nothing is a figure."""
        return self.generator > BOTTLENECK

    def us(self, *processes: str) -> float:
        """Return the CPU of an operation in microseconds: of these processes, or of all."""
        names = processes or tuple(self.cpu_s)
        return sum(self.cpu_s.get(name, 0.0) for name in names) / self.operations * 1e6

    def us_recorded(self) -> float:
        """Return the CPU of an operation by the whole server until it stands in Postgres."""
        return sum(self.drained_cpu_s.values()) / self.operations * 1e6


@dataclass(frozen=True, slots=True)
class Round:
    """As many empty requests and saves, one after the other.

    ``log_bytes``: what a save added to Redis's files; None where these were rewritten meanwhile.
    """

    empty: Cost
    save: Cost
    log_bytes: float | None = None

    @property
    def is_void(self) -> bool:
        """Whether it counts for nothing."""
        return self.empty.is_void or self.save.is_void

    def ratio(self) -> float:
        """Return what an acknowledged save costs in empty routes."""
        return self.save.us(*SAVING) / self.empty.us()

    def ratio_with_flush(self) -> float:
        """Return what a save costs in empty routes until it stands in Postgres."""
        return self.save.us_recorded() / self.empty.us()

    def describe(self) -> dict[str, Any]:
        """Return it as it stands in the document."""
        return {
            "empty_us": round(self.empty.us(), 1),
            "ratio": round(self.ratio(), 3),
            "ratio_with_flush": round(self.ratio_with_flush(), 3),
            "generator": round(max(self.empty.generator, self.save.generator), 2),
            "void": self.is_void,
            **describe(self.save),
        }


def median(rounds: Sequence[Round], figure: Callable[[Round], float]) -> float | None:
    """Return the median of a figure over the rounds that count; None where most are void."""
    counted = [figure(one) for one in rounds if not one.is_void]
    return statistics.median(counted) if 2 * len(counted) > len(rounds) else None


def figures(rounds: Sequence[Round]) -> dict[str, Any]:
    """Return the figures of the interleaved rounds, each a median; None: void."""
    written = [one.log_bytes for one in rounds if one.log_bytes is not None]
    return {
        "empty_us": rounded(median(rounds, lambda one: one.empty.us()), 1),
        "save_ratio": rounded(median(rounds, Round.ratio), 3),
        "save_ratio_with_flush": rounded(median(rounds, Round.ratio_with_flush), 3),
        "redis_disk_bytes_a_save": rounded(statistics.median(written) if written else None, 1),
        "rounds": [one.describe() for one in rounds],
    }


def described(operations: Mapping[str, Sequence[Cost]], empty_us: float | None) -> dict[str, Any]:
    """Return what each operation costs: medians, by process, and beside an empty route."""
    return {name: _operation(costs, empty_us) for name, costs in operations.items()}


def by_sittings(costs: Mapping[int, Sequence[Cost]]) -> dict[str, Any]:
    """Return what a save costs by how many sittings are open: the fewest come first; None: void."""
    us = {
        held: None
        if any(cost.is_void for cost in some)
        else statistics.median(cost.us(*SAVING) for cost in some)
        for held, some in costs.items()
    }
    fewest, *_, most = us.values()
    return {
        "save_us_by_sittings": {str(held): rounded(cost, 1) for held, cost in us.items()},
        "flat_ratio": round(most / fewest, 3) if most and fewest else None,
    }


def describe(cost: Cost) -> dict[str, float]:
    """Return microseconds an operation by process; ``recorded``: all of them, to the record.

    What records comes after the reply, so it is counted until nothing was left to record.
    """
    told = {name: cost.us(name) for name in SAVING}
    late = {name: cost.drained_cpu_s.get(name, 0.0) / cost.operations * 1e6 for name in RECORDING}
    told |= {**late, "recorded": cost.us_recorded(), "a_second": cost.operations / cost.seconds}
    return {name: round(one, 1) for name, one in told.items()}


def less(after: Mapping[str, float], before: Mapping[str, float]) -> Cpu:
    """Return what was used in between."""
    return {name: seconds - before.get(name, 0.0) for name, seconds in after.items()}


def require_stored(count: int, grown: int) -> None:
    """Look whether every acknowledged save is a new entry of the log.

    Raises:
        RunError: when not; no figure is worth anything then.
    """
    if grown != count:
        raise RunError(f"{count} saves were acknowledged, the log grew by {grown}")


def rounded(value: float | None, digits: int) -> float | None:
    """Round what is known."""
    return None if value is None else round(value, digits)


def _operation(costs: Sequence[Cost], empty_us: float | None) -> dict[str, Any]:
    generator = round(max(cost.generator for cost in costs), 2)
    counted = [describe(cost) for cost in costs if not cost.is_void]
    if 2 * len(counted) <= len(costs):
        return {"void": True, "generator": generator}
    medians = {
        name: round(statistics.median(one[name] for one in counted), 1) for name in counted[0]
    }
    ratio = None if empty_us is None else round(medians["recorded"] / empty_us, 2)
    return {**medians, "ratio": ratio, "generator": generator, "void": False}
