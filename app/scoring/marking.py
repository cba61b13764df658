"""Marking: one answer against one key gives an exact fraction, 0..1 of the item's maximum.

Pure, and it never raises for an answer: intake has refused impossible values long before, and
one odd value must not stop ten thousand scores. What does not fit the key earns nothing.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import assert_never

from app.kit.numbers import typed_number
from app.scoring.keys import (
    HotspotKey,
    Key,
    LikertKey,
    MatchingKey,
    MultipleKey,
    MultipleRule,
    NumericKey,
    OrderingKey,
    OrderingRule,
    SingleKey,
    WeightedKey,
)

_NOTHING = Fraction(0)
_ALL = Fraction(1)
_AXES = 2


def is_blank(value: object) -> bool:
    """Tell whether a value is no answer: cleared, or a set, map or text with nothing in it."""
    return value is None or value in ("", [], {})


def mark(key: Key, value: object) -> Fraction:  # noqa: PLR0911 - one return a type is the table
    """Return what ``value`` earns under ``key``; a blank earns 0."""
    if is_blank(value):
        return _NOTHING
    match key:
        case SingleKey():
            return _whole(value == key.right)
        case MultipleKey():
            return _multiple(key, value)
        case WeightedKey():
            earned = key.weights.get(value, _NOTHING) if isinstance(value, str) else _NOTHING
            return earned / key.maximum
        case LikertKey():
            return _likert(key, value)
        case MatchingKey():
            return _matching(key, value)
        case OrderingKey():
            return _ordering(key, value)
        case NumericKey():
            number = typed_number(value) if isinstance(value, str) else None
            return _whole(number is not None and abs(number - key.value) <= key.tolerance)
        case HotspotKey():
            return _hotspot(key, value)
        case _:
            assert_never(key)


def _multiple(key: MultipleKey, value: object) -> Fraction:
    chosen = set(_texts(value))
    if not chosen or not chosen <= key.options:
        return _NOTHING
    match key.rule:
        case MultipleRule.EXACT:
            return _whole(chosen == key.right)
        case MultipleRule.RIGHT_MINUS_WRONG:
            net = len(chosen & key.right) - len(chosen - key.right)
            return Fraction(max(net, 0), len(key.right))
        case MultipleRule.PER_OPTION:
            misjudged = len(chosen ^ key.right)
            return Fraction(len(key.options) - misjudged, len(key.options))
        case _:
            assert_never(key.rule)


def _likert(key: LikertKey, value: object) -> Fraction:
    if value not in key.steps:
        return _NOTHING
    last = len(key.steps) - 1
    step = key.steps.index(str(value))
    return Fraction(last - step if key.reverse else step, last)


def _matching(key: MatchingKey, value: object) -> Fraction:
    if not isinstance(value, Mapping):
        return _NOTHING
    right = sum(1 for left, target in key.pairs.items() if value.get(left) == target)
    return Fraction(right, len(key.pairs))


def _ordering(key: OrderingKey, value: object) -> Fraction:
    given = _texts(value)
    if sorted(given) != sorted(key.sequence):
        return _NOTHING
    match key.rule:
        case OrderingRule.EXACT:
            return _whole(given == key.sequence)
        case OrderingRule.POSITION:
            right = sum(1 for a, b in zip(given, key.sequence, strict=True) if a == b)
            return Fraction(right, len(given))
        case OrderingRule.PAIR:
            place = {option: at for at, option in enumerate(given)}
            pairs = list(combinations(key.sequence, 2))
            right = sum(1 for first, second in pairs if place[first] < place[second])
            return Fraction(right, len(pairs))
        case _:
            assert_never(key.rule)


def _hotspot(key: HotspotKey, value: object) -> Fraction:
    if not isinstance(value, list | tuple) or len(value) != _AXES:
        return _NOTHING
    x, y = value
    if not isinstance(x, int) or not isinstance(y, int):
        return _NOTHING
    return _whole(any(region.holds((x, y)) for region in key.regions))


def _texts(value: object) -> tuple[str, ...]:
    """Return a list's texts, or nothing for what is no list of texts."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return ()
    return tuple(value)


def _whole(right: bool) -> Fraction:  # noqa: FBT001 - all or nothing, by its name
    return _ALL if right else _NOTHING
