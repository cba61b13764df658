"""Instruments and items as plain values.

An instrument is data, read from one versioned file: what its programme assumed stands there,
labelled, never here.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, get_args

Difficulty = Literal["mudah", "sedang", "sulit"]
DIFFICULTIES: Final[tuple[Difficulty, ...]] = get_args(Difficulty)

ItemType = Literal[
    "single",
    "true_false",
    "likert",
    "situational",
    "multiple",
    "ordering",
    "matching",
    "numeric",
    "hotspot",
]
MissingPolicy = Literal["zero", "exclude", "minimum_answered"]
SourceMark = Literal["n", "s", "i", "a"]
"""How sure a fact is: stated in the news, stated elsewhere, inferred, assumed."""


@dataclass(frozen=True, slots=True)
class Competence:
    """One of the abilities a domain consists of."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Domain:
    """An area of the index; its items make one section of a form."""

    code: str
    name: str
    weight: Decimal
    competences: tuple[Competence, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a fraction of 0 and of 1 come to stand, and with how many decimals they are shown.

    Rounding is for display (half up); bands are cut on the unrounded value.
    """

    minimum: Decimal
    maximum: Decimal
    index_places: int
    domain_places: int


@dataclass(frozen=True, slots=True)
class Band:
    """A class of results: ``lower`` belongs to it, ``upper`` to the next (but the maximum too)."""

    code: str
    label: str
    lower: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True)
class Missing:
    """What an unanswered item counts. ``minimum`` answered items where the policy asks for it."""

    policy: MissingPolicy
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class Timing:
    """The personal clock: working time, and how long after it saves still enter."""

    duration_ms: int
    grace_ms: int


@dataclass(frozen=True, slots=True)
class Cell:
    """How many items of one domain and difficulty a form has."""

    domain: str
    difficulty: Difficulty
    count: int


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How a form is composed. Another composition is another version."""

    version: int
    cells: tuple[Cell, ...]
    anchors: tuple[str, ...] = ()
    """Items that every form has; they count in their cell."""
    enemies: tuple[tuple[str, ...], ...] = ()
    """Items of which a form has one at most, since one gives the other away."""
    exposure_cap: Decimal | None = None
    """Largest share of forms that may show an item."""

    @property
    def length(self) -> int:
        """Return the number of items in a form."""
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of a measuring instrument."""

    id: str
    version: int
    title: str
    framework: str
    domains: tuple[Domain, ...]
    scale: Scale
    bands: tuple[Band, ...]
    cut_source: str
    missing: Missing
    timing: Timing
    attempts: int
    feedback: str
    pass_mark: Decimal | None
    blueprint: Blueprint
    sources: dict[str, SourceMark]
    """How sure each part of the file is, by the part's name."""


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer. ``fixed`` keeps its place on every screen ("semua benar" and the like)."""

    id: str
    text: str
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture of an item: the digest it is kept under, what it shows in words, its pixels."""

    id: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``key`` and ``weight`` never leave the server before results are published."""

    code: str
    revision: int
    type: ItemType
    domain: str
    competence: str
    difficulty: Difficulty
    stem: str
    options: tuple[Option, ...]
    key: str
    weight: Decimal
    rationale: str
    media: tuple[Medium, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class ItemRow(Item):
    """An item as the record has it: with the integer under which answers are kept."""

    id: int
