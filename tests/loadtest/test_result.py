from typing import Any

import pytest
from rich.console import Console

from loadtest.journal import Change, Noticed, Reply, Sealed, Seated
from loadtest.reconcile import Evidence, Row, reconcile
from loadtest.result import (
    LOG_RULE,
    Clock,
    complaints,
    document,
    is_bottleneck,
    open_at_once,
    percentile,
    show,
    tally,
)

PROMISED = {
    "participants",
    "submitted",
    "swept",
    "saves_acked",
    "saves_lost",
    "saves_wrong",
    "requests",
    "requests_failed",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "wall_s",
    "server_cpu_s",
    "client_cpu_s",
    "flush_lag_max_s",
}
AGREED: dict[str, Any] = {
    "status": 0,
    "lines": ["acknowledged = log: 0 differ"],
    "json": {"rules": [{"name": LOG_RULE, "checked": 2}, {"name": "another", "checked": 9}]},
}


def entry(name: str, times: dict[str, int], failed: int = 0) -> dict[str, Any]:
    return {
        "name": name,
        "num_requests": sum(times.values()),
        "num_failures": failed,
        "response_times": times,
        "start_time": 100.0,
        "last_request_timestamp": 160.0,
    }


def told(*, failed: int = 0, lost: bool = False, audit: dict[str, Any] = AGREED) -> dict[str, Any]:
    change = Change("LD-01", (65536 << 20) + 1, '"a"', flagged=False)
    evidence = Evidence.of(
        [
            Reply("1", change, "stored"),
            Noticed("1", change.rev + 1, "stored"),
            Sealed("1", "c", 1, 1),
            Seated("1", 0.0, 9.0, "submitted"),
        ]
    )
    outcome = reconcile(evidence, [] if lost else [Row("1", change, sealed=True)])
    counted = tally(
        [
            entry("answers", {"1.5": 98, "20.0": 2}, failed),
            entry("login (busy)", {"0.5": 3}),
            entry("reconnect", {"0.1": 7}),
        ],
        [],
    )
    clock = Clock(60.0, {"app": 3.5, "valkey": 1.5}, 3.0, 0.4, 120)
    return document(1, evidence, outcome, counted, clock, audit, {"cores": 2})


def test_the_result_has_every_promised_figure() -> None:
    result = told()
    assert result.keys() >= PROMISED
    assert all(isinstance(result[name], int | float) for name in PROMISED)
    assert result["machine"] == {"cores": 2}
    assert result["server_cpu_s"] == 5.0
    assert result["server_cpu_s_by_process"] == {"app": 3.5, "valkey": 1.5}


def test_requests_are_counted_with_refusals_and_without_reconnects() -> None:
    result = told()
    assert (result["requests"], result["requests_busy"], result["reconnects"]) == (103, 3, 7)
    assert (result["p50_ms"], result["p95_ms"], result["p99_ms"]) == (1.5, 1.5, 20.0)
    assert result["load_s"] == 60.0
    assert result["client_cpu_ms_per_request"] == round(3000 / 103, 3)


def test_a_run_in_which_all_was_kept_has_no_complaint() -> None:
    assert complaints(told()) == []


def test_a_lost_save_a_failed_request_and_a_differing_audit_are_complaints() -> None:
    differs = AGREED | {"status": 1}
    said = " ".join(complaints(told(failed=2, lost=True, audit=differs)))
    assert "saves_lost: 1" in said
    assert "requests_failed: 2" in said
    assert "receipts_unsealed: 1" in said
    assert "audit" in said


@pytest.mark.parametrize(("rows", "fault"), [(1, "log_rows_missing"), (3, "log_rows_unsent")])
def test_a_log_of_another_length_than_was_acknowledged_is_a_complaint(
    rows: int, fault: str
) -> None:
    audit = AGREED | {"json": {"rules": [{"name": LOG_RULE, "checked": rows}]}}
    assert complaints(told(audit=audit)) == [f"{fault}: 1"]


def test_a_generator_that_fills_its_cores_makes_the_run_void() -> None:
    assert not is_bottleneck(told(), processes=1)
    assert is_bottleneck(told() | {"client_cpu_s": 55.0}, processes=1)


def test_a_percentile_is_a_time_within_which_that_share_was_answered() -> None:
    histogram = {1.0: 50, 2.0: 45, 9.0: 5}
    assert [percentile(histogram, share) for share in (0.5, 0.51, 0.95, 0.99)] == [1, 2, 2, 9]
    assert percentile({}, 0.5) == 0.0


def test_the_busiest_moment_counts_who_sat_then() -> None:
    spans = [(0.0, 5.0), (1.0, 2.0), (4.0, 8.0), (5.0, 6.0)]
    assert open_at_once(Seated(str(b), b, e, "submitted") for b, e in spans) == 2


def test_the_table_shows_every_figure_and_the_audit() -> None:
    console = Console(width=120, record=True, file=None, quiet=False)
    with console.capture() as captured:
        show(told(), console)
    printed = captured.get()
    assert all(name in printed for name in PROMISED)
    assert "acknowledged = log: 0 differ" in printed
