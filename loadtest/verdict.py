"""The verdict on a run: what must not be (complaints), and what the product is held to (goals)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

#: What must be nothing, whatever the machine.
FAULTS = (
    "saves_lost",
    "saves_wrong",
    "log_rows_missing",
    "log_rows_unsent",
    "late_missing",
    "late_unsent",
    "receipts_unsealed",
    "requests_failed",
    "gave_up",
)
#: The reference day: goal S2.
PARTICIPANTS, TARGET, UNITS = 10_303, 12_500, 94
OPEN, REQUESTS, WALL_S, CPU_MS = 2_000, 55, 300, 15
#: Above this share of a core, for ten seconds, a Locust process sets the pace itself.
BOTTLENECK = 0.85
#: Above this share of the machine's CPU, what else runs on it disturbs the measurement.
DISTURBANCE = 0.10


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


def complaints(known: Mapping[str, Any]) -> list[str]:
    """Return why a run did not pass; nothing when it did."""
    said = [f"{name}: {known[name]}" for name in FAULTS if known.get(name)]
    if known["faults"] and not known["requests_failed"]:
        said.append(f"the load generator failed: {known['faults'][0]['error']}")
    if (known["audit"] or {}).get("differences"):
        said.append("the audit found a difference")
    if known["scenario"] == "day":
        said += _incomplete(known)
    return said


def _incomplete(known: Mapping[str, Any]) -> list[str]:
    """Return what is missing for a day: late answers, scores and, if it is a full one, crowds."""
    said = []
    if not known["late_kept"]:
        said.append("no answer came late")
    if known["left_open"] and not known["target"]:
        said.append(f"left_open: {known['left_open']}")
    if "participation" in known and not known["target"]:
        handed_in = known["participation"]["numerator"]
        ours = known["submitted"] + known["swept"]
        in_units = sum(unit["participation"]["numerator"] for unit in known["units"])
        if not handed_in == ours == in_units == known["scored"]:
            said.append(
                f"{ours} were handed in; the results have {handed_in}, the units' lines {in_units},"
                f" scored are {known['scored']}"
            )
    if is_full(known):
        said += [f"{goal.goal}: {goal.measured}" for goal in _crowd(known) if not goal.met]
    if known["requests_per_participant"] < REQUESTS:
        said.append(f"requests a participant: {known['requests_per_participant']}")
    return said


def is_full(known: Mapping[str, Any]) -> bool:
    """Tell whether it was the whole day, so that the goals are meant."""
    return bool(known["participants"] >= PARTICIPANTS)


def is_bottleneck(known: Mapping[str, Any]) -> bool:
    """Tell whether Locust was so busy that the run measured it rather than the server."""
    return bool(known["generator_busiest"] > BOTTLENECK)


def goals(known: Mapping[str, Any]) -> list[Goal]:
    """Return what the run is held to, line by line; more of it when it was a full one."""
    full, day = is_full(known), known["scenario"] == "day"
    each = known["requests_per_participant"]
    lines = _crowd(known) if full else []
    if day:
        lines.append(
            _goal("requests a participant", f"at least {REQUESTS}", each, each >= REQUESTS)
        )
    kept = {"failed requests": "requests_failed"}
    if known["reconciled"]:
        kept |= {"acknowledged saves lost": "saves_lost", "saves wrong": "saves_wrong"}
    lines += [_goal(name, "0", known[key], not known[key]) for name, key in kept.items()]
    if day and "participation" in known:
        units = len(known["units"])
        lines.append(_goal("units with a line", f"{UNITS}", units, units == UNITS))
    if day and full:
        lines += [*_turnout(known), *_speed(known)]
    return lines


def _crowd(known: Mapping[str, Any]) -> list[Goal]:
    """Return the goals that say how many there were, and how many at a time."""
    people, at_once = known["participants"], known["open_at_a_time_max"]
    lines = [_goal("participants", f"{PARTICIPANTS:,}", people, people >= PARTICIPANTS)]
    if known["scenario"] == "day":
        wanted = f"at least {OPEN:,}"
        return [*lines, _goal("sittings open at a time", wanted, at_once, at_once >= OPEN)]
    return [*lines, _goal("connections at a time", f"{people:,}", at_once, at_once >= people)]


def _turnout(known: Mapping[str, Any]) -> list[Goal]:
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


def _speed(known: Mapping[str, Any]) -> list[Goal]:
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


def _goal(goal: str, wanted: str, measured: float, met: bool) -> Goal:  # noqa: FBT001 - a value
    return Goal(goal, wanted, f"{measured:,}", met)
