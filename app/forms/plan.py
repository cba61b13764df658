"""A plan: a blueprint laid over a pool, checked and counted once, then drawn from by thousands.

Every form that the blueprint permits is as likely as any other. So each item's expected exposure
is known exactly, and a plan whose forms would show an item more often than the cap is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, factorial
from typing import Final

from app.bank.model import Blueprint, Cell, ItemType
from app.forms.chance import arranged
from app.forms.enemies import Knot, Shelf, knots
from app.forms.model import LETTER_OF, FormFault, FormLine
from app.forms.pool import PoolItem

_NEVER_SHUFFLED: Final[frozenset[ItemType]] = frozenset({"true_false", "likert"})
_KEPT_ORDERS: Final = 120
"""Up to so many option orders (five free options) an item's lines are made once and shared."""
_UNKNOWN: Final = "the bank has no such item in this instrument's domains."


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may stand on a form, and the lines that it may have there."""

    item: PoolItem
    free: tuple[int, ...]
    """Places whose options may move."""
    orders: int
    """In how many ways they may."""
    lines: tuple[FormLine, ...]
    """The line for every order of the free options; empty where there are too many."""

    def line_of(self, number: int) -> FormLine:
        """Return the line with its free options in order ``number`` of 0 … ``orders`` - 1."""
        if self.lines:
            return self.lines[number]
        item, options = self.item, list(self.item.options)
        order = arranged([options[place] for place in self.free], len(self.free), number)
        for place, option in zip(self.free, order, strict=True):
            options[place] = option
        return FormLine(item.code, LETTER_OF[item.type], tuple(options), item.targets)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A cell of the blueprint and what may fill it; all items by code."""

    cell: Cell
    name: str
    """Of the cell, e.g. ``LD sulit``."""
    anchors: tuple[Candidate, ...]
    enemies: tuple[Candidate, ...]
    """Items with enemies: which of them stand on a form, a knot decides."""
    others: tuple[Candidate, ...]
    """Items without: drawn until the cell is full."""
    kept_out: tuple[Candidate, ...]
    """Enemies of anchors, which no form has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What `plan` made of a blueprint and a pool."""

    version: int
    sections: tuple[tuple[str, tuple[Stratum, ...]], ...]
    knots: tuple[Knot, ...]
    exposure: Mapping[str, Fraction]
    """The expected share of forms that show an item, of every item in a cell of the blueprint."""


def plan(blueprint: Blueprint, pool: Sequence[PoolItem]) -> Plan:
    """Lay a blueprint over a pool; the pool's order does not matter.

    Raises:
        FormFault: an item that stands in the pool twice, anchors or enemies that are unknown or
            contradict, a cell with too few items, an item above the exposure cap.
    """
    items = {item.code: item for item in sorted(pool, key=lambda item: item.code)}
    if len(items) < len(pool):
        raise FormFault("An item stands in the pool twice.")
    _check_enemies(blueprint, items)
    _check_anchors(blueprint, items)
    anchors = set(blueprint.anchors)
    kept_out = {
        code for enemies in blueprint.enemies if anchors & set(enemies) for code in enemies
    } - anchors
    shelves = [_shelf(cell, items, anchors, kept_out) for cell in blueprint.cells]
    tied = knots(shelves, blueprint.enemies)
    exposure = dict.fromkeys(kept_out, Fraction(0)) | dict.fromkeys(anchors, Fraction(1))
    for shelf in shelves:
        exposure |= {code: Fraction(shelf.wanted, len(shelf.codes)) for code in shelf.codes}
    for knot in tied:
        exposure |= knot.exposure
    _check_cap(blueprint, shelves, exposure)
    hostile = {code for knot in tied for code in knot.enemies}
    sections: dict[str, list[Stratum]] = {}
    for cell in blueprint.cells:
        here = [_candidate(item) for item in items.values() if _cell_of(item) == _name(cell)]
        stratum = Stratum(
            cell,
            _name(cell),
            anchors=tuple(each for each in here if each.item.code in anchors),
            enemies=tuple(each for each in here if each.item.code in hostile),
            others=tuple(
                each for each in here if each.item.code not in anchors | hostile | kept_out
            ),
            kept_out=tuple(each for each in here if each.item.code in kept_out),
        )
        sections.setdefault(cell.domain, []).append(stratum)
    ordered = tuple((domain, tuple(strata)) for domain, strata in sections.items())
    return Plan(blueprint.version, ordered, tuple(tied), exposure)


def _check_enemies(blueprint: Blueprint, items: Mapping[str, PoolItem]) -> None:
    for enemies in blueprint.enemies:
        said = ", ".join(enemies)
        if len(set(enemies)) < max(len(enemies), 2):
            raise FormFault(f"An enemy set names two or more different items, not: {said}.")
        for code in enemies:
            if code not in items:
                raise FormFault(f"The enemy set {said} names {code}: {_UNKNOWN}")


def _check_anchors(blueprint: Blueprint, items: Mapping[str, PoolItem]) -> None:
    anchors = blueprint.anchors
    for code in anchors:
        if code not in items:
            raise FormFault(f"The blueprint names the anchor {code}: {_UNKNOWN}")
        if anchors.count(code) > 1:
            raise FormFault(f"The blueprint names the anchor {code} twice.")
    counts = {_name(cell): cell.count for cell in blueprint.cells}
    for cell, codes in _by_cell(anchors, items).items():
        if len(codes) > counts.get(cell, 0):
            raise FormFault(
                f"{cell} has {len(codes)} anchors ({', '.join(codes)}), and a form has "
                f"{counts.get(cell, 0)} items of it: ask for more, or take anchors away."
            )
    for enemies in blueprint.enemies:
        both = [code for code in enemies if code in anchors]
        if len(both) > 1:
            raise FormFault(
                f"The anchors {' and '.join(both)} are enemies: a form cannot have them together."
            )


def _shelf(cell: Cell, items: Mapping[str, PoolItem], anchors: set[str], out: set[str]) -> Shelf:
    """Return what fills a cell beside its anchors."""
    held = {item.code for item in items.values() if _cell_of(item) == _name(cell)}
    shelf = Shelf(_name(cell), cell.count - len(held & anchors), frozenset(held - anchors - out))
    if shelf.wanted > len(shelf.codes):
        barred = f", of which {len(held & out)} are enemies of anchors" if held & out else ""
        raise FormFault(
            f"The blueprint asks for {cell.count} items of {shelf.name}, the bank has "
            f"{len(held)}{barred}: write {shelf.wanted - len(shelf.codes)} more, or ask for fewer."
        )
    return shelf


def _check_cap(
    blueprint: Blueprint, shelves: Sequence[Shelf], exposure: Mapping[str, Fraction]
) -> None:
    cap = blueprint.exposure_cap
    if cap is None:
        return
    faults = []
    for shelf in shelves:
        most = max(sorted(shelf.codes), key=exposure.__getitem__, default=None)
        if most is not None and exposure[most] > cap:
            enough = ceil(shelf.wanted / Fraction(cap))
            faults.append(
                f"{shelf.name} ({shelf.wanted} of {len(shelf.codes)} items: {most} on "
                f"{float(exposure[most]):.3f} of the forms; {enough} items or more are needed)"
            )
    if faults:
        raise FormFault(
            f"Items would be shown more often than the exposure cap of {cap} allows: "
            f"{'; '.join(faults)}. Write more items, ask for fewer, or raise the cap."
        )


def _candidate(item: PoolItem) -> Candidate:
    moves = item.type not in _NEVER_SHUFFLED
    free = tuple(
        place for place, option in enumerate(item.options) if moves and option not in item.fixed
    )
    orders = factorial(len(free))
    bare = Candidate(item, free, orders, ())
    if orders > _KEPT_ORDERS:
        return bare
    return replace(bare, lines=tuple(map(bare.line_of, range(orders))))


def _by_cell(codes: Iterable[str], items: Mapping[str, PoolItem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code in codes:
        found.setdefault(_cell_of(items[code]), []).append(code)
    return found


def _cell_of(item: PoolItem) -> str:
    return f"{item.domain} {item.difficulty}"


def _name(cell: Cell) -> str:
    return f"{cell.domain} {cell.difficulty}"
