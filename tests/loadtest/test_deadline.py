"""When everybody hands in at once, and what they bring before."""

import pytest

from loadtest.deadline import CALM_S, DeadlinePlan, tempo_of_deadline
from loadtest.plan import ITEMS, Act
from tests.loadtest.test_tempo import moments

WHOLE = 10_303


def deadline(participants: int) -> DeadlinePlan:
    return DeadlinePlan(7, participants, tempo_of_deadline(participants))


def test_everybody_brings_every_answer_in_one_save() -> None:
    acts = [step.act for step in deadline(WHOLE).steps(77)]
    assert acts == [Act.HUSH, *[Act.ANSWER] * ITEMS, Act.RETURN, Act.SUBMIT]
    places = [step.place for step in deadline(WHOLE).steps(77) if step.act is Act.ANSWER]
    assert places == list(range(ITEMS))


def test_all_hand_in_within_half_a_minute_when_everybody_is_in() -> None:
    plan, tempo = deadline(WHOLE), tempo_of_deadline(WHOLE)
    submits = [moments(plan, index)[-1][0] for index in range(0, WHOLE, 50)]
    filled = [moments(plan, index)[-2][0] for index in range(0, WHOLE, 50)]
    assert tempo.sit_s == 30.0
    assert plan.lead_s == tempo.arrive_s + CALM_S
    assert max(filled) <= plan.lead_s - CALM_S
    assert plan.lead_s <= min(submits) <= max(submits) <= plan.lead_s + 30
    assert max(submits) - min(submits) > 25


@pytest.mark.parametrize(("participants", "seconds"), [(WHOLE, 110), (300, 20)])
def test_the_filling_is_quick(participants: int, seconds: float) -> None:
    assert deadline(participants).lead_s + tempo_of_deadline(participants).sit_s <= seconds
