"""The people of an overload, each of their tries, and what is written down of it."""

import asyncio
import itertools
import os
import platform
import resource
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from time import perf_counter
from typing import Final

from app.kit import clock
from loadtest.connection import Address
from loadtest.journal import LEFT, SUBMITTED, Fault, Journal, Seated
from loadtest.orders import Orders, read_cards
from loadtest.plan import stream
from loadtest.protocol import OK, Answer, Card
from loadtest.pulse import BEFORE, RECONNECT, Pulse
from loadtest.storm.caller import BROKEN, Caller, answer_of, retry_after_s
from loadtest.storm.entrance import enter
from loadtest.storm.mix import INSIDE_SHARE, Kind
from loadtest.storm.people import Insider, Newcomer, Requests
from loadtest.tally import BUSY
from loadtest.wire import BUSY as REFUSALS

LINES: Final = 6_000  # of newcomers, at the most: opened when all before are taken
SPARE_FILES: Final = 200
AGAIN_S: Final = 1.0  # until what broke is tried again
FLUSH_S: Final = 0.25
FLUSHES: Final = 4  # a beat

Person = Insider | Newcomer
Waiting = list[tuple[float, int, Person]]
#: Hears of a try: the milliseconds since it was due, or None when it was refused or broke.
Tried = Callable[[float | None], None]


class Hall:
    """Everybody.

    ``prefix`` stands before the names of this phase's calls. ``free`` are the insiders with nothing
    under way. Who was refused waits in ``returning`` (insiders) or ``queueing`` (newcomers), as
    (moment, number, person), until a phase lets it try again.
    """

    def __init__(self, orders: Orders, url: str) -> None:
        self._event = orders.event
        self._address = Address(url)
        self._requests = Requests(self._address)
        cards = read_cards(orders.cards)[: orders.participants]
        inside = round(INSIDE_SHARE * len(cards))
        self._inside, self._outside = cards[:inside], cards[inside:]
        mine = f"{platform.node()}-{os.getpid()}"
        self.journal = Journal(orders.folder / f"journal-{mine}.jsonl")
        self.pulse = Pulse(orders.folder / f"pulse-{mine}.jsonl")
        self.random = stream(orders.seed, "overload")
        self.prefix = BEFORE
        self.insiders: list[Insider] = []
        self.free: deque[Insider] = deque()
        self.returning: Waiting = []
        self.queueing: Waiting = []
        self._lines = deque(Caller(self._address) for _ in range(_lines_beside(inside)))
        self._numbers = itertools.count()
        self._busy: set[Caller] = set()
        self._seated: dict[str, int] = {}

    @property
    def under_way(self) -> int:
        """How many requests wait for their reply."""
        return len(self._busy)

    async def fill(self, at_a_time: int) -> None:
        """Let the insiders in.

        Raises:
            NotIn: when one cannot come in.
        """
        cards = iter(self._inside)

        def count(name: str, took_ms: float, failed: bool) -> None:  # noqa: FBT001 - see Count
            self.pulse.count(name, took_ms, took_ms, failed=failed)

        async def let_in() -> None:
            for card in cards:
                caller = Caller(self._address)
                insider = await enter(card, self._event, caller, self._requests, count)
                self.insiders.append(insider)
                self.free.append(insider)
                self._seat(card)

        await asyncio.gather(*(let_in() for _ in range(at_a_time)))

    def newcomer(self) -> Newcomer:
        """Return a device that wants in: these never run out, unlike the people who hold them."""
        number = next(self._numbers)
        card = self._outside[number % len(self._outside)]
        message = self._requests.login(card, self._event, f"{card.nip[-6:]}-{number}")
        return Newcomer(card, message)

    def attempt(self, person: Person, due_s: float, tried: Tried) -> bool:
        """Send what the person asks for; False when every connection is taken."""
        caller = self._line_of(person)
        if caller is None:
            return False
        name, reconnects, sent_s = self.prefix + person.kind, caller.reconnects, perf_counter()

        def heard(status: int, head: bytes, content: bytes) -> None:
            now_s = perf_counter()
            took_ms = (now_s - sent_s) * 1e3
            self._busy.discard(caller)
            if isinstance(person, Newcomer):
                self._lines.appendleft(self._line_after(caller, status))
            if caller.reconnects > reconnects:
                self.pulse.count(RECONNECT, took_ms, None, failed=False)
            wait_s, felt_ms = retry_after_s(status, head), None
            if wait_s is not None:
                self.pulse.count(name + BUSY, took_ms, None, failed=False)
                self._wait(person, now_s + wait_s)
            elif status == BROKEN or status in REFUSALS:
                self._fail(name, took_ms, content.decode(errors="replace") or "no Retry-After")
                self._wait(person, now_s + AGAIN_S)
            elif wrong := self._read(person, answer_of(status, content)):
                self._fail(name, took_ms, wrong)
            else:
                felt_ms = (now_s - due_s) * 1e3
                self.pulse.count(name, took_ms, felt_ms, failed=False)
            tried(felt_ms)

        self._busy.add(caller)
        caller.ask(person.message, heard)
        return True

    def leave(self) -> None:
        """Let everybody go, and write down how each one's day ended."""
        for caller in list(self._busy):
            caller.give_up()  # whoever waits for it hears that no reply came
        now_ms = clock.now_ms()
        sealed = {insider.card.nip for insider in self.insiders if insider.is_sealed}
        for insider in self.insiders:
            insider.leave(self.journal)
            insider.caller.give_up()
        for caller in self._lines:
            caller.give_up()
        for nip, began_ms in self._seated.items():
            ending = SUBMITTED if nip in sealed else LEFT
            self.journal.seated(Seated(nip, began_ms, now_ms, ending))
        self.pulse.left = self.pulse.arrived
        self.write_down()

    async def keep_writing(self) -> None:
        """Write down again and again, a little at a time: it holds up everything else."""
        for turn in itertools.count(1):
            await asyncio.sleep(FLUSH_S)
            self.journal.flush()
            if turn % FLUSHES == 0:
                self.pulse.beat()

    def write_down(self) -> None:
        """Write down what was noted, and what was counted."""
        self.journal.flush()
        self.pulse.beat()

    def _line_of(self, person: Person) -> Caller | None:
        if isinstance(person, Insider):
            return person.caller
        return self._lines.popleft() if self._lines else None

    def _line_after(self, caller: Caller, status: int) -> Caller:
        """Return the next newcomer's line; after one who got in, that is a new connection.

        The one used last is the first to be used again: no more are opened than are needed.
        """
        if status != OK:
            return caller
        caller.hang_up()
        return Caller(self._address)

    def _read(self, person: Person, reply: Answer) -> str | None:
        """Note what a reply says that refuses nothing for a while; return what is wrong with it."""
        if isinstance(person, Newcomer):
            wrong = person.read(reply)
            if wrong is None:
                self._seat(person.card)
            return wrong
        wrong = person.read(reply, self.journal)
        if person.is_sealed:
            self.pulse.submitted += 1
        elif person.kind is Kind.SAVE:
            self.free.append(person)
        return wrong

    def _seat(self, card: Card) -> None:
        if card.nip not in self._seated:
            self._seated[card.nip] = clock.now_ms()
            self.pulse.arrived += 1

    def _wait(self, person: Person, until_s: float) -> None:
        waiting = self.returning if isinstance(person, Insider) else self.queueing
        heappush(waiting, (until_s, next(self._numbers), person))

    def _fail(self, name: str, took_ms: float, wrong: str) -> None:
        self.pulse.count(name, took_ms, None, failed=True)
        self.journal.fault(Fault(name, wrong))


def _lines_beside(insiders: int) -> int:
    """Return how many connections newcomers may have, beside one for each insider."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(LINES, max(1, files - insiders - SPARE_FILES))


def next_of(waiting: Waiting, now_s: float) -> Person | None:
    """Take whoever has waited as long as it was told, the longest due first."""
    return heappop(waiting)[2] if waiting and waiting[0][0] <= now_s else None
