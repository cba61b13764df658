"""What a participant will do on the day: drawn from a seed, so that a run can be played again.

Nothing here waits, sends or knows an item's id: a plan speaks of places on the form and of shares
of an option list. Times are seconds of the run, already shortened from the hour that people take.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from random import Random
from typing import Protocol

ITEMS = 50
CHANGED_SHARE = 0.10  # of the answers are changed once or twice
FLAGGED_SHARE = 0.08  # are marked "ragu-ragu"
GLANCING_SHARE = 0.20  # of the participants look elsewhere once
HEARTBEATS = 2
HUSHED_ACTS = (8, 16)  # how many acts a lost network lasts


class Kind(StrEnum):
    """How a participant's day differs from the usual one."""

    STEADY = "steady"
    SWITCHER = "switcher"  # goes on with another device; the first one is refused and sends late
    LEAVER = "leaver"  # never submits
    SILENT = "silent"  # loses the network and delivers the backlog in one batch
    BORROWER = "borrower"  # hands in on a borrowed device; the phone's backlog comes afterwards
    STRAGGLER = "straggler"  # leaves without network; the backlog comes after the end of the day


#: 3 % switch devices, 2 % never submit, 1 % lose the network (a straggler does both of these).
SHARES = {
    Kind.SWITCHER: 0.03,
    Kind.LEAVER: 0.018,
    Kind.SILENT: 0.006,
    Kind.BORROWER: 0.002,
    Kind.STRAGGLER: 0.002,
}


class Act(StrEnum):
    """One thing a participant does."""

    ANSWER = "answer"
    HEARTBEAT = "heartbeat"
    GLANCE = "glance"  # the page loses the focus, as when the phone rings
    SWITCH = "switch"
    HUSH = "hush"
    RETURN = "return"
    BORROW = "borrow"
    SUBMIT = "submit"
    WAKE = "wake"  # the device that was left behind finds the network again
    LINGER = "linger"  # away until the day has been closed
    RELOAD = "reload"  # the same device logs in again, starts and fetches the form


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


class Plan(Protocol):
    """A scenario's plan: when participant ``index`` arrives, and what it does then.

    What happens in the first ``lead_s`` seconds prepares what is to be measured.
    """

    @property
    def lead_s(self) -> float:
        """The seconds from the first arrival until what counts begins."""

    def arrival_s(self, index: int) -> float:
        """Return the seconds from the opening of the doors until the participant logs in."""

    def steps(self, index: int) -> tuple[Step, ...]:
        """Return what it does between the form and the end, in order."""


def kinds(seed: int, participants: int) -> tuple[Kind, ...]:
    """Return each participant's kind: the shares rounded up, so that a small run has them all."""
    special = [kind for kind, share in SHARES.items() for _ in range(ceil(share * participants))]
    everybody = (special + [Kind.STEADY] * participants)[:participants]
    stream(seed, "kinds").shuffle(everybody)
    return tuple(everybody)


def steps(seed: int, index: int, kind: Kind, sit_s: float) -> tuple[Step, ...]:
    """Return what participant ``index`` of the day does between the form and the end, in order."""
    random = stream(seed, f"steps:{index}")
    acts = _answers(random)
    glances = random.random() < GLANCING_SHARE
    for act in [Act.HEARTBEAT] * HEARTBEATS + [Act.GLANCE] * glances:
        acts.insert(random.randrange(1, len(acts)), Step(act))
    middle = random.randrange(len(acts) // 4, len(acts) // 2)
    hushed = random.randrange(*HUSHED_ACTS)
    match kind:
        case Kind.STEADY:
            acts += [Step(Act.SUBMIT)]
        case Kind.SWITCHER:
            acts.insert(middle, Step(Act.SWITCH))
            acts += [Step(Act.SUBMIT)]
        case Kind.LEAVER:
            del acts[random.randrange(len(acts) * 6 // 10, len(acts)) :]
        case Kind.SILENT:
            acts.insert(middle, Step(Act.HUSH))
            acts.insert(middle + hushed, Step(Act.RETURN))
            acts += [Step(Act.SUBMIT)]
        case Kind.BORROWER:
            acts.insert(middle, Step(Act.HUSH))
            acts[middle + hushed : middle + hushed] = _borrow(random, acts[middle:][:hushed])
            acts += [Step(Act.SUBMIT), Step(Act.WAKE)]
        case Kind.STRAGGLER:
            del acts[middle + hushed :]
            acts.insert(middle, Step(Act.HUSH))
            acts += [Step(Act.LINGER)]
    return _timed(random, acts, sit_s)


def stream(seed: int, purpose: str) -> Random:
    """Return a stream of its own for each purpose, so that one does not shift another."""
    return Random(f"{seed}:{purpose}")  # noqa: S311 - a rehearsal is to be repeatable, not secret


def answer(random: Random, place: int) -> Step:
    """Return an answer to the item at a place, drawn at random."""
    return Step(
        Act.ANSWER,
        place=place,
        pick=random.random(),
        flagged=random.random() < FLAGGED_SHARE,
    )


def spaced(acts: list[tuple[float, Step]], end_s: float) -> tuple[Step, ...]:
    """Turn moments into waits; the last step is the wait until the end, when the device is off."""
    waits = []
    before_s = 0.0
    for at_s, step in [*acts, (end_s, Step(Act.HUSH))]:
        waits.append(replace(step, wait_s=at_s - before_s))
        before_s = at_s
    return tuple(waits)


def _answers(random: Random) -> list[Step]:
    """Return every place answered once, and some of them again later."""
    acts = [answer(random, place) for place in range(ITEMS)]
    for place in random.sample(range(ITEMS), round(ITEMS * CHANGED_SHARE)):
        after = place
        for _ in range(random.choice((1, 2))):
            after = random.randrange(after + 1, len(acts) + 1)
            acts.insert(after, answer(random, place))
    return acts


def _borrow(random: Random, unsent: Sequence[Step]) -> list[Step]:
    """Return the move to a borrowed device, where what never arrived is answered again."""
    places = dict.fromkeys(step.place for step in unsent if step.act is Act.ANSWER)
    return [Step(Act.BORROW), *(answer(random, place) for place in places)]


def _timed(random: Random, acts: Sequence[Step], sit_s: float) -> tuple[Step, ...]:
    """Spread a sitting's seconds over its acts: log-normal, as people's thinking times are."""
    total_s = sit_s * random.uniform(0.7, 1.3)
    weights = [random.lognormvariate(0.0, 0.8) for _ in acts]
    share_s = total_s / sum(weights)
    return tuple(
        replace(step, wait_s=weight * share_s)
        for step, weight in zip(acts, weights, strict=True)
    )  # fmt: skip
