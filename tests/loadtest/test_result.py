import pytest

from loadtest.journal import Seated
from loadtest.result import Times, document, open_at_once
from tests.loadtest.builders import audit, orders, results, run

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
    "open_at_a_time_max",
    "requests_per_participant",
    "index_mean",
    "scored",
    "score_wait_s",
    "server_cpu_ms_per_participant",
}


def test_the_document_has_every_promised_figure() -> None:
    known = document(run())
    assert known.keys() >= PROMISED
    assert all(isinstance(known[name], int | float) for name in PROMISED)
    assert known["participation"] == {"numerator": 1, "denominator": 12_500, "percent": 0.0}
    assert known["index"] == "2.3"
    assert [unit["code"] for unit in known["units"]] == ["U01"]
    assert known["server_cpu_s_by_process"] == {"app": 3.5}


def test_a_run_in_which_all_was_kept_has_no_findings() -> None:
    known = document(run())
    assert (known["saves_acked"], known["saves_lost"], known["saves_wrong"]) == (1, 0, 0)
    assert (known["late_kept"], known["late_missing"], known["late_unsent"]) == (1, 0, 0)
    assert (known["log_rows"], known["log_rows_missing"], known["log_rows_unsent"]) == (2, 0, 0)
    assert known["findings"] == []


@pytest.mark.parametrize(
    ("rows", "late", "fault"),
    [
        (1, 1, "log_rows_missing"),
        (3, 1, "log_rows_unsent"),
        (2, 0, "late_missing"),
        (2, 2, "late_unsent"),
    ],
)
def test_a_log_of_another_length_than_was_acknowledged_is_found(
    rows: int, late: int, fault: str
) -> None:
    known = document(run(audit=audit(rows, late)))
    faults = ("log_rows_missing", "log_rows_unsent", "late_missing", "late_unsent")
    assert {name: known[name] for name in faults if known[name]} == {fault: 1}


def test_in_an_event_of_others_their_rows_are_no_fault() -> None:
    theirs = run(orders=orders(target="https://exam.example"), audit=audit(9, 9))
    assert document(theirs).keys().isdisjoint({"log_rows_unsent", "late_unsent"})
    ours = run(orders=orders(target="https://exam.example"), audit=audit(1, 0))
    assert document(ours)["log_rows_missing"] == document(ours)["late_missing"] == 1


def test_time_runs_from_the_first_login_to_the_last_score() -> None:
    known = document(run())
    assert known["wall_s"] == 11.5
    assert known["record_wait_s"] == 1.0
    assert known["score_wait_s"] == 2.0
    assert known["began_at"] == "2023-11-14 22:13 UTC"


def test_what_is_not_known_yet_is_not_told() -> None:
    known = document(run(outcome=None, results=None, audit=None, times=Times()))
    assert not known["reconciled"]
    unknown = {"saves_lost", "log_rows", "scored", "score_wait_s", "index", "units"}
    assert known.keys().isdisjoint(unknown)
    assert known["wall_s"] == 9.0


def test_people_who_never_came_gave_up() -> None:
    assert document(run(orders=orders(3)))["gave_up"] == 2


def test_the_share_of_the_machine_that_went_elsewhere_is_told() -> None:
    known = document(run())
    assert 0.0 <= known["cpu_share_elsewhere"] <= 1.0
    assert known["server_cpu_ms_per_participant"] == 3500.0


def test_the_busiest_moment_counts_who_sat_then() -> None:
    spans = [(0, 5), (1, 2), (4, 8), (5, 6)]
    assert open_at_once(Seated(str(b), b, e, "submitted") for b, e in spans) == 2


def test_small_units_keep_their_mean_to_themselves() -> None:
    assert document(run(results=results()))["units"][0]["index"] is None
