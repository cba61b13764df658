"""A drawn form: what the blueprint says, evenly, and the same whenever it is drawn again."""

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.model import Blueprint, ItemType
from app.bank.shipped import shipped_bank
from app.forms.draw import FormFault, draw, draw_planned, event_secret, plan, pool_of
from app.forms.model import TYPE_OF, to_layout
from app.kit.ids import sitting_number, sitting_text
from tests.forms.builders import SECRET, a_blueprint, an_item

BANK = shipped_bank()
POOL = pool_of(BANK.items)
BLUEPRINT = BANK.instrument.blueprint
ITEM = {item.code: item for item in BANK.items}
sittings = st.integers(0, 2**60 - 1).map(sitting_text)


@given(sittings)
def test_a_form_fills_every_cell_of_the_blueprint(sitting: str) -> None:
    form = draw(SECRET, sitting, BLUEPRINT, POOL)
    cells = Counter((ITEM[line.item].domain, ITEM[line.item].difficulty) for line in form.lines)
    assert cells == {(cell.domain, cell.difficulty): cell.count for cell in BLUEPRINT.cells}
    assert len({line.item for line in form.lines}) == len(form.lines) == 50


@given(sittings)
def test_every_line_offers_its_items_options_once(sitting: str) -> None:
    for line in draw(SECRET, sitting, BLUEPRINT, POOL).lines:
        item = ITEM[line.item]
        assert sorted(line.options) == [option.id for option in item.options]
        assert TYPE_OF[line.type] == item.type


@given(sittings)
def test_sections_stand_together_in_the_instruments_order(sitting: str) -> None:
    domains = [ITEM[line.item].domain for line in draw(SECRET, sitting, BLUEPRINT, POOL).lines]
    assert domains == [domain.code for domain in BANK.instrument.domains for _ in range(10)]


@given(sittings, st.randoms(use_true_random=False))
def test_drawn_again_it_is_the_same_to_the_byte(sitting: str, chance: random.Random) -> None:
    shuffled = chance.sample(POOL, len(POOL))
    once = to_layout(draw(SECRET, sitting, BLUEPRINT, POOL))
    assert to_layout(draw(SECRET, sitting, BLUEPRINT, shuffled)) == once


def test_it_is_the_same_on_every_machine_and_in_every_version() -> None:
    form = draw(SECRET, "0123456789ab", BLUEPRINT, POOL)
    assert form.form_id == "d6c39ab9a4bd"


@given(sittings)
def test_secret_sitting_and_version_each_make_another_form(sitting: str) -> None:
    other_sitting = sitting[::-1] if sitting != sitting[::-1] else "0" * 11 + "1"
    made = {
        draw(SECRET, sitting, BLUEPRINT, POOL).form_id,
        draw(SECRET, other_sitting, BLUEPRINT, POOL).form_id,
        draw(b"another", sitting, BLUEPRINT, POOL).form_id,
        draw(SECRET, sitting, replace(BLUEPRINT, version=2), POOL).form_id,
    }
    assert len(made) == 4


@given(sittings)
def test_an_item_more_in_one_cell_leaves_the_other_areas_as_they_were(sitting: str) -> None:
    wider = [*POOL, an_item("LD-99")]
    before = draw(SECRET, sitting, BLUEPRINT, POOL).lines
    after = draw(SECRET, sitting, BLUEPRINT, wider).lines
    assert before[10:] == after[10:]


def test_each_event_has_a_secret_of_its_own() -> None:
    assert event_secret(b"key", "kukar-2023") != event_secret(b"key", "kukar-2024")


def test_drawing_2_of_12_exposes_every_item_alike() -> None:
    drawn = plan(a_blueprint(2), [an_item(f"LD-{nth:02d}") for nth in range(12)])
    people = [sitting_text(sitting_number(b"key", "e", str(nth))) for nth in range(10_303)]
    seen = Counter(
        line.item for sitting in people for line in draw_planned(SECRET, sitting, drawn).lines
    )
    assert len(seen) == 12
    assert all(1566 <= times <= 1868 for times in seen.values())
    assert sum(seen.values()) / 12 == pytest.approx(1717.17, abs=0.01)


def test_every_place_is_equally_likely_for_a_key() -> None:
    people = [sitting_text(sitting_number(b"key", "e", str(nth))) for nth in range(1_000)]
    drawn = plan(BLUEPRINT, POOL)
    places = Counter(
        line.options.index(ITEM[line.item].key)
        for sitting in people
        for line in draw_planned(SECRET, sitting, drawn).lines
    )
    spread = sqrt(50_000 * 0.25 * 0.75)
    assert all(abs(places[place] - 12_500) < 4.5 * spread for place in range(4))


@given(sittings)
def test_fixed_options_keep_their_place(sitting: str) -> None:
    pool = [an_item("LD-01", fixed="bd"), an_item("LD-02", options="abcdefgh", fixed="h")]
    lines = {line.item: line for line in draw(SECRET, sitting, a_blueprint(2), pool).lines}
    assert (lines["LD-01"].options[1], lines["LD-01"].options[3]) == ("b", "d")
    assert lines["LD-02"].options[7] == "h"
    assert sorted(lines["LD-02"].options) == list("abcdefgh")


@pytest.mark.parametrize("kind", ["likert", "true_false"])
@given(sitting=sittings)
def test_likert_and_true_false_are_never_shuffled(kind: ItemType, sitting: str) -> None:
    pool = [an_item("LD-01", kind=kind, options="12345")]
    (line,) = draw(SECRET, sitting, a_blueprint(1), pool).lines
    assert line.options == tuple("12345")


def test_an_item_without_options_has_none() -> None:
    (line,) = draw(
        SECRET, "0" * 12, a_blueprint(1), [an_item("LD-01", kind="numeric", options="")]
    ).lines
    assert (line.type, line.options) == ("n", ())


def test_a_cell_that_the_bank_cannot_fill_is_named() -> None:
    with pytest.raises(FormFault, match="asks for 3 items of KK mudah, the pool has 0"):
        plan(a_blueprint(3, "LD", "KK"), [an_item(f"LD-{nth:02d}") for nth in range(3)])


def test_an_item_stands_in_the_pool_once() -> None:
    with pytest.raises(FormFault, match="twice"):
        plan(a_blueprint(1), [an_item("LD-01"), an_item("LD-01", domain="KK")])


@pytest.mark.parametrize(
    "unknown",
    [
        {"anchors": ("LD-01",)},
        {"enemies": (("LD-01", "LD-02"),)},
        {"exposure_cap": Decimal("0.45")},
    ],
)
def test_a_rule_that_is_not_drawn_yet_is_refused(unknown: dict[str, object]) -> None:
    blueprint: Blueprint = replace(BLUEPRINT, **unknown)  # type: ignore[arg-type]
    with pytest.raises(FormFault, match="cannot be drawn yet"):
        plan(blueprint, POOL)
