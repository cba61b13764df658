"""What counts as right: one frozen key an item type, checked when it is made.

A key that cannot mark (no right option, an ordering of one) is refused here, before the event,
and not found out by 10,303 scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class KeyFault(ValueError):
    """This key cannot mark anything; the sentence says why."""


class MultipleRule(StrEnum):
    """How a set of options earns: all or nothing, right minus wrong, or option by option."""

    EXACT = "exact"
    RIGHT_MINUS_WRONG = "right-minus-wrong"
    PER_OPTION = "per-option"


class OrderingRule(StrEnum):
    """How a sequence earns: all or nothing, by places, or by pairs in the right order."""

    EXACT = "exact"
    POSITION = "position"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class SingleKey:
    """Single choice and true / false: one option is right."""

    right: str


@dataclass(frozen=True, slots=True)
class MultipleKey:
    """Multiple response. ``options`` are all that are offered, ``right`` those to be chosen."""

    right: frozenset[str]
    options: frozenset[str]
    rule: MultipleRule

    def __post_init__(self) -> None:
        """Refuse a key without a right option, or with one that is not offered."""
        _demand(bool(self.right), "a multiple response needs at least one right option")
        _demand(self.right <= self.options, "a right option is not among those offered")


@dataclass(frozen=True, slots=True)
class WeightedKey:
    """Situational judgement: every option has a weight of 0 or more; a blank earns 0."""

    weights: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        """Refuse weights below 0, and weights of which none is above it."""
        _demand(all(w >= 0 for w in self.weights.values()), "a weight is below 0")
        _demand(any(w > 0 for w in self.weights.values()), "no option has a weight above 0")

    @property
    def maximum(self) -> Fraction:
        """The points of the best option."""
        return max(self.weights.values())


@dataclass(frozen=True, slots=True)
class LikertKey:
    """A statement with steps from the least to the most agreement.

    Step x of k (1..k) earns (x - 1) / (k - 1), so that a scale of 1..k gives x back; a reversed
    statement counts k + 1 - x (6 - x on 1-5).
    """

    steps: tuple[str, ...]
    reverse: bool = False

    def __post_init__(self) -> None:
        """Refuse fewer than two steps, and a step named twice."""
        _demand(len(self.steps) > 1, "a Likert statement needs at least two steps")
        _demand(len(set(self.steps)) == len(self.steps), "a step is named twice")


@dataclass(frozen=True, slots=True)
class MatchingKey:
    """Every left option and the target that belongs to it; each pair earns the same."""

    pairs: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse a matching without pairs."""
        _demand(bool(self.pairs), "a matching needs at least one pair")


@dataclass(frozen=True, slots=True)
class OrderingKey:
    """The right sequence, from the first on."""

    sequence: tuple[str, ...]
    rule: OrderingRule

    def __post_init__(self) -> None:
        """Refuse fewer than two places, and an option named twice."""
        _demand(len(self.sequence) > 1, "an ordering needs at least two options")
        _demand(len(set(self.sequence)) == len(self.sequence), "an option is named twice")


@dataclass(frozen=True, slots=True)
class NumericKey:
    """The number, and how far from it an answer may be (the edge included)."""

    value: Fraction
    tolerance: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        """Refuse a tolerance below 0."""
        _demand(self.tolerance >= 0, "a tolerance is below 0")


Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Two opposite corners, in thousandths of the picture; the edge belongs to it."""

    corner: Point
    opposite: Point

    def holds(self, point: Point) -> bool:
        """Tell whether the point lies in it."""
        return all(
            min(a, b) <= at <= max(a, b)
            for at, a, b in zip(point, self.corner, self.opposite, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre and radius, in thousandths of the picture; the edge belongs to it."""

    centre: Point
    radius: int

    def holds(self, point: Point) -> bool:
        """Tell whether the point lies in it."""
        dx, dy = point[0] - self.centre[0], point[1] - self.centre[1]
        return dx * dx + dy * dy <= self.radius * self.radius


@dataclass(frozen=True, slots=True)
class HotspotKey:
    """Regions of a picture; a tap into any of them is right."""

    regions: Sequence[Rectangle | Circle]

    def __post_init__(self) -> None:
        """Refuse a hotspot without a region."""
        _demand(bool(self.regions), "a hotspot needs at least one region")


Key = (
    SingleKey
    | MultipleKey
    | WeightedKey
    | LikertKey
    | MatchingKey
    | OrderingKey
    | NumericKey
    | HotspotKey
)


def maximum(key: Key) -> Fraction:
    """Return the points an item is out of: its best option's weight, else 1."""
    return key.maximum if isinstance(key, WeightedKey) else Fraction(1)


def _demand(holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads as the sentence it guards
    if not holds:
        raise KeyFault(sentence)
