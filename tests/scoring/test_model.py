"""Areas, index, bands and rounding come out exactly as published."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.model import Band, Missing, MissingPolicy, Scale
from app.scoring.keys import WeightedKey, maximum
from app.scoring.marking import is_blank, mark
from app.scoring.model import Mark, area_score, band_of, index_of, place, score, shown
from tests.scoring.builders import AREAS, FOUR_BANDS, an_instrument

POLICIES: tuple[MissingPolicy, ...] = ("zero", "exclude", "minimum_answered")


def scale(low: int, high: int) -> Scale:
    return Scale(Decimal(low), Decimal(high), index_places=1, domain_places=2)


def marks(*fractions: int | None, area: str = "LD") -> list[Mark]:
    return [Mark(area, None if one is None else Fraction(one)) for one in fractions]


def unweighted(values: Sequence[str]) -> Fraction:
    names = [str(at) for at in range(len(values))]
    scores = dict(zip(names, map(Fraction, values), strict=True))
    index = index_of(scores, dict.fromkeys(names, Decimal(1)))
    assert index is not None
    return index


def test_45_situational_items_with_5_blanks_give_150_of_225() -> None:
    key = WeightedKey({str(weight): Fraction(weight) for weight in range(1, 6)})
    answers = ["5"] * 10 + ["4"] * 15 + ["3"] * 10 + ["2"] * 5 + [None] * 5
    form = [
        Mark("LD", None if is_blank(value) else mark(key, value), maximum=maximum(key))
        for value in answers
    ]
    result = score(form, an_instrument())
    assert [result.points, result.maximum] == [150, 225]
    assert result.areas["LD"].fraction == Fraction(150, 225)
    assert (result.areas["LD"].answered, result.areas["LD"].items) == (40, 45)
    assert [result.areas[area].points for area in ("LD", "KK")] == [150, 0]


def test_the_index_is_the_mean_of_the_unrounded_areas() -> None:
    assert unweighted(["2.50", "2.35", "2.10", "2.28", "2.35"]) == Fraction("2.316")
    assert shown(unweighted(["2.50", "2.35", "2.10", "2.28", "2.35"]), 1) == Decimal("2.3")
    assert unweighted(["3.90", "3.10", "3.44", "3.53"]) == Fraction("3.4925")
    assert shown(unweighted(["3.90", "3.10", "3.44", "3.53"]), 2) == Decimal("3.49")


def test_weights_of_areas_count_in_the_index() -> None:
    weights = {"a": Decimal(3), "b": Decimal(1)}
    assert index_of({"a": Fraction(2), "b": Fraction(4)}, weights) == Fraction("2.5")


@pytest.mark.parametrize(
    ("fraction", "low", "high", "placed"),
    [
        (".50", 0, 4, "2.0"),
        (".50", 1, 4, "2.5"),
        (".50", 1, 5, "3.0"),
        (".62", 0, 4, "2.48"),
        (".62", 1, 4, "2.86"),
        (".62", 1, 5, "3.48"),
    ],
)
def test_a_fraction_is_placed_on_the_scale(fraction: str, low: int, high: int, placed: str) -> None:
    assert place(Fraction(fraction), scale(low, high)) == Fraction(placed)


@pytest.mark.parametrize(
    ("index", "band"),
    [("1", "I"), ("2.4999", "II"), ("2.50", "III"), ("3.25", "IV"), ("4.00", "IV")],
)
def test_bands_are_half_open_and_the_last_is_closed(index: str, band: str) -> None:
    assert band_of(Fraction(index), FOUR_BANDS) == band


@pytest.mark.parametrize(
    ("index", "band"),
    [("2.3329", "rendah"), ("2.333", "sedang"), ("3.49", "sedang"), ("5", "tinggi")],
)
def test_a_programme_may_have_three_classes_in_thirds_of_five(index: str, band: str) -> None:
    cuts = ("1", "2.333", "3.667", "5")
    thirds = [
        Band(code, code, Decimal(lower), Decimal(upper))
        for code, lower, upper in zip(("rendah", "sedang", "tinggi"), cuts, cuts[1:], strict=False)
    ]
    assert band_of(Fraction(index), thirds) == band


def test_a_band_is_cut_before_rounding() -> None:
    almost = Fraction(5, 2) - Fraction(1, 10**9)
    assert shown(almost, 2) == Decimal("2.50")
    assert band_of(almost, FOUR_BANDS) == "II"


def test_an_index_outside_all_bands_is_an_error() -> None:
    for outside in ("0.99", "4.01"):
        with pytest.raises(ValueError, match="no band"):
            band_of(Fraction(outside), FOUR_BANDS)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("2.675", 2, "2.68"),
        ("2.665", 2, "2.67"),
        ("-2.675", 2, "-2.68"),
        ("2.3", 2, "2.30"),
        ("0.04", 1, "0.0"),
        ("5", 0, "5"),
    ],
)
def test_rounding_is_half_up_and_keeps_its_places(value: str, digits: int, text: str) -> None:
    assert str(shown(Decimal(value), digits)) == text
    assert str(shown(Fraction(value), digits)) == text


def test_shares_are_shown_with_one_decimal() -> None:
    assert str(shown(Fraction(100 * 10_303, 12_500), 1)) == "82.4"
    assert str(shown(Fraction(100 * 1_242, 2_000), 1)) == "62.1"


def test_a_blank_counts_by_the_missing_policy() -> None:
    form = marks(1, 1, 0, None)
    assert area_score(form, Missing("zero"), scale(1, 4)).fraction == Fraction(1, 2)
    assert area_score(form, Missing("exclude"), scale(1, 4)).fraction == Fraction(2, 3)
    assert area_score(form, Missing("minimum_answered", 9), scale(1, 4)).fraction == Fraction(2, 3)


def test_a_form_below_the_minimum_of_answers_has_areas_but_no_index() -> None:
    form = [one for area in AREAS for one in marks(1, None, area=area)]
    assert score(form, an_instrument(Missing("minimum_answered", 5))).index == 4
    below = score(form, an_instrument(Missing("minimum_answered", 6)))
    assert (below.index, below.band) == (None, None)
    assert below.areas["LD"].score == 4


def test_an_area_without_a_score_leaves_no_index_and_no_band() -> None:
    form = [one for area in AREAS[1:] for one in marks(1, 0, area=area)]
    result = score(form, an_instrument())
    assert result.areas["LD"].score is None
    assert (result.index, result.band) == (None, None)
    assert result.areas["KK"].score == Fraction("2.5")


def test_a_heavier_item_counts_more_in_its_area() -> None:
    form = [Mark("LD", Fraction(1), weight=Fraction(3)), Mark("LD", Fraction(0))]
    assert area_score(form, Missing("zero"), scale(1, 4)).fraction == Fraction(3, 4)


def test_an_item_of_an_unknown_area_is_an_error() -> None:
    with pytest.raises(KeyError):
        score(marks(1, area="??"), an_instrument())


FRACTIONS = st.none() | st.fractions(0, 1, max_denominator=60)
FORMS = st.lists(st.builds(Mark, st.sampled_from(AREAS), FRACTIONS), max_size=60)


@given(form=FORMS, policy=st.sampled_from(POLICIES))
def test_every_score_lies_on_the_scale_and_in_a_band(
    form: list[Mark], policy: MissingPolicy
) -> None:
    result = score(form, an_instrument(Missing(policy, 7)))
    for area in result.areas.values():
        assert area.score is None or 1 <= area.score <= 4
    assert (result.index is None) == (result.band is None)
    assert 0 <= result.points <= result.maximum == len(form)


@given(form=FORMS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_items_changes_nothing(form: list[Mark], order: Random) -> None:
    turned = list(form)
    order.shuffle(turned)
    assert score(turned, an_instrument()) == score(form, an_instrument())


@given(value=st.fractions(-100, 100), digits=st.integers(0, 6))
def test_rounding_moves_by_half_a_step_at_most(value: Fraction, digits: int) -> None:
    assert abs(Fraction(shown(value, digits)) - value) <= Fraction(1, 2 * 10**digits)
