"""The recipe: what is packed is what is unpacked, and the same forms are drawn from it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.model import DIFFICULTIES, Blueprint, Cell
from app.bank.shipped import shipped_bank
from app.forms.draw import draw
from app.forms.model import to_layout
from app.forms.pool import PoolItem, pool_of
from app.forms.recipe import from_recipe, to_recipe
from tests.forms.builders import SECRET, people
from tests.forms.test_pool import pools

codes = st.text("abcXYZ019-", min_size=1, max_size=8)
blueprints = st.builds(
    Blueprint,
    version=st.integers(1, 99),
    cells=st.lists(
        st.builds(
            Cell,
            st.sampled_from(["LD", "Etika dan keamanan"]),
            st.sampled_from(DIFFICULTIES),
            st.integers(1, 9),
        ),
        max_size=6,
    ).map(tuple),
    anchors=st.lists(codes, max_size=3).map(tuple),
    enemies=st.lists(st.lists(codes, max_size=3).map(tuple), max_size=4).map(tuple),
    exposure_cap=st.none() | st.decimals("0.01", 1, places=4),
)


@given(blueprints, pools)
def test_blueprint_and_pool_survive(blueprint: Blueprint, pool: list[PoolItem]) -> None:
    again, items = from_recipe(to_recipe(blueprint, pool))
    assert again == blueprint
    assert items == sorted(pool, key=lambda item: item.code)


def test_the_same_forms_are_drawn_from_it() -> None:
    bank = shipped_bank()
    blueprint, pool = bank.instrument.blueprint, pool_of(bank.items)
    assert isinstance(blueprint.exposure_cap, Decimal)
    again = from_recipe(to_recipe(blueprint, pool))
    for sitting in people(20):
        first = to_layout(draw(SECRET, sitting, blueprint, pool))
        assert to_layout(draw(SECRET, sitting, *again)) == first


def test_no_text_no_key_and_no_weight_is_in_it() -> None:
    bank = shipped_bank()
    recipe = to_recipe(bank.instrument.blueprint, pool_of(bank.items))
    for item in bank.items:
        assert item.stem not in recipe
        assert item.rationale not in recipe
    assert "key" not in recipe
    assert "weight" not in recipe


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1}'])
def test_what_is_no_recipe_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_recipe(text)
