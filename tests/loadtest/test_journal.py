from pathlib import Path

import pytest

from loadtest.journal import Change, Fault, Journal, Noticed, Reply, Sealed, Seated, read


def test_what_is_noted_is_read_again(tmp_path: Path) -> None:
    first, second = Journal(tmp_path / "journal-1.jsonl"), Journal(tmp_path / "journal-2.jsonl")
    change = Change("LD-01", (65536 << 20) + 1, '"a"', flagged=True)
    first.reply("1", change, "stored")
    first.flush()
    first.noticed(Noticed("1", (65536 << 20) + 2, "stored"))
    first.sealed(Sealed("1", "code", 1, 50))
    first.seated(Seated("1", 1_700_000_000_000, 1_700_000_060_000, "submitted"))
    first.flush()
    second.reply("2", change, "same")
    second.fault(Fault("login", "TimeoutError()"))
    second.flush()
    assert list(read(tmp_path)) == [
        Reply("1", change, "stored"),
        Noticed("1", (65536 << 20) + 2, "stored"),
        Sealed("1", "code", 1, 50),
        Seated("1", 1_700_000_000_000, 1_700_000_060_000, "submitted"),
        Reply("2", change, "same"),
        Fault("login", "TimeoutError()"),
    ]


def test_the_journals_of_several_machines_are_read_together(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for n, folder in enumerate(folders):
        folder.mkdir()
        journal = Journal(folder / "journal-vm-1.jsonl")
        journal.noticed(Noticed(str(n), 7, "stored"))
        journal.flush()
    assert list(read(*folders)) == [Noticed("0", 7, "stored"), Noticed("1", 7, "stored")]


def test_nothing_noted_writes_nothing(tmp_path: Path) -> None:
    Journal(tmp_path / "journal-1.jsonl").flush()
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_is_no_entry_stops_the_reading(tmp_path: Path) -> None:
    (tmp_path / "journal-1.jsonl").write_text('["reply","1"]\n')
    with pytest.raises(ValueError, match="not a journal entry"):
        list(read(tmp_path))
