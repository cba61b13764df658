"""wrk asks what it is told, exactly so often, and nothing that was refused passes for a figure."""

import os
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from loadtest.bench import wrk
from loadtest.bench.__main__ import main
from loadtest.bench.seats import Seat, moved, write, write_cards
from loadtest.server import RunError
from tests.loadtest.bench.asked import Asked, serving

GEN = 65_537
SEATS = [Seat(f"s{n}", f"token{n}", GEN, ("LD-01", "LD-02", "LD-03")) for n in range(4)]


@pytest.fixture
def seats(tmp_path: Path) -> Path:
    """Where four seats are written, for a wrk that is there; in CI it has to be."""
    try:
        wrk.find()
    except RunError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    path = tmp_path / "seats"
    write(SEATS, path)
    return path


def stores(_: int, body: dict[str, Any]) -> tuple[int, bytes]:
    return 200, b'{"results":[{"rev":%d,"result":"stored"}]}' % body["changes"][0]["rev"]


def test_exactly_so_many_saves_are_asked_for_and_each_is_a_new_change(seats: Path) -> None:
    asked = Asked(stores)
    with serving(asked) as url:
        used_s = wrk.ask(url, "save", 40, seats)
    assert used_s > 0
    changes = [
        (path, *body["changes"]) for path, body in zip(asked.paths, asked.bodies, strict=True)
    ]
    assert len(changes) == 40
    assert len({(path, change["rev"]) for path, change in changes}) == 40
    assert set(Counter(path for path, _ in changes).values()) == {10}
    for seat in moved(SEATS, 40):
        own = [change for path, change in changes if f"/{seat.sitting}/" in path]
        assert sorted(change["rev"] for change in own) == [
            GEN * 2**20 + n for n in range(1, seat.n + 1)
        ]
        values: dict[str, list[str]] = {}
        for change in sorted(own, key=lambda one: one["rev"]):
            values.setdefault(change["item"], []).append(change["value"])
        assert all(a != b for some in values.values() for a, b in pairwise(some))


def test_seats_go_on_where_they_stopped(seats: Path) -> None:
    assert [seat.n for seat in moved(SEATS, 6)] == [2, 2, 1, 1]
    write(moved(SEATS, 6), seats)
    asked = Asked(stores)
    with serving(asked) as url:
        wrk.ask(url, "save", 4, seats)
    revs = sorted(body["changes"][0]["rev"] - GEN * 2**20 for body in asked.bodies)
    assert revs == [2, 2, 3, 3]


def test_a_save_that_was_not_stored_ends_it(seats: Path) -> None:
    def keeps_an_older_one(number: int, body: dict[str, Any]) -> tuple[int, bytes]:
        if number == 17:
            return 200, b'{"results":[{"rev":1,"result":"superseded"}]}'
        return stores(number, body)

    asked = Asked(keeps_an_older_one)
    with serving(asked) as url, pytest.raises(RunError, match="superseded"):
        wrk.ask(url, "save", 40, seats)


def test_a_request_that_was_refused_ends_it(seats: Path) -> None:
    def refuses(number: int, body: dict[str, Any]) -> tuple[int, bytes]:
        return (503, b'{"type":"busy"}') if number == 9 else stores(number, body)

    asked = Asked(refuses)
    with serving(asked) as url, pytest.raises(RunError, match=r"refused: 503 .*busy"):
        wrk.ask(url, "save", 40, seats)


def test_a_submit_carries_what_stands(seats: Path) -> None:
    write(moved(SEATS, 20), seats)  # five changes each, of three items
    asked = Asked(lambda *_: (200, b'{"receipt":{}}'))
    with serving(asked) as url:
        wrk.ask(url, "submit", 4, seats)
    first = GEN * 2**20
    assert {item: one["rev"] - first for item, one in asked.bodies[0]["answers"].items()} == {
        "LD-01": 4,
        "LD-02": 5,
        "LD-03": 3,
    }


def test_logins_are_written_down(seats: Path, tmp_path: Path) -> None:
    cards, replies = tmp_path / "cards.csv", tmp_path / "replies"
    cards.write_text("nip,pin\n198001,1234\n198002,5678\n")
    assert write_cards(cards, seats) == 2
    asked = Asked(lambda number, _: (200, b'{"token":"t%d"}' % number))
    with serving(asked) as url:
        wrk.ask(url, "login", 2, seats, replies)
    assert {(body["nip"], body["pin"]) for body in asked.bodies} == {
        ("198001", "1234"),
        ("198002", "5678"),
    }
    assert sorted(replies.read_text().split()) == ['{"token":"t1"}', '{"token":"t2"}']


def test_without_wrk_there_are_no_figures_and_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert main() == 1
    assert "wrk is missing; on Debian and Ubuntu: apt-get install wrk" in capsys.readouterr().out
