"""Who asks: insiders, who save and hand in, and newcomers, who log in. Requests are bytes."""

from random import Random
from typing import Any

import orjson

from loadtest.connection import Address
from loadtest.device import GEN_BITS
from loadtest.journal import ACKNOWLEDGED, REFUSED, UNANSWERED, Change, Journal, Sealed
from loadtest.protocol import OK, Answer, Card, Question, results_in, said, unsettled
from loadtest.storm.caller import Caller
from loadtest.storm.mix import Kind
from loadtest.wire import BASE


class Requests:
    """Puts requests to one server together."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def head(self, method: str, path: str, token: str = "") -> bytes:
        """Return a request's head up to the length of its body."""
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        line = f"{method} {self._address.path}{BASE}{path} HTTP/1.1\r\nHost: {self._address.host}"
        return f"{line}\r\n{bearer}Content-Type: application/json\r\nContent-Length: ".encode()

    def login(self, card: Card, event: str, nonce: str) -> bytes:
        """Return a login."""
        body = {"nip": card.nip, "pin": card.pin, "event": event, "device": nonce}
        return complete(self.head("POST", "/login"), orjson.dumps(body))


def complete(head: bytes, body: bytes) -> bytes:
    """Return a request of a head and its body."""
    return b"%b%d\r\n\r\n%b" % (head, len(body), body)


class Newcomer:
    """A device that has yet to log in, on whatever connection is at rest."""

    kind = Kind.LOGIN

    def __init__(self, card: Card, message: bytes) -> None:
        self.card = card
        self.message = message

    def read(self, reply: Answer) -> str | None:
        """Return what is wrong with the reply."""
        if reply.status != OK:
            return said(reply)
        return None if "token" in reply.body else "reply without token"


class Insider:
    """A participant who is in, on a connection of its own.

    One request at a time; what was refused is sent again as it was.
    """

    def __init__(
        self,
        card: Card,
        login: dict[str, Any],
        form: list[Question],
        requests: Requests,
        caller: Caller,
    ) -> None:
        path, token = f"/sittings/{login['sitting']}", login["token"]
        self.card = card
        self.sitting: str = login["sitting"]
        self.caller = caller
        self._gen: int = login["gen"]
        self._count = 0
        self._form = form
        self._save = requests.head("POST", f"{path}/answers", token)
        self._submit = requests.head("POST", f"{path}/submit", token)
        self._held: dict[str, Change] = {}
        self._change: Change | None = None
        self.kind = Kind.SAVE
        self.message = b""
        self.is_sealed = False

    def answer(self, random: Random) -> None:
        """Choose an answer: the next message is its save."""
        question = random.choice(self._form)
        self._count += 1
        rev = (self._gen << GEN_BITS) + self._count
        value = f'"{random.choice(question.options)}"'
        self._change = Change(question.id, rev, value, flagged=False)
        body = f'{{"changes":[{{"item":"{question.id}","rev":{rev},"value":{value}}}]}}'
        self.kind, self.message = Kind.SAVE, complete(self._save, body.encode())

    def hand_in(self) -> None:
        """Decide to hand in: the next message is the submit with the full map."""
        answers = {
            item: {"rev": change.rev, "value": orjson.Fragment(change.value)}
            for item, change in self._held.items()
        }
        body = orjson.dumps({"answers": answers})
        self.kind, self.message = Kind.SUBMIT, complete(self._submit, body)

    def read(self, reply: Answer, journal: Journal) -> str | None:
        """Note what became of what was sent; return what is wrong with the reply."""
        if self.kind is Kind.SUBMIT:
            return self._read_receipt(reply, journal)
        change = self._change
        if change is None:
            return "a reply to nothing"
        self._change = None
        if reply.status != OK:
            journal.reply(self.card.nip, change, REFUSED)
            return said(reply)
        result = results_in(reply).get(change.rev, UNANSWERED)
        journal.reply(self.card.nip, change, result)
        if result in ACKNOWLEDGED:
            self._held[change.item] = change
        return unsettled((change,), reply)

    def leave(self, journal: Journal) -> None:
        """Go, with a change whose fate is not known, if there is one."""
        if self._change:
            journal.reply(self.card.nip, self._change, UNANSWERED)

    def _read_receipt(self, reply: Answer, journal: Journal) -> str | None:
        receipt = reply.body.get("receipt")
        if reply.status != OK or not receipt:
            return said(reply)
        self.is_sealed = True
        journal.sealed(Sealed(self.card.nip, receipt["code"], receipt["seal"], receipt["answered"]))
        if receipt["answered"] != len(self._held):
            return f"submit: {receipt['answered']} answers counted, {len(self._held)} given"
        return unsettled(tuple(self._held.values()), reply)
