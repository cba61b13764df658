"""A plan: what a bank can fill, how often it shows each item, and what is said when it cannot."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.bank.model import Blueprint, Cell
from app.bank.shipped import shipped_bank
from app.forms.model import FormFault
from app.forms.plan import plan
from app.forms.pool import pool_of
from tests.forms.builders import a_blueprint, an_item, items

SIX = items(6)


def test_without_anchors_and_enemies_all_items_of_a_cell_are_shown_alike() -> None:
    assert plan(a_blueprint(2), items(12)).exposure == {
        item.code: Fraction(2, 12) for item in items(12)
    }


def test_an_anchor_counts_in_its_cell() -> None:
    exposure = dict(plan(replace(a_blueprint(3), anchors=("LD-02",)), SIX).exposure)
    assert exposure.pop("LD-02") == 1
    assert set(exposure.values()) == {Fraction(2, 5)}


def test_an_anchors_enemy_is_never_shown() -> None:
    blueprint = replace(a_blueprint(3), anchors=("LD-02",), enemies=(("LD-01", "LD-02"),))
    exposure = plan(blueprint, SIX).exposure
    assert exposure["LD-01"] == 0
    assert exposure["LD-03"] == Fraction(2, 4)


def test_an_enemy_of_what_no_form_asks_for_changes_nothing() -> None:
    pool = [*SIX, an_item("KK-01", domain="KK")]
    blueprint = replace(a_blueprint(3), enemies=(("LD-01", "KK-01"),))
    assert plan(blueprint, pool).exposure == plan(a_blueprint(3), SIX).exposure
    assert not plan(blueprint, pool).knots


@given(st.data())
def test_exposures_add_up_to_the_length_of_a_form(data: st.DataObject) -> None:
    pool = [*items(6), *items(5, difficulty="sulit"), *items(4, "KK")]
    pool = [replace(item, code=f"{nth:02d}") for nth, item in enumerate(pool)]
    codes = [item.code for item in pool]
    counts = [data.draw(st.integers(1, 4)) for _ in range(3)]
    cells = (
        Cell("LD", "mudah", counts[0]),
        Cell("LD", "sulit", counts[1]),
        Cell("KK", "mudah", counts[2]),
    )
    some = st.lists(st.sampled_from(codes), max_size=3, unique=True)
    pairs = st.lists(st.sampled_from(codes), min_size=2, max_size=3, unique=True)
    blueprint = Blueprint(
        1, cells, tuple(data.draw(some)), tuple(map(tuple, data.draw(st.lists(pairs, max_size=4))))
    )
    try:
        exposure = plan(blueprint, pool).exposure
    except FormFault:
        assume(False)  # noqa: FBT003 - hypothesis' way to pass over a case
    assert sum(exposure.values()) == blueprint.length
    assert all(0 <= share <= 1 for share in exposure.values())
    assert all(exposure[code] == 1 for code in blueprint.anchors)


def test_the_cap_is_the_largest_share_allowed() -> None:
    at_most = replace(a_blueprint(3), exposure_cap=Decimal("0.5"))
    assert max(plan(at_most, SIX).exposure.values()) == Fraction(1, 2)
    with pytest.raises(FormFault, match=r"cap of 0\.49 .*LD mudah \(3 of 6 items: .* 7 items"):
        plan(replace(at_most, exposure_cap=Decimal("0.49")), SIX)


def test_the_cap_sees_what_enemies_do_to_the_others() -> None:
    blueprint = replace(
        a_blueprint(2), enemies=(("LD-01", "LD-02", "LD-03"),), exposure_cap=Decimal("0.45")
    )
    with pytest.raises(FormFault, match=r"2 of 5 items: LD-04 on 0\.571 of the forms"):
        plan(blueprint, items(5))
    assert max(plan(replace(blueprint, enemies=()), items(5)).exposure.values()) == Fraction(2, 5)


def test_an_anchor_is_above_every_cap() -> None:
    blueprint = replace(a_blueprint(3), anchors=("LD-01",), exposure_cap=Decimal("0.4"))
    assert plan(blueprint, SIX).exposure["LD-01"] == 1
    with pytest.raises(FormFault, match=r"2 of 4 items: LD-02 on 0\.500"):
        plan(blueprint, items(5))


def test_every_cell_above_the_cap_is_named() -> None:
    blueprint = replace(a_blueprint(3, "LD", "KK", "KR"), exposure_cap=Decimal("0.45"))
    pool = [*items(4), *items(12, "KK"), *items(4, "KR")]
    with pytest.raises(FormFault) as refused:
        plan(blueprint, pool)
    assert "LD mudah" in str(refused.value)
    assert "KR mudah" in str(refused.value)
    assert "KK mudah" not in str(refused.value)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"anchors": ("LD-09",)}, "anchor LD-09: the bank has no such item"),
        ({"anchors": ("LD-01", "LD-01")}, "anchor LD-01 twice"),
        (
            {"anchors": ("LD-01", "LD-02", "LD-03", "LD-04")},
            r"LD mudah has 4 anchors \(LD-01, .*, and a form has 3 items of it",
        ),
        ({"anchors": ("KK-01",)}, r"KK mudah has 1 anchors \(KK-01\), and a form has 0 items"),
        (
            {"anchors": ("LD-01", "LD-02"), "enemies": (("LD-01", "LD-02", "LD-03"),)},
            "anchors LD-01 and LD-02 are enemies",
        ),
        ({"enemies": (("LD-01", "LD-09"),)}, "set LD-01, LD-09 names LD-09: the bank has no such"),
        ({"enemies": (("LD-01",),)}, "two or more different items, not: LD-01"),
        ({"enemies": (("LD-01", "LD-01"),)}, "two or more different items"),
        (
            {"anchors": ("LD-01",), "enemies": (("LD-01", "LD-02", "LD-03", "LD-04", "LD-05"),)},
            "the bank has 6, of which 4 are enemies of anchors: write 1 more",
        ),
        (
            {"enemies": (("LD-01", "LD-02", "LD-03", "LD-04", "LD-05"),)},
            "3 items of LD mudah; of the 6 there, 2 at most can stand on one form",
        ),
    ],
)
def test_rules_that_contradict_are_told(rules: dict[str, tuple[str, ...]], sentence: str) -> None:
    blueprint: Blueprint = replace(a_blueprint(3), **rules)  # type: ignore[arg-type]
    with pytest.raises(FormFault, match=sentence):
        plan(blueprint, [*SIX, an_item("KK-01", domain="KK")])


def test_a_cell_that_the_bank_cannot_fill_is_named() -> None:
    with pytest.raises(FormFault, match="3 items of KK mudah, the bank has 0: write 3 more"):
        plan(a_blueprint(3, "LD", "KK"), items(3))


def test_an_item_stands_in_the_pool_once() -> None:
    with pytest.raises(FormFault, match="twice"):
        plan(a_blueprint(1), [an_item("LD-01"), an_item("LD-01", domain="KK")])


def test_the_shipped_bank_shows_no_item_to_more_than_45_of_100() -> None:
    bank = shipped_bank()
    exposure = plan(bank.instrument.blueprint, pool_of(bank.items)).exposure
    assert len(exposure) == len(bank.items)
    assert 0 < min(exposure.values()) <= max(exposure.values()) <= Fraction("0.45")
    assert sum(exposure.values()) == 50
