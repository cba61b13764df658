"""Scores from the raw exports and the bank's files, by a few lines of fractions.

Nothing is imported from the product: it is what the product's figures are compared with.
"""

import csv
import io
import json
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parents[2] / "app" / "bank" / "content"


def toml(path: Path) -> dict[str, Any]:
    """Read a file; its numbers are exact."""
    return tomllib.loads(path.read_text(), parse_float=Fraction)


INSTRUMENT = toml(CONTENT / "kukar-2023.toml")
AREAS = {area["code"]: Fraction(area["weight"]) for area in INSTRUMENT["domains"]}
LOWEST, HIGHEST = INSTRUMENT["scale"]["minimum"], INSTRUMENT["scale"]["maximum"]
BANDS = INSTRUMENT["bands"]
LENGTH = sum(sum(cells.values()) for cells in INSTRUMENT["blueprint"]["cells"].values())
ITEMS = {
    item["code"]: (file["domain"], item["key"], Fraction(item.get("weight", 1)))
    for file in map(toml, sorted((CONTENT / "items").glob("*.toml")))
    for item in file["items"]
}


@dataclass(frozen=True)
class Person:
    """One sealed form, marked."""

    areas: dict[str, Fraction]
    index: Fraction
    band: str
    right: int
    answered: int


def marked(form: Iterable[str], given: dict[str, Any]) -> Person:
    """Mark a form: what was not answered earns nothing and counts all the same."""
    earned, weight = dict.fromkeys(AREAS, Fraction(0)), dict.fromkeys(AREAS, Fraction(0))
    right = answered = 0
    for item in form:
        area, key, counts = ITEMS[item]
        value = given.get(item)
        weight[area] += counts
        earned[area] += counts * (value == key)
        right += value == key
        answered += value is not None
    areas = {area: LOWEST + (HIGHEST - LOWEST) * earned[area] / weight[area] for area in AREAS}
    index = sum(areas[area] * AREAS[area] for area in AREAS) / sum(AREAS.values())
    return Person(areas, index, band(index), right, answered)


def band(index: Fraction) -> str:
    """Return the band's code: a score equal to a cut belongs to the upper band."""
    reached = sum(index >= cut for cut in BANDS["cuts"])
    code: str = BANDS["labels"][reached]["code"]
    return code


def half_up(value: Fraction, places: int) -> Decimal:
    """Round as the screens do."""
    doubled = 2 * value * 10**places
    return Decimal((doubled.numerator // doubled.denominator + 1) // 2).scaleb(-places)


def mean(values: Collection[Fraction]) -> Fraction:
    """Return the mean over people."""
    return sum(values, Fraction(0)) / len(values)


def rows(export: bytes) -> list[dict[str, str]]:
    """Read an export."""
    return list(csv.DictReader(io.StringIO(export.decode(), newline="")))


def recomputed(answers: bytes, forms: bytes) -> dict[str, Person]:
    """Return everybody who handed in, by NIP."""
    given: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows(answers):
        given[row["nip"]][row["item"]] = json.loads(row["value"])
    asked: dict[str, list[str]] = defaultdict(list)
    for row in rows(forms):
        if row["sealed"] == "true":
            asked[row["nip"]].append(row["item"])
    return {nip: marked(form, given[nip]) for nip, form in asked.items()}
