"""Who is turned away, early and cheaply, when a process has more to do than it can.

Work that has begun is finished; what is refused costs a fraction of it. The less a request matters
for what people have done already, the sooner it waits outside.

Two things tell that there is too much. How many requests are in work is known at once, but says
little of how long they take: on a machine that is half as fast the same number waits twice as long.
So the process also feels how late its event loop comes to what is due. A request goes through the
loop several times before it is answered, and waits as long each time.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from app.kit.errors import Busy

_COME_BACK_S: Final = (2, 3, 4, 5)
_LOOK_S: Final = 0.05
_WEIGHT: Final = 0.3  # of a look: two seconds of lateness count, one stumble does not
_MOST_S: Final = 0.4  # a look counts for no more, or one pause of the machine would refuse people


Leave = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Limit:
    """Until when a request is let in: so many in work, the event loop so many seconds late."""

    in_work: int
    late_s: float

    def allows(self, in_work: int, late_s: float) -> bool:
        """Tell whether one more is let in."""
        return in_work < self.in_work and late_s < self.late_s


class Crowd:
    """How much may be in work, by what requests are for. ``watch`` must be running.

    ``ranks``: a pattern of paths, and the limit until which one of these is let in. The first
    pattern that fits counts; ``others``, the lowest limit, is for the rest.
    """

    def __init__(self, ranks: Iterable[tuple[str, Limit]], others: Limit) -> None:
        self._ranks = [(re.compile(path.encode()).fullmatch, limit) for path, limit in ranks]
        self._others = others
        self._refused = 0
        self._late_s = 0.0
        self._resting: dict[object, Leave] = {}

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

    def turns_away(self, url: bytes, in_work: int) -> bool:
        """Tell whether a request must wait outside, ``in_work`` others being in work."""
        in_work -= len(self._resting)
        if self._others.allows(in_work, self._late_s):
            return False
        path = url.partition(b"?")[0]
        limit = next((limit for fits, limit in self._ranks if fits(path)), self._others)
        return not limit.allows(in_work, self._late_s)

    def refusal(self) -> Busy:
        """Return what is answered; not everybody is told to come back in the same second."""
        self._refused += 1
        return Busy(retry_after_s=_COME_BACK_S[self._refused % len(_COME_BACK_S)])

    def feel(self, late_s: float) -> None:
        """Take note that the event loop came so many seconds late."""
        self._late_s += _WEIGHT * (min(late_s, _MOST_S) - self._late_s)

    async def watch(self) -> None:
        """Feel for ever how late the event loop comes."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + _LOOK_S
            await asyncio.sleep(_LOOK_S)
            self.feel(max(0.0, loop.time() - due_s))
