"""The judgement can fail: each kind of fault, forged, is found; a healthy run passes."""

from dataclasses import replace
from typing import Any

from loadtest.faults.record import Record, Sat
from loadtest.faults.rule import Verdict, judge, sealed_digest
from loadtest.journal import Change, Reply
from loadtest.reconcile import Evidence

NIP, OTHER = "196512131993121001", "196512131993121002"
REV = 65537 << 20
OLD = Change("LD-01", REV + 1, '"a"', flagged=False)
NEW = Change("LD-01", REV + 2, '"b"', flagged=True)
LATE = Change("LD-02", REV + 3, '"c"', flagged=False)
RECEIPT: dict[str, Any] = {
    "code": "1-00-k3j4h5g6f7d8-1.1-mzxw6ytb",
    "sealed_at": 1_700_000_000_000,
    "answered": 1,
    "digest": sealed_digest([NEW]),
}
SEALED = Sat(
    "k3j4h5g6f7d8", "s", 1_700_000_000_000, 1, RECEIPT["digest"], RECEIPT["code"], recorded=True
)


def told(*replies: tuple[Change, str], nip: str = NIP) -> Evidence:
    return Evidence.of(Reply(nip, change, result) for change, result in replies)


def record(
    log: tuple[Change, ...] = (OLD, NEW),
    answers: tuple[Change, ...] = (NEW,),
    late: tuple[Change, ...] = (),
    sat: Sat = SEALED,
) -> Record:
    return Record(
        [(NIP, change) for change in log],
        [(NIP, change) for change in answers],
        [(NIP, change) for change in late],
        {NIP: sat},
    )


def found(
    evidence: Evidence, held: Record, *, receipt: dict[str, Any] | None = None, history: bool = True
) -> Verdict:
    return judge(evidence, held, {NIP: receipt} if receipt else {}, history=history)


BOTH = told((OLD, "stored"), (NEW, "unanswered"), (NEW, "same"))


def test_a_healthy_run_passes() -> None:
    evidence = told((OLD, "stored"), (NEW, "stored"), (LATE, "kept"))
    verdict = found(evidence, record(late=(LATE,)), receipt=RECEIPT)
    assert verdict.holds
    assert (verdict.sent, verdict.acknowledged) == (3, 2)


def test_what_was_never_answered_may_be_there_or_not() -> None:
    evidence = told((OLD, "stored"), (NEW, "unanswered"))
    assert found(evidence, record()).holds
    assert found(evidence, record(log=(OLD,), answers=(OLD,))).holds


def test_an_acknowledged_answer_that_is_nowhere_is_lost() -> None:
    (lost,) = found(BOTH, record(log=(OLD,), answers=(OLD,))).lost
    assert lost == f"…21001 LD-01 rev {NEW.rev}: acknowledged, the record holds rev {OLD.rev}"
    assert len(found(BOTH, record(log=(), answers=())).lost) == 2


def test_an_older_value_over_a_newer_one_is_lost_and_wrong() -> None:
    verdict = found(BOTH, record(answers=(OLD,)))
    assert len(verdict.lost) == 1
    assert len(verdict.wrong) == 1


def test_a_superseded_answer_must_stand_in_the_log() -> None:
    assert len(found(BOTH, record(log=(NEW,))).lost) == 1
    assert found(BOTH, record(log=(NEW,)), history=False).holds


def test_the_newest_must_stand_in_the_log_even_where_the_history_may_be_missing() -> None:
    assert not found(BOTH, record(log=()), history=False).holds


def test_a_rev_that_stands_twice_is_found() -> None:
    assert found(BOTH, record(log=(OLD, NEW, NEW))).doubled == [
        f"…21001 rev {NEW.rev} stands 2 times"
    ]


def test_what_nobody_sent_is_wrong() -> None:
    assert "never sent" in found(told((NEW, "stored")), record()).wrong[0]


def test_another_s_answer_is_wrong() -> None:
    verdict = found(told((OLD, "stored"), (NEW, "stored"), nip=OTHER), record())
    assert len(verdict.lost) == 2
    assert all("never sent" in text for text in verdict.wrong)


def test_another_value_or_flag_than_was_sent_is_wrong_and_lost() -> None:
    for other in (replace(NEW, value='"c"'), replace(NEW, flagged=False)):
        verdict = found(BOTH, record(log=(OLD, other), answers=(other,)))
        assert len(verdict.lost) == 1
        assert any("sent" in text for text in verdict.wrong)


def test_what_was_refused_must_not_stand() -> None:
    evidence = told((OLD, "stored"), (NEW, "refused"))
    assert "the replies were refused" in found(evidence, record()).wrong[0]


def test_what_was_kept_as_late_must_stand_there_and_nowhere_else() -> None:
    evidence = told((OLD, "stored"), (NEW, "stored"), (LATE, "kept"))
    assert "kept as late" in found(evidence, record()).lost[0]
    verdict = found(evidence, record(log=(OLD, NEW, LATE), answers=(NEW, LATE), late=(LATE,)))
    assert "the replies were kept" in verdict.wrong[0]


def test_a_receipt_must_be_that_of_the_record() -> None:
    for sat in (
        replace(SEALED, state="o", code=None),
        replace(SEALED, recorded=False),
        replace(SEALED, digest="0" * 40),
        replace(SEALED, code="1-00-k3j4h5g6f7d8-1.2-mzxw6ytb"),
        replace(SEALED, sealed_at=1),
    ):
        assert found(BOTH, record(sat=sat), receipt=RECEIPT).wrong, sat
    assert found(BOTH, record(sat=SEALED), receipt=RECEIPT).holds


def test_a_receipt_must_cover_what_stands() -> None:
    other = RECEIPT | {"digest": sealed_digest([OLD])}
    assert found(BOTH, record(), receipt=other).wrong
    assert found(BOTH, record(), receipt=RECEIPT | {"answered": 2}).wrong


def test_verdicts_add_up() -> None:
    verdict = Verdict()
    verdict += found(BOTH, record())
    verdict += found(BOTH, record(log=(OLD,), answers=(OLD,)))
    assert (verdict.sent, verdict.acknowledged, len(verdict.lost)) == (4, 4, 1)
    assert not verdict.holds
