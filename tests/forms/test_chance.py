"""Choices out of a keyed hash."""

from collections import Counter
from math import perm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.chance import arranged, number_below, take
from tests.forms.builders import chance_of, evenly


def test_the_same_key_and_label_choose_the_same_for_ever() -> None:
    chosen = [number_below(b"key", str(nth), 1_000_000) for nth in range(4)]
    assert chosen == [382_337, 594_194, 958_114, 997_827]
    assert number_below(b"key", "large", 10**400) % 10**20 == 24127764107196341720


@given(st.integers(1, 10**300), st.binary(), st.text(max_size=20))
def test_every_choice_is_below_its_bound(bound: int, key: bytes, label: str) -> None:
    assert 0 <= number_below(key, label, bound) < bound


def test_a_choice_among_very_many_uses_all_of_its_digits() -> None:
    most = max(number_below(b"key", str(nth), 1 << 2_000) for nth in range(20))
    assert most.bit_length() > 1_990


@pytest.mark.parametrize("bound", [0, -1])
def test_a_choice_among_nothing_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match=str(bound)):
        number_below(b"key", "label", bound)


@given(st.lists(st.integers(), unique=True, max_size=30), st.data(), st.binary())
def test_taking_gives_distinct_things_of_the_pool(
    things: list[int], data: st.DataObject, key: bytes
) -> None:
    count = data.draw(st.integers(0, len(things)))
    taken = take(key, "label", things, count)
    assert len(taken) == len(set(taken)) == count
    assert set(taken) <= set(things)


@given(st.integers(0, 6), st.data())
def test_each_number_is_another_arrangement(size: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, size))
    made = {tuple(arranged(range(size), count, number)) for number in range(perm(size, count))}
    assert len(made) == perm(size, count)


def test_all_orders_are_equally_likely() -> None:
    orders = Counter(tuple(take(b"key", str(nth), "abcd", 4)) for nth in range(24_000))
    assert len(orders) == 24
    assert evenly(orders.values(), 1_000)


def test_all_numbers_are_equally_likely() -> None:
    digits = Counter(number_below(b"key", str(nth), 10) for nth in range(50_000))
    assert evenly((digits[digit] for digit in range(10)), 5_000)


@pytest.mark.parametrize(
    ("value", "degrees", "chance"),
    [
        (3.841, 1, 0.05),
        (10.828, 1, 0.001),
        (5.991, 2, 0.05),
        (16.266, 3, 0.001),
        (35.172, 23, 0.05),
    ],
)
def test_the_tests_know_the_tables_of_chi_square(value: float, degrees: int, chance: float) -> None:
    assert chance_of(value, degrees) == pytest.approx(chance, rel=0.001)
