"""A device asks until it is answered, and writes down what became of every change each time.

What the server may never say is a breach, and written down as well.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from loadtest.faults.book import Book, Person
from loadtest.faults.exchange import Broken, Wire
from loadtest.journal import REFUSED, UNANSWERED, Change, Fault, Journal
from loadtest.protocol import FORBIDDEN, OK, Answer, GaveUp, Refused, said

BREACH: Final = "breach"
PATIENCE_S: Final = 180.0
PAUSES_S: Final = (0.02, 0.05, 0.1, 0.2, 0.4)
AGAIN: Final = frozenset({429, 500, 502, 503, 504})


class Claimed(Exception):
    """The room was recovered, and has been claimed: what was to be sent must be gathered anew."""


class Asking:
    """One person's browser, with a token. ``forgetful``: the room may lose its disk in this run.

    ``claims``, ``busy`` and ``broken`` count recovered rooms, refusals for a while, lost replies.
    """

    def __init__(
        self,
        wire: Wire,
        notes: Journal,
        person: Person,
        event: str,
        book: Book,
        *,
        forgetful: bool = False,
    ) -> None:
        self.wire = wire
        self.person = person
        self.book = book
        self.event = event
        self.choices: dict[str, tuple[str, ...]] = {}
        self.forgetful = forgetful
        self.claims = 0
        self.busy = 0
        self.broken = 0
        self.last: dict[str, Any] = {}
        self._notes = notes

    async def enter(self) -> None:
        """Type NIP and PIN."""
        self.person.pins += 1
        body = {
            "nip": self.person.nip,
            "pin": self.person.pin,
            "event": self.event,
            "device": self.book.nonce,
        }
        self.book.enter((await self._insist("POST", "/login", body)).body)

    async def claim(self) -> None:
        """Take the sitting over with the token at hand; nobody types a PIN."""
        self.claims += 1
        path = f"/sittings/{self.book.sitting}/claim"
        self.book.enter((await self._insist("POST", path, {"device": self.book.nonce})).body)

    async def ask(
        self, method: str, path: str, body: object = None, batch: Sequence[Change] = ()
    ) -> Answer:
        """Call a path of the sitting until it is answered; a recovered room is claimed first.

        Raises:
            Claimed: a save, a submit or a reconcile came into a recovered room.
            Refused: the server refuses by state, or another device took over.
            GaveUp: no usable reply in spite of every retry.
        """
        reply = await self._insist(method, f"/sittings/{self.book.sitting}{path}", body, batch)
        self.last = reply.body
        return reply

    def breach(self, what: str) -> None:
        """Write down what may never be."""
        self._notes.fault(Fault(BREACH, f"…{self.person.nip[-5:]} {what}"))

    async def _insist(
        self, method: str, path: str, body: object, batch: Sequence[Change] = ()
    ) -> Answer:
        limit, tries, heard = monotonic() + PATIENCE_S, 0, ""
        while monotonic() < limit:
            try:
                reply = await self.wire.ask(method, path, self.book.token, body)
            except Broken as error:
                self._note(batch, UNANSWERED)
                self.broken += 1
                heard = str(error)
            except BaseException:
                self._note(batch, UNANSWERED)
                raise
            else:
                if reply.status == OK:
                    return reply
                heard = said(reply)
                await self._refused(path, reply, batch)
            await asyncio.sleep(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
            tries += 1
        raise GaveUp(f"{method} {path.rpartition('/')[2]}: {heard}")

    async def _refused(self, path: str, reply: Answer, batch: Sequence[Change]) -> None:
        """Return where the same is to be asked again; see :meth:`ask` for the rest."""
        if reply.status in AGAIN:
            self.busy += 1
            self._note(batch, UNANSWERED)  # the line may have broken after it was written
            return
        self._note(batch, REFUSED)
        if reply.problem == "recovered-claim":
            await self.claim()
            if path.endswith(("/answers", "/submit", "/reconcile")):
                raise Claimed
            return
        if reply.problem == "not-open" and self.book.started:
            # The room has lost the start, and this page knows of it.
            await self._insist("POST", f"/sittings/{self.book.sitting}/start", {})
            return
        if reply.status != FORBIDDEN and reply.problem != "superseded-device":
            self.breach(f"{path.rpartition('/')[2]}: {said(reply)}")
        raise Refused(said(reply), reply)

    def _note(self, batch: Sequence[Change], result: str) -> None:
        for change in batch:
            self._notes.reply(self.person.nip, change, result)
