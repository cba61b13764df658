import csv
import os
from pathlib import Path

import orjson
import pytest

from loadtest.journal import Journal, Sealed, Seated
from loadtest.judging import NOTES, judge, latest
from loadtest.orders import Orders, read_cards
from loadtest.pulse import Pulse
from loadtest.samples import write
from loadtest.tempo import Tempo
from tests.loadtest.builders import BEGAN_MS, CHANGE, LATE, MACHINE, audit, results, sample

COLUMNS = ("nip", "item", "rev", "value", "flagged", "sealed")


def left_behind(folder: Path, *nips: str) -> Path:
    """Write what one machine notes of a run in which these people sat."""
    folder.mkdir()
    Orders("day", "kukar-2023", 7, 2, 2, Tempo(10, 10), folder / "c.csv", folder, "").write()
    journal, pulse = Journal(folder / "journal-vm-1.jsonl"), Pulse(folder / "pulse-vm-1.jsonl")
    for nip in nips:
        journal.reply(nip, CHANGE, "stored")
        journal.reply(nip, LATE, "kept")
        journal.sealed(Sealed(nip, "code", 1, 1))
        journal.seated(Seated(nip, BEGAN_MS, BEGAN_MS + 5000, "submitted"))
        pulse.count("answers", 2.0, 3.0, failed=False)
    journal.flush()
    pulse.beat()
    write(folder, [sample(0), sample(1, lag_ms=200)])
    notes = {"times": {"closed_ms": None, "recorded_ms": None}, "machine": MACHINE}
    (folder / NOTES).write_bytes(orjson.dumps(notes))
    return folder


def recorded(path: Path, *nips: str) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for nip in nips:
            writer.writerow((nip, CHANGE.item, CHANGE.rev, CHANGE.value, "false", "true"))
    return path


def test_a_run_whose_record_is_not_known_yet_is_not_reconciled(tmp_path: Path) -> None:
    known = judge([left_behind(tmp_path / "run", "1", "2")])
    assert not known["reconciled"]
    assert (known["submitted"], known["saves_acked"], known["requests"]) == (2, 2, 2)


def test_a_record_that_holds_everything_is_fine(tmp_path: Path) -> None:
    folder = left_behind(tmp_path / "run", "1", "2")
    record = recorded(tmp_path / "record.csv", "1", "2")
    known = judge([folder], record, audit(rows=2, late=2), results(2, 2))
    assert (known["saves_lost"], known["saves_wrong"], known["log_rows_missing"]) == (0, 0, 0)
    assert known["flush_lag_max_s"] == 0.2


def test_a_record_that_lacks_something_is_not(tmp_path: Path) -> None:
    folder = left_behind(tmp_path / "run", "1", "2")
    known = judge([folder], recorded(tmp_path / "record.csv", "1"), audit(rows=1, late=2))
    assert (known["saves_lost"], known["receipts_unsealed"], known["log_rows_missing"]) == (1, 1, 1)
    assert "saves_lost: 1" in known["complaints"]


def test_the_folders_of_several_machines_are_judged_together(tmp_path: Path) -> None:
    folders = [left_behind(tmp_path / nip, nip) for nip in "12"]
    known = judge(folders, recorded(tmp_path / "record.csv", "1", "2"), audit(rows=2, late=2))
    assert (known["submitted"], known["saves_lost"], known["gave_up"]) == (2, 0, 0)
    assert judge(folders[:1])["gave_up"] == 1


def test_the_newest_run_is_judged_when_none_is_named(tmp_path: Path) -> None:
    assert latest(tmp_path) is None
    older, newer = (left_behind(tmp_path / name, "1") for name in ("b", "a"))
    os.utime(older / NOTES, (1, 1))
    assert latest(tmp_path) == newer


def test_orders_are_read_as_they_were_written(tmp_path: Path) -> None:
    orders = Orders("hold", "e", 7, 2, 2, Tempo(1, 2), tmp_path / "c.csv", tmp_path, "https://x")
    assert Orders.read(orders.write()) == orders
    assert not orders.closes


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_cards_are_read_with_either_line_end(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "cards.csv"
    path.write_text(ending.join(("nip,pin", "199001012015011001,123456789012", "")))
    (card,) = read_cards(path)
    assert (card.nip, card.pin) == ("199001012015011001", "123456789012")
