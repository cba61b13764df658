"""A number as an Indonesian reader types it, read exactly and never evaluated."""

import re
from fractions import Fraction

_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]+(,[0-9]+)?")
_POINT = re.compile(r"[+-]?[0-9]+\.[0-9]+")
_LONGEST = 40


def plain_number(text: str) -> str | None:
    """Return the number in ``text`` as digits with a decimal comma, or None when it is none.

    The comma is the decimal mark and points group thousands ("1.234,5" is "1234,5"). A point that
    cannot group thousands ("12.5", "0.125") is read as the decimal mark it was meant to be. No
    exponents, no fractions, no signs but one in front.
    """
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u2212", "-")
    if len(plain) > _LONGEST:
        return None
    if _GROUPED.fullmatch(plain):
        return plain.replace(".", "")
    if _COMMA.fullmatch(plain):
        return plain
    if _POINT.fullmatch(plain):
        return plain.replace(".", ",")
    return None


def typed_number(text: str) -> Fraction | None:
    """Return the number in ``text`` exactly, read as `plain_number` reads it."""
    plain = plain_number(text)
    return None if plain is None else Fraction(plain.replace(",", "."))
