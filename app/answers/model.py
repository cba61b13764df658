"""What may be answered: possible values an item type, in one canonical text each. Pure.

Values travel as: single choice, true/false, Likert, situational ``"b"`` · multiple ``["a","c"]``
(a set) · ordering ``["c","a","b"]`` · matching ``{"a":"x"}`` · numeric ``"12,5"`` as typed ·
hotspot ``[x,y]`` in thousandths · ``null`` clears.
"""

from collections.abc import Callable, Sequence
from typing import Final

from typing_extensions import TypeIs

from app.kit.json import canonical
from app.kit.numbers import plain_number

_THOUSANDTHS: Final = 1000

Reading = Callable[[object, Sequence[str], Sequence[str]], str | None]
"""value, options, targets → the canonical JSON text, or None where the value is impossible."""


def canonical_value(kind: str, options: Sequence[str], value: object) -> str | None:
    """Return the canonical text of an answer, or None where it is impossible for the item.

    ``kind`` is the letter of the form's layout; ``options`` its third column, split at commas (for
    matching ``a,b;x,y``, with the semicolon still inside).
    """
    if value is None:
        return "null"
    reading = _READINGS.get(kind)
    if reading is None:
        return None
    if kind == "x":
        left, _, right = ",".join(options).partition(";")
        return reading(value, left.split(","), right.split(","))
    return reading(value, options, ())


def _choice(value: object, options: Sequence[str], _: Sequence[str]) -> str | None:
    return f'"{value}"' if isinstance(value, str) and value in options else None


def _multiple(value: object, options: Sequence[str], _: Sequence[str]) -> str | None:
    if not _is_options(value, options):
        return None
    chosen = sorted(value)
    return canonical(chosen) if chosen else "null"


def _ordering(value: object, options: Sequence[str], _: Sequence[str]) -> str | None:
    if not _is_options(value, options) or len(value) != len(options):
        return None
    return canonical(value)


def _is_options(value: object, options: Sequence[str]) -> TypeIs[list[str]]:
    return (
        isinstance(value, list)
        and all(isinstance(one, str) and one in options for one in value)
        and len(set(value)) == len(value)
    )


def _matching(value: object, options: Sequence[str], targets: Sequence[str]) -> str | None:
    if not isinstance(value, dict):
        return None
    fits = all(
        left in options and isinstance(right, str) and right in targets
        for left, right in value.items()
    )
    if not fits:
        return None
    return canonical(value) if value else "null"


def _numeric(value: object, _: Sequence[str], __: Sequence[str]) -> str | None:
    if not isinstance(value, str):
        return None
    if not value.strip():
        return "null"
    plain = plain_number(value)
    return None if plain is None else canonical(plain)


def _hotspot(value: object, _: Sequence[str], __: Sequence[str]) -> str | None:
    if not isinstance(value, list) or len(value) != len(("x", "y")):
        return None
    fits = all(type(one) is int and 0 <= one <= _THOUSANDTHS for one in value)
    return canonical(value) if fits else None


_READINGS: Final[dict[str, Reading]] = {
    "s": _choice,
    "b": _choice,
    "l": _choice,
    "j": _choice,
    "m": _multiple,
    "o": _ordering,
    "x": _matching,
    "n": _numeric,
    "h": _hotspot,
}


def possible(layout: str, item: str, value: object) -> str | None:
    """Return the canonical text of a value for an item of a form; None where it cannot be.

    ``layout`` is the form as it is held (a line an item: ``item kind options``); it is searched as
    text, since taking it apart would cost more than the whole save.

    Raises:
        KeyError: when the item is not on the form.
    """
    at = layout.find(f"\n{item} ")
    if at < 0 or " " in item or "\n" in item or not item:
        raise KeyError(item)
    begin = at + len(item) + 2
    end = layout.index("\n", begin)
    kind, options = layout[begin], layout[begin + 2 : end]
    if value.__class__ is str and kind == "s":  # nearly every answer
        return f'"{value}"' if value in options.split(",") else None
    return canonical_value(kind, options.split(","), value)
