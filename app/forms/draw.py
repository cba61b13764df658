"""Drawing a form: which items, in which order, with which option order.

A pure function of secret, sitting, blueprint and pool; each decision has a stream of its own,
named by what it decides, so a form can be drawn again and explained years later:

1. ``item|LD|sulit``: from each cell of the blueprint, n of its items, all choices equally likely.
2. ``order|LD``: the items of a section (an area) among themselves; sections keep their order.
3. ``options|LD``: the options of those items, one item after the other in screen order.

Fixed options keep their place; true/false and Likert are never shuffled.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Final

from app.bank.model import Blueprint, Cell, Item, ItemType
from app.forms.model import LETTER_OF, Form, FormLine, form_of
from app.forms.stream import Stream

_NEVER_SHUFFLED: Final[frozenset[ItemType]] = frozenset({"true_false", "likert"})
_KEPT_ORDERS: Final = 120
"""Up to so many option orders (five free options) an item's lines are made once and shared."""


class FormFault(ValueError):
    """The bank or the blueprint cannot make a form; the sentence (English) says what lacks."""


@dataclass(frozen=True, slots=True)
class PoolItem:
    """What drawing needs to know of an item."""

    code: str
    type: ItemType
    domain: str
    difficulty: str
    options: tuple[str, ...]
    fixed: frozenset[str] = frozenset()
    """Options that keep their place."""
    targets: tuple[str, ...] = ()
    """What the options of a matching item are matched with."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A blueprint laid over a pool: checked once, then drawn from thousands of times."""

    version: int
    sections: tuple[tuple[str, tuple["_Stratum", ...]], ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    item: PoolItem
    free: tuple[int, ...]
    """Places whose options may move."""
    lines: tuple[FormLine, ...]
    """The line for every order of the free options; empty where there are too many."""


@dataclass(frozen=True, slots=True)
class _Stratum:
    cell: Cell
    candidates: tuple[_Candidate, ...]


def event_secret(form_key: bytes, event: str) -> bytes:
    """Return the secret of an event's forms, from the installation's key."""
    return hmac.digest(form_key, f"forms|{event}".encode(), hashlib.sha256)


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
        )
        for item in items
    ]


def plan(blueprint: Blueprint, pool: Sequence[PoolItem]) -> Plan:
    """Lay a blueprint over a pool; the pool's order does not matter.

    Raises:
        FormFault: a cell that asks for more items than the pool has, an item that stands in the
            pool twice, or a rule of the blueprint that this draw does not know.
    """
    if blueprint.anchors or blueprint.enemies or blueprint.exposure_cap is not None:
        raise FormFault("Anchors, enemies and an exposure cap cannot be drawn yet.")
    cells: dict[tuple[str, str], list[_Candidate]] = {}
    for item in sorted(pool, key=lambda item: item.code):
        cells.setdefault((item.domain, item.difficulty), []).append(_candidate(item))
    if len({item.code for item in pool}) < len(pool):
        raise FormFault("An item stands in the pool twice.")
    sections: dict[str, list[_Stratum]] = {}
    for cell in blueprint.cells:
        candidates = tuple(cells.get((cell.domain, cell.difficulty), ()))
        if len(candidates) < cell.count:
            raise FormFault(
                f"The blueprint asks for {cell.count} items of {cell.domain} {cell.difficulty}, "
                f"the pool has {len(candidates)}."
            )
        sections.setdefault(cell.domain, []).append(_Stratum(cell, candidates))
    fixed = tuple((domain, tuple(strata)) for domain, strata in sections.items())
    return Plan(blueprint.version, fixed)


def draw_planned(secret: bytes, sitting: str, drawn: Plan) -> Form:
    """Draw a sitting's form by a plan; ``secret`` is the event's, see `event_secret`."""
    stem = f"{sitting}|{drawn.version}"
    lines: list[FormLine] = []
    for domain, strata in drawn.sections:
        chosen: list[_Candidate] = []
        for stratum in strata:
            label = f"{stem}|item|{domain}|{stratum.cell.difficulty}"
            chosen += Stream(secret, label).take(stratum.candidates, stratum.cell.count)
        ordered = Stream(secret, f"{stem}|order|{domain}").take(chosen, len(chosen))
        options = Stream(secret, f"{stem}|options|{domain}")
        lines += [_line(candidate, options) for candidate in ordered]
    return form_of(lines, secret)


def draw(secret: bytes, sitting: str, blueprint: Blueprint, pool: Sequence[PoolItem]) -> Form:
    """Draw one sitting's form; the same arguments give the same bytes. See `plan` for errors."""
    return draw_planned(secret, sitting, plan(blueprint, pool))


def _candidate(item: PoolItem) -> _Candidate:
    moves = item.type not in _NEVER_SHUFFLED
    free = tuple(
        place for place, option in enumerate(item.options) if moves and option not in item.fixed
    )
    if factorial(len(free)) > _KEPT_ORDERS:
        return _Candidate(item, free, ())
    orders = permutations(item.options[place] for place in free)
    return _Candidate(item, free, tuple(_ordered(item, free, order) for order in orders))


def _line(candidate: _Candidate, stream: Stream) -> FormLine:
    if candidate.lines:
        return candidate.lines[stream.below(len(candidate.lines))]
    item, free = candidate.item, candidate.free
    order = stream.take([item.options[place] for place in free], len(free))
    return _ordered(item, free, order)


def _ordered(item: PoolItem, free: Sequence[int], order: Sequence[str]) -> FormLine:
    options = list(item.options)
    for place, option in zip(free, order, strict=True):
        options[place] = option
    return FormLine(item.code, LETTER_OF[item.type], tuple(options), item.targets)
