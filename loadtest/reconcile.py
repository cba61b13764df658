"""The journal against the record: every acknowledged save kept, nothing made up.

For each participant and item the record must hold the newest acknowledged revision, or a newer one
that was sent and whose reply never came. Both sides are compared as sent: values as JSON.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from loadtest.journal import (
    ACKNOWLEDGED,
    KEPT,
    STORED,
    UNANSWERED,
    Change,
    Entry,
    Fault,
    Noticed,
    Reply,
    Sealed,
    Seated,
)

TRUE = frozenset({"1", "t", "true", "yes"})
EXAMPLES = 20  # findings told in full, of each kind


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ``serentak export answers``."""

    nip: str
    change: Change
    sealed: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What a kind of fault was found where: how often, and the first few."""

    count: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class Evidence:
    """A journal, read once, in the shape in which it is compared.

    ``outcomes``: (item, rev) → (change, every result it ever had, in order), by participant.
    ``events``: every event's result. ``faults``: (name, error) → how often.
    """

    outcomes: dict[str, dict[tuple[str, int], tuple[Change, list[str]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    events: list[str] = field(default_factory=list)
    seals: dict[str, Sealed] = field(default_factory=dict)
    seatings: dict[str, Seated] = field(default_factory=dict)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Evidence":
        """Collect the entries of a whole run."""
        evidence = cls()
        for entry in entries:
            match entry:
                case Reply(nip, change, result):
                    key = (change.item, change.rev)
                    known = evidence.outcomes[nip].setdefault(key, (change, []))
                    known[1].append(result)
                case Noticed():
                    evidence.events.append(entry.result)
                case Sealed():
                    evidence.seals[entry.nip] = entry
                case Seated():
                    evidence.seatings[entry.nip] = entry
                case Fault():
                    evidence.faults[entry.name, entry.error] += 1
        return evidence

    @property
    def acknowledged(self) -> int:
        """How many changes were acknowledged, each counted once."""
        return sum(not ACKNOWLEDGED.isdisjoint(results) for results in self._results())

    @property
    def kept(self) -> int:
        """How many changes came too late and were kept apart."""
        return sum(KEPT in results for results in self._results())

    @property
    def log_rows(self) -> tuple[int, int]:
        """How many rows the log must have at the least, and may have at the most.

        Every acknowledged change and event has its row, though a newer one may have replaced it;
        those whose reply never came may have one.
        """
        sure = self.acknowledged + len(self.events) - self.events.count(UNANSWERED)
        unknown = sum(set(results) == {UNANSWERED} for results in self._results())
        return sure, sure + unknown + self.events.count(UNANSWERED)

    def _results(self) -> Iterator[list[str]]:
        for changes in self.outcomes.values():
            for _, results in changes.values():
                yield results


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison found. Everything but ``acked`` and ``swept`` should be nothing.

    ``lost``: acknowledged saves that are neither in the record nor replaced by a newer one, or
    that the server had forgotten when the submit brought them again.
    ``wrong``: rows with another value than was sent, refused ones, or never sent.
    ``unsealed``: participants with a receipt whose answers are not sealed, or not as many.
    ``swept``: the NIPs without a receipt of their own whose answers are sealed: by the sweeper, or
    by staff at the end of the day.
    """

    acked: int
    lost: Findings
    wrong: Findings
    unsealed: Findings
    swept: frozenset[str]


def read_record(path: Path) -> Iterator[Row]:
    """Yield the rows of an export: nip, item, rev, value, flagged, sealed."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            change = Change(
                row["item"],
                int(row["rev"]),
                row["value"],
                row["flagged"].lower() in TRUE,
            )
            yield Row(row["nip"], change, row["sealed"].lower() in TRUE)


def reconcile(evidence: Evidence, rows: Iterable[Row]) -> Outcome:
    """Compare the journal with the record; rows of people who were not there do not matter."""
    record: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        record[row.nip][row.change.item] = row
    people = evidence.seatings.keys() | evidence.outcomes.keys()
    lost = [text for nip in people for text in _lost(nip, evidence, record[nip])]
    wrong = [text for nip in people for text in _wrong(evidence, record[nip].values())]
    unsealed = [
        text for sealed in evidence.seals.values() for text in _unsealed(sealed, record[sealed.nip])
    ]
    swept = frozenset(
        nip
        for nip in people - evidence.seals.keys()
        if any(row.sealed for row in record[nip].values())
    )
    return Outcome(evidence.acknowledged, _told(lost), _told(wrong), _told(unsealed), swept)


def _lost(nip: str, evidence: Evidence, held: dict[str, Row]) -> Iterator[str]:
    for (item, rev), (_, results) in evidence.outcomes[nip].items():
        row = held.get(item)
        kept = row is not None and row.change.rev >= rev
        if results.count(STORED) > 1:
            yield f"{_who(nip)} {item}: rev {rev} was stored twice, so it was gone in between"
        elif not kept and not ACKNOWLEDGED.isdisjoint(results):
            stands = f"rev {row.change.rev}" if row else "nothing"
            yield f"{_who(nip)} {item}: rev {rev} acknowledged, the record holds {stands}"


def _wrong(evidence: Evidence, held: Iterable[Row]) -> Iterator[str]:
    for row in held:
        change, where = row.change, f"{_who(row.nip)} {row.change.item} rev {row.change.rev}"
        sent = evidence.outcomes[row.nip].get((change.item, change.rev))
        if sent is None:
            yield f"{where}: never sent"
        elif (ACKNOWLEDGED | {UNANSWERED}).isdisjoint(sent[1]):
            yield f"{where}: recorded, but the reply was {', '.join(sent[1])}"
        elif not _same(sent[0], change):
            yield f"{where}: {sent[0].value} sent, {change.value} recorded (or the flag differs)"


def _unsealed(sealed: Sealed, held: dict[str, Row]) -> Iterator[str]:
    given = sum(row.sealed and row.change.value != "null" for row in held.values())
    if given != sealed.answered:
        yield f"{_who(sealed.nip)}: receipt over {sealed.answered} answers, {given} sealed"


def _same(sent: Change, recorded: Change) -> bool:
    return (
        sent.flagged == recorded.flagged
        and orjson.loads(sent.value) == orjson.loads(recorded.value)
    )  # fmt: skip


def _told(texts: list[str]) -> Findings:
    return Findings(len(texts), tuple(texts[:EXAMPLES]))


def _who(nip: str) -> str:
    """Name a participant in a finding without the NIP: it ends up in reports."""
    return f"…{nip[-5:]}"
