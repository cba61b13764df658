"""What boards were to show, and when: from a save's acknowledgement to its row on each board."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from app.proctoring.board.model import FIELDS
from loadtest.pulse import Histogram, bucket

OVERDUE_S: Final = 3.0
"""A change that was acknowledged so long ago, and does not stand on a board, was not shown."""
_SITTING, _SEEN = FIELDS.index("sitting"), FIELDS.index("seen_at")

Clock = Callable[[], float]


@dataclass(slots=True)
class Seen:
    """What came on the boards of a window. ``shown``: by the kind of board, see `notes.Window`."""

    told: int = 0
    lost: int = 0
    refused: int = 0
    open: int = 0
    unshown: int = 0
    shown: dict[str, Histogram] = field(default_factory=dict)


class Showing:
    """The probes on one board: whom it has, the newest it shows of each, what it owes.

    A save is known by the moment that the room has for it, which its reply and the row both tell.
    """

    def __init__(self, kind: str, seen: Seen, clock: Clock = time.monotonic) -> None:
        self._kind = kind
        self._seen = seen
        self._clock = clock
        self._shown: dict[str, int] = {}
        self._owed: dict[str, list[tuple[int, float]]] = {}

    def begin(self, rows: Iterable[list[Any]], probes: Iterable[str]) -> None:
        """Take over the whole board, as it is when it was asked for."""
        seen_at = {row[_SITTING]: row[_SEEN] for row in rows}
        for sitting in probes:
            if sitting in seen_at:
                self._show(sitting, seen_at[sitting])

    def take(self, piece: dict[str, Any]) -> None:
        """Take over what has changed."""
        moments = [(row[_SITTING], row[_SEEN]) for row in piece["rows"]]
        for sitting, at_ms in (*moments, *piece["seen"]):
            if sitting in self._shown:
                self._show(sitting, at_ms)

    def acknowledged(self, sitting: str, at_ms: int) -> None:
        """Expect a save of the room's moment ``at_ms``, acknowledged now."""
        shown = self._shown.get(sitting)
        if shown is None:
            return
        if shown >= at_ms:  # the board was quicker than the reply
            self._count(0.0)
        else:
            self._owed.setdefault(sitting, []).append((at_ms, self._clock()))

    def end(self) -> None:
        """Count what is overdue."""
        limit_s = self._clock() - OVERDUE_S
        owed = (acked_s for waiting in self._owed.values() for _, acked_s in waiting)
        self._seen.unshown += sum(acked_s < limit_s for acked_s in owed)

    def _show(self, sitting: str, at_ms: int) -> None:
        self._shown[sitting] = max(at_ms, self._shown.get(sitting, 0))
        waiting = self._owed.pop(sitting, ())
        now_s = self._clock()
        for moment_ms, acked_s in waiting:
            if moment_ms <= at_ms:
                self._count((now_s - acked_s) * 1e3)
            else:
                self._owed.setdefault(sitting, []).append((moment_ms, acked_s))

    def _count(self, ms: float) -> None:
        histogram, tenths = self._seen.shown.setdefault(self._kind, {}), bucket(ms)
        histogram[tenths] = histogram.get(tenths, 0) + 1
