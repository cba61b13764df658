"""Who is turned away, early and cheaply, when a process has more to do than it can.

Work that has begun is finished; what is refused costs a fraction of it. The less a request matters
for what people have done already, the sooner it waits outside.
"""

import re
from collections.abc import Iterable
from typing import Final

from app.kit.errors import Busy

_COME_BACK_S: Final = (2, 3, 4, 5)


class Crowd:
    """How many requests may be in work, by what they are for.

    ``ranks``: a pattern of paths, and how many requests of any kind may be in work when one of
    these is still let in. The first pattern that fits counts; ``others`` is for the rest.
    """

    def __init__(self, ranks: Iterable[tuple[str, int]], others: int) -> None:
        self._ranks = [(re.compile(path.encode()).fullmatch, most) for path, most in ranks]
        self._others = others
        self._refused = 0

    def turns_away(self, url: bytes, in_work: int) -> bool:
        """Tell whether a request must wait outside, ``in_work`` others being in work."""
        if in_work < self._others:
            return False
        path = url.partition(b"?")[0]
        return in_work >= next((most for fits, most in self._ranks if fits(path)), self._others)

    def refusal(self) -> Busy:
        """Return what is answered; not everybody is told to come back in the same second."""
        self._refused += 1
        return Busy(retry_after_s=_COME_BACK_S[self._refused % len(_COME_BACK_S)])
