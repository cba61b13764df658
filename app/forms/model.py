"""A form and its layout: the text in which Redis and the record hold it.

The first line is ``#<form id>``, then one line an item in screen order: ``LD-01 s c,a,d,b``,
that is code, letter of the type, options in screen order. Matching has two lists, ``a,b;x,y``;
numeric and hotspot have none, so their lines end in a space. Every line ends with a newline.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.bank.model import ItemType
from app.kit.errors import OpsError

LETTER_OF: Final[dict[ItemType, str]] = {
    "single": "s",
    "true_false": "b",
    "likert": "l",
    "situational": "j",
    "multiple": "m",
    "ordering": "o",
    "matching": "x",
    "numeric": "n",
    "hotspot": "h",
}
TYPE_OF: Final[dict[str, ItemType]] = {letter: name for name, letter in LETTER_OF.items()}
_ID_DIGITS: Final = 12
_WORDS: Final = 3


class FormFault(OpsError):
    """The bank or the blueprint cannot make a form; the sentence says what lacks."""


@dataclass(frozen=True, slots=True)
class FormLine:
    """One item on the screen. ``options`` in screen order; ``targets`` of a matching item."""

    item: str
    type: str
    """The letter of the type, see `LETTER_OF`."""
    options: tuple[str, ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One participant's item set, in screen order."""

    form_id: str
    """12 hex digits over the lines, keyed by event: another order of anything is another form."""
    lines: tuple[FormLine, ...]


def form_of(lines: Iterable[FormLine], key: bytes = b"") -> Form:
    """Return the form that these lines make, with its id.

    ``key`` is the event's secret: the same lines are another form in another event, where the
    items may have other revisions.
    """
    kept = tuple(lines)
    text = "".join(map(_line_text, kept))
    return Form(hmac.digest(key, text.encode(), "sha256").hex()[:_ID_DIGITS], kept)


def to_layout(form: Form) -> str:
    """Return the text in which a form is held."""
    return f"#{form.form_id}\n" + "".join(map(_line_text, form.lines))


def from_layout(layout: str) -> Form:
    """Read a form back.

    Raises:
        ValueError: when the text is no layout.
    """
    head, *rows = layout.split("\n")
    if not head.startswith("#") or not rows or rows.pop() != "":
        message = "a layout begins with #<form id> and ends with a newline"
        raise ValueError(message)
    return Form(head[1:], tuple(map(_line_from, rows)))


def codes_of(layout: str) -> list[str]:
    """Return the items of a layout in screen order; cheaper where nothing else is wanted."""
    return [row[: row.index(" ")] for row in layout.split("\n")[1:-1]]


def _line_text(line: FormLine) -> str:
    targets = f";{','.join(line.targets)}" if line.targets else ""
    return f"{line.item} {line.type} {','.join(line.options)}{targets}\n"


@lru_cache(maxsize=1 << 16)
def _line_from(row: str) -> FormLine:
    """Read a line; a bank makes a few thousand different ones, which all forms then share."""
    words = row.split(" ")
    if len(words) != _WORDS or words[1] not in TYPE_OF:
        message = f"no line of a layout: {row!r}"
        raise ValueError(message)
    options, _, targets = words[2].partition(";")
    return FormLine(words[0], words[1], _ids(options), _ids(targets))


def _ids(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
