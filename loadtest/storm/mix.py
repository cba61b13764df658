"""What is asked for next, and when: drawn from a seed, so that an overload can be offered again."""

from collections.abc import Iterator
from enum import StrEnum
from random import Random
from typing import Final

LOGIN_SHARE: Final = 0.5  # of what is asked for
SUBMIT_SHARE: Final = 0.005  # of what those inside ask for; the rest are saves
INSIDE_SHARE: Final = 0.5  # of the participants are in before


class Kind(StrEnum):
    """A call, under the name by which it is counted."""

    LOGIN = "login"
    SAVE = "answers"
    SUBMIT = "submit"


def kinds(random: Random) -> Iterator[Kind]:
    """Yield what is asked for, for ever."""
    while True:
        if random.random() < LOGIN_SHARE:
            yield Kind.LOGIN
        else:
            yield Kind.SUBMIT if random.random() < SUBMIT_SHARE else Kind.SAVE


class Pace:
    """The moments at which something is due: evenly, whatever became of what came before."""

    def __init__(self, began_s: float, a_second: float, seconds: float) -> None:
        self._began_s = began_s
        self._every_s = 1.0 / a_second
        self._count = round(a_second * seconds)
        self._given = 0

    @property
    def is_over(self) -> bool:
        """Whether every moment has come."""
        return self._given >= self._count

    def due(self, now_s: float) -> Iterator[float]:
        """Yield the moments that have come since the last time."""
        while not self.is_over:
            moment_s = self._began_s + self._given * self._every_s
            if moment_s > now_s:
                return
            self._given += 1
            yield moment_s
