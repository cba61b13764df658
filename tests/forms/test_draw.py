"""A drawn form: what the blueprint says, evenly, and the same whenever it is drawn again."""

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.model import Blueprint, Cell, ItemType
from app.bank.shipped import shipped_bank
from app.forms.draw import draw, draw_planned, event_secret
from app.forms.model import TYPE_OF, to_layout
from app.forms.plan import plan
from app.forms.pool import PoolItem, pool_of
from app.kit.ids import sitting_text
from tests.forms.builders import SECRET, a_blueprint, an_item, evenly, items, people

BANK = shipped_bank()
POOL = pool_of(BANK.items)
BLUEPRINT = BANK.instrument.blueprint
PLAN = plan(BLUEPRINT, POOL)
ITEM = {item.code: item for item in BANK.items}
sittings = st.integers(0, 2**60 - 1).map(sitting_text)

RULED_POOL = [
    *items(9),
    *items(5, "KK", "sedang"),
    an_item("KK-06", domain="KK", difficulty="sedang", fixed="d"),
    *(an_item(f"KK-1{nth}", domain="KK", difficulty="sulit") for nth in range(6)),
]
RULED = Blueprint(
    version=2,
    cells=(Cell("LD", "mudah", 3), Cell("KK", "sedang", 2), Cell("KK", "sulit", 2)),
    anchors=("LD-05", "KK-06"),
    enemies=(("LD-01", "LD-02", "LD-03"), ("LD-03", "KK-10"), ("LD-05", "LD-09")),
    exposure_cap=Decimal("0.45"),
)
"""A blueprint with every rule: enemies in a cell, across areas, and of an anchor."""


@given(sittings)
def test_a_form_fills_every_cell_of_the_blueprint(sitting: str) -> None:
    form = draw_planned(SECRET, sitting, PLAN)
    cells = Counter((ITEM[line.item].domain, ITEM[line.item].difficulty) for line in form.lines)
    assert cells == {(cell.domain, cell.difficulty): cell.count for cell in BLUEPRINT.cells}
    shown = {line.item for line in form.lines}
    assert len(shown) == len(form.lines) == 50
    assert all(len(shown & set(enemies)) <= 1 for enemies in BLUEPRINT.enemies)


@given(sittings)
def test_every_line_offers_its_items_options_once(sitting: str) -> None:
    for line in draw_planned(SECRET, sitting, PLAN).lines:
        item = ITEM[line.item]
        assert sorted(line.options) == [option.id for option in item.options]
        assert TYPE_OF[line.type] == item.type


@given(sittings)
def test_sections_stand_together_in_the_instruments_order(sitting: str) -> None:
    domains = [ITEM[line.item].domain for line in draw_planned(SECRET, sitting, PLAN).lines]
    assert domains == [domain.code for domain in BANK.instrument.domains for _ in range(10)]


@given(sittings, st.randoms(use_true_random=False))
def test_drawn_again_it_is_the_same_to_the_byte(sitting: str, chance: random.Random) -> None:
    shuffled = chance.sample(RULED_POOL, len(RULED_POOL))
    once = to_layout(draw(SECRET, sitting, RULED, RULED_POOL))
    assert to_layout(draw(SECRET, sitting, RULED, shuffled)) == once


def test_it_is_the_same_on_every_machine_and_in_every_version() -> None:
    pool = [
        *items(6),
        an_item("LD-07", fixed="d"),
        an_item("LD-08", kind="true_false", options="bs"),
        an_item("KK-01", domain="KK", kind="likert", options="12345"),
        an_item("KK-02", domain="KK", kind="numeric", options=""),
        an_item("KK-03", domain="KK", options="abcdefgh"),
        replace(an_item("KK-04", domain="KK", kind="matching"), targets=("x", "y")),
    ]
    blueprint = replace(
        a_blueprint(4, "LD", "KK"),
        anchors=("LD-07", "LD-08"),
        enemies=(("LD-01", "LD-02"), ("LD-03", "LD-07")),
    )
    drawn = plan(blueprint, pool)
    assert to_layout(draw_planned(SECRET, "0123456789ab", drawn)) == (
        "#e7463b76f054\n"
        "LD-06 s b,a,d,c\n"
        "LD-08 b b,s\n"
        "LD-05 s b,a,d,c\n"
        "LD-07 s a,b,c,d\n"
        "KK-01 l 1,2,3,4,5\n"
        "KK-03 s h,e,c,a,b,g,d,f\n"
        "KK-04 x c,d,a,b;x,y\n"
        "KK-02 n \n"
    )
    assert to_layout(draw_planned(SECRET, "zyxwvtsrqpnm", drawn)) == (
        "#0170a6cbdc7b\n"
        "LD-07 s c,b,a,d\n"
        "LD-08 b b,s\n"
        "LD-04 s a,b,c,d\n"
        "LD-05 s b,d,c,a\n"
        "KK-01 l 1,2,3,4,5\n"
        "KK-04 x b,a,d,c;x,y\n"
        "KK-02 n \n"
        "KK-03 s c,f,d,h,b,e,a,g\n"
    )


@given(sittings)
def test_secret_sitting_and_version_each_make_another_form(sitting: str) -> None:
    other_sitting = sitting[::-1] if sitting != sitting[::-1] else "0" * 11 + "1"
    made = {
        draw_planned(SECRET, sitting, PLAN).form_id,
        draw_planned(SECRET, other_sitting, PLAN).form_id,
        draw_planned(b"another", sitting, PLAN).form_id,
        draw_planned(SECRET, sitting, replace(PLAN, version=99)).form_id,
    }
    assert len(made) == 4


def test_an_item_more_in_one_cell_leaves_areas_without_a_tie_as_they_were() -> None:
    untied = plan(replace(BLUEPRINT, enemies=()), POOL)
    wider = plan(replace(BLUEPRINT, enemies=()), [*POOL, an_item("LD-99")])
    changed = 0
    for sitting in people(100):
        before = draw_planned(SECRET, sitting, untied).lines
        after = draw_planned(SECRET, sitting, wider).lines
        assert before[10:] == after[10:]
        changed += before != after
    assert changed > 0


def test_each_event_has_a_secret_of_its_own() -> None:
    assert event_secret(b"key", "kukar-2023") != event_secret(b"key", "kukar-2024")


def test_drawing_2_of_12_exposes_every_item_alike() -> None:
    drawn = plan(a_blueprint(2), items(12))
    seen = Counter(
        line.item
        for sitting in people(10_303)
        for line in draw_planned(SECRET, sitting, drawn).lines
    )
    assert len(seen) == 12
    assert all(1566 <= times <= 1868 for times in seen.values())
    assert sum(seen.values()) / 12 == pytest.approx(1717.17, abs=0.01)


@pytest.mark.parametrize("area", [domain.code for domain in BANK.instrument.domains])
def test_every_place_is_equally_likely_for_a_key(area: str) -> None:
    pool = [item for item in POOL if item.domain == area]
    cells = tuple(cell for cell in BLUEPRINT.cells if cell.domain == area)
    drawn = plan(replace(BLUEPRINT, cells=cells, enemies=()), pool)
    places = Counter(
        line.options.index(ITEM[line.item].key)
        for sitting in people(2_000)
        for line in draw_planned(SECRET, sitting, drawn).lines
    )
    assert evenly((places[place] for place in range(4)), 5_000)


def test_every_order_of_options_is_equally_likely() -> None:
    drawn = plan(a_blueprint(2), items(2))
    orders = Counter(
        (line.item, line.options)
        for sitting in people(4_800)
        for line in draw_planned(SECRET, sitting, drawn).lines
    )
    assert {options for _, options in orders} == set(permutations("abcd"))
    assert evenly(orders.values(), 200)


def test_every_order_of_items_is_equally_likely() -> None:
    drawn = plan(a_blueprint(4), items(4))
    orders = Counter(
        tuple(line.item for line in draw_planned(SECRET, sitting, drawn).lines)
        for sitting in people(4_800)
    )
    assert len(orders) == 24
    assert evenly(orders.values(), 200)


def test_orders_of_items_and_options_know_nothing_of_each_other() -> None:
    drawn = plan(a_blueprint(2), items(2))
    seen: Counter[tuple[object, ...]] = Counter()
    for sitting in people(9_600):
        first, second = draw_planned(SECRET, sitting, drawn).lines
        seen[first.item, first.options.index("a"), second.options.index("a")] += 1
    assert len(seen) == 2 * 4 * 4
    assert evenly(seen.values(), 300)


def test_every_set_of_items_without_enemies_is_equally_likely() -> None:
    blueprint = replace(a_blueprint(3), enemies=(("LD-01", "LD-02"), ("LD-02", "LD-03")))
    drawn = plan(blueprint, items(6))
    sets = Counter(
        frozenset(line.item for line in draw_planned(SECRET, sitting, drawn).lines)
        for sitting in people(6_500)
    )
    assert len(sets) == 13  # 20 choices of three, less 4 with 01 and 02, 4 with 02 and 03, plus 1
    assert evenly(sets.values(), 500)


@given(sittings)
def test_enemies_never_meet_and_anchors_are_always_there(sitting: str) -> None:
    shown = {line.item for line in draw(SECRET, sitting, RULED, RULED_POOL).lines}
    assert shown >= set(RULED.anchors)
    assert all(len(shown & set(enemies)) <= 1 for enemies in RULED.enemies)
    cells = Counter((item.domain, item.difficulty, item.code in shown) for item in RULED_POOL)
    assert all(cells[cell.domain, cell.difficulty, True] == cell.count for cell in RULED.cells)


def test_items_are_shown_as_often_as_the_plan_says_and_no_more_than_the_cap() -> None:
    drawn = plan(RULED, RULED_POOL)
    seen = Counter(
        line.item
        for sitting in people(10_303)
        for line in draw_planned(SECRET, sitting, drawn).lines
    )
    assert max(share for share in drawn.exposure.values() if share < 1) <= Fraction("0.45")
    for item, share in drawn.exposure.items():
        spread = float(10_303 * share * (1 - share)) ** 0.5
        assert abs(seen[item] - 10_303 * share) <= 4 * spread, item


@given(sittings)
def test_fixed_options_keep_their_place(sitting: str) -> None:
    pool = [an_item("LD-01", fixed="bd"), an_item("LD-02", options="abcdefgh", fixed="h")]
    lines = {line.item: line for line in draw(SECRET, sitting, a_blueprint(2), pool).lines}
    assert (lines["LD-01"].options[1], lines["LD-01"].options[3]) == ("b", "d")
    assert lines["LD-02"].options[7] == "h"
    assert sorted(lines["LD-02"].options) == list("abcdefgh")


def test_what_may_move_moves_evenly_around_a_fixed_option() -> None:
    drawn = plan(a_blueprint(1), [an_item("LD-01", fixed="b")])
    orders = Counter(
        draw_planned(SECRET, sitting, drawn).lines[0].options for sitting in people(3_000)
    )
    assert len(orders) == 6
    assert evenly(orders.values(), 500)


@pytest.mark.parametrize("kind", ["likert", "true_false"])
@given(sitting=sittings)
def test_likert_and_true_false_are_never_shuffled(kind: ItemType, sitting: str) -> None:
    pool = [an_item("LD-01", kind=kind, options="12345")]
    (line,) = draw(SECRET, sitting, a_blueprint(1), pool).lines
    assert line.options == tuple("12345")


def test_an_item_without_options_has_none() -> None:
    pool = [an_item("LD-01", kind="numeric", options="")]
    (line,) = draw(SECRET, "0" * 12, a_blueprint(1), pool).lines
    assert (line.type, line.options) == ("n", ())


@st.composite
def any_bank(draw_: st.DrawFn) -> tuple[Blueprint, list[PoolItem]]:
    """A small bank that its blueprint, with one anchor and some enemies, can draw from."""
    pool = [*items(draw_(st.integers(6, 9))), *items(draw_(st.integers(5, 7)), "KK")]
    codes = [item.code for item in pool]
    pairs = st.lists(st.sampled_from(codes), min_size=2, max_size=2, unique=True).map(tuple)
    enemies = tuple(draw_(st.lists(pairs, max_size=3)))
    peaceful = [code for code in codes if not any(code in pair for pair in enemies)]
    anchors = tuple(draw_(st.lists(st.sampled_from(peaceful), max_size=1)))
    return replace(a_blueprint(2, "LD", "KK"), anchors=anchors, enemies=enemies), pool


@given(any_bank(), sittings)
def test_whatever_the_bank_a_form_keeps_its_rules(
    bank: tuple[Blueprint, list[PoolItem]], sitting: str
) -> None:
    blueprint, pool = bank
    shown = [line.item for line in draw(SECRET, sitting, blueprint, pool).lines]
    assert [code[:2] for code in shown] == ["LD", "LD", "KK", "KK"]
    assert len(set(shown)) == 4
    assert set(blueprint.anchors) <= set(shown)
    assert all(len({*shown} & set(pair)) <= 1 for pair in blueprint.enemies)
