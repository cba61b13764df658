from collections import Counter

import pytest

from loadtest.plan import (
    CHANGED_SHARE,
    HEARTBEATS,
    ITEMS,
    Act,
    Kind,
    Step,
    arrivals,
    kinds,
    steps,
    tempo_for,
)


def acts(plan: tuple[Step, ...]) -> list[Act]:
    return [step.act for step in plan]


def test_the_same_seed_plans_the_same_day() -> None:
    assert steps(7, 3, Kind.STEADY, 45.0) == steps(7, 3, Kind.STEADY, 45.0)
    assert kinds(7, 500) == kinds(7, 500)
    assert arrivals(7, 500, 30.0) == arrivals(7, 500, 30.0)


def test_another_seed_or_another_participant_plans_something_else() -> None:
    plan = steps(7, 3, Kind.STEADY, 45.0)
    assert steps(8, 3, Kind.STEADY, 45.0) != plan
    assert steps(7, 4, Kind.STEADY, 45.0) != plan


def test_an_arrival_does_not_depend_on_how_many_others_there_are() -> None:
    assert arrivals(7, 500, 30.0)[:100] == arrivals(7, 100, 30.0)


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


def test_a_leaver_never_submits() -> None:
    for index in range(50):
        plan = acts(steps(7, index, Kind.LEAVER, 45.0))
        assert Act.SUBMIT not in plan
        assert plan.count(Act.ANSWER) >= ITEMS // 2


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


def test_the_kinds_come_in_their_shares_and_a_small_run_has_each() -> None:
    assert Counter(kinds(7, 1000)) == {
        Kind.STEADY: 940,
        Kind.SWITCHER: 30,
        Kind.LEAVER: 20,
        Kind.SILENT: 10,
    }
    assert set(kinds(7, 10)) == set(Kind)
    assert len(kinds(7, 1)) == 1


def test_a_third_of_the_people_come_in_the_first_minutes() -> None:
    times = arrivals(7, 10_000, 100.0)
    assert all(0.0 <= time <= 100.0 for time in times)
    assert 0.32 < sum(time <= 15.0 for time in times) / 10_000 < 0.38


def test_a_sitting_takes_about_the_time_it_is_given() -> None:
    for index in range(50):
        taken_s = sum(step.wait_s for step in steps(7, index, Kind.STEADY, 40.0))
        assert 28.0 <= taken_s <= 52.0 + 1e-6


@pytest.mark.parametrize(("participants", "minutes"), [(500, 2), (10_303, 5)])
def test_the_day_goes_fast_enough(participants: int, minutes: int) -> None:
    tempo = tempo_for(participants)
    assert tempo.arrive_s + 1.3 * tempo.sit_s <= minutes * 60
