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
class Funnel:
    """From all who sit in the event to those who have a result, in sittings.

    ``walk_ins`` of the ``registered`` came without standing on the list.
    """

    registered: int
    walk_ins: int
    started: int
    submitted: int
    scored: int

    def __add__(self, other: "Funnel") -> "Funnel":
        return Funnel(
            self.registered + other.registered,
            self.walk_ins + other.walk_ins,
            self.started + other.started,
            self.submitted + other.submitted,
            self.scored + other.scored,
        )

    @property
    def participation(self) -> Share:
        """Return those who handed in (or were swept) of those registered."""
        return Share(self.submitted, self.registered)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One work unit: how far its people are, and the mean of those who have an index."""

    code: str
    name: str
    kind: str
    funnel: Funnel
    index: Mean
    kept_back: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """An event's figures. All means are over people, never over units.

    ``target``: how many were to take part, which walk-ins and absences from the list do not move.
    ``outdated``: results by other keys than the bank has now. ``index_places`` and ``area_places``
    say how many decimals are shown. ``kept_back``: so few have a result that no mean is shown.
    """

    event: str
    title: str
    instrument_id: str
    instrument_version: int
    target: int
    funnel: Funnel
    outdated: int
    index: Mean
    index_places: int
    area_places: int
    areas: tuple[AreaLine, ...]
    bands: tuple[BandLine, ...]
    units: tuple[UnitLine, ...]
    kept_back: bool = False

    @property
    def participation(self) -> Share:
        """Return those who handed in (or were swept) of the target."""
        return Share(self.funnel.submitted, self.target)


def mean(total: Decimal | None, people: int) -> Mean:
    """Return the mean of stored scores; twelve places undo that they were stored with fifteen."""
    if total is None or people == 0:
        return Mean(people, None)
    return Mean(people, shown(Fraction(total) / people, _MEAN_DIGITS))


def guarded(results: Results, smallest: int = SMALLEST_GROUP) -> Results:
    """Return the figures as they may be shown: small groups without means, nor bands."""
    units = keep_back(results.units, smallest)
    if not 0 < results.index.people < smallest:
        return replace(results, units=units)
    return replace(
        results,
        units=units,
        kept_back=True,
        index=_hidden(results.index),
        areas=tuple(replace(area, mean=_hidden(area.mean)) for area in results.areas),
        bands=(),
    )


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
        replace(unit, index=_hidden(unit.index), kept_back=True) if at in hidden else unit
        for at, unit in enumerate(units)
    )


def _hidden(mean: Mean) -> Mean:
    return Mean(mean.people, None)
