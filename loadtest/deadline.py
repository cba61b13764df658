"""The deadline (goal S4): everybody is in with every item answered, and all hand in at once.

The answers are brought beforehand, in one save a participant, as a device does after a silence.
"""

from typing import Final

from loadtest.plan import ITEMS, Act, Step, answer, stream
from loadtest.tempo import Tempo

WHOLE: Final = 10_303
WITHIN_S: Final = 30.0
SHORTEST_S: Final = 3.0
FILLED_A_SECOND: Final = 150  # people, with five requests each
SHORTEST_FILL_S: Final = 5.0
CALM_S: Final = 10.0  # from the last who comes to the first who hands in


def tempo_of_deadline(participants: int) -> Tempo:
    """Return the tempo of the deadline: ``arrive_s`` to fill, ``sit_s`` in which all hand in."""
    return Tempo(
        arrive_s=max(SHORTEST_FILL_S, participants / FILLED_A_SECOND),
        sit_s=max(SHORTEST_S, WITHIN_S * participants / WHOLE),
    )


class DeadlinePlan:
    """Everybody answers everything, waits, and hands in within ``sit_s`` of the deadline."""

    def __init__(self, seed: int, participants: int, tempo: Tempo) -> None:
        self._seed = seed
        self._tempo = tempo
        self._participants = participants
        self.lead_s = tempo.arrive_s + CALM_S

    def arrival_s(self, index: int) -> float:
        """Return the seconds from the beginning of the run until the participant logs in."""
        return self._tempo.arrive_s * index / self._participants

    def steps(self, index: int) -> tuple[Step, ...]:
        """Return what it does between the form and the end, in order."""
        random = stream(self._seed, f"steps:{index}")
        hands_in_s = self.lead_s + random.uniform(0.0, self._tempo.sit_s) - self.arrival_s(index)
        answers = [answer(random, place) for place in range(ITEMS)]
        filling = [Step(Act.HUSH), *answers, Step(Act.RETURN)]
        return (*filling, Step(Act.SUBMIT, wait_s=hands_in_s))
