"""A device as the candidate's page is: a journal, the same revision again, claim, reconcile, late.

It forgets a change only when it was told that Postgres has it, and doubts what is new to the room.
"""

from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any, Final

import orjson

from loadtest.faults.asking import Asking, Claimed
from loadtest.faults.exchange import Wire
from loadtest.journal import ACKNOWLEDGED, STORED, Change
from loadtest.protocol import FORBIDDEN, Answer, Refused, held_in, results_in

TYPES: Final = frozenset({"single", "true-false", "likert", "situational"})
BATCH: Final = 100


class Page(Asking):
    """A page of one person's browser."""

    def tab(self, wire: Wire) -> "Page":
        """Return another tab of the same browser."""
        other = Page(
            wire, self._notes, self.person, self.event, self.book, forgetful=self.forgetful
        )
        other.choices = self.choices
        return other

    async def start(self) -> None:
        """Set the clock running and read the form."""
        await self.ask("POST", "/start", {})
        self.book.started = True
        form = await self.ask("GET", "/form")
        self.choices = {
            item["id"]: tuple(option["id"] for option in item["options"])
            for item in form.body["items"]
            if item["type"] in TYPES
        }

    async def reload(self) -> None:
        """Begin anew as after the browser was closed: what it keeps is all there is."""
        self.wire.close()
        reply = await self.ask("GET", "")
        held = held_in(reply.body["answers"])
        for entry in sorted(self.book.journal.values(), key=lambda entry: entry.change.rev):
            change = entry.change
            if change.item not in held or held[change.item].rev < change.rev:
                held[change.item] = change
        self.book.newest = held
        self.book.see([reply.body["rev"], *self.book.journal])

    async def send(self) -> None:
        """Send what is unsent, the oldest first; nothing unsent makes it a heartbeat."""
        while True:
            batch = self.book.unsent()[:BATCH]
            try:
                await self.post(batch)
            except Claimed:  # more is unsent now, and older: it must not come after
                continue
            if len(batch) < BATCH:
                return

    async def post(self, batch: Sequence[Change]) -> dict[int, str]:
        """Send these changes once they are taken or refused; return what became of each."""
        body = {"changes": [_sent(change) for change in batch]}
        began = monotonic()
        reply = await self.ask("POST", "/answers", body, batch)
        return self._settle(reply, batch, began)

    async def come_back(self) -> None:
        """After a silence: ask what the server lacks, and send what is unsent."""
        while True:
            items = {item: change.rev for item, change in self.book.newest.items()}
            try:
                reply = await self.ask("POST", "/reconcile", {"items": items})
            except Claimed:
                continue
            break
        for item in reply.body["missing"]:
            change = self.book.newest[item]
            entry = self.book.journal.get(change.rev)
            if entry is not None:
                entry.at = None
            elif change.rev in self.person.told:
                self.breach(f"{item} rev {change.rev}: told to be recorded, and missing")
        await self.send()

    async def submit(self) -> dict[str, Any]:
        """Hand in with the full map, and with the receipt where one was given before."""
        batch = list(self.book.newest.values())
        body: dict[str, Any] = {"answers": {change.item: _given(change) for change in batch}}
        if self.person.receipts:
            body["receipt"] = self.person.receipts[-1]
        while True:
            began = monotonic()
            try:
                reply = await self.ask("POST", "/submit", body, batch)
                break
            except Claimed:
                await self._catch_up()
        self._settle(reply, batch, began)
        receipt: dict[str, Any] = reply.body["receipt"]
        self.person.receipts.append(receipt)
        self.person.sealed_s = self.person.sealed_s or monotonic()
        return receipt

    async def hand_over_late(self) -> int:
        """Send what is unsent to ``late``; return how many were kept."""
        batch = self.book.unsent()
        body = {"changes": [_sent(change) for change in batch]}
        reply = await self.ask("POST", "/late", body, batch)
        self._settle(reply, batch, monotonic())
        return int(reply.body["kept"])

    async def look(self) -> dict[str, Any]:
        """Read the sitting."""
        return (await self.ask("GET", "")).body

    async def _catch_up(self) -> None:
        """Bring the room up to what it had acknowledged, unless it is sealed."""
        try:
            await self.send()
        except Refused as refused:
            if refused.reply.status != FORBIDDEN:
                raise

    def _settle(self, reply: Answer, batch: Sequence[Change], began: float) -> dict[int, str]:
        results = results_in(reply)
        person = self.person
        for change in batch:
            result = results.get(change.rev)
            if result is None:
                self.breach(f"{change.item} rev {change.rev}: no result")
                continue
            self._note([change], result)
            if result == STORED:
                self._doubt(change, began)
            if result in ACKNOWLEDGED:
                person.promised.setdefault(change.rev, monotonic())
        settled = [change for change in batch if change.rev in results]
        self.book.settle(settled, reply.body["at"])
        gone = self.book.forget(reply.body["flushed"])
        # What was kept as late or refused for good is settled, but not promised to stand.
        person.told |= dict.fromkeys((rev for rev in gone if rev in person.promised), monotonic())
        return results

    def _doubt(self, change: Change, began: float) -> None:
        """Look whether a change that was sent from ``began`` on may be new to the room."""
        person = self.person
        told = person.told.get(change.rev, began) < began
        promised = person.promised.get(change.rev, began) < began
        if told or (promised and not self.forgetful):
            self.breach(f"{change.item} rev {change.rev}: stored twice, it was gone in between")
        if person.sealed_s is not None and person.sealed_s < began and not self.forgetful:
            self.breach(f"{change.item} rev {change.rev}: stored under a seal")


async def unless_refused(doing: Callable[[], Awaitable[object]], *problems: str) -> str:
    """Do something; return the problem with which it was refused, one of these, or nothing."""
    try:
        await doing()
    except Refused as refused:
        if refused.reply.problem not in problems:
            raise
        return refused.reply.problem
    return ""


def _sent(change: Change) -> dict[str, object]:
    return {"item": change.item, **_given(change)}


def _given(change: Change) -> dict[str, object]:
    return {
        "rev": change.rev,
        "value": orjson.Fragment(change.value),
        "flagged": change.flagged,
    }
