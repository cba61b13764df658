"""What a scenario stands on: an event of its own, people to sit in it, and the judgement."""

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from app.kit.redis import ask
from app.operations.audit import audit
from app.operations.cards import demo_cards
from app.operations.demo import make_demo
from loadtest import journal
from loadtest.faults import crowd
from loadtest.faults.asking import BREACH
from loadtest.faults.book import Book, Person
from loadtest.faults.draining import until_recorded
from loadtest.faults.exchange import Wire
from loadtest.faults.house import House
from loadtest.faults.page import Page
from loadtest.faults.record import read_record
from loadtest.faults.rule import Verdict, judge
from loadtest.faults.schedule import chance
from loadtest.faults.size import Size
from loadtest.journal import Journal
from loadtest.reconcile import Evidence

KNOWN_S: Final = 1.3  # until every web process that lives has read of a new event
FEWEST: Final = 100  # people of a demo event: each of its units has somebody
ACTS: Final = (20, 200)  # of whoever hands in before the end

_nonces = itertools.count(1)


@dataclass(slots=True)
class Event:
    """A demo event of one scenario, its journal, and who has sat down in it so far.

    ``cards``: NIP and PIN of those who have not.
    """

    id: str
    cards: deque[tuple[str, str]]
    notes: Journal
    folder: Path
    people: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class Ground:
    """One scenario. ``events``: how many it has made; ``found``: what the rule said so far.

    ``judged``: how often it was asked.
    """

    house: House
    scenario: str
    seed: int
    size: Size
    events: int = 0
    judged: int = 0
    skipped: str = ""
    found: Verdict = field(default_factory=Verdict)
    failures: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)

    def chance(self, *purpose: object) -> Random:
        """Return the chances of one purpose of this scenario."""
        return chance(self.seed, self.scenario, *purpose)

    def fail(self, what: str) -> None:
        """Note that something did not happen as it must."""
        self.failures.append(what)

    def skip(self, why: str) -> None:
        """Note that this machine does not let the scenario be played."""
        self.skipped = why

    def count(self, fact: str, more: float = 1) -> None:
        """Add to a figure of the result."""
        self.facts[fact] = self.facts.get(fact, 0) + more

    def most(self, fact: str, value: float) -> None:
        """Keep the highest of a figure of the result."""
        self.facts[fact] = max(self.facts.get(fact, 0), value)

    @property
    def devices(self) -> int:
        """How many sit at the same time."""
        return self.size.devices

    async def event(self, people: int = 0) -> Event:
        """Make an event for so many at least, open from now on, and known to the web processes.

        Its name is the same whatever is played before: chances are drawn by it.
        """
        self.events += 1
        name = f"{self.scenario}-{self.events}"
        # One at a time: two that make a part of the same table wait for each other in the end.
        async with self.house.priming, self.house.stores() as held:
            enough = max(people, 3 * self.devices, FEWEST)
            made = await make_demo(held, name, people=enough, minutes=None)
            cards = await demo_cards(held, name, made.sittings)
        if self.house.runs("app"):  # who starts later knows it from the start
            await asyncio.sleep(KNOWN_S)
        folder = self.house.folder / name
        folder.mkdir()
        return Event(name, deque(cards), Journal(folder / "journal-1.jsonl"), folder)

    async def seat(
        self,
        event: Event,
        count: int = 0,
        *,
        forgetful: bool = False,
        wires: Iterable[Wire] = (),
    ) -> list[Page]:
        """Let people who have not been yet log in and start."""
        given = iter(wires)
        pages = []
        for _ in range(count or self.devices):
            nip, pin = event.cards.popleft()
            person = Person(nip, pin)
            event.people.append(person)
            pages.append(self.page(event, person, next(given, None), forgetful=forgetful))
        await asyncio.gather(*(self._sit_down(page) for page in pages))
        return pages

    def page(
        self, event: Event, person: Person, wire: Wire | None = None, *, forgetful: bool = False
    ) -> Page:
        """Return a page of a new browser of somebody's."""
        book = Book(f"device-{next(_nonces)}")
        wire = wire or self.house.wire()
        page = Page(wire, event.notes, person, event.id, book, forgetful=forgetful)
        self.pages.append(page)
        return page

    def tab(self, page: Page) -> Page:
        """Return another tab of a page's browser, with a connection of its own."""
        other = page.tab(self.house.wire())
        self.pages.append(other)
        return other

    @asynccontextmanager
    async def load(
        self, event: Event, pages: Sequence[Page], pause_s: float = 0.05
    ) -> AsyncIterator[None]:
        """Let everybody answer while the block runs, and hand in afterwards.

        Every other one hands in before; somebody new sits down, as long as there is anybody.
        """
        done = asyncio.Event()
        sitting = [
            asyncio.create_task(self._chair(event, page, n, done, pause_s))
            for n, page in enumerate(pages)
        ]
        try:
            yield
        finally:
            done.set()
            self.failures += await crowd.together(sitting)

    async def finish(self, pages: Sequence[Page]) -> list[str]:
        """Let everybody hand in; return what broke."""
        return await crowd.together([asyncio.create_task(crowd.finish(page)) for page in pages])

    async def empty(self) -> None:
        """Empty Redis."""
        async with self.house.stores() as held:
            await ask(held.room, ("FLUSHALL",))

    async def recorded(self, event: Event) -> float:
        """Wait until the record has all that an event's logs hold now; return how many seconds."""
        return await until_recorded(self.house, event.id)

    async def judge(self, event: Event, *, history: bool = True, audited: bool = True) -> Verdict:
        """Wait until all is recorded, and look whether the rule holds; the audit says so by itself.

        ``history``: False where Postgres was set back.
        """
        self.judged += 1
        self.most("drained_s", await self.recorded(event))
        event.notes.flush()
        evidence = Evidence.of(journal.read(event.folder))
        async with self.house.stores() as held:
            record = await read_record(held.record, event.id)
        receipts = {one.nip: one.receipts[-1] for one in event.people if one.receipts}
        verdict = judge(evidence, record, receipts, history=history)
        for (name, said), times in evidence.faults.items():
            if name == BREACH:
                verdict.wrong.append(f"{said} (×{times})" if times > 1 else said)
        if audited:
            verdict.wrong += await self._audit(event)
        self.found += verdict
        return verdict

    def close(self) -> None:
        """Hang up for everybody."""
        for page in self.pages:
            page.wire.close()

    async def _audit(self, event: Event) -> list[str]:
        """Let the product compare its own stores; a pulse may give time back in between."""
        for _ in range(5):
            await self.recorded(event)
            try:
                async with self.house.stores() as held:
                    found = await audit(held, event.id)
            except (RedisError, DBAPIError, OSError) as error:
                return [f"the audit could not be made: {error}"]
            if found.unflushed == 0:
                return [f"audit: {rule.line()}" for rule in found.rules if rule.differences]
        return [f"audit: {found.unflushed} entries stay unrecorded"]

    async def _chair(
        self, event: Event, page: Page, number: int, done: asyncio.Event, pause_s: float
    ) -> None:
        drawn = self.chance(event.id, "chair", number)
        while True:
            is_last = number % 2 == 0 or not event.cards
            most = 0 if is_last else drawn.randint(*ACTS)
            await crowd.sit(page, drawn, done, pause_s, most)
            if is_last or done.is_set() or not event.cards:
                return
            (page,) = await self.seat(event, 1, forgetful=page.forgetful)

    async def _sit_down(self, page: Page) -> None:
        await page.enter()
        await page.start()
