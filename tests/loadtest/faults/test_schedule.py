"""A seed reproduces a schedule."""

from collections import Counter

import pytest

from loadtest.faults.schedule import batches, blows, chance
from loadtest.faults.size import LONG, QUICK, parse


def drawn(seed: int, *purpose: object) -> list[tuple[float, str]]:
    found = blows(chance(seed, *purpose), ("app", "worker"), 20, pause_s=(0.1, 2.0))
    return [(blow.after_s, blow.what) for blow in found]


def test_the_same_seed_gives_the_same_schedule_and_another_another() -> None:
    assert drawn(7, "kill-app", 0) == drawn(7, "kill-app", 0)
    assert drawn(7, "kill-app", 0) != drawn(8, "kill-app", 0)
    assert drawn(7, "kill-app", 0) != drawn(7, "kill-app", 1)


def test_targets_come_equally_often_and_pauses_lie_in_their_bounds() -> None:
    found = drawn(7, "kill-app")
    assert Counter(what for _, what in found) == {"app": 10, "worker": 10}
    assert all(0.1 <= after_s <= 2.0 for after_s, _ in found)


def test_a_campaign_is_cut_into_nearly_equal_parts() -> None:
    assert batches(200, 25) == [25] * 8
    assert batches(7, 3) == [3, 2, 2]
    assert batches(0, 25) == []


def test_counts_can_be_given_by_name() -> None:
    assert parse("", QUICK) == QUICK
    size = parse("redis=2,races=1000", LONG)
    assert (size.redis, size.races, size.app) == (2, 1000, 200)


@pytest.mark.parametrize("wrong", ["redis", "redis=many", "typo=3"])
def test_a_count_that_will_not_do_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="COUNTS"):
        parse(wrong, QUICK)
