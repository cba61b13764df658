"""Choices out of a keyed hash."""

from collections import Counter
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms.stream import Stream


def test_the_same_key_and_label_choose_the_same_for_ever() -> None:
    stream = Stream(b"key", "label")
    assert [stream.below(100) for _ in range(8)] == [92, 26, 58, 33, 20, 49, 64, 93]


@given(st.lists(st.integers(1, 1 << 20), max_size=200))
def test_every_choice_is_below_its_bound(bounds: list[int]) -> None:
    stream = Stream(b"key", "label")
    for bound in bounds:
        assert 0 <= stream.below(bound) < bound


@pytest.mark.parametrize("bound", [0, -1, (1 << 20) + 1])
def test_a_bound_out_of_range_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match=str(bound)):
        Stream(b"key", "label").below(bound)


@given(st.lists(st.integers(), unique=True, max_size=30), st.integers(0, 40), st.binary())
def test_taking_gives_distinct_things_of_the_pool(things: list[int], n: int, key: bytes) -> None:
    taken = Stream(key, "label").take(things, n)
    assert len(taken) == min(n, len(things))
    assert len(set(taken)) == len(taken)
    assert set(taken) <= set(things)


def test_all_orders_are_equally_likely() -> None:
    times = 24_000
    orders = Counter(tuple(Stream(b"key", str(nth)).take("abcd", 4)) for nth in range(times))
    assert len(orders) == 24
    spread = sqrt(times / 24 * 23 / 24)
    assert all(abs(count - times / 24) < 4.5 * spread for count in orders.values())


def test_a_long_stream_stays_even_across_its_blocks() -> None:
    stream = Stream(b"key", "label")
    counts = Counter(stream.below(10) for _ in range(50_000))
    spread = sqrt(50_000 * 0.1 * 0.9)
    assert all(abs(counts[digit] - 5_000) < 4.5 * spread for digit in range(10))
