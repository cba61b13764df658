"""A typed number is read as an Indonesian reader means it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.numbers import typed_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"),
        ("1.234,5", "1234.5"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("12.5", "12.5"),
        ("0.125", "0.125"),
        ("1 234", "1234"),
        ("-3,5", "-3.5"),
        ("\u22123,5", "-3.5"),
        ("007", "7"),
    ],
)
def test_is_read(text: str, number: str) -> None:
    assert typed_number(text) == Fraction(number)


@pytest.mark.parametrize(
    "text",
    ["", "-", ",5", "5,", "1,2,3", "1,234.5", "1e3", "1/3", "2+2", "nan", "inf", "٣", "9" * 41],
)
def test_is_not_read(text: str) -> None:
    assert typed_number(text) is None


@given(st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4))
def test_every_decimal_with_a_comma_comes_back(number: object) -> None:
    assert typed_number(str(number).replace(".", ",")) == Fraction(str(number))
