"""What the boards' process leaves behind: its windows, with boards open and without, in turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, Final

import orjson

from loadtest.pulse import Beat, Histogram, add, percentile_ms

NOTES: Final = "boards.json"
SAVE: Final = "answers"
SETTLE_MS: Final = 5_000
"""So much of a window's beginning is not compared: boards are still being opened or closed."""


@dataclass(frozen=True, slots=True)
class Window:
    """A while with boards open, or without. Times in milliseconds since 1970.

    ``shown``: how long after the room took a change it stood on a board; ``lost``: boards whose
    stream ended meanwhile; ``refused``: how often one was told to come back.
    """

    began_ms: int
    ended_ms: int
    boards: int
    told: int = 0
    lost: int = 0
    refused: int = 0
    shown: Histogram = field(default_factory=dict)


def write(folder: Path, windows: Sequence[Window]) -> None:
    """Leave the windows in a run's folder."""
    (folder / NOTES).write_bytes(orjson.dumps(list(windows), option=orjson.OPT_NON_STR_KEYS))


def read(folder: Path) -> list[Window]:
    """Return the windows of a run; none where no boards were open."""
    path = folder / NOTES
    told = orjson.loads(path.read_bytes()) if path.exists() else []
    return [
        Window(**one | {"shown": {int(tenths): n for tenths, n in one["shown"].items()}})
        for one in told
    ]


def figures(windows: Sequence[Window], beats: Sequence[Beat]) -> dict[str, Any]:
    """Return what the boards showed, and what saves took beside them and without them.

    Each window with boards is compared with the one before it; the median of the pairs counts.
    """
    shown: Histogram = {}
    for window in windows:
        add(shown, window.shown)
    pairs = [
        (_save_p99_ms(before, beats), _save_p99_ms(beside, beats))
        for before, beside in pairwise(windows)
        if not before.boards and beside.boards
    ]
    return {
        "boards": max((window.boards for window in windows), default=0),
        "boards_lost": sum(window.lost for window in windows),
        "boards_refused": sum(window.refused for window in windows),
        "board_messages": sum(window.told for window in windows),
        "changes_shown": sum(shown.values()),
        "shown_p50_ms": percentile_ms(shown, 0.50),
        "shown_p99_ms": percentile_ms(shown, 0.99),
        "shown_longest_ms": percentile_ms(shown, 1.0),
        "save_p99_without_ms": round(median(before for before, _ in pairs), 1) if pairs else 0.0,
        "save_p99_beside_ms": round(median(beside for _, beside in pairs), 1) if pairs else 0.0,
        "save_p99_more_ms": round(median(b - a for a, b in pairs), 1) if pairs else 0.0,
        "save_p99_pairs_ms": [list(pair) for pair in pairs],
    }


def _save_p99_ms(window: Window, beats: Sequence[Beat]) -> float:
    felt: Histogram = {}
    for beat in beats:
        if window.began_ms + SETTLE_MS <= beat.at_ms <= window.ended_ms and SAVE in beat.calls:
            add(felt, beat.calls[SAVE].felt)
    return percentile_ms(felt, 0.99)
