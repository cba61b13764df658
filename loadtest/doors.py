"""The doors (goal S3): everybody logs in, starts and fetches the form within a minute.

Some hundreds are in before and go on saving meanwhile. Each of them loads the page again once, as
people do, so that as many logins, starts and forms are offered as there are participants. The
newcomers then read: what is judged as saves are the saves of those who were in.
"""

from typing import Final

from loadtest.plan import ITEMS, Act, Step, answer, spaced, stream
from loadtest.tempo import Tempo

WHOLE: Final = 12_500
WITHIN_S: Final = 60.0
SHORTEST_S: Final = 5.0
INSIDE_SHARE: Final = 0.025  # of the participants are in before the doors open
ENTER_S: Final = 10.0  # within which they come
LEAD_S: Final = 15.0  # from their first login to the opening of the doors
SAVE_EVERY_S: Final = 5.0
STAYS_S: Final = 5.0  # after the last has come


def tempo_of_doors(participants: int) -> Tempo:
    """Return the tempo of the doors: fewer people come as fast, for a shorter time."""
    return Tempo(arrive_s=max(SHORTEST_S, WITHIN_S * participants / WHOLE), sit_s=STAYS_S)


class DoorsPlan:
    """Everybody at once; nobody hands in. The first of the participants are those who are in."""

    lead_s = LEAD_S

    def __init__(self, seed: int, participants: int, tempo: Tempo) -> None:
        self._seed = seed
        self._inside = max(1, round(participants * INSIDE_SHARE))
        self._end_s = LEAD_S + tempo.arrive_s + tempo.sit_s
        random = stream(seed, "arrivals")
        self._at_the_doors = [
            LEAD_S + random.uniform(0.0, tempo.arrive_s) for _ in range(participants)
        ]

    def arrival_s(self, index: int) -> float:
        """Return the seconds from the beginning of the run until the participant logs in."""
        if self._is_in(index):
            return ENTER_S * index / self._inside
        return self._at_the_doors[index]

    def steps(self, index: int) -> tuple[Step, ...]:
        """Return what it does between the form and the end, in order."""
        random = stream(self._seed, f"steps:{index}")
        acts: list[tuple[float, Step]] = []
        if self._is_in(index):
            acts.append((self._at_the_doors[index], Step(Act.RELOAD)))
            at_s = LEAD_S + random.uniform(0.0, SAVE_EVERY_S)
            while at_s < self._end_s:
                acts.append((at_s, answer(random, random.randrange(ITEMS))))
                at_s += random.uniform(0.5, 1.5) * SAVE_EVERY_S
        arrived_s = self.arrival_s(index)
        acts = [(at_s - arrived_s, step) for at_s, step in acts]
        return spaced(sorted(acts, key=lambda act: act[0]), self._end_s - arrived_s)

    def _is_in(self, index: int) -> bool:
        return index < self._inside
