"""What a browser keeps of a sitting: the journal in its database, the token in its cookie."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from loadtest.journal import Change

GEN_BITS = 20  # rev = gen × 2²⁰ + n


@dataclass(slots=True)
class Entry:
    """A change in the journal; ``at`` is where its acknowledgement stands, None while unsent."""

    change: Change
    at: str | None = None


@dataclass(slots=True)
class Person:
    """Whoever sits there, with all devices together.

    ``sealed_s``: when the receipt came (on the monotonic clock), None while the sitting is open.
    ``promised``: revisions that were acknowledged, and when. ``told``: those of which a device was
    told that Postgres has them. ``pins``: how often the PIN was typed.
    """

    nip: str
    pin: str
    sealed_s: float | None = None
    receipts: list[dict[str, Any]] = field(default_factory=list)
    promised: dict[int, float] = field(default_factory=dict)
    told: dict[int, float] = field(default_factory=dict)
    pins: int = 0


@dataclass(slots=True)
class Book:
    """One browser's: all tabs of it write here. ``newest`` is the map that a submit carries."""

    nonce: str
    sitting: str = ""
    token: str = ""
    gen: int = 0
    count: int = 0
    started: bool = False
    journal: dict[int, Entry] = field(default_factory=dict)
    newest: dict[str, Change] = field(default_factory=dict)

    def enter(self, sitting: dict[str, Any]) -> None:
        """Take in the reply to a login or a claim; all of the journal is unsent again."""
        self.sitting, self.token, self.gen = sitting["sitting"], sitting["token"], sitting["gen"]
        self.count = 0
        for entry in self.journal.values():
            entry.at = None
        self.see([sitting.get("rev", 0), *self.journal])

    def see(self, revs: Iterable[int]) -> None:
        """Count on above what carries this generation."""
        own = (rev & ((1 << GEN_BITS) - 1) for rev in revs if rev >> GEN_BITS == self.gen)
        self.count = max([self.count, *own])

    def write(self, item: str, value: object, *, flagged: bool) -> Change:
        """Write a change into the journal, under the next revision."""
        self.count += 1
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        change = Change(item, (self.gen << GEN_BITS) + self.count, text, flagged)
        self.journal[change.rev] = Entry(change)
        self.newest[item] = change
        return change

    def unsent(self) -> list[Change]:
        """Return what has not been acknowledged, the oldest first."""
        waiting = (entry.change for entry in self.journal.values() if entry.at is None)
        return sorted(waiting, key=lambda change: change.rev)

    def settle(self, batch: Iterable[Change], at: str) -> None:
        """Note where the acknowledgement of these stands."""
        for change in batch:
            entry = self.journal.get(change.rev)
            if entry is not None:
                entry.at = at

    def forget(self, flushed: str) -> list[int]:
        """Drop what Postgres has, and return its revisions."""
        until = place(flushed)
        gone = [
            rev
            for rev, entry in self.journal.items()
            if entry.at is not None and place(entry.at) <= until
        ]
        for rev in gone:
            del self.journal[rev]
        return gone


def place(text: str) -> tuple[int, int, int]:
    """Read ``epoch:milliseconds-sequence``, so that it can be compared."""
    epoch, _, entry = text.partition(":")
    milliseconds, _, sequence = entry.partition("-")
    return int(epoch), int(milliseconds), int(sequence)
