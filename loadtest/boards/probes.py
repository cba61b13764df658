"""A few participants of the boards' own process: so it knows when each save was acknowledged."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

from loadtest.connection import Address
from loadtest.journal import Fault, Journal
from loadtest.orders import Orders, read_cards
from loadtest.plan import stream
from loadtest.pulse import Pulse
from loadtest.storm.caller import Caller, answer_of
from loadtest.storm.entrance import enter
from loadtest.storm.people import Insider, Requests

PROBES: Final = 24
EVERY_S: Final = 3.0
SAVE: Final = "answers of probes"
BEAT_S: Final = 1.0
_TICK_S: Final = 0.05

#: Hears of a save that was acknowledged now: the sitting, and the room's moment in ms since 1970.
Acknowledged = Callable[[str, int], None]


class Probes:
    """They log in, start, and save an answer every few seconds, until cancelled.

    Their replies are written down as everybody's are, and judged with them.
    """

    def __init__(self, orders: Orders, url: str, heard: Acknowledged) -> None:
        self._event = orders.event
        self._cards = read_cards(orders.cards)[orders.participants :][:PROBES]
        self._address = Address(url)
        self._requests = Requests(self._address)
        self._heard = heard
        self._random: Random = stream(orders.seed, "probes")
        self._people: list[Insider] = []
        self.journal = Journal(_notes(orders, "journal"))
        self.pulse = Pulse(_notes(orders, "pulse"))

    @property
    def sittings(self) -> list[str]:
        """Whose saves are looked for on boards."""
        return [insider.sitting for insider in self._people]

    async def enter(self) -> None:
        """Let them in, one after the other.

        Raises:
            NotIn: when one cannot come in.
        """

        def count(name: str, took_ms: float, failed: bool) -> None:  # noqa: FBT001 - see Count
            self.pulse.count(name, took_ms, took_ms, failed=failed)

        for card in self._cards:
            caller = Caller(self._address)
            self._people.append(await enter(card, self._event, caller, self._requests, count))

    async def keep_saving(self) -> None:
        """Save for ever, evenly spread."""
        await asyncio.gather(
            *(
                self._save(insider, EVERY_S * number / len(self._people))
                for number, insider in enumerate(self._people)
            )
        )

    async def keep_writing(self) -> None:
        """Write down for ever what was noted, and feel how late this process comes."""
        due_s = perf_counter() + BEAT_S
        while True:
            asleep_s = perf_counter()
            await asyncio.sleep(_TICK_S)
            now_s = perf_counter()
            self.pulse.woke((now_s - asleep_s - _TICK_S) * 1e3)
            if now_s >= due_s:
                due_s += BEAT_S
                self.write()

    def write(self) -> None:
        """Write down what was noted."""
        self.journal.flush()
        self.pulse.beat()

    def leave(self) -> None:
        """Go, with what is not known yet."""
        for insider in self._people:
            insider.leave(self.journal)
        self.write()

    async def _save(self, insider: Insider, after_s: float) -> None:
        due_s = perf_counter() + after_s
        while True:
            await asyncio.sleep(max(0.0, due_s - perf_counter()))
            insider.answer(self._random)
            status, _, content = await insider.caller.exchange(insider.message)
            reply = answer_of(status, content)
            wrong = insider.read(reply, self.journal)
            took_ms = (perf_counter() - due_s) * 1e3
            self.pulse.count(SAVE, took_ms, took_ms, failed=wrong is not None)
            if wrong is not None:
                self.journal.fault(Fault(SAVE, wrong))
            else:
                self._heard(insider.sitting, int(reply.body["server_time"]))
            due_s += EVERY_S


def _notes(orders: Orders, what: str) -> Path:
    return orders.folder / f"{what}-boards.jsonl"
