from collections import Counter
from itertools import accumulate

import pytest

from loadtest.plan import Act, Plan
from loadtest.scenarios import plan_of
from loadtest.tempo import (
    HEARTBEAT_S,
    ITEM_S,
    LEAVING_S,
    SPIKE_SHARE,
    DayPlan,
    HoldPlan,
    Tempo,
    tempo_of_day,
    tempo_of_hold,
)

FULL = 10_303


def moments(plan: Plan, index: int) -> list[tuple[float, Act]]:
    """When a participant does what, in seconds after the doors opened."""
    steps = plan.steps(index)
    waits = accumulate((step.wait_s for step in steps), initial=plan.arrival_s(index))
    return list(zip(list(waits)[1:], (step.act for step in steps), strict=True))


def test_the_same_seed_brings_the_same_day() -> None:
    one, again, other = (plan_of("day", seed, 100, Tempo(30, 45)) for seed in (7, 7, 8))
    assert [one.arrival_s(n) for n in range(100)] == [again.arrival_s(n) for n in range(100)]
    assert [one.steps(n) for n in range(9)] == [again.steps(n) for n in range(9)]
    assert one.arrival_s(0) != other.arrival_s(0)


@pytest.mark.parametrize(("participants", "seconds"), [(200, 80), (500, 80), (FULL, 280)])
def test_the_day_goes_fast_enough(participants: int, seconds: int) -> None:
    tempo = tempo_of_day(participants)
    assert tempo.arrive_s + 1.3 * tempo.sit_s <= seconds


def test_a_fifth_of_the_people_stand_at_the_doors_at_eight_and_the_rest_come_steadily() -> None:
    plan = DayPlan(7, FULL, Tempo(100, 45))
    arrivals = Counter(int(plan.arrival_s(index) // 10) for index in range(FULL))
    assert set(arrivals) == set(range(10))
    assert abs(arrivals.pop(0) / FULL - SPIKE_SHARE) < 0.02
    assert max(arrivals.values()) < 1.25 * min(arrivals.values())


def test_more_than_2000_sit_at_a_time_and_the_load_stays_even() -> None:
    plan = DayPlan(7, FULL, tempo_of_day(FULL))
    each = 50
    days = [moments(plan, index) for index in range(0, FULL, each)]
    changes = [(plan.arrival_s(n), each) for n in range(0, FULL, each)]
    changes += [(day[-1][0], -each) for day in days]
    assert max(accumulate(change for _, change in sorted(changes))) >= 2300
    requests = Counter(int(at_s // 20) for day in days for at_s, _ in day)
    usual = sorted(requests.values())[len(requests) // 2]
    assert max(requests.values()) < 1.5 * usual


def test_everybody_is_there_at_once_while_the_hold_lasts() -> None:
    tempo = tempo_of_hold(10)
    plan = HoldPlan(7, 500, tempo)
    for index in range(0, 500, 25):
        assert 0 <= plan.arrival_s(index) < tempo.arrive_s
        end_s = moments(plan, index)[-1][0]
        assert 660 <= end_s <= 660 + LEAVING_S + 1e-6


def test_the_hold_goes_at_natural_pace() -> None:
    people = 400
    plan = HoldPlan(7, people, tempo_of_hold(10))
    acts = Counter(
        act for index in range(people) for at_s, act in moments(plan, index) if 60 <= at_s < 660
    )
    seconds = 600
    assert acts[Act.ANSWER] / seconds == pytest.approx(people / ITEM_S, rel=0.1)
    assert acts[Act.HEARTBEAT] / seconds == pytest.approx(people / HEARTBEAT_S, rel=0.02)
    assert set(acts) == {Act.ANSWER, Act.HEARTBEAT}
    assert moments(plan, 7)[-1][1] is Act.HUSH


def test_in_the_hold_arrivals_are_spread_evenly() -> None:
    plan = HoldPlan(7, 600, tempo_of_hold(1))
    assert set(Counter(int(plan.arrival_s(n)) for n in range(600)).values()) == {10}
