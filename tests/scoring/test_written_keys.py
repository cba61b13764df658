"""The bank's keys are read for every type, and a wrong one is refused with a reason."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from app.bank.model import ItemRow, ItemType, Option
from app.scoring.keys import KeyFault
from app.scoring.marking import mark
from app.scoring.written_keys import digest_of_keys, read_key

OPTIONS = ("a", "b", "c", "d")
CASES: tuple[tuple[ItemType, object, object, Fraction], ...] = (
    ("single", "b", "b", Fraction(1)),
    ("true_false", "a", "b", Fraction(0)),
    ("multiple", {"right": ["a", "c"]}, ["c", "a"], Fraction(1)),
    ("multiple", {"right": ["a", "c"], "rule": "per-option"}, ["a"], Fraction(3, 4)),
    ("multiple", {"right": ["a", "c"], "rule": "right-minus-wrong"}, ["a"], Fraction(1, 2)),
    ("situational", {"a": 5, "b": 4, "c": "2,5", "d": 0}, "c", Fraction(1, 2)),
    ("likert", {}, "d", Fraction(1)),
    ("likert", {"reverse": True}, "d", Fraction(0)),
    ("matching", {"a": "x", "b": "y"}, {"a": "x", "b": "x"}, Fraction(1, 2)),
    ("ordering", {"sequence": ["a", "b", "c"], "rule": "pair"}, ["a", "c", "b"], Fraction(2, 3)),
    ("numeric", {"value": "12,5", "tolerance": 0.1}, "12,6", Fraction(1)),
    ("numeric", {"value": 1250}, "1.250", Fraction(1)),
    ("hotspot", {"regions": [{"centre": [500, 500], "radius": 9}]}, [509, 500], Fraction(1)),
    ("hotspot", {"regions": [{"corner": [0, 0], "opposite": [9, 9]}]}, [9, 10], Fraction(0)),
)


@pytest.mark.parametrize(("item_type", "written", "value", "earned"), CASES)
def test_a_written_key_marks(
    item_type: ItemType, written: object, value: object, earned: Fraction
) -> None:
    assert mark(read_key(item_type, written, OPTIONS), value) == earned


@pytest.mark.parametrize(
    ("item_type", "written"),
    [
        ("single", "e"),
        ("single", {"right": "a"}),
        ("multiple", ["a"]),
        ("multiple", {"right": ["e"]}),
        ("multiple", {"right": ["a"], "rule": "mostly"}),
        ("situational", {"a": "banyak"}),
        ("situational", {"e": 5}),
        ("likert", "a"),
        ("matching", "a"),
        ("ordering", {"sequence": ["a", "e"]}),
        ("numeric", {"value": "2+2"}),
        ("hotspot", {"regions": [{"centre": [1], "radius": 1}]}),
    ],
)
def test_a_key_that_does_not_fit_its_item_is_refused(item_type: ItemType, written: object) -> None:
    with pytest.raises(KeyFault):
        read_key(item_type, written, OPTIONS)


ITEM = ItemRow(
    code="LD-01",
    revision=1,
    type="single",
    domain="LD",
    competence="1.1",
    difficulty="mudah",
    stem="?",
    options=(Option("a", "ya"), Option("b", "tidak")),
    key="b",
    weight=Decimal(1),
    rationale="",
    id=7,
)


@pytest.mark.parametrize(
    "other",
    [
        replace(ITEM, key="a"),
        replace(ITEM, weight=Decimal(2)),
        replace(ITEM, type="true_false"),
        replace(ITEM, domain="KK"),
        replace(ITEM, code="LD-02"),
        replace(ITEM, options=ITEM.options[::-1]),
    ],
)
def test_the_digest_of_keys_is_another_when_anything_that_marks_is(other: ItemRow) -> None:
    assert digest_of_keys([other]) != digest_of_keys([ITEM])
    assert digest_of_keys([ITEM, other]) != digest_of_keys([ITEM])


def test_what_is_only_read_changes_no_digest_of_keys() -> None:
    reworded = replace(
        ITEM, stem="!", rationale="!", revision=2, options=(Option("a", "!"), Option("b", "!"))
    )
    assert digest_of_keys([reworded]) == digest_of_keys([ITEM])
