"""Whatever is bent is found, an honest log never is."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.people.audit_log.chain import COLUMNS, START, Row, head_text, parse_head, written
from app.people.audit_log.model import Entry
from tests.people.audit_log.builders import (
    KEY,
    OTHER_KEY,
    Log,
    an_entry,
    kinds,
    log_of,
    verified,
)

TEXTS = st.text(max_size=8)
ENTRIES = st.builds(
    Entry,
    at=st.integers(0, 2**62),
    who=TEXTS,
    role=TEXTS,
    what=TEXTS,
    whom=TEXTS,
    why=TEXTS,
    where=TEXTS,
    before=st.dictionaries(TEXTS, TEXTS | st.integers(-(2**62), 2**62), max_size=2),
    after=st.dictionaries(TEXTS, st.none() | st.booleans(), max_size=2),
)
LOGS = st.lists(ENTRIES, min_size=1, max_size=12).map(log_of)


@given(LOGS)
def test_an_honest_log_is_never_suspected(log: Log) -> None:
    rows, head = log
    seen = [(row.number, row.hash) for row in rows]
    found = verified(rows, head, seen)
    assert found.findings == []
    assert found.remarks == []
    assert (found.rows, found.head) == (len(rows), head_text(*head))


def test_an_empty_log_is_honest() -> None:
    assert verified([], (0, START)).findings == []


@st.composite
def bent(draw: st.DrawFn) -> tuple[Log, Log]:
    """Return an honest log, and the same after some mischief without the key."""
    honest = draw(LOGS)
    rows, head = list(honest[0]), honest[1]
    for mischief in draw(st.lists(st.sampled_from(MISCHIEFS), min_size=1, max_size=3)):
        rows, head = mischief(draw, rows, head)
    assume((rows, head) != honest and not goes_on(honest, rows))
    return honest, (rows, head)


def goes_on(honest: Log, rows: list[Row]) -> bool:
    """Tell whether these are the honest log with more written after it under its key."""
    length = len(honest[0])
    return rows[:length] == honest[0] and all(
        later.fits(KEY) and (later.number, later.previous) == (row.number + 1, row.hash)
        for row, later in pairwise(rows[length - 1 :])
    )


def edit(draw: st.DrawFn, rows: list[Row], head: tuple[int, bytes]) -> Log:
    if not rows:
        return rows, head
    n = draw(st.integers(0, len(rows) - 1))
    column = draw(st.sampled_from([name for name in COLUMNS if name != "number"]))
    value: Any = draw(TEXTS)
    if column == "at":
        value = draw(st.integers(-(2**62), 2**62))
    if column in {"previous", "hash"}:
        value = draw(st.sampled_from([START, *(row.hash for row in rows)]))
    return [*rows[:n], replace(rows[n], **{column: value}), *rows[n + 1 :]], head


def remove(draw: st.DrawFn, rows: list[Row], head: tuple[int, bytes]) -> Log:
    gone = draw(st.sets(st.integers(0, max(0, len(rows) - 1)), min_size=1))
    left = [row for n, row in enumerate(rows) if n not in gone]
    if draw(st.booleans()):  # and let the numbers have no gap
        left = [replace(row, number=n) for n, row in enumerate(left, 1)]
    return left, head


def reorder(draw: st.DrawFn, rows: list[Row], head: tuple[int, bytes]) -> Log:
    numbers = draw(st.permutations([row.number for row in rows]))
    moved = [replace(row, number=number) for row, number in zip(rows, numbers, strict=True)]
    return sorted(moved, key=lambda row: row.number), head


def append_by_hand(draw: st.DrawFn, rows: list[Row], head: tuple[int, bytes]) -> Log:
    last = rows[-1] if rows else None
    number, digest = (last.number, last.hash) if last else (0, START)
    row = written(OTHER_KEY, number + 1, digest, draw(ENTRIES))
    if last and draw(st.booleans()):
        row = replace(last, number=number + 1, previous=digest)
    return [*rows, row], (row.number, row.hash) if draw(st.booleans()) else head


def insert_by_hand(draw: st.DrawFn, rows: list[Row], head: tuple[int, bytes]) -> Log:
    n = draw(st.integers(0, len(rows)))
    row = written(OTHER_KEY, n + 1, rows[n - 1].hash if n else START, draw(ENTRIES))
    later = [replace(one, number=one.number + 1) for one in rows[n:]]
    return [*rows[:n], row, *later], (head[0] + 1, head[1])


def cut_off(draw: st.DrawFn, rows: list[Row], head: tuple[int, bytes]) -> Log:
    left = rows[: draw(st.integers(0, max(0, len(rows) - 1)))]
    if draw(st.booleans()):
        head = (left[-1].number, left[-1].hash) if left else (0, START)
    return left, head


def bend_the_head(draw: st.DrawFn, rows: list[Row], _: tuple[int, bytes]) -> Log:
    hashes = [START, *(row.hash for row in rows)]
    return rows, (draw(st.integers(0, len(rows) + 2)), draw(st.sampled_from(hashes)))


def write_the_end_anew(draw: st.DrawFn, rows: list[Row], _: tuple[int, bytes]) -> Log:
    """Put the end of an older log of the same key in its place, as a restored backup does."""
    n = draw(st.integers(0, max(0, len(rows) - 1)))
    number, previous = (rows[n - 1].number, rows[n - 1].hash) if n else (0, START)
    left = rows[:n]
    for entry in draw(st.lists(ENTRIES, max_size=3)):
        left.append(written(KEY, number + 1, previous, entry))
        number, previous = left[-1].number, left[-1].hash
    return left, (number, previous)


MISCHIEFS = [
    edit,
    remove,
    reorder,
    append_by_hand,
    insert_by_hand,
    cut_off,
    bend_the_head,
    write_the_end_anew,
]


@given(bent())
def test_every_mischief_is_found_where_the_room_knows_the_head(case: tuple[Log, Log]) -> None:
    (_, head), (rows, bent_head) = case
    assert verified(rows, bent_head, [head]).findings


@given(LOGS, st.integers(1, 12), st.sampled_from([name for name in COLUMNS if name != "number"]))
def test_an_edited_row_is_named_whatever_was_edited(log: Log, number: int, column: str) -> None:
    rows, head = log
    assume(number <= len(rows))
    value: Any = {"at": -1, "previous": b"\1" * 32, "hash": b"\1" * 32}.get(column, "other\x00")
    rows[number - 1] = replace(rows[number - 1], **{column: value})
    found = verified(rows, head)
    assert ("edited", number, number) in kinds(found.findings)
    others = [one for one in found.findings if one.kind != "edited"]
    assert all(one.kind == "head" and column == "hash" for one in others)


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ({1}, [("removed", 1, 1)]),
        ({4}, [("removed", 4, 4)]),
        ({2, 3, 6}, [("removed", 2, 3), ("removed", 6, 6)]),
        ({8}, [("cut", 8, 8)]),
        ({7, 8}, [("cut", 7, 8)]),
        (set(range(1, 9)), [("cut", 1, 8)]),
    ],
)
def test_removed_rows_are_named(gone: set[int], expected: list[tuple[str, int, int]]) -> None:
    rows, head = log_of(an_entry(n) for n in range(1, 9))
    left = [row for row in rows if row.number not in gone]
    assert kinds(verified(left, head).findings) == expected


def test_rows_that_changed_places_are_named() -> None:
    rows, head = log_of(an_entry(n) for n in range(1, 9))
    rows[2], rows[5] = replace(rows[5], number=3), replace(rows[2], number=6)
    found = verified(rows, head)
    assert kinds(found.findings) == [("moved", 3, 3), ("moved", 6, 6)]
    assert found.findings[0].said.startswith("row 3 was written as row 6")


def test_rows_that_moved_up_into_a_gap_are_named_with_the_one_that_lacks() -> None:
    rows, head = log_of(an_entry(n) for n in range(1, 7))
    moved = [*rows[:2], *(replace(row, number=row.number - 1) for row in rows[3:])]
    assert kinds(verified(moved, head).findings) == [
        ("moved", 3, 3),
        ("moved", 4, 4),
        ("moved", 5, 5),
        ("cut", 6, 6),
    ]


@pytest.mark.parametrize("moves_head", [False, True])
def test_a_row_written_by_hand_is_named(moves_head: bool) -> None:  # noqa: FBT001 - both
    rows, head = log_of(an_entry(n) for n in range(1, 4))
    forged = written(OTHER_KEY, 4, rows[-1].hash, an_entry(4))
    found = verified([*rows, forged], (4, forged.hash) if moves_head else head)
    assert kinds(found.findings) == [("edited" if moves_head else "added", 4, 4)]


def test_a_row_below_the_first_is_named() -> None:
    rows, head = log_of(an_entry(n) for n in range(1, 4))
    forged = written(OTHER_KEY, 0, START, an_entry(9))
    assert kinds(verified([forged, *rows], head).findings) == [("added", 0, 0)]


def test_an_end_that_was_cut_off_with_its_head_is_found_by_whoever_knew_it() -> None:
    rows, head = log_of(an_entry(n) for n in range(1, 9))
    left, bent_head = rows[:5], (5, rows[4].hash)
    assert verified(left, bent_head).findings == []  # nothing in Postgres can tell
    found = verified(left, bent_head, [(4, rows[3].hash), (7, rows[6].hash), head])
    assert kinds(found.findings) == [("cut", 5, 8)]


@pytest.mark.parametrize("head", [None, (3, START), (5, START), (1, START)])
def test_a_head_that_was_bent_is_found(head: tuple[int, bytes] | None) -> None:
    rows, _ = log_of(an_entry(n) for n in range(1, 4))
    assert verified(rows, head).findings


def test_a_log_under_another_key_is_told_as_such() -> None:
    rows, head = log_of((an_entry(n) for n in range(1, 6)), OTHER_KEY)
    found = verified(rows, head)
    assert kinds(found.findings) == [("edited", 1, 5)]
    assert found.remarks == ["No row fits: are they under another STAFF_KEY than this one?"]


def test_thousands_of_bent_rows_are_told_in_a_moment() -> None:
    rows, head = log_of(an_entry(n) for n in range(1, 5001))
    odd = [replace(row, why="x") for row in rows[::2]]
    found = verified(odd, head)
    assert len(found.findings) == 5000


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_a_head_is_read_back(number: int, digest: bytes) -> None:
    assert parse_head(f" {head_text(number, digest)}\n") == (number, digest)


@pytest.mark.parametrize(
    "text", ["", "7", "7:", "x:" + "0" * 64, "7:" + "0" * 63, "-1:" + "0" * 64]
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        parse_head(text)
