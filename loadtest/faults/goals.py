"""What the faults are held to: the results of a campaign against the product's goals D1 to D9."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from loadtest.goals import Goal

RULE: Final = "nothing lost, doubled or wrong"


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario. Of ``facts`` at least so many are asked, ``within`` at most so many seconds."""

    scenario: str
    facts: Mapping[str, int] | None = None
    within: Mapping[str, int] | None = None

    @property
    def wanted(self) -> str:
        """Say it in words."""
        least = [_told(fact, count, "at least ") for fact, count in (self.facts or {}).items()]
        most = [_told(fact, seconds, "at most ") for fact, seconds in (self.within or {}).items()]
        return "; ".join([RULE, *least, *most])

    def found(self, result: Mapping[str, Any]) -> str:
        """Say in words what was found."""
        counts = ", ".join(f"{name} {result[name]:,}" for name in ("lost", "doubled", "wrong"))
        known = result["facts"]
        least = [_told(fact, known.get(fact, 0)) for fact in self.facts or {}]
        most = [_told(fact, known[fact]) for fact in self.within or {} if fact in known]
        failed = [f"{len(result['said'])} failed"] if result["said"] else []
        return "; ".join([counts, *least, *most, *failed])

    def is_met(self, result: Mapping[str, Any]) -> bool:
        """Tell whether the scenario was played as often as asked, and ended as it must."""
        known = result["facts"]
        enough = all(known.get(fact, 0) >= count for fact, count in (self.facts or {}).items())
        in_time = all(
            fact in known and known[fact] <= seconds
            for fact, seconds in (self.within or {}).items()
        )
        return bool(result["ok"]) and enough and in_time


ASKED: Final = (
    ("D1", Asked("kill-redis", {"kills": 200})),
    ("D1", Asked("kill-app", {"kills": 200})),
    ("D1", Asked("kill-flusher", {"kills": 200})),
    ("D1", Asked("kill-postgres", {"kills": 50})),
    ("D1", Asked("kill-several", {"kills": 1})),
    ("D1", Asked("crash-points", {"crashes": 1})),
    ("D2", Asked("power-always", {"cuts": 1, "bytes_cut": 1})),
    ("D2", Asked("power-everysec")),
    ("D2", Asked("power-no")),
    ("D3", Asked("postgres-away", {"away_s": 900, "logins_meanwhile": 1}, {"drained_s": 300})),
    ("D4", Asked("redis-emptied", {"emptied": 1}, {"recovered_s": 120})),
    ("D4", Asked("redis-old", {"put_back": 1})),
    ("D4", Asked("postgres-old", {"put_back": 1})),
    ("D5", Asked("memory-full", {"refused": 1})),
    ("D5", Asked("disk-full", {"refused": 1})),
    ("D6", Asked("network", {"resets": 1})),
    ("D6", Asked("offline", {"kept_late": 1})),
    ("D6", Asked("shuffled", {"requests": 1})),
    ("D7", Asked("two-devices", {"takeovers": 1})),
    ("D7", Asked("one-computer")),
    ("D7", Asked("late-saves", {"races": 100_000})),
    ("D8", Asked("device-clocks")),
    ("D8", Asked("over-deadline", {"outages": 1})),
    ("D9", Asked("rolling", {"restarts": 1})),
)
MUST_LOSE: Final = "losses found: this harness can"


def goals(known: Mapping[str, Any]) -> list[tuple[str, Goal]]:
    """Return what is promised under faults, each with its number.

    What was to be played and was not is not met; where some alone were, it is about these.
    """
    results = {result["id"]: result for result in known["scenarios"]}
    return [
        (number, _goal(asked, results.get(asked.scenario)))
        for number, asked in ASKED
        if asked.scenario in known["asked"]
    ]


def _goal(asked: Asked, result: Mapping[str, Any] | None) -> Goal:
    name = asked.scenario
    if result is None:
        return Goal(name, asked.wanted, "not played", met=False)
    if result["skipped"]:
        return Goal(name, asked.wanted, f"skipped: {result['skipped']}", met=False)
    if result["must_lose"]:
        found = f"{result['lost']:,} of {result['acknowledged']:,} acknowledged found missing"
        return Goal(name, MUST_LOSE, found, bool(result["ok"]))
    return Goal(name, asked.wanted, asked.found(result), asked.is_met(result))


def _told(fact: str, figure: float, bound: str = "") -> str:
    unit = " s" if fact.endswith("_s") else ""
    return f"{fact.removesuffix('_s').replace('_', ' ')} {bound}{figure:,}{unit}"
