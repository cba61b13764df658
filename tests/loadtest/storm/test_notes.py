"""What the sender leaves, and what the document makes of it."""

from pathlib import Path

from loadtest.result import document
from loadtest.storm.notes import Storm, figures, inside_share, refused_share
from tests.loadtest.builders import beat, calls, orders, run

CALLS = {
    "login": {"requests": 100},
    "login (busy)": {"requests": 900},
    "answers": {"requests": 750},
    "answers (busy)": {"requests": 250},
    "submit": {"requests": 10},
    "before login": {"requests": 5_000},
}


def test_what_was_left_is_read(tmp_path: Path) -> None:
    storm = Storm(3_000.0, 9_000.0, 8_990.5, 3, 4, 12.5, 13.0)
    storm.write(tmp_path)
    assert Storm.read(tmp_path) == storm


def test_of_a_sender_that_did_not_finish_nothing_is_known(tmp_path: Path) -> None:
    assert Storm.read(tmp_path) == Storm()
    assert Storm().recovered_s is None


def test_shares_are_of_the_tries_of_the_offer_alone() -> None:
    known = figures(Storm(), CALLS)
    assert known["refused_share_of_logins"] == 0.9
    assert known["refused_share_of_saves"] == 0.25
    assert known["refused_share_of_submits"] == 0.0
    assert known["refused_share"] == round(1150 / 2010, 4)
    assert refused_share({}) == 0.0
    assert known["offered_share_of_insiders"] == round(1010 / 2010, 4)
    assert inside_share({}) == 0.0


def test_the_document_of_an_overload_tells_how_it_was_offered() -> None:
    beats = [beat(1, calls={"login": calls(10), "login (busy)": calls(30), "answers": calls(9)})]
    known = document(
        run(orders=orders(scenario="overload"), beats=beats, storm=Storm(100.0, 300.0, 299.0))
    )
    assert (known["capacity_per_s"], known["offered_per_s"]) == (100.0, 299.0)
    assert known["refused_share_of_logins"] == 0.75
    unmet = [goal["goal"] for goal in known["goals"] if not goal["met"]]
    assert "saves as usual again, after it" in unmet
    assert "capacity_per_s" not in document(run())
