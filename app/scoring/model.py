"""Scores as exact fractions: a form's marks become areas, an index and a band.

Pure, and without rounding: a third stays a third (``fractions.Fraction``) from the mark to the
band. ``shown`` rounds for the eye only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from app.bank.model import Band, Instrument, Missing, Scale

STORED_DIGITS = 15
"""Decimal places under which a score is stored; means of such scores are exact to twelve."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One item of a form, marked: 0..1 of ``maximum`` points; None is a blank.

    ``weight`` says how much the item counts within its area. ``earned`` (of ``weight``) and
    ``points`` (of ``maximum``) are worked out once: a mark is kept and counted by the thousand.
    """

    area: str
    fraction: Fraction | None
    weight: Fraction = Fraction(1)
    maximum: Fraction = Fraction(1)
    earned: Fraction = field(init=False, compare=False)
    points: Fraction = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Work the two products out."""
        fraction = self.fraction or Fraction(0)
        object.__setattr__(self, "earned", fraction * self.weight)
        object.__setattr__(self, "points", fraction * self.maximum)


@dataclass(frozen=True, slots=True)
class AreaScore:
    """One area: ``fraction`` 0..1 and ``score`` on the scale, both None without a score.

    ``points`` of ``maximum`` are the plain sum over all its items, whatever they weigh.
    """

    fraction: Fraction | None
    score: Fraction | None
    answered: int
    items: int
    points: Fraction
    maximum: Fraction


@dataclass(frozen=True, slots=True)
class Score:
    """A sitting's score. Without a score in an area there is no index and no band."""

    areas: Mapping[str, AreaScore]
    index: Fraction | None
    band: str | None
    points: Fraction
    maximum: Fraction


def score(marks: Sequence[Mark], instrument: Instrument) -> Score:
    """Return the score of one form, blanks included as marks without a fraction.

    Raises:
        KeyError: when an item belongs to an area that the instrument does not have.
    """
    by_area: dict[str, list[Mark]] = {domain.code: [] for domain in instrument.domains}
    for mark in marks:
        by_area[mark.area].append(mark)
    areas = {
        area: area_score(of_area, instrument.missing, instrument.scale)
        for area, of_area in by_area.items()
    }
    return total(areas, instrument)


def total(areas: Mapping[str, AreaScore], instrument: Instrument) -> Score:
    """Return the score of a form whose areas are known."""
    answered = sum(area.answered for area in areas.values())
    index = None
    if enough(answered, instrument.missing):
        weights = {domain.code: domain.weight for domain in instrument.domains}
        index = index_of({area: one.score for area, one in areas.items()}, weights)
    return Score(
        areas=areas,
        index=index,
        band=None if index is None else band_of(index, instrument.bands),
        points=_total(area.points for area in areas.values()),
        maximum=_total(area.maximum for area in areas.values()),
    )


def enough(answered: int, missing: Missing) -> bool:
    """Tell whether a form with so many answers gets an index."""
    return missing.policy != "minimum_answered" or answered >= missing.minimum


def area_score(marks: Sequence[Mark], missing: Missing, scale: Scale) -> AreaScore:
    """Return an area's weighted mean of item fractions, on the scale.

    ``zero``: a blank earns nothing of its weight. ``exclude`` and ``minimum_answered``: it leaves
    numerator and denominator, and an area without any answer has no score.
    """
    given = [mark for mark in marks if mark.fraction is not None]
    counted = marks if missing.policy == "zero" else given
    weight = _total(mark.weight for mark in counted)
    fraction = _total(mark.earned for mark in given) / weight if weight else None
    return AreaScore(
        fraction=fraction,
        score=None if fraction is None else place(fraction, scale),
        answered=len(given),
        items=len(marks),
        points=_total(mark.points for mark in given),
        maximum=_total(mark.maximum for mark in marks),
    )


def place(fraction: Fraction, scale: Scale) -> Fraction:
    """Map 0..1 of the maximum to the published scale, e.g. 1-4."""
    lowest = exact(scale.minimum)
    return lowest + (exact(scale.maximum) - lowest) * fraction


def index_of(
    scores: Mapping[str, Fraction | None], weights: Mapping[str, Decimal]
) -> Fraction | None:
    """Return the weighted mean of the unrounded areas, or None when one is missing.

    Equal weights make the unweighted mean.
    """
    earned = []
    for area, weight in weights.items():
        value = scores[area]
        if value is None:
            return None
        earned.append(exact(weight) * value)
    return _total(earned) / _total(map(exact, weights.values()))


def band_of(index: Fraction, bands: Sequence[Band]) -> str:
    """Return the code of the band that holds the unrounded index: ``[lower, upper)``, last closed.

    Raises:
        ValueError: when the bands do not cover it: the instrument is wrong, and no one is guessed.
    """
    for band in bands:
        if exact(band.lower) <= index < exact(band.upper):
            return band.code
    if bands and index == exact(bands[-1].upper):
        return bands[-1].code
    sentence = f"no band holds {index}"
    raise ValueError(sentence)


def shown(value: Fraction | Decimal, digits: int) -> Decimal:
    """Round half up to ``digits`` places, for display only: "2.675" becomes 2.68."""
    scaled = abs(Fraction(value)) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(f"{whole if value >= 0 else -whole}e-{digits}")


@lru_cache(maxsize=1_000)
def exact(number: Decimal) -> Fraction:
    """Return an instrument's number as a fraction: the same few are needed for every form."""
    return Fraction(number)


def _total(numbers: Iterable[Fraction]) -> Fraction:
    """Add up by denominator first: few of them occur, and whole numbers add much faster."""
    numerators: dict[int, int] = {}
    for number in numbers:
        below = number.denominator
        numerators[below] = numerators.get(below, 0) + number.numerator
    parts = [_fraction(above, below) for below, above in numerators.items()]
    return parts[0] if len(parts) == 1 else sum(parts, Fraction(0))


@lru_cache(maxsize=10_000)
def _fraction(above: int, below: int) -> Fraction:
    """Reduce once what comes back ten thousand times."""
    return Fraction(above, below)
