"""The rule of every schedule: what devices were told, against what the record holds. Pure.

Acknowledged ⊆ log ⊆ sent; no rev twice; ``answers`` = newest of the log per item; what was kept as
late stands there; sealed stays sealed, under the receipt's own digest.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from loadtest.faults.record import Record, Sat
from loadtest.journal import ACKNOWLEDGED, KEPT, UNANSWERED, Change
from loadtest.reconcile import Evidence

SEALED = "s"


@dataclass(slots=True)
class Verdict:
    """What was found; everything but the counts should be empty."""

    sent: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Verdict") -> Self:
        """Take in another one."""
        self.sent += other.sent
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.doubled += other.doubled
        self.wrong += other.wrong
        return self

    @property
    def holds(self) -> bool:
        """Whether the rule holds."""
        return not (self.lost or self.doubled or self.wrong)


def judge(
    evidence: Evidence,
    record: Record,
    receipts: Mapping[str, Mapping[str, Any]],
    *,
    history: bool = True,
) -> Verdict:
    """Compare a run's journal and its last receipts (by NIP) with the record.

    ``history``: False where Postgres was set back; what had been superseded may then be missing.
    """
    verdict = Verdict(
        sent=sum(len(changes) for changes in evidence.outcomes.values()),
        acknowledged=evidence.acknowledged,
    )
    log, twice = _by_rev(record.log)
    late, late_twice = _by_rev(record.late)
    verdict.doubled += [*twice, *late_twice]
    standing: dict[str, dict[str, Change]] = defaultdict(dict)
    for nip, change in record.answers:
        standing[nip][change.item] = change
    for nip in evidence.outcomes:
        verdict.lost += _lost(nip, evidence, log[nip], standing[nip], history=history)
        verdict.lost += _late_lost(nip, evidence, late[nip])
    for nip in log.keys() | standing.keys():
        verdict.wrong += _unsent(nip, evidence, log[nip].values())
        verdict.wrong += _not_newest(nip, log[nip].values(), standing[nip])
    for nip in late:
        verdict.wrong += _unsent(nip, evidence, late[nip].values(), kept=True)
    for nip, receipt in receipts.items():
        verdict.wrong += _unsealed(nip, receipt, record.sat.get(nip), standing[nip])
    return verdict


def sealed_digest(answers: Iterable[Change]) -> str:
    """Return the digest of a sealed map: sorted lines of item:rev:value:flag."""
    lines = sorted(f"{c.item}:{c.rev}:{c.value}:{int(c.flagged)}\n".encode() for c in answers)
    return hashlib.sha1(b"".join(lines)).hexdigest()  # noqa: S324 - the protocol's own


def who(nip: str) -> str:
    """Name a person in a finding without the NIP: it ends up in reports."""
    return f"…{nip[-5:]}"


def _by_rev(
    rows: Iterable[tuple[str, Change]],
) -> tuple[dict[str, dict[int, Change]], list[str]]:
    found: dict[str, dict[int, Change]] = defaultdict(dict)
    times: Counter[tuple[str, int]] = Counter()
    for nip, change in rows:
        times[nip, change.rev] += 1
        found[nip][change.rev] = change
    return found, [
        f"{who(nip)} rev {rev} stands {count} times"
        for (nip, rev), count in times.items()
        if count > 1
    ]


def _lost(
    nip: str,
    evidence: Evidence,
    log: Mapping[int, Change],
    standing: Mapping[str, Change],
    *,
    history: bool,
) -> Iterator[str]:
    for change, results in evidence.outcomes[nip].values():
        if ACKNOWLEDGED.isdisjoint(results):
            continue
        stands = standing.get(change.item)
        where = f"{who(nip)} {change.item} rev {change.rev}"
        if stands is None or stands.rev < change.rev:
            held = f"rev {stands.rev}" if stands else "nothing"
            yield f"{where}: acknowledged, the record holds {held}"
        elif (history or stands.rev == change.rev) and not _same(change, log.get(change.rev)):
            yield f"{where}: acknowledged, the log holds {log.get(change.rev)}"


def _late_lost(nip: str, evidence: Evidence, late: Mapping[int, Change]) -> Iterator[str]:
    for change, results in evidence.outcomes[nip].values():
        if KEPT in results and not _same(change, late.get(change.rev)):
            where = f"{who(nip)} {change.item} rev {change.rev}"
            yield f"{where}: kept as late, the record holds {late.get(change.rev)}"


def _unsent(
    nip: str, evidence: Evidence, rows: Iterable[Change], *, kept: bool = False
) -> Iterator[str]:
    """Find what nobody sent, or sent otherwise, or what was refused and stands all the same."""
    fits = {KEPT, UNANSWERED} if kept else ACKNOWLEDGED | {UNANSWERED}
    for change in rows:
        where = f"{who(nip)} {change.item} rev {change.rev}"
        sent = evidence.outcomes[nip].get((change.item, change.rev))
        if sent is None:
            yield f"{where}: never sent"
        elif not _same(sent[0], change):
            yield f"{where}: {sent[0].value} sent, {change.value} stands (or the flag differs)"
        elif fits.isdisjoint(sent[1]):
            yield f"{where}: stands, but the replies were {', '.join(sorted(set(sent[1])))}"


def _not_newest(nip: str, log: Iterable[Change], standing: Mapping[str, Change]) -> Iterator[str]:
    newest: dict[str, Change] = {}
    for change in log:
        held = newest.get(change.item)
        if held is None or held.rev < change.rev:
            newest[change.item] = change
    for item in newest.keys() | standing.keys():
        if newest.get(item) != standing.get(item):
            yield f"{who(nip)} {item}: {standing.get(item)} stands, not {newest.get(item)}"


def _unsealed(
    nip: str, receipt: Mapping[str, Any], sat: Sat | None, standing: Mapping[str, Change]
) -> Iterator[str]:
    where = f"{who(nip)} receipt {receipt['code']}"
    if sat is None or sat.state != SEALED or sat.code is None:
        yield f"{where}: the record holds {sat}"
        return
    if not sat.recorded:
        yield f"{where}: the seal is not recorded"
    given = sum(change.value != "null" for change in standing.values())
    told = (receipt["code"], receipt["sealed_at"], receipt["digest"], receipt["answered"])
    held = (sat.code, sat.sealed_at, sealed_digest(standing.values()), given)
    if told != held or sat.digest != receipt["digest"]:
        yield f"{where}: told {told}, the record holds {held}"


def _same(sent: Change, held: Change | None) -> bool:
    return (
        held is not None
        and (sent.item, sent.rev, sent.flagged) == (held.item, held.rev, held.flagged)
        and orjson.loads(sent.value) == orjson.loads(held.value)
    )
