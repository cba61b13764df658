"""Looking for whatever was bent: rows one after the other, then their end. Pure; holds few rows.

A row is *sound* where its hash fits its texts, its number and the hash it says it follows: nobody
without the key can make such a row. So what is found is named by what sound rows say of the rest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from app.people.audit_log.chain import START, ChainKey, Row, head_text, parse_head

Kind = Literal["edited", "moved", "added", "removed", "exchanged", "cut", "head"]

CUT: Final = "audit-log.cut"
RESTORED: Final = "audit-log.restored"
_TRIED_MOST: Final = 300
"""Of so many bent rows it is tried out whether each was written as another one of them."""
_UNKNOWN_KEY: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with rows ``first`` to ``last``, and a sentence that says it."""

    kind: Kind
    first: int
    last: int
    said: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in ``rows`` rows; ``head``: the newest, for the session minutes.

    ``remarks``: what is no fault, and should be known.
    """

    rows: int
    head: str
    findings: list[Finding]
    remarks: list[str]


@dataclass(slots=True)
class Verifier:
    """Sees every row by its number, then the end.

    ``known``: heads of which somebody knows, ``number:hash``, by who knows them.
    """

    key: ChainKey
    known: dict[str, list[str]]
    _last: tuple[int, bytes] = (0, START)
    _last_is_sound: bool = True
    _count: int = 0
    _bent: list[int] = field(default_factory=list)
    _held: dict[int, Row] = field(default_factory=dict)
    _missing: list[tuple[int, int]] = field(default_factory=list)
    _exchanged: list[int] = field(default_factory=list)
    _cuts: dict[str, Row] = field(default_factory=dict)
    _restored: dict[str, Row] = field(default_factory=dict)
    _seen: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        heads = (parse_head(head) for some in self.known.values() for head in some)
        self._seen = {number: b"" for number, _ in heads}

    def see(self, row: Row) -> None:
        """Look at the next row."""
        number, digest = self._last
        is_sound = row.fits(self.key)
        self._count += 1
        if row.number in self._seen:
            self._seen[row.number] = row.hash
        if not is_sound:
            self._bent.append(row.number)
            if len(self._held) < _TRIED_MOST:
                self._held[row.number] = row
        if row.number <= number:  # below the first
            return
        if row.number > number + 1:
            self._missing.append((number + 1, row.number - 1))
        elif is_sound and self._last_is_sound and row.previous != digest:
            self._exchanged.append(row.number)
        if is_sound and row.what == CUT:
            self._cuts[str(row.entry().after.get("head"))] = row
        if is_sound and row.what == RESTORED:
            self._restored[str(row.entry().after.get("head"))] = row
        self._last, self._last_is_sound = (row.number, row.hash), is_sound

    def end(self, head: tuple[int, bytes] | None) -> Verdict:
        """Say what was found; ``head``: as it is noted beside the rows, None where it is gone."""
        findings = [
            *self._about_rows(head),
            *(
                Finding("removed", first, last, f"{_rows(first, last)} missing")
                for first, last in self._missing
            ),
            *(
                Finding("exchanged", n, n, f"row {n} does not follow the row before it")
                for n in self._exchanged
            ),
            *self._about_head(head),
            *(one for who, heads in self.known.items() for one in self._about_known(who, heads)),
            *self._about_cuts(),
        ]
        findings.sort(key=lambda one: (one.first, one.last))
        remarks = [_explained(cut, self._restored[head]) for head, cut in self._explained_cuts()]
        if self._count >= _UNKNOWN_KEY and len(self._bent) == self._count:
            remarks.append("No row fits: are they under another STAFF_KEY than this one?")
        return Verdict(self._count, head_text(*self._last), findings, remarks)

    def _about_rows(self, head: tuple[int, bytes] | None) -> Iterator[Finding]:
        """Name each bent row: moved where it is sound under another's number, else edited."""
        beyond = self._last[0] if head is None else head[0]
        places = [*self._held, *self._places_that_lack(beyond)]
        unexplained: list[int] = []
        for number in self._bent:
            row = self._held.get(number)
            if row is not None and len(self._bent) <= _TRIED_MOST:
                was = next((n for n in places if n != number and row.fits(self.key, n)), None)
                if was is not None:
                    said = f"row {number} was written as row {was}: rows were put in another order"
                    yield Finding("moved", number, number, said)
                    continue
            unexplained.append(number)
        for first, last in _runs(n for n in unexplained if 0 < n <= beyond):
            said = f"{_rows(first, last)} not as written: edited, or written by hand"
            yield Finding("edited", first, last, said)
        for first, last in _runs(n for n in unexplained if not 0 < n <= beyond):
            said = f"{_rows(first, last)} outside the chain, and written by hand"
            yield Finding("added", first, last, said)

    def _places_that_lack(self, beyond: int) -> Iterator[int]:
        """Yield some of the numbers under which no row stands, the next one after the end too."""
        spans = [*self._missing, (self._last[0] + 1, max(beyond, self._last[0] + 1))]
        yield from islice((n for first, last in spans for n in range(first, last + 1)), _TRIED_MOST)

    def _about_head(self, head: tuple[int, bytes] | None) -> Iterator[Finding]:
        number, digest = self._last
        if head is None:
            yield Finding("head", number, number, "the head beside the log is gone")
        elif head[0] > number:
            said = f"{_rows(number + 1, head[0])} missing at the end: the head says {head[0]}"
            yield Finding("cut", number + 1, head[0], said)
        elif head[0] < number:
            if number not in self._bent:
                said = f"the head says {head[0]}, the rows go to {number}: the head was bent"
                yield Finding("head", head[0], number, said)
        elif head[1] != digest:
            said = f"the head has another hash than row {number}: one of them was bent"
            yield Finding("head", number, number, said)

    def _about_known(self, who: str, heads: Iterable[str]) -> Iterator[Finding]:
        """Compare heads that somebody knows with the rows of their numbers."""
        read = sorted(parse_head(head) for head in heads)
        gone = [
            number for number, digest in read if number and self._seen.get(number, b"") != digest
        ]
        kept = [number for number, digest in read if self._seen.get(number) == digest]
        if not gone:
            return
        first = max((number + 1 for number in kept if number < gone[0]), default=gone[0])
        said = (
            f"{_rows(first, gone[-1])} not as {who} knows: the end was cut off, or Postgres was "
            "set back"
        )
        yield Finding("cut", first, gone[-1], said)

    def _about_cuts(self) -> Iterator[Finding]:
        for head, cut in self._cuts.items():
            if head not in self._restored:
                first, last = _span(cut)
                said = (
                    f"{_rows(first, last)} not as the room knew, row {cut.number} says: the end "
                    "was cut off, or Postgres was set back. Was a backup restored on purpose? Say "
                    "so by `serentak audit-log restored --why …`"
                )
                yield Finding("cut", first, last, said)

    def _explained_cuts(self) -> list[tuple[str, Row]]:
        return [(head, cut) for head, cut in self._cuts.items() if head in self._restored]


def _explained(cut: Row, restored: Row) -> str:
    first, last = _span(cut)
    return (
        f"Rows {first} to {last} as they had been were lost when Postgres was restored; row "
        f"{restored.number} by {restored.who} says so: {restored.why}"
    )


def _span(cut: Row) -> tuple[int, int]:
    after = cut.entry().after
    return int(after["first"]), int(after["last"])


def _rows(first: int, last: int) -> str:
    return f"row {first} is" if first == last else f"rows {first} to {last} are"


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of numbers that follow each other."""
    run: tuple[int, int] | None = None
    for number in numbers:
        if run and number == run[1] + 1:
            run = run[0], number
            continue
        if run:
            yield run
        run = number, number
    if run:
        yield run
