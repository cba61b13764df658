"""What the boards' process leaves behind: its windows, with boards open and without, in turn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeVar

import orjson

from loadtest.pulse import Beat, Histogram, add, percentile_ms
from loadtest.samples import Sample, cpu_used_s

NOTES: Final = "boards.json"
SAVE: Final = "answers"
CALLS: Final = (SAVE, "backlog", "heartbeat", "answers of probes")
WITHOUT, BESIDE, APART = "without", "beside", "apart"
SHOWING: Final = "boards"
"""The server's process that serves boards alone, see `Stack.also`."""
_Figure = TypeVar("_Figure")
SETTLE_MS: Final = 14_000
"""So much of a window's beginning is not compared: boards are still being opened or closed, and
what showed those before is kept up for a while."""


@dataclass(frozen=True, slots=True)
class Window:
    """A while with boards open, or without. Times in milliseconds since 1970.

    ``kind``: without boards, with boards beside everything else, or at a process of their own.
    ``shown``: by the kind of board, how long after its acknowledgement a save stood on it;
    ``unshown``: what never did; ``lost``: boards whose stream ended meanwhile; ``refused``: how
    often one was told to come back.
    """

    kind: str
    began_ms: int
    ended_ms: int
    boards: int = 0
    told: int = 0
    lost: int = 0
    refused: int = 0
    unshown: int = 0
    shown: dict[str, Histogram] = field(default_factory=dict)

    def holds(self, at_ms: int) -> bool:
        """Tell whether a moment is one that is compared."""
        return self.began_ms + SETTLE_MS <= at_ms <= self.ended_ms


def write(folder: Path, windows: Sequence[Window]) -> None:
    """Leave the windows in a run's folder."""
    (folder / NOTES).write_bytes(orjson.dumps(list(windows), option=orjson.OPT_NON_STR_KEYS))


def read(folder: Path) -> list[Window]:
    """Return the windows of a run; none where no boards were open."""
    path = folder / NOTES
    told = orjson.loads(path.read_bytes()) if path.exists() else []
    return [Window(**one | {"shown": _histograms(one["shown"])}) for one in told]


def figures(
    windows: Sequence[Window], beats: Sequence[Beat], samples: Sequence[Sample]
) -> dict[str, Any]:
    """Return what the boards showed, and what saves took and cost beside them and without them.

    Each round is compared in itself; the median of the rounds counts. ``us`` is CPU of the server
    a save or heartbeat, in microseconds; that of the ``path`` leaves out the process that shows
    boards alone. None: no boards were shown apart.
    """
    p99s = _rounds(windows, BESIDE, lambda window: _save_p99_ms(window, beats))
    all_us = _rounds(windows, BESIDE, lambda window: _us(window, beats, samples))
    path_us = _rounds(windows, APART, lambda window: _us(window, beats, samples))
    beside = [window for window in windows if window.kind == BESIDE]
    return {
        "boards": max((window.boards for window in beside), default=0),
        "boards_lost": sum(window.lost for window in windows),
        "boards_refused": sum(window.refused for window in windows),
        "board_messages": sum(window.told for window in windows),
        "changes_unshown": sum(window.unshown for window in windows),
        **_showings(beside),
        "save_p99_without_ms": _middle(before for before, _ in p99s),
        "save_p99_beside_ms": _middle(with_ for _, with_ in p99s),
        "save_p99_more_ms": _middle(with_ - before for before, with_ in p99s),
        "save_p99_rounds_ms": [list(pair) for pair in p99s],
        "us_without": _middle(before for before, _ in all_us),
        "us_beside": _middle(with_ for _, with_ in all_us),
        "path_us_without": _middle(before for before, _ in path_us) if path_us else None,
        "path_us_beside": _middle(with_ for _, with_ in path_us) if path_us else None,
        "path_us_ratio": _ratio(path_us),
        "path_us_rounds": [list(pair) for pair in path_us],
        "path_us_by_process": _by_process(windows, beats, samples),
    }


def _by_process(
    windows: Sequence[Window], beats: Sequence[Beat], samples: Sequence[Sample]
) -> dict[str, list[float]]:
    """Return what each process takes of a save or heartbeat, without boards and beside them."""
    rounds = _rounds(windows, APART, lambda window: _shares(window, beats, samples))
    names = sorted({name for without, _ in rounds for name in without} - {SHOWING})
    return {
        name: [_middle(one.get(name, 0.0) for one in side) for side in zip(*rounds, strict=True)]
        for name in names
    }


def _histograms(told: dict[str, dict[str, int]]) -> dict[str, Histogram]:
    return {kind: {int(tenths): n for tenths, n in one.items()} for kind, one in told.items()}


def _showings(windows: Sequence[Window]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for kind in ("event", "part"):
        shown: Histogram = {}
        for window in windows:
            add(shown, window.shown.get(kind, {}))
        known |= {
            f"{kind}_changes_shown": sum(shown.values()),
            f"{kind}_shown_p50_ms": percentile_ms(shown, 0.50),
            f"{kind}_shown_p99_ms": percentile_ms(shown, 0.99),
            f"{kind}_shown_longest_ms": percentile_ms(shown, 1.0),
        }
    return known


def _rounds(
    windows: Sequence[Window], kind: str, figure: Callable[[Window], _Figure]
) -> list[tuple[_Figure, _Figure]]:
    """Return a figure of each window without boards, and of the next one of this kind."""
    pairs, before = [], None
    for window in windows:
        if window.kind == WITHOUT:
            before = window
        elif window.kind == kind and before is not None:
            pairs.append((figure(before), figure(window)))
    return pairs


def _save_p99_ms(window: Window, beats: Sequence[Beat]) -> float:
    felt: Histogram = {}
    for beat in beats:
        if window.holds(beat.at_ms) and SAVE in beat.calls:
            add(felt, beat.calls[SAVE].felt)
    return percentile_ms(felt, 0.99)


def _us(window: Window, beats: Sequence[Beat], samples: Sequence[Sample]) -> float:
    """Return the CPU a call of a window, of all processes but the one that shows boards alone."""
    shares = _shares(window, beats, samples)
    return round(sum(us for name, us in shares.items() if name != SHOWING), 1)


def _shares(window: Window, beats: Sequence[Beat], samples: Sequence[Sample]) -> dict[str, float]:
    """Return the CPU a call of a window, by process; nothing where it was not watched."""
    held = [sample for sample in samples if window.holds(sample.at_ms)]
    calls = sum(
        beat.calls[name].requests
        for beat in beats
        for name in CALLS
        if window.holds(beat.at_ms) and name in beat.calls
    )
    if len(held) < 2 or not calls:  # noqa: PLR2004 - a beginning and an end
        return {}
    share = (held[-1].at_ms - held[0].at_ms) / (window.ended_ms - window.began_ms - SETTLE_MS)
    return {name: s * 1e6 / (calls * share) for name, s in cpu_used_s(held).items()}


def _ratio(pairs: Sequence[tuple[float, float]]) -> float | None:
    ratios = [with_ / before for before, with_ in pairs if before]
    return round(median(ratios), 3) if ratios else None


def _middle(values: Iterable[float]) -> float:
    held = list(values)
    return round(median(held), 1) if held else 0.0
