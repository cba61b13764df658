"""The pool's listing: what is written is what is read."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.model import DIFFICULTIES
from app.bank.shipped import shipped_bank
from app.forms.model import LETTER_OF
from app.forms.pool import PoolItem, digest_of, from_listing, pool_of, to_listing

ids = st.text("abcXYZ019-", min_size=1, max_size=8)


@st.composite
def pool_items(draw: st.DrawFn) -> PoolItem:
    """An item of any type, in a domain of any name."""
    options = tuple(draw(st.lists(ids, max_size=6, unique=True)))
    return PoolItem(
        code=draw(ids),
        type=draw(st.sampled_from(sorted(LETTER_OF))),
        domain=draw(st.sampled_from(["LD", "Etika dan keamanan"])),
        difficulty=draw(st.sampled_from(DIFFICULTIES)),
        options=options,
        fixed=frozenset(draw(st.sets(st.sampled_from(options)))) if options else frozenset(),
        targets=tuple(draw(st.lists(ids, max_size=3))),
        revision=draw(st.integers(1, 99)),
    )


pools = st.lists(pool_items(), max_size=20, unique_by=lambda item: item.code)


@given(pools)
def test_a_pool_survives_its_listing(pool: list[PoolItem]) -> None:
    assert from_listing(to_listing(pool)) == sorted(pool, key=lambda item: item.code)


@given(pools, st.randoms(use_true_random=False))
def test_its_order_does_not_matter(pool: list[PoolItem], chance: random.Random) -> None:
    assert to_listing(chance.sample(pool, len(pool))) == to_listing(pool)


def test_a_listing_is_one_line_an_item() -> None:
    pool = [
        PoolItem("LD-02", "single", "LD", "sulit", ("a", "b"), frozenset("b"), revision=3),
        PoolItem("LD-01", "matching", "LD", "mudah", ("a", "b"), targets=("x", "y")),
        PoolItem("LD-03", "numeric", "LD", "sedang", ()),
    ]
    assert to_listing(pool) == (
        "LD-01 1 x mudah a,b;x,y LD\nLD-02 3 s sulit a,b! LD\nLD-03 1 n sedang  LD\n"
    )


def test_another_revision_is_another_pool() -> None:
    one, other = (
        digest_of(to_listing([PoolItem("LD-01", "single", "LD", "mudah", ("a",), revision=nth)]))
        for nth in (1, 2)
    )
    assert one != other
    assert len(one) == len(other) == 16


def test_the_shipped_bank_makes_a_pool() -> None:
    bank = shipped_bank()
    pool = pool_of(bank.items)
    assert [item.code for item in pool] == [item.code for item in bank.items]
    assert {item.options for item in pool} == {tuple("abcd")}


@pytest.mark.parametrize(
    "row", ["LD-01", "LD-01 1 z mudah a,b LD", "LD-01 1 s gampang a LD", "LD-01 x s mudah a LD"]
)
def test_what_is_no_listing_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match=r"listing|invalid literal"):
        from_listing(row)
