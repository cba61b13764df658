"""Marking gives exactly what the rules say, type by type, and never more than the maximum."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.keys import (
    Circle,
    HotspotKey,
    Key,
    KeyFault,
    LikertKey,
    MatchingKey,
    MultipleKey,
    MultipleRule,
    NumericKey,
    OrderingKey,
    OrderingRule,
    Rectangle,
    SingleKey,
    WeightedKey,
    maximum,
)
from app.scoring.marking import mark

LETTERS = frozenset("ABCDE")
FIVE = ("1", "2", "3", "4", "5")


def multiple(rule: MultipleRule, right: str = "ACD") -> MultipleKey:
    return MultipleKey(right=frozenset(right), options=LETTERS, rule=rule)


def ordering(rule: OrderingRule, sequence: str = "1234") -> OrderingKey:
    return OrderingKey(sequence=tuple(sequence), rule=rule)


KEYS: tuple[Key, ...] = (
    SingleKey("b"),
    *(multiple(rule) for rule in MultipleRule),
    WeightedKey({"a": Fraction(5), "b": Fraction(3), "c": Fraction(0)}),
    LikertKey(FIVE),
    LikertKey(FIVE, reverse=True),
    MatchingKey({"a": "x", "b": "y"}),
    *(ordering(rule) for rule in OrderingRule),
    NumericKey(Fraction("12.5"), Fraction("0.1")),
    HotspotKey((Circle((500, 500), 100),)),
)


def test_a_single_choice_is_right_or_it_is_not() -> None:
    assert mark(SingleKey("b"), "b") == 1
    assert mark(SingleKey("b"), "a") == 0


@pytest.mark.parametrize(
    ("rule", "earned"),
    [
        (MultipleRule.EXACT, Fraction(0)),
        (MultipleRule.RIGHT_MINUS_WRONG, Fraction(1, 3)),
        (MultipleRule.PER_OPTION, Fraction("0.6")),
    ],
)
def test_ace_for_acd_earns_by_the_rule(rule: MultipleRule, earned: Fraction) -> None:
    assert mark(multiple(rule), ["A", "C", "E"]) == earned
    assert mark(multiple(rule), ["E", "A", "C"]) == earned


def test_more_wrong_than_right_is_not_below_nothing() -> None:
    assert mark(multiple(MultipleRule.RIGHT_MINUS_WRONG), ["A", "B", "E"]) == 0


@pytest.mark.parametrize("rule", MultipleRule)
def test_an_emptied_set_is_a_blank_under_every_rule(rule: MultipleRule) -> None:
    assert mark(multiple(rule), []) == 0


@pytest.mark.parametrize(
    ("rule", "earned"),
    [
        (OrderingRule.EXACT, Fraction(0)),
        (OrderingRule.POSITION, Fraction(1, 2)),
        (OrderingRule.PAIR, Fraction(5, 6)),
    ],
)
def test_1324_for_1234_earns_by_the_rule(rule: OrderingRule, earned: Fraction) -> None:
    assert mark(ordering(rule), ["1", "3", "2", "4"]) == earned


def test_the_right_order_backwards_has_no_pair_in_order() -> None:
    assert mark(ordering(OrderingRule.PAIR), list("4321")) == 0


@pytest.mark.parametrize("rule", OrderingRule)
def test_an_order_that_is_not_complete_earns_nothing(rule: OrderingRule) -> None:
    assert mark(ordering(rule), ["1", "2"]) == 0
    assert mark(ordering(rule), ["1", "2", "3", "3"]) == 0


@pytest.mark.parametrize("rule", OrderingRule)
def test_only_the_right_sequence_earns_everything(rule: OrderingRule) -> None:
    full = [order for order in permutations("1234") if mark(ordering(rule), list(order)) == 1]
    assert full == [("1", "2", "3", "4")]


def test_a_situational_option_earns_its_weight_of_the_best() -> None:
    key = WeightedKey({"a": Fraction(5), "b": Fraction(3), "c": Fraction(1)})
    assert maximum(key) == 5
    assert [mark(key, option) for option in "abc"] == [1, Fraction(3, 5), Fraction(1, 5)]
    assert mark(key, None) == 0


def test_likert_steps_spread_evenly_and_a_reversed_statement_counts_6_minus_x() -> None:
    plain, reverse = LikertKey(FIVE), LikertKey(FIVE, reverse=True)
    assert [1 + 4 * mark(plain, step) for step in FIVE] == [1, 2, 3, 4, 5]
    assert [1 + 4 * mark(reverse, step) for step in FIVE] == [5, 4, 3, 2, 1]


def test_every_pair_of_a_matching_earns_the_same() -> None:
    key = MatchingKey({"a": "x", "b": "y", "c": "z"})
    assert mark(key, {"a": "x", "b": "z", "c": "y"}) == Fraction(1, 3)
    assert mark(key, {"c": "z", "b": "y", "a": "x"}) == 1
    assert mark(key, {"a": "x"}) == Fraction(1, 3)


@pytest.mark.parametrize("typed", ["12,5", "12,6", "12,40", " 12,5 ", "12.5", "+12,5"])
def test_a_number_within_the_tolerance_is_right(typed: str) -> None:
    assert mark(NumericKey(Fraction("12.5"), Fraction("0.1")), typed) == 1


@pytest.mark.parametrize("typed", ["12,61", "12,399999999999999999999", "125", "12,5e0", "25/2"])
def test_a_number_outside_it_or_no_number_is_not(typed: str) -> None:
    assert mark(NumericKey(Fraction("12.5"), Fraction("0.1")), typed) == 0


def test_a_tap_counts_inside_any_region_with_its_edge() -> None:
    key = HotspotKey((Rectangle((100, 200), (300, 400)), Circle((700, 700), 50)))
    assert [mark(key, list(at)) for at in ((100, 400), (200, 300), (650, 700))] == [1, 1, 1]
    assert [mark(key, list(at)) for at in ((99, 400), (500, 500), (664, 664))] == [0, 0, 0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
NEAR = st.sampled_from(sorted(LETTERS | set("abcxyz12345"))) | st.integers(0, 1000)
VALUES = JSON | NEAR | st.lists(NEAR, max_size=6) | st.dictionaries(NEAR, NEAR, max_size=3)


@given(key=st.sampled_from(KEYS), value=VALUES)
def test_any_value_under_any_key_earns_between_nothing_and_everything(
    key: Key, value: object
) -> None:
    assert 0 <= mark(key, value) <= 1


@given(
    chosen=st.sets(st.sampled_from("ABCDE")), right=st.sets(st.sampled_from("ABCDE"), min_size=1)
)
def test_the_milder_rule_never_gives_less_than_the_exact_one(
    chosen: set[str], right: set[str]
) -> None:
    key = "".join(right)
    strict = mark(multiple(MultipleRule.EXACT, key), sorted(chosen))
    for rule in (MultipleRule.RIGHT_MINUS_WRONG, MultipleRule.PER_OPTION):
        milder = mark(multiple(rule, key), sorted(chosen))
        assert milder >= strict
        assert (milder == 1) == (strict == 1)


@given(order=st.permutations("123456"))
def test_pairs_of_an_order_and_of_its_reverse_add_up_to_one(order: list[str]) -> None:
    key = ordering(OrderingRule.PAIR, "123456")
    assert mark(key, order) + mark(key, order[::-1]) == 1


def test_a_key_that_cannot_mark_is_refused_when_it_is_made() -> None:
    faulty = (
        lambda: MultipleKey(frozenset(), LETTERS, MultipleRule.EXACT),
        lambda: MultipleKey(frozenset("X"), LETTERS, MultipleRule.EXACT),
        lambda: WeightedKey({"a": Fraction(0)}),
        lambda: WeightedKey({"a": Fraction(-1), "b": Fraction(1)}),
        lambda: LikertKey(("1",)),
        lambda: MatchingKey({}),
        lambda: OrderingKey(("a",), OrderingRule.PAIR),
        lambda: OrderingKey(("a", "a"), OrderingRule.PAIR),
        lambda: NumericKey(Fraction(1), Fraction(-1)),
        lambda: HotspotKey(()),
    )
    for make in faulty:
        with pytest.raises(KeyFault):
            make()
