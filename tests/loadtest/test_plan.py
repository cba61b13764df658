from collections import Counter

import pytest

from loadtest.plan import (
    CHANGED_SHARE,
    HEARTBEATS,
    ITEMS,
    Act,
    Kind,
    Step,
    kinds,
    steps,
)


def acts(plan: tuple[Step, ...]) -> list[Act]:
    return [step.act for step in plan]


def test_the_same_seed_plans_the_same_day() -> None:
    assert steps(7, 3, Kind.STEADY, 45.0) == steps(7, 3, Kind.STEADY, 45.0)
    assert kinds(7, 500) == kinds(7, 500)


def test_another_seed_or_another_participant_plans_something_else() -> None:
    plan = steps(7, 3, Kind.STEADY, 45.0)
    assert steps(8, 3, Kind.STEADY, 45.0) != plan
    assert steps(7, 4, Kind.STEADY, 45.0) != plan


def test_every_place_is_answered_and_a_tenth_of_them_changed_once_or_twice() -> None:
    for index in range(50):
        answers = Counter(s.place for s in steps(7, index, Kind.STEADY, 45.0) if s.place >= 0)
        assert set(answers) == set(range(ITEMS))
        changed = [times for times in answers.values() if times > 1]
        assert len(changed) == round(ITEMS * CHANGED_SHARE)
        assert set(changed) <= {2, 3}


def test_a_usual_day_has_at_least_55_requests_and_ends_with_the_submit() -> None:
    plan = steps(7, 3, Kind.STEADY, 45.0)
    assert acts(plan)[-1] is Act.SUBMIT
    assert acts(plan).count(Act.HEARTBEAT) == HEARTBEATS
    assert len(plan) + len(("login", "start", "form")) >= 55


@pytest.mark.parametrize("kind", [Kind.LEAVER, Kind.STRAGGLER])
def test_who_leaves_never_submits(kind: Kind) -> None:
    for index in range(50):
        plan = acts(steps(7, index, kind, 45.0))
        assert Act.SUBMIT not in plan
        assert plan.count(Act.ANSWER) >= ITEMS // 4


def test_a_switcher_switches_once_before_the_end() -> None:
    for index in range(50):
        plan = acts(steps(7, index, Kind.SWITCHER, 45.0))
        assert plan.count(Act.SWITCH) == 1
        assert Act.ANSWER in plan[: plan.index(Act.SWITCH)]
        assert Act.ANSWER in plan[plan.index(Act.SWITCH) :]


def test_a_silent_participant_comes_back_with_a_backlog_before_the_submit() -> None:
    for index in range(50):
        plan = acts(steps(7, index, Kind.SILENT, 45.0))
        silence = plan[plan.index(Act.HUSH) : plan.index(Act.RETURN)]
        assert silence.count(Act.ANSWER) >= 5
        assert plan.index(Act.RETURN) < plan.index(Act.SUBMIT)


def test_a_borrower_answers_again_what_never_arrived_and_the_phone_wakes_after_the_submit() -> None:
    for index in range(50):
        plan = steps(7, index, Kind.BORROWER, 45.0)
        hush, borrow = acts(plan).index(Act.HUSH), acts(plan).index(Act.BORROW)
        unsent = {step.place for step in plan[hush:borrow] if step.act is Act.ANSWER}
        again = [step.place for step in plan[borrow + 1 : borrow + 1 + len(unsent)]]
        assert unsent
        assert set(again) == unsent
        assert acts(plan)[-2:] == [Act.SUBMIT, Act.WAKE]


def test_a_straggler_leaves_with_a_backlog_and_lingers() -> None:
    for index in range(50):
        plan = acts(steps(7, index, Kind.STRAGGLER, 45.0))
        assert plan[-1] is Act.LINGER
        assert Act.ANSWER in plan[plan.index(Act.HUSH) :]


def test_3_percent_switch_2_never_submit_and_1_lose_the_network() -> None:
    counted = Counter(kinds(7, 10_000))
    assert counted[Kind.SWITCHER] == 300
    assert counted[Kind.LEAVER] + counted[Kind.STRAGGLER] == 200
    assert counted[Kind.SILENT] + counted[Kind.BORROWER] + counted[Kind.STRAGGLER] == 100
    assert counted[Kind.STEADY] == 10_000 - 300 - 200 - 80


def test_a_small_run_has_each_kind() -> None:
    assert set(kinds(7, 10)) == set(Kind)
    assert len(kinds(7, 1)) == 1


@pytest.mark.parametrize("kind", list(Kind))
def test_a_sitting_takes_about_the_time_it_is_given(kind: Kind) -> None:
    for index in range(50):
        taken_s = sum(step.wait_s for step in steps(7, index, kind, 40.0))
        assert 28.0 <= taken_s <= 52.0 + 1e-6
