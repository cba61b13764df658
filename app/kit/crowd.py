"""Who is turned away, early and cheaply, when a process has more to do than it can.

Work that has begun is finished; what is refused costs a fraction of it. The less a request matters
for what people have done already, the sooner it waits outside.

Of a process that is on time everybody is let in: a pause of the machine, however long, is no crowd.
Where it is late turn after turn, two things tell that there is too much. One is the event loop's
turn: whoever is read in it waits for all that is done in it, and again in the next ones, so a turn
that has lasted long takes nobody more in. The other is how many are in work: no more of them than
it finished lately in a moment, so that who is let in is soon served, however fast the machine is.
"""

import asyncio
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Final

from app.kit.errors import Busy

_REFUSALS: Final = [Busy(retry_after_s=seconds) for seconds in (2, 3, 4, 5)]
_KNOWN_MOST: Final = 20_000  # paths
_LOOK_S: Final = 0.05
_LOOKS: Final = 3  # the least late of them counts: a pause of the machine, however long, is one
_CROWDED_S: Final = 0.04  # late by more, for a while: there is more to do than time for it
_SERVED_WITHIN_S: Final = 0.15
_COUNT_S: Final = 0.5
_CALM: Final = 4  # counts in a row without a crowd: until then it may come back at once
_MORE: Final = 1.15  # times as many in work, each count in which some were still outside
_FEWEST: Final = 64  # in work, however slow it goes: some hundredths of a second of logins
_FEW: Final = 70  # read in a turn: if that takes long, it is others who have the machine


Leave = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Limit:
    """Until when a request is let in: so many in work, the loop's turn so many seconds old.

    ``share``: of what can be served soon, while the process is late; none: all are let in.
    """

    in_work: int
    turn_s: float
    share: float = math.inf

    def allows(self, in_work: int, turn_s: float, soon: float) -> bool:
        """Tell whether one more is let in; ``soon``: how many are served soon."""
        return in_work < min(self.in_work, soon * self.share) and turn_s < self.turn_s


class Turn:
    """How long the event loop has been at the turn in which it is."""

    def __init__(self) -> None:
        self._began_s: float | None = None
        self._asked = 0

    def age_s(self) -> float:
        """Return it: since the end of the turn before, or since somebody first asked in this one.

        A turn in which few have asked is none of theirs, however long it takes: 0.

        1. Who asks first in a turn lets the next one be noted. 2. The next one has begun. 3. Where
        nobody asked in it, the loop may have slept in between.
        """
        now_s = monotonic()
        if not self._asked:
            asyncio.get_running_loop().call_soon(self._begin)
        if self._began_s is None:
            self._began_s = now_s
        self._asked += 1
        return now_s - self._began_s if self._asked > _FEW else 0.0

    def _begin(self) -> None:
        self._began_s, self._asked = monotonic(), 0
        asyncio.get_running_loop().call_soon(self._end)

    def _end(self) -> None:
        if not self._asked:
            self._began_s = None


class Crowd:
    """How much may be in work, by what requests are for. ``watch`` must be running.

    ``ranks``: a pattern of paths, and the limit until which one of these is let in. The first
    pattern that fits counts; ``others``, the lowest limit, is for the rest.
    """

    def __init__(self, ranks: Iterable[tuple[str, Limit]], others: Limit) -> None:
        self._ranks = [(re.compile(path.encode()).fullmatch, limit) for path, limit in ranks]
        self._others = others
        self._limit_of = lru_cache(_KNOWN_MOST)(self._limit)
        self._refused = 0
        self._turn = Turn()
        self._late_s = 0.0
        self._looks = deque([0.0] * _LOOKS, _LOOKS)
        self._resting: dict[object, Leave] = {}
        self._soon = math.inf
        self._calm = _CALM
        self._begun = 0
        self._in_work = 0
        self._in_work_before = 0
        self._refused_before = 0

    @contextmanager
    def resting(self, leave: Leave) -> Iterator[None]:
        """Leave a request out of what is in work: it listens, and costs nothing meanwhile.

        ``leave``: called when it is to end, since the process is to go.
        """
        key = object()
        self._resting[key] = leave
        try:
            yield
        finally:
            self._resting.pop(key, None)

    def send_home(self) -> None:
        """Have everybody leave who only listens."""
        while self._resting:
            _, leave = self._resting.popitem()
            leave()

    def turns_away(self, url: bytes, in_work: int | None) -> bool:
        """Tell whether a request must wait outside, ``in_work`` others being in work.

        None: it waits in a queue of its own, and is in nobody's way here.
        """
        counts = in_work is not None
        turn_s = self._turn.age_s() if self._calm < _CALM else 0.0
        if in_work is not None:
            self._in_work = in_work = in_work - len(self._resting)
        else:
            in_work = 0
        if not self._others.allows(in_work, turn_s, self._soon) and not self._limit_of(
            url.partition(b"?")[0]
        ).allows(in_work, turn_s, self._soon):
            return True
        self._begun += counts
        return False

    def refusal(self) -> Busy:
        """Return what is answered; not everybody is told to come back in the same second."""
        self._refused += 1
        return _REFUSALS[self._refused % len(_REFUSALS)]

    def _limit(self, path: bytes) -> Limit:
        return next((limit for fits, limit in self._ranks if fits(path)), self._others)

    def feel(self, late_s: float) -> None:
        """Take note that the event loop came so many seconds late."""
        self._looks.append(late_s)
        self._late_s = min(self._looks)
        if self._late_s >= _CROWDED_S:
            self._calm = 0

    def reckon(self, lasted_s: float) -> None:
        """Reckon how many are served soon, from what was finished in the last ``lasted_s`` seconds.

        Only of a process that was late all the while: of one that is not, it tells what was asked.
        Where it is on time, but some are still outside, a few more are let in each time: all of
        them at once would be the next crowd.
        """
        finished = self._begun - (self._in_work - self._in_work_before)
        refused = self._refused - self._refused_before
        self._begun, self._in_work_before, self._refused_before = 0, self._in_work, self._refused
        if self._late_s < _CROWDED_S:
            self._calm = 0 if refused and self._calm < _CALM else self._calm + 1
            self._soon = math.inf if self._calm >= _CALM else self._soon * _MORE
            return
        soon = max(_FEWEST, finished / lasted_s * _SERVED_WITHIN_S)
        self._soon = soon if math.isinf(self._soon) else (self._soon + soon) / 2

    async def watch(self) -> None:
        """Feel for ever how late the event loop comes, and what it gets done."""
        loop = asyncio.get_running_loop()
        reckoned_s = loop.time()
        while True:
            due_s = loop.time() + _LOOK_S
            await asyncio.sleep(_LOOK_S)
            now_s = loop.time()
            self.feel(max(0.0, now_s - due_s))
            if now_s - reckoned_s >= _COUNT_S:
                self.reckon(now_s - reckoned_s)
                reckoned_s = now_s
