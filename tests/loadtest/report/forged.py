"""Documents that no harness wrote."""

from typing import Any

from loadtest.faults.scenarios import SCENARIOS
from loadtest.goals import goals
from loadtest.result import document
from tests.loadtest import builders
from tests.loadtest.bench.forged import bench


def day(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    """A day of one participant, as its harness describes it."""
    return document(builders.run()) | {"machine": bench()["machine"]} | more


def full_day(*, met: bool = True, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    """A day of everybody, held to one goal."""
    cost = {
        "goal": "server CPU a participant",
        "wanted": "at most 15 ms",
        "measured": "14.0 ms" if met else "23.7 ms",
        "met": met,
    }
    return day(participants=10_303, goals=[cost]) | more


def boards(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    """Five hundred boards beside everybody."""
    shown = {
        f"{kind}_{name}": value
        for kind in ("event", "part")
        for name, value in {
            "changes_shown": 9_000,
            "shown_p50_ms": 600.0,
            "shown_p99_ms": 1_100.0,
            "shown_longest_ms": 1_400.0,
        }.items()
    }
    cost = {
        "save_p99_without_ms": 12.0,
        "save_p99_beside_ms": 13.0,
        "save_p99_more_ms": 1.0,
        "save_p99_rounds_ms": [[12.0, 13.0]] * 3,
        "us_without": 400.0,
        "us_beside": 520.0,
        "path_us_without": 400.0,
        "path_us_beside": 408.0,
        "path_us_ratio": 1.02,
        "path_us_by_process": {"app": [300.0, 300.0], "valkey": [100.0, 108.0]},
    }
    known = {"boards": 500, "boards_lost": 0, "changes_unshown": 0, **shown, **cost, **more}
    document = full_day() | {"scenario": "boards"} | known
    return document | {"goals": [goal.describe() for goal in goals(document)]}


def played(id_: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - fields
    """A scenario that ended as it must, as often as it is asked."""
    scenario = next(one for one in SCENARIOS if one.id == id_)
    facts = {"kills": 200, "crashes": 45, "cuts": 20, "bytes_cut": 1_000, "away_s": 900}
    facts |= {"logins_meanwhile": 5, "drained_s": 12, "emptied": 10, "recovered_s": 9}
    facts |= {"put_back": 5, "refused": 80, "resets": 60, "kept_late": 300, "requests": 400}
    facts |= {"takeovers": 22, "races": 100_000, "outages": 5, "restarts": 30}
    known = {
        "id": id_,
        "goal": scenario.goal,
        "about": scenario.about,
        "runs": 1,
        "sent": 1_000,
        "acknowledged": 900,
        "lost": 300 if scenario.must_lose else 0,
        "doubled": 0,
        "wrong": 0,
        "must_lose": scenario.must_lose,
        "seconds": 10.0,
        "facts": facts,
        "skipped": "",
        "ok": True,
        "said": [],
        "findings": [],
    }
    return known | more


def faults(*instead: dict[str, Any], quick: bool = False) -> dict[str, Any]:
    """A campaign; ``instead``: scenarios that went otherwise."""
    by_id = {one["id"]: one for one in instead}
    return {
        "machine": bench()["machine"],
        "seed": 2023,
        "quick": quick,
        "seconds": 120.0,
        "asked": [one.id for one in SCENARIOS],
        "scenarios": [by_id.get(one.id) or played(one.id) for one in SCENARIOS],
    }
