"""Who stands at the doors when, and what those do who are in."""

from collections import Counter

import pytest

from loadtest.doors import LEAD_S, DoorsPlan, tempo_of_doors
from loadtest.plan import Act
from loadtest.scenarios import SCENARIOS, plan_of
from loadtest.tempo import Tempo
from tests.loadtest.test_tempo import moments

WHOLE = 12_500
INSIDE = 312
EXACTLY = 1e-6


def doors(participants: int) -> DoorsPlan:
    return DoorsPlan(7, participants, tempo_of_doors(participants))


def test_as_many_log_in_within_the_minute_as_there_are_people() -> None:
    plan = doors(WHOLE)
    came = [plan.arrival_s(index) for index in range(WHOLE)]
    reloads = [
        at_s for index in range(INSIDE) for at_s, act in moments(plan, index) if act is Act.RELOAD
    ]
    at_the_doors = [at_s for at_s in came if at_s >= LEAD_S] + reloads
    assert len(at_the_doors) == WHOLE
    assert max(at_the_doors) <= LEAD_S + 60
    minutes = Counter(int((at_s - LEAD_S) // 10) for at_s in at_the_doors)
    assert max(minutes.values()) < 1.15 * min(minutes.values())


def test_some_hundreds_are_in_before_and_go_on_saving_until_the_end() -> None:
    plan = doors(WHOLE)
    assert max(plan.arrival_s(index) for index in range(INSIDE)) < LEAD_S - 4
    assert min(plan.arrival_s(index) for index in range(INSIDE, WHOLE)) >= LEAD_S
    for index in range(0, INSIDE, 50):
        acts = moments(plan, index)
        saves = [at_s for at_s, act in acts if act is Act.ANSWER]
        assert saves[0] >= LEAD_S
        assert 8 <= len(saves) <= 16
        assert acts[-1][0] == pytest.approx(LEAD_S + 65, abs=EXACTLY)


def test_newcomers_stay_and_read() -> None:
    plan = doors(WHOLE)
    ((end_s, act),) = moments(plan, WHOLE - 1)
    assert act is Act.HUSH
    assert end_s == pytest.approx(LEAD_S + 65, abs=EXACTLY)


def test_fewer_people_come_as_fast_for_a_shorter_time() -> None:
    assert tempo_of_doors(WHOLE).arrive_s == 60.0
    assert tempo_of_doors(2_500).arrive_s == 12.0
    assert tempo_of_doors(10).arrive_s == 5.0
    assert doors(10).arrival_s(0) < LEAD_S <= doors(10).arrival_s(1)


def test_the_same_seed_brings_the_same_crowd() -> None:
    one, again, other = (plan_of("doors", seed, 100, Tempo(30, 5)) for seed in (7, 7, 8))
    assert [one.arrival_s(n) for n in range(100)] == [again.arrival_s(n) for n in range(100)]
    assert one.steps(0) == again.steps(0)
    assert one.arrival_s(50) != other.arrival_s(50)


def test_every_scenario_has_its_plan_but_the_one_that_locust_does_not_play() -> None:
    for name, scenario in SCENARIOS.items():
        tempo = scenario.tempo(100, scenario.minutes)
        if scenario.plan is None:
            with pytest.raises(ValueError, match="Locust"):
                plan_of(name, 7, 100, tempo)
        else:
            plan = plan_of(name, 7, 100, tempo)
            assert plan.arrival_s(99) >= 0
            assert plan.lead_s >= 0
