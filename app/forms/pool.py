"""The pool: what drawing needs to know of the items, and the text in which the record keeps it.

An event's forms are all drawn from the pool that stood when the first of them was. The bank may
grow or change; the listing stays, so that a form can be drawn again and explained years later. It
has a line an item, by code: ``LD-01 1 s mudah a,b,c,d! LD``, that is code, revision, letter of the
type, difficulty, options (``!``: keeps its place; ``;`` before the targets of a matching item),
domain.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.bank.model import DIFFICULTIES, Difficulty, Item, ItemType
from app.forms.model import LETTER_OF, TYPE_OF

_DIGEST_DIGITS: Final = 16
_WORDS: Final = 6
_FIXED: Final = "!"
_DIFFICULTY_OF: Final[dict[str, Difficulty]] = {level: level for level in DIFFICULTIES}


@dataclass(frozen=True, slots=True)
class PoolItem:
    """What drawing needs to know of an item."""

    code: str
    type: ItemType
    domain: str
    difficulty: Difficulty
    options: tuple[str, ...]
    fixed: frozenset[str] = frozenset()
    """Options that keep their place."""
    targets: tuple[str, ...] = ()
    """What the options of a matching item are matched with."""
    revision: int = 1
    """Never looked at by drawing; says which text the form showed."""


def pool_of(items: Iterable[Item]) -> list[PoolItem]:
    """Return what drawing needs of bank items."""
    return [
        PoolItem(
            code=item.code,
            type=item.type,
            domain=item.domain,
            difficulty=item.difficulty,
            options=tuple(option.id for option in item.options),
            fixed=frozenset(option.id for option in item.options if option.fixed),
            revision=item.revision,
        )
        for item in items
    ]


def to_listing(pool: Sequence[PoolItem]) -> str:
    """Return the text of a pool; the pool's order does not matter."""
    return "".join(map(_line_text, sorted(pool, key=lambda item: item.code)))


def from_listing(listing: str) -> list[PoolItem]:
    """Read a pool back.

    Raises:
        ValueError: when the text is no listing.
    """
    return [_item_from(row) for row in listing.splitlines()]


def digest_of(listing: str) -> str:
    """Return the 16 hex digits by which a pool is told from another."""
    return hashlib.sha256(listing.encode()).hexdigest()[:_DIGEST_DIGITS]


def _line_text(item: PoolItem) -> str:
    options = ",".join(
        option + _FIXED if option in item.fixed else option for option in item.options
    )
    targets = f";{','.join(item.targets)}" if item.targets else ""
    letter = LETTER_OF[item.type]
    return (
        f"{item.code} {item.revision} {letter} {item.difficulty} {options}{targets} {item.domain}\n"
    )


def _item_from(row: str) -> PoolItem:
    words = row.split(" ", _WORDS - 1)
    if len(words) != _WORDS or words[2] not in TYPE_OF or words[3] not in _DIFFICULTY_OF:
        message = f"no line of a listing: {row!r}"
        raise ValueError(message)
    code, revision, letter, difficulty, choices, domain = words
    options, _, targets = choices.partition(";")
    marked = options.split(",") if options else []
    return PoolItem(
        code=code,
        type=TYPE_OF[letter],
        domain=domain,
        difficulty=_DIFFICULTY_OF[difficulty],
        options=tuple(option.removesuffix(_FIXED) for option in marked),
        fixed=frozenset(
            option.removesuffix(_FIXED) for option in marked if option.endswith(_FIXED)
        ),
        targets=tuple(targets.split(",")) if targets else (),
        revision=int(revision),
    )
