"""When a board shows what was acknowledged, by a clock that the test moves."""

from collections.abc import Sequence
from typing import Any

from app.proctoring.board.model import FIELDS
from loadtest.boards.shown import OVERDUE_S, Seen, Showing


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def row(sitting: str, seen_at: int) -> list[object]:
    return [{"sitting": sitting, "seen_at": seen_at}.get(field, 0) for field in FIELDS]


def piece(rows: Sequence[list[object]], seen: Sequence[tuple[str, int]] = ()) -> dict[str, Any]:
    return {"rows": rows, "seen": seen}


def showing() -> tuple[Showing, Seen, Clock]:
    seen, clock = Seen(), Clock()
    board = Showing("part", seen, clock)
    board.begin([row("a", 10), row("b", 10), row("z", 10)], ["a", "b", "not-here"])
    return board, seen, clock


def test_it_takes_from_the_acknowledgement_to_the_row() -> None:
    board, seen, clock = showing()
    board.acknowledged("a", 20)
    clock.now_s += 0.5
    board.take(piece([row("b", 15), row("a", 19)]))  # an older look at it, and somebody else
    assert seen.shown == {}
    clock.now_s += 0.3
    board.take(piece([row("a", 20)]))
    assert seen.shown == {"part": {8000: 1}}


def test_a_moment_alone_shows_a_save_too() -> None:
    board, seen, clock = showing()
    board.acknowledged("a", 20)
    clock.now_s += 0.5
    board.take(piece([], [("b", 20), ("a", 20)]))
    assert seen.shown == {"part": {5000: 1}}


def test_one_row_shows_all_saves_before_it() -> None:
    board, seen, clock = showing()
    board.acknowledged("a", 20)
    clock.now_s += 1.0
    board.acknowledged("a", 30)
    clock.now_s += 0.5
    board.take(piece([row("a", 30)]))
    assert seen.shown == {"part": {15000: 1, 5000: 1}}


def test_a_row_that_came_before_the_reply_took_no_time() -> None:
    board, seen, _ = showing()
    board.take(piece([row("a", 20)]))
    board.acknowledged("a", 20)
    assert seen.shown == {"part": {0: 1}}


def test_a_board_owes_nothing_of_whom_it_does_not_have() -> None:
    board, seen, clock = showing()
    board.acknowledged("z", 20)  # on the board, and no probe
    board.acknowledged("not-here", 20)
    clock.now_s += 2 * OVERDUE_S
    board.end()
    assert seen.unshown == 0


def test_what_is_overdue_at_the_end_was_not_shown() -> None:
    board, seen, clock = showing()
    board.acknowledged("a", 20)
    clock.now_s += OVERDUE_S + 0.1
    board.acknowledged("b", 20)  # may still come
    board.end()
    assert seen.unshown == 1
