"""Enemies: items that never meet on a form, counted and drawn exactly.

Of all the item sets that a blueprint permits, each is as likely as any other. A cell without
enemies is drawn for itself. Where an enemy set lies in a cell or across cells, these cells make a
*knot*. Its enemies fall into *clusters* (joined by enemy sets, directly or through others); of
each cluster a form may have one of several *picks* (sets without two enemies, the empty one among
them); items without enemies fill the cells up.

A pick weighs as much as there are ways to complete the knot after it. So choosing cluster by
cluster by these weights makes every permitted set equally likely, and the expected exposure of
every item is a ratio of two whole numbers: nothing is tried and thrown away, nothing is estimated.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, prod
from operator import sub
from typing import Final, TypeVar

from app.forms.model import FormFault

_MOST_PICKS: Final = 5_000
"""Of one cluster: a cluster of 12 pairs in a row has 377."""
_MOST_STATES: Final = 20_000
"""Of one knot: numbers of items still wanted, cell by cell, before each of its clusters."""

Thing = TypeVar("Thing")
Wants = tuple[int, ...]
"""How many items each cell of a knot (still) wants."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A cell as this module sees it: its name, how many items it wants, out of which."""

    name: str
    wanted: int
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Pick:
    items: tuple[str, ...]
    takes: Wants
    """How many items of each cell of the knot these are."""


@dataclass(frozen=True, slots=True)
class _Branch:
    """The picks that a cluster still allows, and what follows each."""

    bounds: tuple[int, ...]
    """The ways to go on after each pick, added up."""
    picks: tuple[tuple[str, ...], ...]
    nexts: tuple["_Branch | None", ...]


@dataclass(frozen=True, slots=True)
class Knot:
    """Cells tied to one another by enemies."""

    name: str
    """Its cells, joined by ``+``."""
    outcomes: int
    """How many item sets are permitted in these cells."""
    enemies: frozenset[str]
    exposure: dict[str, Fraction]
    """The share of forms on which each item of these cells stands."""
    first: _Branch | None

    def taken_by(self, number: int) -> list[str]:
        """Return which enemies stand on a form, by a number of 0 … ``outcomes`` - 1."""
        taken: list[str] = []
        branch = self.first
        while branch is not None:
            at = bisect_right(branch.bounds, number)
            number -= branch.bounds[at - 1] if at else 0
            taken += branch.picks[at]
            branch = branch.nexts[at]
        return taken


def knots(shelves: Sequence[Shelf], enemies: Iterable[Collection[str]]) -> list[Knot]:
    """Tie cells together; members of enemy sets that stand on no shelf are passed over.

    Raises:
        FormFault: where enemies leave a cell too little, or are too entangled to be counted.
    """
    shelf_of = {code: shelf for shelf in shelves for code in shelf.codes}
    present = [{code for code in enemy if code in shelf_of} for enemy in enemies]
    sets = [enemy for enemy in present if len(enemy) > 1]
    clusters = sorted(map(sorted, _joined(sets)))
    found = []
    for tied in _joined({shelf_of[code] for code in cluster} for cluster in clusters):
        mine = [cluster for cluster in clusters if shelf_of[cluster[0]] in tied]
        found.append(_knot([shelf for shelf in shelves if shelf in tied], mine, sets))
    return sorted(found, key=lambda knot: knot.name)


def _knot(
    shelves: Sequence[Shelf], clusters: Sequence[Sequence[str]], sets: Sequence[set[str]]
) -> Knot:
    """Count a knot: forwards the ways to get somewhere, backwards the ways to go on from there."""
    steps = [_picks(cluster, sets, shelves) for cluster in clusters]
    tied = {code for cluster in clusters for code in cluster}
    free = [sorted(shelf.codes - tied) for shelf in shelves]
    wants = tuple(shelf.wanted for shelf in shelves)
    reached = _reached(wants, steps, shelves)
    shown: Counter[str] = Counter()
    ahead: dict[Wants, tuple[int, _Branch | None]] = {}
    shown_free = [0] * len(shelves)
    for state, before in reached[-1].items():
        ways = prod(comb(len(codes), wanted) for codes, wanted in zip(free, state, strict=True))
        ahead[state] = ways, None
        for nth, wanted in enumerate(state):
            shown_free[nth] += before * ways * wanted
    for picks, states in zip(reversed(steps), reversed(reached[:-1]), strict=True):
        ahead = {
            state: _branch(state, before, picks, ahead, shown) for state, before in states.items()
        }
    outcomes, first = ahead[wants]
    if outcomes == 0:
        raise _cannot_be_filled(shelves, steps, free)
    name = "+".join(shelf.name for shelf in shelves)
    exposure = {code: Fraction(shown[code], outcomes) for code in tied}
    for codes, times in zip(free, shown_free, strict=True):
        exposure |= {code: Fraction(times, outcomes * len(codes)) for code in codes}
    return Knot(name, outcomes, frozenset(tied), exposure, first)


def _reached(
    wants: Wants, steps: Sequence[Sequence[_Pick]], shelves: Sequence[Shelf]
) -> list[dict[Wants, int]]:
    """Return what may be wanted still before each cluster and after the last, in how many ways."""
    reached: list[dict[Wants, int]] = [{wants: 1}]
    for picks in steps:
        after: Counter[Wants] = Counter()
        for state, ways in reached[-1].items():
            for pick in picks:
                if rest := _rest(state, pick):
                    after[rest] += ways
        reached.append(after)
        if sum(map(len, reached)) > _MOST_STATES:
            raise _too_entangled(shelf.name for shelf in shelves)
    return reached


def _branch(
    state: Wants,
    before: int,
    picks: Sequence[_Pick],
    ahead: Mapping[Wants, tuple[int, _Branch | None]],
    shown: Counter[str],
) -> tuple[int, _Branch | None]:
    """Return the ways to go on from a state, and the choice there; add up what it shows."""
    bounds: list[int] = []
    kept: list[tuple[str, ...]] = []
    nexts: list[_Branch | None] = []
    total = 0
    for pick in picks:
        rest = _rest(state, pick)
        ways, following = ahead[rest] if rest else (0, None)
        if ways:
            total += ways
            bounds.append(total)
            kept.append(pick.items)
            nexts.append(following)
            for code in pick.items:
                shown[code] += before * ways
    return total, _Branch(tuple(bounds), tuple(kept), tuple(nexts))


def _rest(state: Wants, pick: _Pick) -> Wants | None:
    """Return what is wanted after a pick; None where it takes too much."""
    rest = tuple(map(sub, state, pick.takes))
    return rest if min(rest) >= 0 else None


def _picks(
    cluster: Sequence[str], sets: Sequence[set[str]], shelves: Sequence[Shelf]
) -> list[_Pick]:
    """Return all sets of a cluster's items without two enemies."""
    grown: list[tuple[str, ...]] = [()]
    for code in cluster:
        enemies = {other for enemy in sets if code in enemy for other in enemy}
        grown += [(*items, code) for items in grown if enemies.isdisjoint(items)]
        if len(grown) > _MOST_PICKS:
            raise _too_entangled(cluster)
    return [
        _Pick(items, tuple(len(shelf.codes.intersection(items)) for shelf in shelves))
        for items in grown
    ]


def _joined(groups: Iterable[Collection[Thing]]) -> list[set[Thing]]:
    """Return the groups, those that share a member made one."""
    joined: list[set[Thing]] = []
    for group in groups:
        merged = set(group)
        apart = []
        for other in joined:
            if merged.isdisjoint(other):
                apart.append(other)
            else:
                merged |= other
        joined = [*apart, merged]
    return joined


def _cannot_be_filled(
    shelves: Sequence[Shelf], steps: Sequence[Sequence[_Pick]], free: Sequence[Sequence[str]]
) -> FormFault:
    for nth, shelf in enumerate(shelves):
        most = len(free[nth]) + sum(max(pick.takes[nth] for pick in picks) for picks in steps)
        if most < shelf.wanted:
            return FormFault(
                f"A form needs {shelf.wanted} items of {shelf.name}; of the {len(shelf.codes)} "
                f"there, {most} at most can stand on one form, the others are their enemies. "
                "Add items, or ask for fewer."
            )
    names = ", ".join(f"{shelf.name} ({shelf.wanted} items)" for shelf in shelves)
    return FormFault(
        f"Enemies leave no way to fill these cells on one form: {names}. Add items to one of "
        "them, or ask for fewer."
    )


def _too_entangled(names: Iterable[str]) -> FormFault:
    return FormFault(
        f"The enemies among {', '.join(names)} are too entangled to be counted: split the enemy "
        "sets, so that fewer items hang together."
    )
