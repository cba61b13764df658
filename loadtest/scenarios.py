"""The scenarios: what each is called, how many make a whole one, how fast it goes, its plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from loadtest import deadline, doors
from loadtest.deadline import DeadlinePlan, tempo_of_deadline
from loadtest.doors import DoorsPlan, tempo_of_doors
from loadtest.plan import Plan
from loadtest.tempo import DayPlan, HoldPlan, Tempo, tempo_of_day, tempo_of_hold

OVERLOAD: Final = "overload"
BOARDS: Final = "boards"
PARTICIPANTS: Final = 10_303  # of the reference day
ENTER_S: Final = 20.0  # about how long the overload's people take to come in


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario.

    ``people``: how many a whole one has, and goals are meant for. ``tempo`` is made of the
    participants and of ``minutes``, where these matter (what MINUTES is when it is not said).
    ``plan``: None where a sender of its own, not Locust, offers the load.
    ``closes``: the run ends the day itself; ``scores``: it waits until everybody is scored.
    """

    title: str
    people: int
    tempo: Callable[[int, float], Tempo]
    plan: Callable[[int, int, Tempo], Plan] | None
    minutes: float = 0.0
    closes: bool = False
    scores: bool = False


SCENARIOS: Final = {
    "day": Scenario(
        title="The whole day",
        people=PARTICIPANTS,
        tempo=lambda people, _: tempo_of_day(people),
        plan=DayPlan,
        closes=True,
        scores=True,
    ),
    "hold": Scenario(
        title="Everybody at once, held",
        people=PARTICIPANTS,
        tempo=lambda _, minutes: tempo_of_hold(minutes),
        plan=HoldPlan,
        minutes=10.0,
    ),
    BOARDS: Scenario(
        title="Five hundred boards",
        people=PARTICIPANTS,
        tempo=lambda _, minutes: tempo_of_hold(minutes),
        plan=HoldPlan,
        minutes=6.0,
    ),
    "doors": Scenario(
        title="The doors",
        people=doors.WHOLE,
        tempo=lambda people, _: tempo_of_doors(people),
        plan=DoorsPlan,
    ),
    "deadline": Scenario(
        title="The deadline",
        people=deadline.WHOLE,
        tempo=lambda people, _: tempo_of_deadline(people),
        plan=DeadlinePlan,
        scores=True,
    ),
    OVERLOAD: Scenario(
        title="Three times too much",
        people=PARTICIPANTS,
        tempo=lambda _, minutes: Tempo(arrive_s=ENTER_S, sit_s=60.0 * minutes),
        plan=None,
        minutes=2.0,
    ),
}


def plan_of(scenario: str, seed: int, participants: int, tempo: Tempo) -> Plan:
    """Return the plan of a scenario.

    Raises:
        ValueError: for one that has none.
    """
    made = SCENARIOS[scenario].plan
    if made is None:
        raise ValueError(f"{scenario} is not played by Locust")
    return made(seed, participants, tempo)
