"""Keys as the bank holds them (JSON), read into the keys that mark.

A shape a type:

- single, true_false: ``"b"``
- multiple: ``{"right": ["a", "c"], "rule": "exact" | "right-minus-wrong" | "per-option"}``
- situational: ``{"a": 5, "b": 3, "c": 0}``, the options' weights
- likert: ``{"reverse": true}``; the steps are the item's options, from the least on
- matching: ``{"a": "x", "b": "y"}``
- ordering: ``{"sequence": ["c", "a", "b"], "rule": "exact" | "position" | "pair"}``
- numeric: ``{"value": "12,5", "tolerance": "0,1"}``, written as a participant would
- hotspot: ``{"regions": [{"corner": [x, y], "opposite": [x, y]},
  {"centre": [x, y], "radius": r}]}``, in thousandths of the picture

Rules have defaults: ``exact`` for both. So has ``reverse`` (false) and ``tolerance`` (0).
"""

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, assert_never

from app.bank.model import ItemRow, ItemType
from app.kit.json import canonical
from app.kit.numbers import typed_number
from app.scoring.keys import (
    Circle,
    HotspotKey,
    Key,
    KeyFault,
    LikertKey,
    MatchingKey,
    MultipleKey,
    MultipleRule,
    NumericKey,
    OrderingKey,
    OrderingRule,
    Point,
    Rectangle,
    SingleKey,
    WeightedKey,
)

_DIGITS: Final = 12


def digest_of_keys(bank: Iterable[ItemRow]) -> str:
    """Return 12 hex digits over all of a bank that marks: another text of a stem changes nothing.

    ``bank`` in an order that is always the same.
    """
    marking = [
        [
            item.code,
            item.type,
            item.domain,
            str(item.weight),
            item.key,
            [o.id for o in item.options],
        ]
        for item in bank
    ]
    return hashlib.sha256(canonical(marking).encode()).hexdigest()[:_DIGITS]


def read_key(item_type: ItemType, written: Any, options: Sequence[str]) -> Key:  # noqa: ANN401
    """Return the key of an item; ``options`` are the ids of its options in the bank's order.

    Raises:
        KeyFault: when it is not of its type's shape, names an option that is not offered, or
            could not mark.
    """
    try:
        key = _read(item_type, written, options)
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        if isinstance(fault, KeyFault):
            raise
        sentence = f"a {item_type} item cannot have the key {written!r}"
        raise KeyFault(sentence) from fault
    _check_offered(key, options)
    return key


def _read(  # noqa: PLR0911 - one return a type is the table
    item_type: ItemType,
    written: Any,  # noqa: ANN401
    options: Sequence[str],
) -> Key:
    match item_type:
        case "single" | "true_false":
            return SingleKey(_option(written))
        case "multiple":
            rule = MultipleRule(written.get("rule", "exact"))
            return MultipleKey(frozenset(written["right"]), frozenset(options), rule)
        case "situational":
            return WeightedKey({option: _number(weight) for option, weight in written.items()})
        case "likert":
            return LikertKey(tuple(options), reverse=bool(written.get("reverse", False)))
        case "matching":
            return MatchingKey(dict(written))
        case "ordering":
            rule_of_order = OrderingRule(written.get("rule", "exact"))
            return OrderingKey(tuple(written["sequence"]), rule_of_order)
        case "numeric":
            return NumericKey(_number(written["value"]), _number(written.get("tolerance", 0)))
        case "hotspot":
            return HotspotKey([_region(region) for region in written["regions"]])
        case _:
            assert_never(item_type)


def _check_offered(key: Key, options: Sequence[str]) -> None:
    named: set[str] = set()
    match key:
        case SingleKey():
            named = {key.right}
        case WeightedKey():
            named = set(key.weights)
        case OrderingKey():
            named = set(key.sequence)
        case _:
            return
    unknown = named - set(options)
    if unknown:
        sentence = f"the key names {sorted(unknown)}, which is not offered"
        raise KeyFault(sentence)


def _option(written: object) -> str:
    if not isinstance(written, str):
        raise TypeError
    return written


def _region(written: dict[str, Any]) -> Rectangle | Circle:
    if "radius" in written:
        return Circle(_point(written["centre"]), int(written["radius"]))
    return Rectangle(_point(written["corner"]), _point(written["opposite"]))


def _point(written: Sequence[int]) -> Point:
    x, y = written
    return int(x), int(y)


def _number(written: object) -> Fraction:
    """Read a number exactly; a binary fraction of a float would not be what was written."""
    if isinstance(written, int | Decimal):
        return Fraction(written)
    number = typed_number(repr(written) if isinstance(written, float) else str(written))
    if number is None:
        sentence = f"{written!r} is no number"
        raise KeyFault(sentence)
    return number
