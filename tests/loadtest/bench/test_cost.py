"""Ratios and medians are what a hand would reckon; what is void is no figure."""

import pytest

from loadtest.bench.cost import by_sittings, described, figures, less, require_stored
from loadtest.server import RunError
from tests.loadtest.bench.forged import cost, empty, turn


def test_an_operation_costs_what_the_processes_used_divided_by_how_many_there_were() -> None:
    assert cost(90).us("app", "valkey") == pytest.approx(90)
    assert cost(90).us("app") == pytest.approx(60)
    assert cost(90).us() == pytest.approx(91)  # the flusher's too
    assert cost(90, recorded_us=130).us_recorded() == pytest.approx(130)
    assert less({"app": 3.0, "new": 1.0}, {"app": 1.0}) == {"app": 2.0, "new": 1.0}


def test_the_ratio_is_the_median_of_the_rounds_not_their_mean() -> None:
    found = figures([turn(80, 110), turn(90, 120), turn(500, 900)])
    assert found["empty_us"] == 100.0
    assert found["save_ratio"] == 0.9
    assert found["save_ratio_with_flush"] == 1.2
    assert [one["ratio"] for one in found["rounds"]] == [0.8, 0.9, 5.0]


def test_a_round_in_which_the_generator_was_the_bottleneck_does_not_count() -> None:
    found = figures([turn(80), turn(90), turn(10, generator=0.99)])
    assert found["save_ratio"] == 0.85
    assert [one["void"] for one in found["rounds"]] == [False, False, True]


def test_where_most_rounds_are_void_there_is_no_figure() -> None:
    found = figures([turn(80), turn(10, generator=0.99), turn(10, generator=0.99)])
    assert found["save_ratio"] is None
    assert found["save_ratio_with_flush"] is None
    assert found["empty_us"] is None


def test_the_yardstick_can_be_void_as_well() -> None:
    one = turn(80)
    void = type(one)(empty(generator=0.9), one.save)
    assert void.is_void
    assert not one.is_void


def test_what_a_save_adds_to_the_files_is_the_median_of_rounds_without_a_rewrite() -> None:
    rounds = [turn(80, log_bytes=size) for size in (390.0, None, 410.0)]
    assert figures(rounds)["redis_disk_bytes_a_save"] == 400.0
    assert figures([turn(80, log_bytes=None)])["redis_disk_bytes_a_save"] is None


def test_an_operation_is_told_by_process_and_beside_an_empty_route() -> None:
    told = described({"login": [cost(90, recorded_us=150)]}, empty_us=100.0)["login"]
    assert (told["app"], told["valkey"], told["postgres"]) == (60.0, 30.0, 60.0)
    assert (told["recorded"], told["ratio"], told["a_second"]) == (150.0, 1.5, 1000.0)
    assert (told["generator"], told["void"]) == (0.2, False)


def test_a_void_operation_has_no_figure_and_says_why() -> None:
    told = described({"login": [cost(90, generator=0.97)]}, empty_us=100.0)
    assert told == {"login": {"void": True, "generator": 0.97}}


def test_a_save_among_more_sittings_is_told_beside_one_among_the_fewest() -> None:
    found = by_sittings({1_000: [cost(60), cost(80)], 10_000: [cost(70)], 100_000: [cost(77)]})
    assert found["save_us_by_sittings"] == {"1000": 70.0, "10000": 70.0, "100000": 77.0}
    assert found["flat_ratio"] == 1.1
    void = by_sittings({1_000: [cost(60)], 100_000: [cost(60, generator=0.9)]})
    assert void == {
        "save_us_by_sittings": {"1000": 60.0, "100000": None},
        "flat_ratio": None,
    }


@pytest.mark.parametrize("grown", [0, 999, 1001])
def test_no_figure_is_worth_anything_when_the_log_did_not_grow_by_the_saves(grown: int) -> None:
    require_stored(1000, 1000)
    with pytest.raises(RunError, match=f"1000 saves were acknowledged, the log grew by {grown}"):
        require_stored(1000, grown)
