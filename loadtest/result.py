"""The numbers of a run: a JSON file for machines, a table for people, a verdict for make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from loadtest.journal import Seated
from loadtest.reconcile import Evidence, Outcome

RECONNECT = "reconnect"  # counted by Locust beside the requests, and none of them
#: The rule of the audit that looks at every row of the log, and so knows how many there are.
LOG_RULE = "no rev stands twice"
#: What must be nothing.
FAULTS = (
    "saves_lost",
    "saves_wrong",
    "log_rows_missing",
    "log_rows_unsent",
    "receipts_unsealed",
    "requests_failed",
    "gave_up",
)
#: Above this share of its processes' time the generator, not the server, sets the pace.
BOTTLENECK = 0.8


@dataclass(frozen=True, slots=True)
class Tally:
    """What Locust counted. ``names`` has a line for each kind of request."""

    requests: int
    failed: int
    busy: int
    reconnects: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    load_s: float
    names: dict[str, dict[str, float]]
    faults: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Clock:
    """What a run cost.

    ``wall_s``: from the first login until the record was complete. ``server_cpu_s``: by the
    server's processes. ``client_cpu_s``: all of Locust's, their start included.
    """

    wall_s: float
    server_cpu_s: dict[str, float]
    client_cpu_s: float
    flush_lag_max_s: float
    flush_lag_max_entries: int


def tally(entries: Sequence[Mapping[str, Any]], faults: list[dict[str, Any]]) -> Tally:
    """Return the figures from Locust's own statistics, an entry for each kind of request."""
    calls = [entry for entry in entries if entry["name"] != RECONNECT]
    total = _histogram(calls)
    return Tally(
        requests=sum(entry["num_requests"] for entry in calls),
        failed=sum(entry["num_failures"] for entry in calls),
        busy=sum(entry["num_requests"] for entry in calls if entry["name"].endswith("(busy)")),
        reconnects=sum(e["num_requests"] for e in entries if e["name"] == RECONNECT),
        p50_ms=percentile(total, 0.50),
        p95_ms=percentile(total, 0.95),
        p99_ms=percentile(total, 0.99),
        load_s=max((entry["last_request_timestamp"] or 0.0 for entry in calls), default=0.0)
        - min((entry["start_time"] for entry in calls), default=0.0),
        names={entry["name"]: _line(entry) for entry in sorted(calls, key=lambda e: e["name"])},
        faults=faults,
    )


def percentile(histogram: Mapping[float, int], share: float) -> float:
    """Return the response time within which ``share`` of the requests were answered, in ms."""
    rest = share * sum(histogram.values())
    for ms in sorted(histogram):
        rest -= histogram[ms]
        if rest <= 0:
            return ms
    return 0.0


def open_at_once(seatings: Iterable[Seated]) -> int:
    """Return how many sittings were under way at the busiest moment."""
    moments = [moment for s in seatings for moment in ((s.began_s, 1), (s.ended_s, -1))]
    now = most = 0
    for _, change in sorted(moments):
        now += change
        most = max(most, now)
    return most


def document(
    participants: int,
    evidence: Evidence,
    outcome: Outcome,
    counted: Tally,
    clock: Clock,
    audit: Mapping[str, Any],
    machine: Mapping[str, object],
) -> dict[str, Any]:
    """Return everything that is known of the run, as it is written to the results."""
    endings = [
        seated.ending for seated in evidence.seatings.values() if seated.nip not in outcome.swept
    ]
    server_cpu_s = sum(clock.server_cpu_s.values())
    never = participants - len(evidence.seatings)
    return {
        "participants": participants,
        "submitted": len(evidence.seals),
        "swept": len(outcome.swept),
        "left_open": endings.count("left"),
        "gave_up": endings.count("gave-up") + never,
        "sittings_open_max": open_at_once(evidence.seatings.values()),
        "saves_acked": outcome.acked,
        "saves_lost": outcome.lost.count,
        "saves_wrong": outcome.wrong.count,
        "log_rows": _log_rows(audit),
        "log_rows_missing": max(0, evidence.log_rows[0] - _log_rows(audit)),
        "log_rows_unsent": max(0, _log_rows(audit) - evidence.log_rows[1]),
        "receipts_unsealed": outcome.unsealed.count,
        "requests": counted.requests,
        "requests_failed": counted.failed,
        "requests_busy": counted.busy,
        "reconnects": counted.reconnects,
        "p50_ms": counted.p50_ms,
        "p95_ms": counted.p95_ms,
        "p99_ms": counted.p99_ms,
        "wall_s": round(clock.wall_s, 2),
        "load_s": round(counted.load_s, 2),
        "server_cpu_s": round(server_cpu_s, 2),
        "client_cpu_s": round(clock.client_cpu_s, 2),
        "flush_lag_max_s": round(clock.flush_lag_max_s, 3),
        "flush_lag_max_entries": clock.flush_lag_max_entries,
        "server_cpu_ms_per_participant": _per(server_cpu_s * 1e3, participants),
        "client_cpu_ms_per_request": _per(clock.client_cpu_s * 1e3, counted.requests),
        "server_cpu_s_by_process": {
            name: round(seconds, 2) for name, seconds in sorted(clock.server_cpu_s.items())
        },
        "requests_by_name": counted.names,
        "faults": counted.faults,
        "findings": [*outcome.lost.examples, *outcome.wrong.examples, *outcome.unsealed.examples],
        "audit": audit,
        "machine": machine,
    }


def complaints(result: Mapping[str, Any]) -> list[str]:
    """Return why a run did not pass; nothing when it did."""
    said = [f"{name}: {result[name]}" for name in FAULTS if result[name]]
    if result["faults"] and not result["requests_failed"]:
        said.append(f"the load generator failed: {result['faults'][0]['error']}")
    if result["audit"]["status"]:
        said.append("the audit found a difference")
    return said


def is_bottleneck(result: Mapping[str, Any], processes: int) -> bool:
    """Say whether the generator was so busy that the run measured it rather than the server."""
    return bool(result["client_cpu_s"] > BOTTLENECK * processes * result["load_s"])


def show(result: Mapping[str, Any], console: Console) -> None:
    """Print the run for people: the figures, the calls, the audit."""
    figures = Table(title="The day", show_header=False)
    for name, value in result.items():
        if isinstance(value, int | float):
            figures.add_row(name, f"{value:,}")
    for name, seconds in result["server_cpu_s_by_process"].items():
        figures.add_row(f"  CPU of {name}, s", f"{seconds:,}")
    console.print(figures)
    calls = Table("call", "requests", "failed", "p50 ms", "p95 ms", "p99 ms", title="The calls")
    for name, line in result["requests_by_name"].items():
        calls.add_row(name, *(f"{value:,}" for value in line.values()))
    console.print(calls)
    for line in result["audit"]["lines"]:
        console.print(f"audit: {line}", markup=False)
    for fault in [*result["faults"], *result["findings"]]:
        console.print(f"fault: {fault}", markup=False)


def _log_rows(audit: Mapping[str, Any]) -> int:
    """Return how many rows the audit found in the log."""
    rules = (audit["json"] or {}).get("rules", ())
    return sum(int(rule["checked"]) for rule in rules if rule["name"] == LOG_RULE)


def _line(entry: Mapping[str, Any]) -> dict[str, float]:
    histogram = _histogram([entry])
    return {
        "requests": entry["num_requests"],
        "failed": entry["num_failures"],
        "p50_ms": percentile(histogram, 0.50),
        "p95_ms": percentile(histogram, 0.95),
        "p99_ms": percentile(histogram, 0.99),
    }


def _histogram(entries: Sequence[Mapping[str, Any]]) -> dict[float, int]:
    """Add up Locust's histograms: response time in ms → requests."""
    total: dict[float, int] = {}
    for entry in entries:
        for ms, times in entry["response_times"].items():
            total[float(ms)] = total.get(float(ms), 0) + times
    return total


def _per(amount: float, units: int) -> float:
    return round(amount / units, 3) if units else 0.0
