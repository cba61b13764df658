"""A campaign is held to D1 to D9: what was played too seldom, or not at all, is not met."""

from typing import Any

import pytest

from loadtest.faults.goals import ASKED, MUST_LOSE, goals
from loadtest.faults.scenarios import SCENARIOS
from loadtest.goals import Goal
from tests.loadtest.report.forged import faults, played


def found(*instead: dict[str, Any]) -> dict[str, Goal]:
    return {goal.goal: goal for _, goal in goals(faults(*instead))}


def test_every_scenario_is_held_to_its_goal() -> None:
    asked = [(number, asked.scenario) for number, asked in ASKED]
    assert sorted(asked) == sorted((scenario.goal, scenario.id) for scenario in SCENARIOS)
    assert all(goal.met for goal in found().values())


@pytest.mark.parametrize(
    "instead",
    [
        played("kill-redis", facts={"kills": 199}),
        played("kill-postgres", facts={"kills": 49}),
        played("late-saves", facts={"races": 99_999}),
        played("postgres-away", facts={"away_s": 899, "logins_meanwhile": 5, "drained_s": 1}),
        played("postgres-away", facts={"away_s": 900, "logins_meanwhile": 5, "drained_s": 301}),
        played("postgres-away", facts={"away_s": 900, "logins_meanwhile": 5}),
        played("redis-emptied", facts={"emptied": 10, "recovered_s": 121}),
        played("power-always", facts={"cuts": 20, "bytes_cut": 0}),
        played("memory-full", facts={"refused": 0}),
        played("rolling", ok=False, lost=1),
        played("network", ok=False, said=["gave up"]),
        played("disk-full", skipped="no small file system can be mounted here"),
        played("power-no", ok=False, lost=0),
    ],
    ids=lambda one: one["id"],
)
def test_what_did_not_end_as_it_must_or_came_too_seldom_is_short(instead: dict[str, Any]) -> None:
    assert [name for name, goal in found(instead).items() if not goal.met] == [instead["id"]]


def test_what_was_not_played_is_short() -> None:
    known = faults()
    known["scenarios"] = [one for one in known["scenarios"] if one["id"] != "rolling"]
    missing = {goal.goal: goal for _, goal in goals(known)}["rolling"]
    assert (missing.measured, missing.met) == ("not played", False)


def test_a_line_says_what_was_asked_and_found() -> None:
    lines = found(played("network", ok=False, lost=2, said=["gave up", "gave up"]))
    assert lines["kill-redis"].wanted == "nothing lost, doubled or wrong; kills at least 200"
    assert lines["kill-redis"].measured == "lost 0, doubled 0, wrong 0; kills 200"
    assert lines["postgres-away"].wanted.endswith("drained at most 300 s")
    assert lines["network"].measured == "lost 2, doubled 0, wrong 0; resets 60; 2 failed"
    assert lines["power-no"].wanted == MUST_LOSE
    assert lines["power-no"].measured == "300 of 900 acknowledged found missing"
