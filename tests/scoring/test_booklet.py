"""A sheet is scored from the form's items and the answers' JSON texts."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.scoring.booklet import Booklet, Question
from app.scoring.keys import SingleKey
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


def test_a_form_with_an_item_that_the_bank_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        a_booklet().score(["??-01"], {})
