"""Pools and blueprints for tests of forms, and what is expected of chance."""

from collections.abc import Iterable
from math import erfc, exp, factorial, gamma, sqrt

from app.bank.model import Blueprint, Cell, Difficulty, ItemType
from app.forms.pool import PoolItem
from app.kit.ids import sitting_number, sitting_text

SECRET = b"the secret of an event, 32 bytes"


def an_item(
    code: str,
    *,
    domain: str = "LD",
    difficulty: Difficulty = "mudah",
    options: str = "abcd",
    kind: ItemType = "single",
    fixed: str = "",
) -> PoolItem:
    """Return an item with one-letter options."""
    return PoolItem(code, kind, domain, difficulty, tuple(options), frozenset(fixed))


def items(count: int, domain: str = "LD", difficulty: Difficulty = "mudah") -> list[PoolItem]:
    """Return items of one cell: LD-01, LD-02 …"""
    return [
        an_item(f"{domain}-{nth:02d}", domain=domain, difficulty=difficulty)
        for nth in range(1, count + 1)
    ]


def a_blueprint(count: int, *domains: str, version: int = 1) -> Blueprint:
    """Return a blueprint of ``count`` easy items a domain."""
    cells = tuple(Cell(domain, "mudah", count) for domain in domains or ("LD",))
    return Blueprint(version, cells)


def people(count: int) -> list[str]:
    """Return the sittings of so many people."""
    return [sitting_text(sitting_number(b"key", "e", str(nth))) for nth in range(count)]


def chi_square(seen: Iterable[float], expected: float) -> float:
    """Return how far counts are from one that is expected of all of them."""
    return sum((count - expected) ** 2 / expected for count in seen)


def chance_of(value: float, degrees: int) -> float:
    """Return the exact chance of a chi-square of at least ``value``.

    Abramowitz and Stegun, 26.4.4 and 26.4.5.
    """
    half = value / 2
    if degrees % 2:
        rest = sum(sqrt(half) ** (2 * k - 1) / gamma(k + 0.5) for k in range(1, (degrees + 1) // 2))
        return erfc(sqrt(half)) + exp(-half) * rest
    return exp(-half) * sum(half**k / factorial(k) for k in range(degrees // 2))


def evenly(seen: Iterable[float], expected: float) -> bool:
    """Tell whether all counts are as expected, as far as chance goes: once in 1,000 it says no."""
    counts = list(seen)
    return chance_of(chi_square(counts, expected), len(counts) - 1) > 0.001
