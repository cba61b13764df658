"""A scenario's result says what came of it, and nothing passes by accident."""

from collections import Counter
from typing import cast

import pytest
from rich.console import Console

from app.kit.crash import POINTS
from loadtest.faults.__main__ import asked
from loadtest.faults.campaign import Campaign, line, play, table, together_with, turns
from loadtest.faults.ground import Ground
from loadtest.faults.house import House
from loadtest.faults.scenarios import SCENARIOS, Scenario
from loadtest.faults.scenarios.crashes import chosen, kind_of
from loadtest.faults.schedule import chance
from loadtest.faults.size import LONG, QUICK

pytestmark = pytest.mark.asyncio

GOALS = {f"D{n}" for n in range(1, 10)}


async def fine(ground: Ground) -> None:
    """Go well."""
    ground.found.sent = ground.found.acknowledged = 10
    ground.count("kills", 2)


async def loses(ground: Ground) -> None:
    """Lose an answer."""
    await fine(ground)
    ground.found.lost.append("…21001 LD-01 rev 1: acknowledged, the record holds nothing")


async def breaks(ground: Ground) -> None:
    """Break off."""
    await fine(ground)
    raise OSError("no such luck")


async def does_nothing(_: Ground) -> None:
    """Do nothing."""


async def is_not_possible(ground: Ground) -> None:
    """Cannot be played."""
    ground.skip("no compiler")


async def played(scenario: Scenario) -> dict[str, object]:
    campaign = Campaign([scenario], 7, quick=True, size=QUICK)
    return await play(scenario, campaign, cast("House", None))


@pytest.mark.parametrize(
    ("scenario", "ok"),
    [
        (Scenario("fine", "D1", fine), True),
        (Scenario("loses", "D1", loses), False),
        (Scenario("breaks", "D1", breaks), False),
        (Scenario("nothing", "D1", does_nothing), False),
        (Scenario("skipped", "D5", is_not_possible), True),
        (Scenario("must-lose", "D2", loses, must_lose=True), True),
        (Scenario("finds-nothing", "D2", fine, must_lose=True), False),
        (Scenario("loses-and-breaks", "D2", breaks, must_lose=True), False),
        (Scenario("skipped", "D2", is_not_possible, must_lose=True), True),
    ],
)
async def test_a_scenario_is_ok_only_when_it_ended_as_it_must(scenario: Scenario, ok: bool) -> None:  # noqa: FBT001
    assert (await played(scenario))["ok"] is ok


async def test_what_was_found_is_told() -> None:
    result = await played(Scenario("loses", "D1", loses))
    assert result["lost"] == 1
    assert result["findings"] == [
        "lost: …21001 LD-01 rev 1: acknowledged, the record holds nothing"
    ]
    assert line(result).startswith("NOT OK   loses")
    console = Console(width=150, record=True, quiet=True)
    console.print(table([result]))


async def test_every_goal_has_a_scenario_and_no_id_comes_twice() -> None:
    assert {scenario.goal for scenario in SCENARIOS} == GOALS
    assert len({scenario.id for scenario in SCENARIOS}) == len(SCENARIOS)
    assert all(scenario.about for scenario in SCENARIOS)


async def test_in_the_short_form_what_hurts_no_process_is_played_beside_each_other() -> None:
    hurts, gentle = Scenario("hurts", "D1", fine), Scenario("gentle", "D6", fine, beside=True)
    played = [hurts, hurts, gentle, gentle, hurts, gentle]
    short = turns(Campaign(played, 7, quick=True, size=QUICK))
    assert short == [[hurts], [hurts], [gentle, gentle], [hurts], [gentle]]
    long = turns(Campaign(played, 7, quick=False, size=LONG))
    assert long == [[scenario] for scenario in played]


async def test_crash_points_are_of_as_many_kinds_as_can_be() -> None:
    for seed in range(20):
        drawn = chosen(chance(seed, "points"), 3)
        assert len({kind_of(point) for point in drawn}) == 3
        assert drawn == chosen(chance(seed, "points"), 3)
    assert Counter(chosen(chance(7, "points"), 0)) == dict.fromkeys(POINTS, 3)


async def test_what_is_asked_for_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUICK", "1")
    monkeypatch.setenv("SEED", "11")
    monkeypatch.setenv("SCENARIO", "kill-app network")
    monkeypatch.setenv("COUNTS", "app=1")
    campaign = asked()
    assert (campaign.seed, campaign.quick, campaign.size.app) == (11, True, 1)
    assert [scenario.id for scenario in campaign.scenarios] == ["kill-app", "network"]


async def test_a_scenario_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCENARIO", "typo")
    with pytest.raises(ValueError, match="there is no typo"):
        asked()


def found(*ids: str, seed: int = 7, lost: int = 0) -> dict[str, object]:
    results = [{"id": one, "lost": lost, "seconds": 2.0} for one in ids]
    asked = [result["id"] for result in results]
    return {
        "seed": seed,
        "quick": False,
        "size": {"redis": 200},
        "asked": asked,
        "scenarios": results,
    }


async def test_what_is_played_again_takes_its_own_place_in_the_campaign() -> None:
    order = [scenario.id for scenario in SCENARIOS]
    first, second, *_, last = order
    both = together_with(found(first, second, last), found(second, lost=3))
    assert [one["id"] for one in both["scenarios"]] == [first, second, last]
    assert [one["lost"] for one in both["scenarios"]] == [0, 3, 0]
    assert both["asked"] == [first, second, last]
    assert both["seconds"] == 6.0


async def test_another_campaign_takes_nothing_from_an_earlier_one() -> None:
    first, second, *_ = (scenario.id for scenario in SCENARIOS)
    other = found(second, seed=8)
    assert together_with(found(first), other) == other
