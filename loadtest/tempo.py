"""How fast the day and the hold go: who comes when, and the plans of a whole run."""

from dataclasses import dataclass

from loadtest.plan import Act, Step, answer, kinds, spaced, steps, stream

SPIKE_SHARE = 0.22  # of the participants come at 08:00, that is
SPIKE_PART = 0.10  # in the first tenth of the arrivals
ITEM_S = 72.0  # one hour for fifty items
HEARTBEAT_S = 25.0
LEAVING_S = 10.0  # not all in the same moment
CHANGING = 0.10  # of the answers at natural pace change an earlier one


@dataclass(frozen=True, slots=True)
class Tempo:
    """Arrivals over ``arrive_s`` seconds, a sitting of ``sit_s`` in the middle."""

    arrive_s: float
    sit_s: float


def tempo_of_day(participants: int) -> Tempo:
    """Return a tempo at which 500 people are through in about a minute, 10,303 in less than five.

    The spike fills the hall with about as many people as the steady stream afterwards keeps there,
    so that the load stays even: 2,300 requests a second of a full day.
    """
    return Tempo(
        arrive_s=min(195.0, 10.0 + participants / 40), sit_s=min(60.0, 30.0 + participants / 300)
    )


def tempo_of_hold(minutes: float) -> Tempo:
    """Return the tempo of the hold: everybody comes within a minute, and stays so many minutes."""
    return Tempo(arrive_s=60.0, sit_s=60.0 * minutes)


class DayPlan:
    """The whole day: a spike at opening time, then a steady stream; each hands in and leaves."""

    lead_s = 0.0

    def __init__(self, seed: int, participants: int, tempo: Tempo) -> None:
        self._seed = seed
        self._sit_s = tempo.sit_s
        self._kinds = kinds(seed, participants)
        random = stream(seed, "arrivals")
        spike_s = tempo.arrive_s * SPIKE_PART
        self._arrivals = [
            random.triangular(0.0, spike_s, spike_s / 3)
            if random.random() < SPIKE_SHARE
            else random.uniform(spike_s, tempo.arrive_s)
            for _ in range(participants)
        ]

    def arrival_s(self, index: int) -> float:
        """Return the seconds from the opening of the doors until the participant logs in."""
        return self._arrivals[index]

    def steps(self, index: int) -> tuple[Step, ...]:
        """Return what it does between the form and the end, in order."""
        return steps(self._seed, index, self._kinds[index], self._sit_s)


class HoldPlan:
    """Everybody at once at natural pace, heartbeats between; nobody hands in."""

    lead_s = 0.0

    def __init__(self, seed: int, participants: int, tempo: Tempo) -> None:
        self._seed = seed
        self._tempo = tempo
        random = stream(seed, "arrivals")
        places = list(range(participants))
        random.shuffle(places)
        self._arrivals = [tempo.arrive_s * place / participants for place in places]

    def arrival_s(self, index: int) -> float:
        """Return the seconds from the opening of the doors until the participant logs in."""
        return self._arrivals[index]

    def steps(self, index: int) -> tuple[Step, ...]:
        """Return what it does between the form and the end, in order.

        Answers and heartbeats run on clocks of their own, as people's and pages' do.
        """
        random = stream(self._seed, f"steps:{index}")
        last_s = self._tempo.arrive_s + self._tempo.sit_s + random.uniform(0.0, LEAVING_S)
        end_s = last_s - self._arrivals[index]
        acts: list[tuple[float, Step]] = []
        at_s = random.uniform(0.0, HEARTBEAT_S)
        while at_s < end_s:
            acts.append((at_s, Step(Act.HEARTBEAT)))
            at_s += HEARTBEAT_S
        at_s, place = random.expovariate(1 / ITEM_S), 0
        while at_s < end_s:
            changes = place > 0 and random.random() < CHANGING
            acts.append((at_s, answer(random, random.randrange(place) if changes else place)))
            place += not changes
            at_s += random.expovariate(1 / ITEM_S)
        return spaced(sorted(acts, key=lambda act: act[0]), end_s)
