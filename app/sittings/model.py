"""What is true of one sitting: its states, its revisions, and the text that is sealed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

REV_BITS: Final = 20
REV_LIMIT: Final = 1 << 53
GEN_EPOCH: Final = 1 << 16

STATES: Final = {
    "n": "assigned",
    "m": "admitted",
    "o": "open",
    "p": "paused",
    "s": "sealed",
    "r": "recorded",
    "x": "absent",
}


@dataclass(frozen=True, slots=True)
class Ref:
    """Which sitting a request speaks for, as its token proves: the tag names the partition."""

    sitting: str
    event: str
    partition: int
    tag: str
    gen: int


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it stands: ``epoch`` and ``number`` name it, ``digest`` is of the sealed text."""

    epoch: int
    number: int
    at: int
    answered: int
    digest: str
    key_id: str
    by: str

    @property
    def name(self) -> str:
        """Return the seal as it is named in codes and marks, e.g. ``1.2``."""
        return f"{self.epoch}.{self.number}"


class Answer(NamedTuple):
    """What stands for an item: ``value`` is canonical JSON text, ``null`` when cleared."""

    rev: int
    value: str
    flagged: bool

    def held(self) -> str:
        """Return it as the room holds it: ``rev:value:flag``."""
        return held_text(*self)


def held_text(rev: int, value: str, flagged: bool) -> str:  # noqa: FBT001 - a row, in its order
    """Return ``rev:value:flag``."""
    return f"{rev}:{value}:{1 if flagged else 0}"


def parse_held(held: str) -> Answer:
    """Read ``rev:value:flag``; a value may hold colons of its own."""
    rev, rest = held.split(":", 1)
    return Answer(int(rev), rest[:-2], rest[-1] == "1")


def rev_of(gen: int, n: int) -> int:
    """Return the revision of the n-th change under a generation."""
    return gen << REV_BITS | n


def sealed_text(answers: Mapping[str, str]) -> str:
    """Return the sealed map in its one canonical text: sorted lines of item:rev:value:flag.

    ``answers`` maps an item to ``rev:value:flag``. Sorted as the room sorts, by bytes: in UTF-8
    their order is that of the characters' numbers, by which Python compares.
    """
    return "".join([f"{item}:{answers[item]}\n" for item in sorted(answers)])


def digest_of(text: str) -> str:
    """Return the digest that the room computes at sealing.

    SHA-1, since it is the one that Redis functions have; it compares the room with the record.
    What a stranger relies on is the receipt's signature, and that covers the whole text.
    """
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
