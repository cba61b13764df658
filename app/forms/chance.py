"""Choices out of a keyed hash: the same key and label give the same choice for ever.

A decision is one number: HMAC-SHA-512 blocks over its label, end to end, taken modulo the number
of its outcomes. The hash has at least 128 bits more than that number, so no outcome is more likely
than another by more than one part in 2^128, which no number of participants can bring to light.
"""

import hmac
from collections.abc import Sequence
from math import perm
from typing import Final, TypeVar

Thing = TypeVar("Thing")

_BLOCK_BITS: Final = 512
_SPARE_BITS: Final = 128


def number_below(key: bytes, label: str, bound: int) -> int:
    """Return the number of 0 … bound - 1 that this key and label choose."""
    if bound < 1:
        raise ValueError(bound)
    hashed = 0
    for block in range(1 + (bound.bit_length() + _SPARE_BITS) // _BLOCK_BITS):
        further = hmac.digest(key, f"{label}|{block}".encode(), "sha512")
        hashed = hashed << _BLOCK_BITS | int.from_bytes(further, "big")
    return hashed % bound


def arranged(things: Sequence[Thing], count: int, number: int) -> list[Thing]:
    """Return ``count`` of the things in the order that ``number`` means.

    Each number of 0 … n! / (n - count)! - 1 means another ordered choice out of the n things.
    """
    pool = list(things)
    for place in range(count):
        number, further = divmod(number, len(pool) - place)
        if further:
            other = place + further
            pool[place], pool[other] = pool[other], pool[place]
    return pool[:count]


def take(key: bytes, label: str, things: Sequence[Thing], count: int) -> list[Thing]:
    """Return ``count`` of the things, every ordered choice as likely as any other."""
    if count == 0:
        return []
    outcomes = perm(len(things), count)
    return arranged(things, count, number_below(key, label, outcomes))
