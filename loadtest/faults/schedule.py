"""When what is hurt: drawn from a seed, so that a run can be played again."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Blow:
    """After so many seconds, this is hurt."""

    after_s: float
    what: str


def chance(seed: int, *purpose: object) -> Random:
    """Return the chances of one purpose: the same for the same seed, whatever else is drawn."""
    said = ":".join(map(str, (seed, *purpose)))
    return Random(said)  # noqa: S311 - a rehearsal is to be repeatable, not secret


def blows(
    drawn: Random, targets: Sequence[str], count: int, *, pause_s: tuple[float, float]
) -> list[Blow]:
    """Return blows with random pauses between them; the targets come equally often, in any order.

    Every pause is drawn, so that a process is hit at any stage of its life, its start included.
    """
    order = [targets[n % len(targets)] for n in range(count)]
    drawn.shuffle(order)
    return [Blow(round(drawn.uniform(*pause_s), 3), what) for what in order]


def batches(total: int, most: int) -> list[int]:
    """Cut a count into nearly equal parts of at most so many."""
    parts = -(-total // most)
    return [total // parts + (n < total % parts) for n in range(parts)]
