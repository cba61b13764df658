"""The figures of an event, as they may be shown: counts, means and who must not be singled out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.scoring.model import shown

SMALLEST_GROUP = 5
"""Groups of fewer people show no mean inside the agency; it would name a person's score."""

_MEAN_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; both are always shown, since published shares did not reconcile."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """Return the share in per cent with one decimal, None of nothing."""
        if self.denominator == 0:
            return None
        return shown(Fraction(100 * self.numerator, self.denominator), 1)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over ``people`` persons; None over nobody, or where it is kept back."""

    people: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class AreaLine:
    """The mean of one area."""

    code: str
    name: str
    mean: Mean


@dataclass(frozen=True, slots=True)
class BandLine:
    """How many people fell into a band."""

    code: str
    label: str
    people: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One work unit: taken part of assigned, and the mean of those who have an index."""

    code: str
    name: str
    kind: str
    participation: Share
    scored: int
    index: Mean
    kept_back: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """An event's figures. All means are over people, never over units.

    ``participation``: sittings handed in (or swept) of the event's target. ``scored``: those with
    a result. ``index_places`` and ``area_places`` say how many decimals are shown.
    """

    event: str
    title: str
    instrument_id: str
    instrument_version: int
    participation: Share
    scored: int
    index: Mean
    index_places: int
    area_places: int
    areas: tuple[AreaLine, ...]
    bands: tuple[BandLine, ...]
    units: tuple[UnitLine, ...]


def mean(total: Decimal | None, people: int) -> Mean:
    """Return the mean of stored scores; twelve places undo that they were stored with fifteen."""
    if total is None or people == 0:
        return Mean(people, None)
    return Mean(people, shown(Fraction(total) / people, _MEAN_DIGITS))


def keep_back(units: Sequence[UnitLine], smallest: int = SMALLEST_GROUP) -> tuple[UnitLine, ...]:
    """Return the lines without the means of small groups.

    The mean of all gives away what the other lines leave over. So, while those kept back are
    together fewer than ``smallest``, the next larger group is kept back too.
    """
    by_size = sorted(
        (at for at, unit in enumerate(units) if unit.index.people),
        key=lambda at: (units[at].index.people, units[at].code),
    )
    hidden: set[int] = set()
    people = 0
    for at in by_size:
        size = units[at].index.people
        if size >= smallest and (not hidden or people >= smallest):
            break
        hidden.add(at)
        people += size
    return tuple(
        replace(unit, index=Mean(unit.index.people, None), kept_back=True) if at in hidden else unit
        for at, unit in enumerate(units)
    )
