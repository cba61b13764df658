"""What each scenario is held to, line by line: the figures of a run against the product's goals."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from loadtest.scenarios import SCENARIOS
from loadtest.tally import BUSY

#: The reference day: goal S2.
PARTICIPANTS, TARGET, UNITS = 10_303, 12_500, 94
OPEN, REQUESTS, WALL_S, CPU_MS = 2_000, 55, 300, 15
#: The doors: goal S3.
DOOR_CALLS, DOOR_MS, INSIDE_MS = ("login", "start", "form"), 1_000, 250
#: The deadline: goal S4.
RECEIPT_MS, SCORED_S = 2_000, 30
#: The overload: so many times what the machine can take; how far the offer may fall short of it;
#: above this share of a core, what was found in the closed loop is what the sender can take.
TIMES, OFFERED_SHARE, RECOVERED_S, SENDER_SHARE = 3, 0.95, 10, 0.85
#: The boards: goal S7. How soon a change shows, what a save may pay (the larger one counts), and
#: how much more CPU the processes may take that saves go through.
BOARDS, SHOWN_MS, PAID_SHARE, PAID_MS, PATH_RATIO = 500, 2_000, 0.10, 5.0, 1.05
#: And of the tries so many must be those of people who are in: of logins alone it proves little.
INSIDE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Goal:
    """One line: what is asked, what was measured, and whether that is enough."""

    goal: str
    wanted: str
    measured: str
    met: bool

    def describe(self) -> dict[str, object]:
        """Return it as it stands in the document."""
        return asdict(self)


Known = Mapping[str, Any]
Lines = Callable[[Known], list[Goal]]


def goals(known: Known) -> list[Goal]:
    """Return what the run is held to, line by line; more of it when it was a full one."""
    return [goal for lines in GOALS[known["scenario"]] for goal in lines(known)]


def is_full(known: Known) -> bool:
    """Tell whether everybody took part, so that the goals are meant."""
    return bool(known["participants"] >= SCENARIOS[known["scenario"]].people)


def crowd(known: Known) -> list[Goal]:
    """Return the goals that say how many there were, and how many at a time."""
    wanted, at_once = f"at least {OPEN:,}", known["open_at_a_time_max"]
    together = _goal("sittings open at a time", wanted, at_once, at_once >= OPEN)
    return [*_people(known), together]


def each_asks(known: Known) -> list[Goal]:
    """Return the goal that says how much each participant of the day asks for."""
    each = known["requests_per_participant"]
    return [_goal("requests a participant", f"at least {REQUESTS}", each, each >= REQUESTS)]


def _people(known: Known) -> list[Goal]:
    people, wanted = known["participants"], SCENARIOS[known["scenario"]].people
    return [_goal("participants", f"{wanted:,}", people, people >= wanted)]


def connections(known: Known) -> list[Goal]:
    """Return the goals that say that everybody was there at once."""
    people, at_once = known["participants"], known["open_at_a_time_max"]
    together = _goal("connections at a time", f"{people:,}", at_once, at_once >= people)
    return [*_people(known), together]


def _kept(known: Known) -> list[Goal]:
    """Return the goals of every run: nothing failed and, as far as it is known, nothing lost."""
    kept = {"failed requests": "requests_failed"}
    if known["reconciled"]:
        kept |= {"acknowledged saves lost": "saves_lost", "saves wrong": "saves_wrong"}
    return [_goal(name, "0", known[key], not known[key]) for name, key in kept.items()]


def _units(known: Known) -> list[Goal]:
    if "participation" not in known:
        return []
    units = len(known["units"])
    return [_goal("units with a line", f"{UNITS}", units, units == UNITS)]


def _turnout(known: Known) -> list[Goal]:
    """Return the goals of the results, where these are known and of nobody else."""
    if "participation" not in known or known["target"]:
        return []
    took_part, scored = known["participation"], known["scored"]
    wanted = f"{PARTICIPANTS:,} of {TARGET:,} (82.4 %)"
    counted = f"{took_part['numerator']:,} of {took_part['denominator']:,}"
    measured = f"{counted} ({took_part['percent']} %)"
    return [
        Goal("participation", wanted, measured, wanted == measured),
        _goal("scored", f"{PARTICIPANTS:,}", scored, scored >= PARTICIPANTS),
    ]


def _speed(known: Known) -> list[Goal]:
    """Return the goals of time and cost, where these are known."""
    wall_s, cpu_ms = known["wall_s"], known["server_cpu_ms_per_participant"]
    lines = []
    if "score_wait_s" in known:
        goal = "first login to last score, with Locust on the same cores"
        lines.append(Goal(goal, f"at most {WALL_S} s", f"{wall_s:.1f} s", wall_s <= WALL_S))
    if cpu_ms:
        goal, wanted = "server CPU a participant", f"at most {CPU_MS} ms"
        lines.append(Goal(goal, wanted, f"{cpu_ms:.1f} ms", cpu_ms <= CPU_MS))
    return lines


def _offered(known: Known) -> list[Goal]:
    """Return the goals that say that everybody logged in, started and fetched the form once."""
    calls, people = known["requests_by_name"], known["participants"]
    counts = {name: calls.get(name, {"requests": 0})["requests"] for name in DOOR_CALLS}
    return [
        _goal(f"{name}s at the doors", f"{people:,}", count, count >= people)
        for name, count in counts.items()
    ]


def _nobody_refused(known: Known) -> list[Goal]:
    busy = known["requests_busy"]
    return [_goal("requests refused", "0", busy, not busy)]


def _door_latency(known: Known) -> list[Goal]:
    lines = [_within(known, f"{name}, p99", name, DOOR_MS) for name in DOOR_CALLS]
    return [*lines, _within(known, "saves of those already in, p99", "answers", INSIDE_MS)]


def receipts(known: Known) -> list[Goal]:
    """Return the goal that everybody gets a receipt."""
    people, handed_in = known["participants"], known["submitted"]
    return [_goal("receipts", f"{people:,}", handed_in, handed_in == people)]


def _last_score(known: Known) -> list[Goal]:
    lines = [_within(known, "submit, p99", "submit", RECEIPT_MS)]
    if "score_wait_s" in known:
        wait_s = known["score_wait_s"]
        goal = "scored and in the report, after the last hand-in"
        lines.append(Goal(goal, f"at most {SCORED_S} s", f"{wait_s:.1f} s", wait_s <= SCORED_S))
    return lines


def _too_much(known: Known) -> list[Goal]:
    """Return the goals that make it an overload: three times as much, and too much of it."""
    wanted, offered = known["wanted_per_s"], known["offered_per_s"]
    share = known["refused_share"]
    sender = known["sender_share"]
    return [
        Goal(
            "the sender's share of a core while capacity was found",
            f"at most {SENDER_SHARE:.0%}",
            f"{sender:.0%}",
            sender <= SENDER_SHARE,
        ),
        _goal(
            "tries offered a second",
            f"{TIMES} × {known['capacity_per_s']:,.0f}",
            offered,
            wanted > 0 and offered >= OFFERED_SHARE * wanted,
        ),
        Goal("excess refused with Retry-After", "more than none", f"{share:.1%}", share > 0),
    ]


def _inside(known: Known) -> list[Goal]:
    share = known["offered_share_of_insiders"]
    goal, wanted = "saves and submits among the tries", f"at least {INSIDE_SHARE:.0%}"
    return [Goal(goal, wanted, f"{share:.0%}", share >= INSIDE_SHARE)]


def _early(known: Known) -> list[Goal]:
    calls = known["requests_by_name"]
    refused_ms = max(
        (line["p99_from_send_ms"] for name, line in calls.items() if name.endswith(BUSY)),
        default=0.0,
    )
    lines = [
        _within(known, f"{name} that is let in, p99", name, DOOR_MS)
        for name in ("login", "answers", "submit")
    ]
    told = f"at most {DOOR_MS:,} ms"
    return [*lines, Goal("refused within, p99", told, _ms(refused_ms), refused_ms <= DOOR_MS)]


def _rank(known: Known) -> list[Goal]:
    """Return the goals that saves and submits outrank logins: a smaller share is refused."""
    logins = known["refused_share_of_logins"]
    shares = {
        "saves": known["refused_share_of_saves"],
        "submits": known["refused_share_of_submits"],
    }
    return [
        Goal(f"{name} refused", f"less than logins, {logins:.1%}", f"{share:.1%}", share < logins)
        for name, share in shares.items()
    ]


def _recovery(known: Known) -> list[Goal]:
    recovered_s = known["recovered_s"]
    met = recovered_s is not None and recovered_s <= RECOVERED_S
    measured = "not seen" if recovered_s is None else f"{recovered_s:.0f} s"
    return [Goal("saves as usual again, after it", f"at most {RECOVERED_S} s", measured, met)]


def _boards_open(known: Known) -> list[Goal]:
    opened, lost = known["boards"], known["boards_lost"]
    unshown = known["changes_unshown"]
    return [
        _goal("boards open at a time", f"{BOARDS:,}", opened, opened >= BOARDS),
        _goal("boards lost", "0", lost, not lost),
        _goal("changes that a board never showed", "0", unshown, not unshown),
    ]


def _shown(known: Known) -> list[Goal]:
    """Return the goals that a change shows soon, by the kind of board."""
    kinds = {"an event's boards": "event", "boards of a part": "part"}
    return [_shown_on(known, where, kind) for where, kind in kinds.items()]


def _shown_on(known: Known, where: str, kind: str) -> Goal:
    changes, p99_ms = known[f"{kind}_changes_shown"], known[f"{kind}_shown_p99_ms"]
    measured = f"{_ms(p99_ms)}, the longest {_ms(known[f'{kind}_shown_longest_ms'])}"
    met = changes > 0 and p99_ms <= SHOWN_MS
    return Goal(f"a save stands on {where}, p99", f"at most {SHOWN_MS:,} ms", measured, met)


def _paid(known: Known) -> list[Goal]:
    """Return the goal of what saves pay for the boards, in the median of the pairs."""
    before_ms, more_ms = known["save_p99_without_ms"], known["save_p99_more_ms"]
    most_ms = max(PAID_SHARE * before_ms, PAID_MS)
    measured = f"{more_ms:,.1f} ms more than {before_ms:,.1f}"
    goal = "what boards add to a save, p99"
    return [Goal(goal, f"at most {most_ms:,.1f} ms", measured, more_ms <= most_ms)]


def _path(known: Known) -> list[Goal]:
    """Return the goal of the CPU that saves pay, where a process of its own showed the boards."""
    ratio = known["path_us_ratio"]
    if ratio is None:
        return []
    goal, wanted = "CPU of the saving path, beside boards", f"at most {PATH_RATIO} ×"
    return [Goal(goal, wanted, f"{ratio} ×", ratio <= PATH_RATIO)]


def _within(known: Known, goal: str, name: str, most_ms: int) -> Goal:
    """Return the goal that a call's 99th percentile, since it was due, is at most so much."""
    line = known["requests_by_name"].get(name)
    wanted = f"at most {most_ms:,} ms"
    if line is None:
        return Goal(goal, wanted, "none came", met=False)
    return Goal(goal, wanted, _ms(line["p99_ms"]), line["p99_ms"] <= most_ms)


def _when_full(lines: Lines) -> Lines:
    """Return lines that a small run is not held to."""
    return lambda known: lines(known) if is_full(known) else []


def _ms(ms: float) -> str:
    return f"{ms:,.0f} ms"


def _goal(goal: str, wanted: str, measured: float, met: bool) -> Goal:  # noqa: FBT001 - a value
    return Goal(goal, wanted, f"{measured:,}", met)


GOALS: Final[Mapping[str, tuple[Lines, ...]]] = {
    "day": (
        *(_when_full(crowd), each_asks, _kept, _units),
        *(_when_full(_turnout), _when_full(_speed)),
    ),
    "hold": (_when_full(connections), _kept),
    "boards": (
        *(_when_full(connections), _kept, _boards_open, _shown),
        *(_when_full(_paid), _when_full(_path)),
    ),
    "doors": (_when_full(_people), _offered, _nobody_refused, _door_latency, _kept),
    "deadline": (_when_full(_people), receipts, _last_score, _kept, _units),
    "overload": (_too_much, _when_full(_inside), _early, _rank, _recovery, _kept),
}
