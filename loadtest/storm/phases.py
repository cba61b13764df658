"""What the sender does, one after the other."""

import asyncio
from collections.abc import Callable, Iterator
from time import perf_counter, process_time
from typing import Final

from loadtest.goals import TIMES
from loadtest.pulse import AFTER, BEFORE
from loadtest.storm.hall import Hall, Person, next_of
from loadtest.storm.mix import Kind, Pace, kinds
from loadtest.storm.notes import Storm
from loadtest.storm.people import Insider
from loadtest.storm.probe import Probed, p99_ms, recovered_s

AT_A_TIME: Final = 64  # insiders who come in
FILL_S: Final = 120.0  # within which they must be in
TOGETHER: Final = 256  # requests under way in the closed loop: more than the batches in flight hold
CLOSED_S: Final = 12.0  # how long it runs, at the most
CLOSED_SHARE: Final = 0.2  # and of the time of the offer
LEAST_S: Final = 2.0
WARM_SHARE: Final = 0.25  # of the closed loop is not counted
CALM_S: Final = 2.0
PROBES_A_SECOND: Final = 50.0
PROBE_S: Final = 5
RECOVERY_S: Final = 20
LAST_REPLY_S: Final = 30.0
LOOK_S: Final = 0.05
TICK_S: Final = 0.001


async def play(hall: Hall, seconds: float) -> Storm:
    """Offer ``TIMES`` times what the machine can take, for so many seconds.

    1. Half of the participants come in.
    2. Probe: a gentle stream of saves, to know what is usual.
    3. A closed loop, always ``TOGETHER`` requests under way: what the machine can take, with this
       mix and this sender on its cores.
    4. Offer ``TIMES`` times as many tries, open: each has its moment, whatever became of those
       before. Whoever was refused waits as long as it was told, and its next try takes a moment
       like any other, so that the tries stay as many as they are to be.
    5. Newcomers go away. Insiders bring what was refused, as devices do; probe until saves are as
       usual again.
    """
    async with asyncio.timeout(FILL_S):
        await hall.fill(AT_A_TIME)
    before = await _probe(hall, PROBE_S)
    asking = _Asking(hall)
    closed_s, used_s = min(CLOSED_S, max(LEAST_S, CLOSED_SHARE * seconds)), process_time()
    capacity = await _closed(hall, asking, closed_s)
    sender_share = (process_time() - used_s) / closed_s
    await asyncio.sleep(CALM_S)
    offer = _Offer(hall, asking, TIMES * capacity, seconds)
    await offer.run()
    hall.queueing.clear()
    after = await _probe(hall, RECOVERY_S)
    await _until(lambda: not hall.under_way and not hall.returning, LAST_REPLY_S)
    return Storm(
        capacity_per_s=round(capacity, 1),
        wanted_per_s=round(TIMES * capacity, 1),
        offered_per_s=round(offer.sent / offer.took_s, 1),
        unsent=offer.unsent,
        recovered_s=recovered_s(after, RECOVERY_S),
        probe_before_p99_ms=p99_ms(before),
        probe_after_p99_ms=p99_ms(one for one in after if one.at_s >= RECOVERY_S - PROBE_S),
        sender_share=round(sender_share, 3),
    )


class _Asking:
    """Chooses who asks next for what the mix says."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._kinds: Iterator[Kind] = kinds(hall.random)
        self._sealing = len(hall.insiders) // 2  # no more than these hand in

    def person(self, now_s: float) -> Person:
        """Return who asks: whoever has waited long enough before anybody else of the kind.

        Where every insider has something under way a newcomer asks instead.
        """
        kind, hall = next(self._kinds), self._hall
        if kind is not Kind.LOGIN:
            if back := next_of(hall.returning, now_s):
                return back
            if hall.free:
                return self._choose(hall.free.popleft(), kind)
        return next_of(hall.queueing, now_s) or hall.newcomer()

    def _choose(self, insider: Insider, kind: Kind) -> Insider:
        if kind is Kind.SUBMIT and self._sealing > 0:
            self._sealing -= 1
            insider.hand_in()
        else:
            insider.answer(self._hall.random)
        return insider


async def _closed(hall: Hall, asking: _Asking, seconds: float) -> float:
    """Keep ``TOGETHER`` requests under way; return how many were answered a second."""
    hall.prefix = BEFORE
    began_s = perf_counter()
    counted_from_s, ends_s = began_s + WARM_SHARE * seconds, began_s + seconds
    answered = 0

    def tried(felt_ms: float | None) -> None:
        nonlocal answered
        now_s = perf_counter()
        answered += felt_ms is not None and counted_from_s <= now_s < ends_s
        if now_s < ends_s:
            ask()

    def ask() -> None:
        now_s = perf_counter()
        hall.attempt(asking.person(now_s), now_s, tried)

    for _ in range(min(TOGETHER, len(hall.insiders))):
        ask()
    await asyncio.sleep(seconds)
    await _until(lambda: not hall.under_way, LAST_REPLY_S)
    return answered / (ends_s - counted_from_s)


class _Offer:
    """The open arrivals. ``sent`` tries in ``took_s``; ``unsent``: no connection was at rest."""

    def __init__(self, hall: Hall, asking: _Asking, a_second: float, seconds: float) -> None:
        self._hall = hall
        self._asking = asking
        self._a_second = a_second
        self._seconds = seconds
        self.sent = 0
        self.unsent = 0
        self.took_s = 0.0

    async def run(self) -> None:
        """Offer until every moment has come; the last tries may still wait for their replies."""
        hall, began_s = self._hall, perf_counter()
        hall.prefix = ""
        await _paced(hall, Pace(began_s, self._a_second, self._seconds), self._ask)
        self.took_s = perf_counter() - began_s
        hall.prefix = AFTER

    def _ask(self, due_s: float) -> None:
        asked = self._hall.attempt(self._asking.person(due_s), due_s, _nothing)
        self.sent += asked
        self.unsent += not asked


async def _probe(hall: Hall, seconds: int) -> list[Probed]:
    """Send a gentle stream of saves; insiders who were refused before bring theirs meanwhile."""
    probed: list[Probed] = []
    began_s = perf_counter()

    def ask(due_s: float) -> None:
        at_s = due_s - began_s

        def tried(felt_ms: float | None) -> None:
            probed.append(Probed(at_s, felt_ms))

        if hall.free:
            insider = hall.free.popleft()
            insider.answer(hall.random)
            hall.attempt(insider, due_s, tried)
        else:
            probed.append(Probed(at_s, None))  # everybody waits
        while back := next_of(hall.returning, due_s):
            hall.attempt(back, due_s, _nothing)

    await _paced(hall, Pace(began_s, PROBES_A_SECOND, seconds), ask)
    await _until(lambda: len(probed) >= PROBES_A_SECOND * seconds, LAST_REPLY_S)
    return probed


async def _paced(hall: Hall, pace: Pace, ask: Callable[[float], None]) -> None:
    """Ask at each moment that has come; how late it was seen is counted."""
    while not pace.is_over:
        for due_s in pace.due(perf_counter()):
            hall.pulse.woke((perf_counter() - due_s) * 1e3)
            ask(due_s)
        await asyncio.sleep(TICK_S)


async def _until(is_so: Callable[[], bool], limit_s: float) -> None:
    for _ in range(round(limit_s / LOOK_S)):
        if is_so():
            return
        await asyncio.sleep(LOOK_S)


def _nothing(_: float | None) -> None:
    """Leave it at what the hall noted."""
