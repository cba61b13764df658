import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers.model import canonical_value, possible
from app.forms.model import LETTER_OF

OPTIONS = {
    "s": "c,a,d,b",
    "b": "b,s",
    "l": "1,2,3,4,5",
    "j": "a,b,c",
    "m": "d,c,b,a",
    "o": "c,b,a",
    "x": "a,b;x,y,z",
    "n": "",
    "h": "",
}
LAYOUT = "#0123456789ab\n" + "".join(f"I-{kind} {kind} {o}\n" for kind, o in OPTIONS.items())

POSSIBLE = [
    ("s", "b", '"b"'),
    ("b", "s", '"s"'),
    ("l", "5", '"5"'),
    ("j", "c", '"c"'),
    ("m", ["c", "a"], '["a","c"]'),
    ("m", ["a"], '["a"]'),
    ("m", [], "null"),
    ("o", ["a", "c", "b"], '["a","c","b"]'),
    ("x", {"b": "y", "a": "x"}, '{"a":"x","b":"y"}'),
    ("x", {"a": "z"}, '{"a":"z"}'),
    ("x", {"a": "x", "b": "x"}, '{"a":"x","b":"x"}'),
    ("x", {}, "null"),
    ("n", "12,5", '"12,5"'),
    ("n", " 12.5 ", '"12,5"'),
    ("n", "1.000,5", '"1000,5"'),
    ("n", "-3", '"-3"'),
    ("n", "+0007", '"+0007"'),
    ("n", "  ", "null"),
    ("h", [0, 1000], "[0,1000]"),
    *((kind, None, "null") for kind in OPTIONS),
]
IMPOSSIBLE: dict[str, list[object]] = {
    **{kind: ["e", "", "a,b", "a ", 1, True, ["a"], {}] for kind in "sblj"},
    "m": ["a", ["a", "a"], ["e"], [1], [None], [["a"]], {"a": 1}, 0],
    "o": [[], ["a", "b"], ["a", "b", "b"], ["a", "b", "e"], "cab", {}],
    "x": [{"a": "q"}, {"c": "x"}, {"a": 1}, {"a": None}, ["a", "x"], "a"],
    "n": [12, 12.5, "1e3", "1.00,5", "\u0661", "0x1", "1\n2", "1\x002", "-", [], {}, ",5", "5,"],
    "n-": ["1" * 41, "1," + "1" * 40],
    "h": [[0], [0, 1, 2], [0, 1001], [-1, 0], [0.5, 1], [True, 0], "0,0"],
}


@pytest.mark.parametrize(("kind", "value", "text"), POSSIBLE)
def test_a_possible_value_has_one_text(kind: str, value: object, text: str) -> None:
    assert possible(LAYOUT, f"I-{kind}", value) == text


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in IMPOSSIBLE.items() for value in values]
)
def test_an_impossible_value_has_none(kind: str, value: object) -> None:
    assert possible(LAYOUT, f"I-{kind[0]}", value) is None


@pytest.mark.parametrize("item", ["", "I", "I-", "I-s ", "I-s s", "#0123456789ab", "\nI-s", "I-S"])
def test_an_item_of_another_form_is_unknown(item: str) -> None:
    with pytest.raises(KeyError):
        possible(LAYOUT, item, "a")


def test_every_type_of_the_bank_can_be_answered() -> None:
    assert set(OPTIONS) == set(LETTER_OF.values())


def test_a_type_that_nobody_knows_takes_nothing() -> None:
    assert canonical_value("?", ["a"], "a") is None


@given(st.permutations("abcd"), st.integers(0, 4))
def test_the_order_of_a_set_does_not_matter(order: list[str], chosen: int) -> None:
    first, again = order[:chosen], sorted(order[:chosen], reverse=True)
    assert possible(LAYOUT, "I-m", first) == possible(LAYOUT, "I-m", again)


@given(st.permutations("abc"), st.permutations("abc"))
def test_the_order_of_an_ordering_is_its_answer(one: list[str], other: list[str]) -> None:
    same = possible(LAYOUT, "I-o", one) == possible(LAYOUT, "I-o", other)
    assert same == (one == other)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("a"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(OPTIONS)), ANYTHING)
def test_whatever_is_sent_is_possible_or_not_and_possible_values_are_canonical(
    kind: str, value: object
) -> None:
    text = possible(LAYOUT, f"I-{kind}", value)
    if text is not None:
        assert "\n" not in text
        assert possible(LAYOUT, f"I-{kind}", json.loads(text)) == text
