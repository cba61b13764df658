from typing import Any

import pytest

from loadtest.goals import Goal, goals
from loadtest.result import document
from loadtest.verdict import complaints, is_bottleneck
from tests.loadtest.builders import audit, orders, results, run

FULL: dict[str, Any] = {
    "participants": 10_303,
    "submitted": 10_097,
    "swept": 206,
    "open_at_a_time_max": 2_400,
    "requests_per_participant": 63.4,
    "participation": {"numerator": 10_303, "denominator": 12_500, "percent": 82.4},
    "scored": 10_303,
    "units": [{"participation": {"numerator": 10_303}}]
    + [{"participation": {"numerator": 0}}] * 93,
    "wall_s": 281.0,
    "server_cpu_ms_per_participant": 14.2,
}


def full(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - figures
    """A document of a full day, or one that differs from it in this."""
    return document(run()) | FULL | more


def unmet(known: dict[str, Any]) -> list[str]:
    return [goal.goal for goal in goals(known) if not goal.met]


def test_a_day_in_which_all_was_kept_has_no_complaint_and_meets_every_goal() -> None:
    assert complaints(full()) == []
    assert unmet(full()) == []
    assert len(goals(full())) == 11


@pytest.mark.parametrize(
    ("more", "goal"),
    [
        ({"wall_s": 301.0}, "first login to last score, with Locust on the same cores"),
        ({"server_cpu_ms_per_participant": 15.1}, "server CPU a participant"),
        ({"units": FULL["units"][:93]}, "units with a line"),
        ({"saves_lost": 1}, "acknowledged saves lost"),
        ({"requests_failed": 1}, "failed requests"),
    ],
)
def test_each_goal_can_be_missed(more: dict[str, Any], goal: str) -> None:
    assert unmet(full(**more)) == [goal]


def test_a_goal_of_speed_that_is_missed_does_not_fail_the_run() -> None:
    assert complaints(full(wall_s=400.0, server_cpu_ms_per_participant=99.0)) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"open_at_a_time_max": 1_999}, "sittings open at a time: 1,999"),
        ({"requests_per_participant": 54.9}, "requests a participant: 54.9"),
        ({"late_kept": 0}, "no answer came late"),
        ({"gave_up": 2}, "gave_up: 2"),
        ({"left_open": 2}, "left_open: 2"),
        ({"scored": 10_302}, "scored are 10302"),
        ({"swept": 205}, "10302 were handed in"),
        ({"late_unsent": 1}, "late_unsent: 1"),
    ],
)
def test_a_day_that_was_none_is_a_complaint(more: dict[str, Any], said: str) -> None:
    (complaint,) = complaints(full(**more))
    assert said in complaint


def test_a_lost_save_a_failed_request_and_a_differing_audit_are_complaints() -> None:
    said = " ".join(document(run(lost=True, failed=2, audit=audit(differences=1)))["complaints"])
    assert "saves_lost: 1" in said
    assert "requests_failed: 2" in said
    assert "receipts_unsealed: 1" in said
    assert "audit" in said


def test_an_error_of_the_load_generators_own_is_a_complaint() -> None:
    known = full(faults=[{"name": "exception", "error": "KeyError('x')", "times": 1}])
    assert complaints(known) == ["the load generator failed: KeyError('x')"]


def test_a_small_run_is_held_to_what_does_not_depend_on_its_size() -> None:
    known = document(run()) | {"requests_per_participant": 63.4}
    names = [goal.goal for goal in goals(known)]
    assert names == [
        "requests a participant",
        "failed requests",
        "acknowledged saves lost",
        "saves wrong",
        "units with a line",
    ]


def test_a_run_against_a_server_elsewhere_is_not_asked_for_everybodys_results() -> None:
    target = "https://exam.example"
    others = run(orders=orders(target=target), results=results(handed_in=70, scored=60))
    known = document(others) | {"requests_per_participant": 63.4}
    assert complaints(known) == []


def test_a_full_day_elsewhere_is_not_held_to_the_turnout_there() -> None:
    elsewhere = full(target="https://exam.example", scored=5, left_open=9)
    assert complaints(elsewhere) == []
    assert {"participation", "scored"}.isdisjoint(goal.goal for goal in goals(elsewhere))
    assert unmet(elsewhere) == []


def test_the_hold_is_held_to_its_connections() -> None:
    held = full(scenario="hold", open_at_a_time_max=10_302, late_kept=0, score_wait_s=None)
    assert unmet(held) == ["connections at a time"]
    assert complaints(held) == []
    assert Goal("connections at a time", "10,303", "10,303", met=True) in goals(
        held | {"open_at_a_time_max": 10_303}
    )


def test_a_generator_that_fills_its_core_makes_the_run_void() -> None:
    assert not is_bottleneck(full(generator_busiest=0.85))
    assert is_bottleneck(full(generator_busiest=0.86))
