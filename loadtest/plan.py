"""What a participant will do on the day: drawn from a seed, so that a run can be played again.

Nothing here waits, sends or knows an item's id: a plan speaks of places on the form and of shares
of an option list. Times are seconds of the run, already shortened from the hour that people take.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from random import Random

ITEMS = 50
CHANGED_SHARE = 0.10  # of the answers are changed once or twice
FLAGGED_SHARE = 0.08  # are marked "ragu-ragu"
GLANCING_SHARE = 0.20  # of the participants look elsewhere once
HEARTBEATS = 2
SPIKE_SHARE = 0.35  # of the participants come in the first SPIKE_PART of the arrivals
SPIKE_PART = 0.15


class Kind(StrEnum):
    """How a participant's day differs from the usual one."""

    STEADY = "steady"
    SWITCHER = "switcher"  # goes on with another device; the first one is refused and sends late
    LEAVER = "leaver"  # never submits
    SILENT = "silent"  # loses the network and delivers the backlog in one batch


SHARES = {Kind.SWITCHER: 0.03, Kind.LEAVER: 0.02, Kind.SILENT: 0.01}


class Act(StrEnum):
    """One thing a participant does."""

    ANSWER = "answer"
    HEARTBEAT = "heartbeat"
    GLANCE = "glance"  # the page loses the focus, as when the phone rings
    SWITCH = "switch"
    HUSH = "hush"
    RETURN = "return"
    SUBMIT = "submit"


@dataclass(frozen=True, slots=True)
class Step:
    """An act after so many seconds of thinking.

    For an answer, ``place`` is the item's place on the form (from 0) and ``pick``, in [0, 1), says
    where in the item's possible values the choice falls.
    """

    act: Act
    wait_s: float = 0.0
    place: int = -1
    pick: float = 0.0
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast the day goes: arrivals over ``arrive_s``, a sitting of ``sit_s`` in the middle."""

    arrive_s: float
    sit_s: float


def tempo_for(participants: int) -> Tempo:
    """Return a tempo at which 500 people are through within two minutes, 10,303 within five."""
    return Tempo(arrive_s=min(210.0, 10.0 + participants / 25), sit_s=45.0)


def kinds(seed: int, participants: int) -> tuple[Kind, ...]:
    """Return each participant's kind: the shares rounded up, so that a small run has them all."""
    special = [kind for kind, share in SHARES.items() for _ in range(ceil(share * participants))]
    everybody = (special + [Kind.STEADY] * participants)[:participants]
    _random(seed, "kinds").shuffle(everybody)
    return tuple(everybody)


def arrivals(seed: int, participants: int, over_s: float) -> tuple[float, ...]:
    """Return when each participant arrives, in seconds after the doors open.

    A spike at opening time, then fewer and fewer: the shape of a day with an open window.
    """
    random = _random(seed, "arrivals")
    spike_s = over_s * SPIKE_PART
    return tuple(
        random.triangular(0.0, spike_s, spike_s / 3)
        if random.random() < SPIKE_SHARE
        else random.triangular(spike_s, over_s, spike_s)
        for _ in range(participants)
    )


def steps(seed: int, index: int, kind: Kind, sit_s: float) -> tuple[Step, ...]:
    """Return what participant ``index`` does between the form and the end, in order."""
    random = _random(seed, f"steps:{index}")
    acts = _answers(random)
    glances = random.random() < GLANCING_SHARE
    for act in [Act.HEARTBEAT] * HEARTBEATS + [Act.GLANCE] * glances:
        acts.insert(random.randrange(1, len(acts)), Step(act))
    if kind is not Kind.LEAVER:
        acts.append(Step(Act.SUBMIT))
    if kind is Kind.LEAVER:
        del acts[random.randrange(len(acts) * 6 // 10, len(acts)) :]
    elif kind is Kind.SWITCHER:
        acts.insert(random.randrange(len(acts) // 4, len(acts) * 3 // 4), Step(Act.SWITCH))
    elif kind is Kind.SILENT:
        hush = random.randrange(len(acts) // 5, len(acts) // 2)
        acts.insert(hush, Step(Act.HUSH))
        acts.insert(hush + random.randrange(8, 16), Step(Act.RETURN))
    return _timed(random, acts, sit_s)


def _answers(random: Random) -> list[Step]:
    """Return every place answered once, and some of them again later."""
    acts = [_answer(random, place) for place in range(ITEMS)]
    for place in random.sample(range(ITEMS), round(ITEMS * CHANGED_SHARE)):
        after = place
        for _ in range(random.choice((1, 2))):
            after = random.randrange(after + 1, len(acts) + 1)
            acts.insert(after, _answer(random, place))
    return acts


def _answer(random: Random, place: int) -> Step:
    return Step(
        Act.ANSWER,
        place=place,
        pick=random.random(),
        flagged=random.random() < FLAGGED_SHARE,
    )


def _timed(random: Random, acts: Sequence[Step], sit_s: float) -> tuple[Step, ...]:
    """Spread a sitting's seconds over its acts: log-normal, as people's thinking times are."""
    total_s = sit_s * random.uniform(0.7, 1.3)
    weights = [random.lognormvariate(0.0, 0.8) for _ in acts]
    share_s = total_s / sum(weights)
    return tuple(
        Step(step.act, weight * share_s, step.place, step.pick, step.flagged)
        for step, weight in zip(acts, weights, strict=True)
    )


def _random(seed: int, purpose: str) -> Random:
    """Return a stream of its own for each purpose, so that one does not shift another."""
    return Random(f"{seed}:{purpose}")  # noqa: S311 - a rehearsal is to be repeatable, not secret
