"""What boards showed and cost, by forged windows: each round is compared in itself."""

from pathlib import Path
from typing import Any

from loadtest.boards.notes import (
    APART,
    BESIDE,
    SETTLE_MS,
    WITHOUT,
    Window,
    figures,
    read,
    write,
)
from tests.loadtest.builders import BEGAN_MS, beat, calls, sample

SPAN_S = 40
ROUNDS = [(2.0, 3.0), (2.0, 9.0), (4.0, 6.0)]  # save's p99 in ms, without and beside
COSTS = [(0.10, 0.14, 0.11), (0.10, 0.16, 0.10), (0.20, 0.26, 0.21)]  # cores of the path


def forged(costs: list[tuple[float, float, float]]) -> dict[str, Any]:
    """Return three rounds of three windows: in each second a beat of ten saves, and a look."""
    windows, beats, samples = [], [], [sample(0, app=0.0, boards=0.0)]
    at_s, app_s = 0, 0.0
    for (without_ms, beside_ms), cores in zip(ROUNDS, costs, strict=True):
        for kind, ms, core in zip(
            (WITHOUT, BESIDE, APART), (without_ms, beside_ms, 1.0), cores, strict=True
        ):
            shown = {"event": {5000: 3}, "part": {9000: 1}} if kind == BESIDE else {}
            began_ms = BEGAN_MS + at_s * 1000
            window = Window(kind, began_ms, began_ms + SPAN_S * 1000, boards=500, shown=shown)
            windows.append(window)
            for _ in range(SPAN_S):
                at_s += 1
                app_s += core
                beats.append(beat(at_s, calls={"answers": calls(4, ms / 2), "heartbeat": calls(6)}))
                samples.append(sample(at_s, app=app_s, boards=0.5 * at_s))
    return figures(windows, beats, samples)


def test_the_median_of_the_rounds_counts() -> None:
    known = forged(COSTS)
    assert known["save_p99_rounds_ms"] == [[2.0, 3.0], [2.0, 9.0], [4.0, 6.0]]
    assert (known["save_p99_without_ms"], known["save_p99_more_ms"]) == (2.0, 2.0)
    assert known["path_us_ratio"] == 1.05
    assert list(known["path_us_by_process"]) == ["app"]
    without, beside = known["path_us_by_process"]["app"]
    assert (without, beside) == (known["path_us_without"], known["path_us_beside"])
    assert known["event_changes_shown"] == 9
    assert known["part_shown_p99_ms"] == 900.0


def test_the_process_that_shows_boards_is_none_of_the_path() -> None:
    known = forged([(0.10, 0.10, 0.10)] * 3)
    assert known["path_us_ratio"] == 1.0
    assert 9_000 < known["path_us_without"] < 11_000  # a tenth of a core for ten calls


def test_without_a_process_apart_nothing_is_said_of_the_path() -> None:
    windows = [
        Window(WITHOUT, BEGAN_MS, BEGAN_MS + SETTLE_MS + 1),
        Window(BESIDE, BEGAN_MS, BEGAN_MS + SETTLE_MS + 1, boards=500),
    ]
    known = figures(windows, [], [])
    assert known["path_us_ratio"] is None
    assert known["path_us_by_process"] == {}
    assert known["boards"] == 500


def test_windows_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert read(tmp_path) == []
    windows = [Window(BESIDE, 1, 2, boards=3, unshown=4, shown={"part": {70: 5}})]
    write(tmp_path, windows)
    assert read(tmp_path) == windows
