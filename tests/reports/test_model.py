"""Shares name both numbers, means come out exactly, small groups show none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.model import Funnel, Mean, Share, keep_back, mean
from app.scoring.model import shown
from tests.reports.builders import a_unit, the_day


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [(10_303, 12_500, "82.4"), (1_242, 2_000, "62.1"), (0, 94, "0.0"), (1, 8, "12.5")],
)
def test_a_share_is_shown_with_one_decimal(numerator: int, denominator: int, percent: str) -> None:
    assert str(Share(numerator, denominator).percent) == percent


def test_a_share_of_nothing_has_no_percent() -> None:
    assert Share(0, 0).percent is None


def test_the_mean_of_scores_stored_with_15_places_is_the_mean_of_the_exact_ones() -> None:
    stored = [Decimal("2.333333333333333"), Decimal("2.166666666666667"), Decimal("2.25")]
    assert mean(sum(stored, Decimal(0)), 3) == Mean(3, Decimal("2.250000000000"))
    stored = [Decimal("2.333333333333333")] * 2 + [Decimal("2.083333333333333")]  # 2.25 less 1e-15
    assert str(shown(mean(sum(stored, Decimal(0)), 3).value or Decimal(0), 1)) == "2.3"


def test_the_mean_of_nobody_is_none() -> None:
    assert mean(None, 0).value is None


def test_a_small_unit_shows_no_mean_and_one_more_is_kept_back_with_it() -> None:
    lines = keep_back([a_unit("A", 100), a_unit("B", 4), a_unit("C", 7), a_unit("D", 9)])
    assert [line.code for line in lines if line.kept_back] == ["B", "C"]
    assert [line.index.value is None for line in lines] == [False, True, True, False]
    assert [line.index.people for line in lines] == [100, 4, 7, 9]


def test_small_units_that_hide_one_another_need_no_larger_one() -> None:
    lines = keep_back([a_unit("A", 100), a_unit("B", 3), a_unit("C", 2)])
    assert [line.code for line in lines if line.kept_back] == ["B", "C"]


def test_a_unit_without_results_is_no_small_group() -> None:
    lines = keep_back([a_unit("A", 100), a_unit("B", 0)])
    assert not any(line.kept_back for line in lines)


def test_a_day_of_fewer_than_five_shows_counts_and_nothing_else() -> None:
    few = the_day(a_unit("A", 3), a_unit("B", 1))
    assert few.kept_back
    assert few.index == Mean(4, None)
    assert {area.mean.value for area in few.areas} == {None}
    assert few.bands == ()
    assert {unit.index.value for unit in few.units} == {None}
    assert few.funnel.scored == 4
    assert not the_day(a_unit("A", 5)).kept_back
    assert not the_day(a_unit("A", 0)).kept_back


def test_participation_is_of_the_target_and_of_those_registered() -> None:
    day = the_day(a_unit("A", 10_303, registered=12_507))
    assert day.participation == Share(10_303, 12_500)
    assert day.funnel.participation == Share(10_303, 12_507)


def test_funnels_add_up() -> None:
    assert Funnel(9, 1, 5, 4, 3) + Funnel(1, 0, 1, 1, 0) == Funnel(10, 1, 6, 5, 3)


@given(sizes=st.lists(st.integers(0, 12), max_size=30))
def test_no_small_group_is_given_away_by_a_line_or_by_the_rest(sizes: list[int]) -> None:
    lines = keep_back([a_unit(f"U{at:02d}", size) for at, size in enumerate(sizes)])
    hidden = [line.index.people for line in lines if line.kept_back]
    assert all(line.kept_back or line.index.people not in range(1, 5) for line in lines)
    if hidden and sum(hidden) < sum(sizes):
        assert len(hidden) > 1
        assert sum(hidden) >= 5
