"""The verdict on a run: what must not be, whatever the machine, and what makes it worth less."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from loadtest.goals import Goal, crowd, each_asks, is_full, receipts
from loadtest.scenarios import OVERLOAD

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
)
#: Above this share of a core, for ten seconds, the load generator sets the pace itself.
BOTTLENECK = 0.85
#: Above this share of the machine's CPU, what else runs on it disturbs the measurement.
DISTURBANCE = 0.10

Known = Mapping[str, Any]


def complaints(known: Known) -> list[str]:
    """Return why a run did not pass; nothing when it did."""
    said = [f"{name}: {known[name]}" for name in FAULTS if known.get(name)]
    if known["gave_up"] and known["scenario"] != OVERLOAD:  # there not everybody is to get in
        said.append(f"gave_up: {known['gave_up']}")
    if known["faults"] and not known["requests_failed"]:
        said.append(f"the load generator failed: {known['faults'][0]['error']}")
    if (known["audit"] or {}).get("differences"):
        said.append("the audit found a difference")
    for more in MORE.get(known["scenario"], ()):
        said += more(known)
    return said


def is_bottleneck(known: Known) -> bool:
    """Tell whether the load generator was so busy that the run measured it, not the server."""
    return bool(known["generator_busiest"] > BOTTLENECK)


def _none_late(known: Known) -> list[str]:
    return [] if known["late_kept"] else ["no answer came late"]


def _left_open(known: Known) -> list[str]:
    left = known["left_open"]
    return [f"left_open: {left}"] if left and not known["target"] else []


def _unscored(known: Known) -> list[str]:
    """Return what is missing where everybody hands in: from the results, the units, the scores."""
    if "participation" not in known or known["target"]:
        return []
    handed_in = known["participation"]["numerator"]
    ours = known["submitted"] + known["swept"]
    in_units = sum(unit["participation"]["numerator"] for unit in known["units"])
    if handed_in == ours == in_units == known["scored"]:
        return []
    results = f"the results have {handed_in}, the units' lines {in_units}"
    return [f"{ours} were handed in; {results}, scored are {known['scored']}"]


def _too_few(known: Known) -> list[str]:
    return _missed(crowd(known)) if is_full(known) else []


def _asked_little(known: Known) -> list[str]:
    return _missed(each_asks(known))


def _no_receipt(known: Known) -> list[str]:
    return _missed(receipts(known))


def _missed(lines: list[Goal]) -> list[str]:
    return [f"{goal.goal}: {goal.measured}" for goal in lines if not goal.met]


#: What is complained of besides, by scenario.
MORE: Final[Mapping[str, tuple[Callable[[Known], list[str]], ...]]] = {
    "day": (_none_late, _left_open, _unscored, _too_few, _asked_little),
    "deadline": (_no_receipt, _unscored),
}
