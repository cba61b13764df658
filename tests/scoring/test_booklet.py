"""A sheet is scored from the form's items and the answers' JSON texts."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.model import Missing, MissingPolicy
from app.scoring.booklet import Booklet, Question
from app.scoring.keys import (
    Key,
    LikertKey,
    MultipleKey,
    MultipleRule,
    NumericKey,
    SingleKey,
    WeightedKey,
    maximum,
)
from app.scoring.marking import is_blank, mark
from app.scoring.model import Mark, score
from tests.scoring.builders import AREAS, an_instrument

FORM = [f"{area}-{number:02d}" for area in AREAS for number in range(10)]


def a_booklet() -> Booklet:
    questions = {item: Question(item[:2], SingleKey("b"), Decimal(1)) for item in FORM}
    return Booklet(questions, an_instrument())


def test_half_right_stands_in_the_middle_of_the_scale() -> None:
    answers = {item: '"b"' if int(item[3:]) < 5 else '"c"' for item in FORM}
    result = a_booklet().score(FORM, answers)
    assert result.index == Fraction("2.5")
    assert [area.answered for area in result.areas.values()] == [10] * 5


def test_a_cleared_answer_is_a_blank_as_one_never_given() -> None:
    result = a_booklet().score(FORM, {"LD-00": "null"})
    assert result.areas["LD"].answered == 0
    assert result.areas["LD"].items == 10


def test_an_answer_to_an_item_outside_the_form_does_not_count() -> None:
    result = a_booklet().score(FORM[:-1], {FORM[-1]: '"b"'})
    assert result.points == 0


def test_the_same_sheet_gives_the_same_score_whatever_was_marked_before() -> None:
    booklet, answers = a_booklet(), dict.fromkeys(FORM[:7], '"b"')
    first = booklet.score(FORM, answers)
    assert booklet.score(FORM, dict.fromkeys(FORM, '"c"')).points == 0
    assert booklet.score(FORM, answers) == first == a_booklet().score(FORM, answers)


KEYS: dict[str, Key] = {
    "s": SingleKey("b"),
    "m": MultipleKey(frozenset("ab"), frozenset("abc"), MultipleRule.PER_OPTION),
    "j": WeightedKey({"a": Fraction(5), "b": Fraction(3)}),
    "l": LikertKey(tuple("abcd"), reverse=True),
    "n": NumericKey(Fraction(1, 3), Fraction(1, 10)),
}
SHEETS = st.dictionaries(
    st.builds(
        "{}{}-{}".format, st.sampled_from(AREAS), st.sampled_from(sorted(KEYS)), st.integers(0, 9)
    ),
    st.sampled_from([None, "null", '""', '"a"', '"b"', '["a"]', '["a","c"]', "[]", '"0.3"']),
)


@given(
    sheets=st.lists(SHEETS, min_size=1, max_size=4),
    policy=st.sampled_from(["zero", "exclude", "minimum_answered"]),
)
def test_what_is_kept_from_other_sheets_changes_no_score(
    sheets: list[dict[str, str | None]], policy: MissingPolicy
) -> None:
    weights = {item: Decimal(1 + int(item[-1]) % 3) for sheet in sheets for item in sheet}
    questions = {item: Question(item[:2], KEYS[item[2]], weights[item]) for item in weights}
    instrument = an_instrument(Missing(policy, 3))
    booklet = Booklet(questions, instrument)
    for sheet in sheets:
        marks = []
        for item, text in sheet.items():
            value, question = json.loads(text or "null"), questions[item]
            fraction = None if is_blank(value) else mark(question.key, value)
            weight, most = Fraction(question.weight), maximum(question.key)
            marks.append(Mark(question.area, fraction, weight, most))
        given_answers = {item: text for item, text in sheet.items() if text is not None}
        assert booklet.score(sheet, given_answers) == score(marks, instrument)


def test_a_form_with_an_item_that_the_bank_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        a_booklet().score(["??-01"], {})
