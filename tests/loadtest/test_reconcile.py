from pathlib import Path

import pytest

from loadtest.journal import (
    KEPT,
    REFUSED,
    UNANSWERED,
    Change,
    Entry,
    Fault,
    Noticed,
    Reply,
    Sealed,
    Seated,
)
from loadtest.reconcile import Evidence, Outcome, Row, read_record, reconcile

NIP = "199001012015011001"
GEN = 65536 << 20


def change(n: int, value: str = '"a"', *, flagged: bool = False, item: str = "LD-01") -> Change:
    return Change(item, GEN + n, value, flagged)


def reply(sent: Change, result: str = "stored") -> Reply:
    return Reply(NIP, sent, result)


def row(recorded: Change, *, sealed: bool = False, nip: str = NIP) -> Row:
    return Row(nip, recorded, sealed)


def seated(ending: str) -> Seated:
    return Seated(NIP, 0, 1000, ending)


def compare(replies: list[Entry], rows: list[Row]) -> Outcome:
    return reconcile(Evidence.of(replies), rows)


def found(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.lost.count, outcome.wrong.count, outcome.unsealed.count


def test_what_was_acknowledged_and_recorded_is_fine() -> None:
    outcome = compare([reply(change(1))], [row(change(1))])
    assert found(outcome) == (0, 0, 0)
    assert outcome.acked == 1


def test_an_acknowledged_save_that_the_record_lacks_is_lost() -> None:
    assert found(compare([reply(change(1))], [])) == (1, 0, 0)


def test_an_acknowledged_save_under_an_older_one_is_lost() -> None:
    outcome = compare([reply(change(1)), reply(change(2, '"b"'))], [row(change(1))])
    assert found(outcome) == (1, 0, 0)
    assert "the record holds rev" in outcome.lost.examples[0]


def test_every_save_of_an_item_that_is_not_there_is_lost() -> None:
    assert found(compare([reply(change(1)), reply(change(2))], [])) == (2, 0, 0)


def test_a_newer_save_replaces_an_older_one() -> None:
    outcome = compare([reply(change(1)), reply(change(2, '"b"'))], [row(change(2, '"b"'))])
    assert found(outcome) == (0, 0, 0)
    assert outcome.acked == 2


def test_a_retry_is_the_same_save_and_counted_once() -> None:
    replies = [reply(change(1), UNANSWERED), reply(change(1), "stored"), reply(change(1), "same")]
    outcome = compare([*replies], [row(change(1))])
    assert found(outcome) == (0, 0, 0)
    assert outcome.acked == 1


def test_a_save_stored_twice_was_gone_in_between() -> None:
    outcome = compare([reply(change(1)), reply(change(1))], [row(change(1))])
    assert found(outcome) == (1, 0, 0)


def test_a_newer_save_without_a_reply_may_stand_in_the_record() -> None:
    replies = [reply(change(1)), reply(change(2, '"b"'), UNANSWERED)]
    assert found(compare([*replies], [row(change(2, '"b"'))])) == (0, 0, 0)
    assert found(compare([*replies], [row(change(1))])) == (0, 0, 0)


@pytest.mark.parametrize("recorded", [change(1, '"b"'), change(1, flagged=True)])
def test_another_value_or_flag_under_the_same_rev_is_wrong(recorded: Change) -> None:
    assert found(compare([reply(change(1))], [row(recorded)])) == (0, 1, 0)


def test_a_value_is_compared_as_json() -> None:
    sent, recorded = change(1, '["a","c"]'), change(1, '["a", "c"]')
    assert found(compare([reply(sent)], [row(recorded)])) == (0, 0, 0)


def test_a_row_that_was_never_sent_is_wrong() -> None:
    outcome = compare([reply(change(1))], [row(change(1)), row(change(9, item="LD-02"))])
    assert found(outcome) == (0, 1, 0)
    assert "never sent" in outcome.wrong.examples[0]


@pytest.mark.parametrize("result", ["superseded", "conflict", "invalid", REFUSED, KEPT])
def test_a_row_that_was_refused_or_kept_apart_is_wrong(result: str) -> None:
    assert found(compare([reply(change(1), result)], [row(change(1))])) == (0, 1, 0)


@pytest.mark.parametrize("result", ["superseded", "conflict", "invalid", REFUSED, KEPT])
def test_a_change_that_was_refused_need_not_be_there(result: str) -> None:
    assert found(compare([reply(change(1), result)], [])) == (0, 0, 0)


def test_a_superseded_backlog_leaves_the_newer_answer_standing() -> None:
    newer = change(1 << 20, '"b"')
    replies = [reply(newer), reply(change(5), "superseded")]
    assert found(compare([*replies], [row(newer)])) == (0, 0, 0)
    assert found(compare([*replies], [row(change(5))])) == (1, 1, 0)


def test_rows_of_people_who_were_not_there_do_not_matter() -> None:
    stranger = row(change(1), nip="197001012000011001")
    assert found(compare([reply(change(1))], [row(change(1)), stranger])) == (0, 0, 0)


def test_a_receipt_counts_the_sealed_answers() -> None:
    second = change(2, "null", item="LD-02")
    replies: list[Entry] = [reply(change(1)), reply(second), Sealed(NIP, "code", 1, 1)]
    rows = [row(change(1), sealed=True), row(second, sealed=True)]
    assert found(compare(replies, rows)) == (0, 0, 0)
    assert found(compare(replies, [row(change(1)), row(second)])) == (0, 0, 1)


def test_who_is_sealed_without_a_receipt_was_swept() -> None:
    replies: list[Entry] = [reply(change(1)), seated("left")]
    assert compare(replies, [row(change(1))]).swept == frozenset()
    assert compare(replies, [row(change(1), sealed=True)]).swept == {NIP}


def test_late_answers_and_faults_are_counted() -> None:
    entries: list[Entry] = [
        reply(change(1), REFUSED),
        reply(change(1), KEPT),
        reply(change(2)),
        Fault("login", "TimeoutError()"),
        Fault("login", "TimeoutError()"),
    ]
    evidence = Evidence.of(entries)
    assert evidence.kept == 1
    assert evidence.faults == {("login", "TimeoutError()"): 2}


def test_the_log_holds_what_was_acknowledged_and_at_most_what_was_sent() -> None:
    entries: list[Entry] = [
        reply(change(1)),
        reply(change(2), UNANSWERED),
        reply(change(2), "stored"),
        reply(change(3), UNANSWERED),
        reply(change(4), KEPT),
        Noticed(NIP, GEN + 5, "stored"),
        Noticed(NIP, GEN + 6, UNANSWERED),
    ]
    assert Evidence.of(entries).log_rows == (3, 5)


def test_findings_do_not_name_the_nip() -> None:
    outcome = compare([reply(change(1)), Sealed(NIP, "code", 1, 1)], [row(change(9))])
    told = [*outcome.lost.examples, *outcome.wrong.examples, *outcome.unsealed.examples]
    assert told
    assert all(NIP not in text for text in told)


def test_an_export_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "record.csv"
    text = f'nip,item,rev,value,flagged,sealed\n{NIP},LD-01,{GEN + 1},"""a""",true,false\n'
    path.write_text(text, encoding="utf-8")
    assert list(read_record(path)) == [row(change(1, flagged=True))]
