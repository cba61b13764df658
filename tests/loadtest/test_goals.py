"""The goals of the doors, the deadline and the overload, by forged figures: each can be missed."""

from typing import Any

import pytest

from loadtest.goals import goals
from loadtest.result import document
from loadtest.show import remarks
from loadtest.verdict import complaints
from tests.loadtest.builders import run
from tests.loadtest.report.forged import boards

LINE = {"requests": 12_500, "failed": 0, "p99_ms": 90.0, "p99_from_send_ms": 80.0}
REFUSED = {"requests": 9_000, "failed": 0, "p99_ms": 0.0, "p99_from_send_ms": 70.0}
SCORED = {
    "participation": {"numerator": 10_303, "denominator": 12_500, "percent": 82.4},
    "units": [{"participation": {"numerator": 10_303}}]
    + [{"participation": {"numerator": 0}}] * 93,
    "scored": 10_303,
}
DOORS: dict[str, Any] = {
    "scenario": "doors",
    "participants": 12_500,
    "requests_busy": 0,
    "requests_by_name": dict.fromkeys(("login", "start", "form", "answers"), LINE),
}
DEADLINE: dict[str, Any] = {
    "scenario": "deadline",
    "participants": 10_303,
    "submitted": 10_303,
    "score_wait_s": 12.0,
    "requests_by_name": {"submit": LINE},
    **SCORED,
}
OVERLOAD: dict[str, Any] = {
    "scenario": "overload",
    "participants": 10_303,
    "capacity_per_s": 3_000.0,
    "sender_share": 0.4,
    "offered_share_of_insiders": 0.5,
    "wanted_per_s": 9_000.0,
    "offered_per_s": 8_990.0,
    "refused_share": 0.6,
    "refused_share_of_logins": 0.9,
    "refused_share_of_saves": 0.2,
    "refused_share_of_submits": 0.1,
    "recovered_s": 3.0,
    "requests_by_name": dict.fromkeys(("login", "answers", "submit"), LINE)
    | {"login (busy)": REFUSED},
}

BOARDS: dict[str, Any] = {**boards(), "scenario": "boards", "open_at_a_time_max": 10_303}


def known(figures: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - figures
    return document(run()) | figures | more


def line(ms: float, requests: int = 12_500) -> dict[str, float]:
    return LINE | {"p99_ms": ms, "requests": requests}


def calls(figures: dict[str, Any], **more: dict[str, float]) -> dict[str, Any]:
    return {"requests_by_name": figures["requests_by_name"] | more}


def unmet(told: dict[str, Any]) -> list[str]:
    return [goal.goal for goal in goals(told) if not goal.met]


@pytest.mark.parametrize("figures", [DOORS, DEADLINE, OVERLOAD, BOARDS])
def test_what_went_well_meets_every_goal(figures: dict[str, Any]) -> None:
    assert unmet(known(figures)) == []
    assert complaints(known(figures)) == []
    assert not [said for said in remarks(known(figures)) if "void" in said or "fewer" in said]


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ({"requests_busy": 1}, ["requests refused"]),
        (calls(DOORS, login=line(1_001.0)), ["login, p99"]),
        (calls(DOORS, start=line(1_001.0)), ["start, p99"]),
        (calls(DOORS, form=line(1_001.0)), ["form, p99"]),
        (calls(DOORS, form=line(5.0, 12_499)), ["forms at the doors"]),
        (calls(DOORS, answers=line(251.0)), ["saves of those already in, p99"]),
        ({"saves_lost": 1}, ["acknowledged saves lost"]),
    ],
)
def test_each_goal_of_the_doors_can_be_missed(more: dict[str, Any], missed: list[str]) -> None:
    assert unmet(known(DOORS, **more)) == missed


def test_doors_through_which_nobody_saved_prove_nothing() -> None:
    silent = dict.fromkeys(("login", "start", "form"), LINE)
    assert unmet(known(DOORS, requests_by_name=silent)) == ["saves of those already in, p99"]


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ({"submitted": 10_302}, ["receipts"]),
        (calls(DEADLINE, submit=line(2_001.0)), ["submit, p99"]),
        ({"score_wait_s": 30.1}, ["scored and in the report, after the last hand-in"]),
        ({"units": SCORED["units"][:93]}, ["units with a line"]),  # type: ignore[index]
        ({"requests_failed": 1}, ["failed requests"]),
    ],
)
def test_each_goal_of_the_deadline_can_be_missed(more: dict[str, Any], missed: list[str]) -> None:
    assert unmet(known(DEADLINE, **more)) == missed


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"submitted": 10_302}, "receipts: 10,302"),
        ({"scored": 10_302}, "scored are 10302"),
        ({"gave_up": 1}, "gave_up: 1"),
    ],
)
def test_a_deadline_at_which_somebody_was_left_out_is_a_complaint(
    more: dict[str, Any], said: str
) -> None:
    assert said in " ".join(complaints(known(DEADLINE, **more)))


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ({"offered_per_s": 8_500.0}, ["tries offered a second"]),
        ({"offered_share_of_insiders": 0.39}, ["saves and submits among the tries"]),
        ({"sender_share": 0.9}, ["the sender's share of a core while capacity was found"]),
        ({"wanted_per_s": 0.0, "offered_per_s": 0.0}, ["tries offered a second"]),
        ({"refused_share": 0.0}, ["excess refused with Retry-After"]),
        (calls(OVERLOAD, login=line(1_001.0)), ["login that is let in, p99"]),
        (calls(OVERLOAD, answers=line(1_001.0)), ["answers that is let in, p99"]),
        (
            calls(OVERLOAD, **{"submit (busy)": REFUSED | {"p99_from_send_ms": 1_001.0}}),
            ["refused within, p99"],
        ),
        ({"refused_share_of_saves": 0.9}, ["saves refused"]),
        ({"refused_share_of_submits": 0.95}, ["submits refused"]),
        ({"recovered_s": 11.0}, ["saves as usual again, after it"]),
        ({"recovered_s": None}, ["saves as usual again, after it"]),
        ({"saves_wrong": 2}, ["saves wrong"]),
    ],
)
def test_each_goal_of_the_overload_can_be_missed(more: dict[str, Any], missed: list[str]) -> None:
    assert unmet(known(OVERLOAD, **more)) == missed


def test_in_the_overload_whoever_never_got_in_is_no_complaint_but_a_loss_is() -> None:
    assert complaints(known(OVERLOAD, gave_up=900)) == []
    assert complaints(known(OVERLOAD, saves_lost=1)) == ["saves_lost: 1"]
    assert complaints(known(DOORS, gave_up=1)) == ["gave_up: 1"]


def test_an_offer_that_fell_short_is_void() -> None:
    said = remarks(known(OVERLOAD, offered_per_s=8_000.0))
    assert "void as a measurement: less than 3 times as much was offered" in said


def test_a_small_run_is_told_how_many_a_whole_one_has() -> None:
    assert any("12,500" in said for said in remarks(known(DOORS, participants=10_303)))


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ({"boards": 499}, ["boards open at a time"]),
        ({"boards_lost": 1}, ["boards lost"]),
        ({"changes_unshown": 1}, ["changes that a board never showed"]),
        ({"event_shown_p99_ms": 2_001.0}, ["a save stands on an event's boards, p99"]),
        ({"part_shown_p99_ms": 2_001.0}, ["a save stands on boards of a part, p99"]),
        ({"part_changes_shown": 0}, ["a save stands on boards of a part, p99"]),
        ({"save_p99_more_ms": 5.1}, ["what boards add to a save, p99"]),
        ({"save_p99_without_ms": 60.0, "save_p99_more_ms": 5.9}, []),
        ({"path_us_ratio": 1.051}, ["CPU of the saving path, beside boards"]),
        ({"path_us_ratio": None}, []),
        ({"participants": 500, "path_us_ratio": 2.0, "save_p99_more_ms": 99.0}, []),
    ],
)
def test_boards_show_soon_and_cost_saves_little(more: dict[str, Any], missed: list[str]) -> None:
    assert unmet(known(BOARDS, **more)) == missed
