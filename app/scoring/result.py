"""A score as it is stored: texts and decimals that are the same whenever they are made again."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TypedDict

from app.scoring.model import STORED_DIGITS, Score, shown


class StoredArea(TypedDict):
    """One area: ``score`` a decimal on the scale, ``fraction`` exact, both None without a score."""

    score: str | None
    fraction: str | None
    answered: int
    items: int


@dataclass(frozen=True, slots=True)
class Result:
    """What is stored for a sitting, but for the instrument, its keys and the time."""

    sitting: int
    seal: int
    epoch: int
    index: Decimal | None
    band: str | None
    domains: dict[str, StoredArea]
    points: Decimal
    maximum: Decimal


def stored_areas(score: Score) -> dict[str, StoredArea]:
    """Return the areas as they are stored."""
    return {
        code: {
            "score": None if area.score is None else decimal_text(area.score),
            "fraction": None if area.fraction is None else str(area.fraction),
            "answered": area.answered,
            "items": area.items,
        }
        for code, area in score.areas.items()
    }


@lru_cache(maxsize=10_000)
def decimal_of(value: Fraction) -> Decimal:
    """Return a fraction at the stored number of places, rounded half up."""
    return shown(value, STORED_DIGITS)


@lru_cache(maxsize=10_000)
def decimal_text(value: Fraction) -> str:
    """Return the same as text without trailing zeros: ``2.5``, ``2.333333333333333``, ``4``."""
    text = format(decimal_of(value), "f")
    return text.rstrip("0").rstrip(".")
