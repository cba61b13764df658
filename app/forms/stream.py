"""Choices out of a keyed hash: the same key and label give the same choices for ever.

A stream is one large number, HMAC-SHA-512 blocks end to end, spent by division: choosing among n
takes the remainder by n and keeps the quotient. A new block is added before fewer than 128 bits
are left, so no choice is more likely than another by more than n / 2^128: with n ≤ 2^20, less
than 2^-108, which no number of participants can bring to light.
"""

import hmac
from collections.abc import Sequence
from typing import Final, TypeVar

Thing = TypeVar("Thing")

_BLOCK_BITS: Final = 512
_RESERVE: Final = 1 << 128
_LARGEST: Final = 1 << 20


class Stream:
    """Choices for one label under one key."""

    __slots__ = ("_block", "_key", "_label", "_left", "_room")

    def __init__(self, key: bytes, label: str) -> None:
        self._key = key
        self._label = label
        self._block = 0
        self._left = 0
        self._room = 1
        """How many values ``_left`` could have had: what is left to spend."""

    def below(self, bound: int) -> int:
        """Return a number of 0 … bound - 1; ``bound`` is at most 2^20."""
        if not 0 < bound <= _LARGEST:
            raise ValueError(bound)
        if self._room < _RESERVE:
            self._add_block()
        self._left, chosen = divmod(self._left, bound)
        self._room //= bound
        return chosen

    def take(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """Return ``count`` of the things, every ordered choice as likely as any other."""
        pool = list(things)
        for place in range(min(count, len(pool))):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def _add_block(self) -> None:
        text = f"{self._label}|{self._block}".encode()
        self._block += 1
        fresh = int.from_bytes(hmac.digest(self._key, text, "sha512"), "big")
        self._left = self._left << _BLOCK_BITS | fresh
        self._room <<= _BLOCK_BITS
