"""A phone as an honest page is: a journal, the same revision again, claim, reconcile, late.

It writes down everything it sent and everything it was promised, and forgets a journal entry only
when the server says that Postgres has it.
"""

import asyncio
import itertools
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from tests.exam import API, GEN

PATIENCE_S = 25.0
PAUSE_S = 0.03
_nonces = itertools.count()


class DeviceSupersededError(Exception):
    """Another device took over: what is unsent goes to ``late``."""


class ClaimedError(Exception):
    """The room was recovered and has been claimed: what was to be sent must be gathered anew."""


class RefusedError(Exception):
    """The server refused by state: sealed, paused, closed …"""


@dataclass(slots=True)
class Entry:
    """One change in the journal; ``at`` is where its acknowledgement stands, None while unsent."""

    item: str
    rev: int
    value: object
    flagged: bool
    at: str | None = None

    def text(self) -> str:
        """Return the change as the log holds it: ``item:rev:value:flag``."""
        value = orjson.dumps(self.value).decode()
        return f"{self.item}:{self.rev}:{value}:{int(self.flagged)}"


@dataclass(slots=True)
class Phone:
    """``sent``, ``promised`` (acknowledged) and ``kept`` (as late): rev → the change's text."""

    http: httpx.AsyncClient
    nip: str
    pin: str
    nonce: str = field(default_factory=lambda: f"phone-{next(_nonces)}")
    sitting: str = ""
    token: str = ""
    gen: int = 0
    n: int = 0
    choices: dict[str, list[str]] = field(default_factory=dict)
    journal: dict[int, Entry] = field(default_factory=dict)
    map: dict[str, Entry] = field(default_factory=dict)
    sent: dict[int, str] = field(default_factory=dict)
    promised: dict[int, str] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    results: dict[int, str] = field(default_factory=dict)
    receipts: list[dict[str, Any]] = field(default_factory=list)
    claims: int = 0
    typed_pins: int = 0
    last: dict[str, Any] = field(default_factory=dict)

    async def enter(self) -> dict[str, Any]:
        """Present the card and start."""
        self.typed_pins += 1
        body = {"nip": self.nip, "pin": self.pin, "device": self.nonce}
        self._entered(await self._insist("POST", "/login", body))
        started = await self.ask("POST", "/start")
        form = await self.ask("GET", "/form")
        self.choices = {
            item["id"]: [option["id"] for option in item["options"]]
            for item in form["items"]
            if item["type"] in {"single", "true-false", "likert", "situational"}
        }
        return started

    async def claim(self) -> None:
        """Take the sitting over with the token at hand; all of the journal is unsent again."""
        self.claims += 1
        entered = await self._insist("POST", f"/sittings/{self.sitting}/claim", self._device())
        for entry in self.journal.values():
            entry.at = None
        self._entered(entered)

    def write(self, item: int, choice: int, *, flagged: bool = False) -> Entry:
        """Answer the n-th item with its n-th option: into the journal only."""
        code = list(self.choices)[item]
        options = self.choices[code]
        self.n += 1
        entry = Entry(code, self.gen * GEN + self.n, options[choice % len(options)], flagged)
        self.journal[entry.rev] = entry
        self.map[code] = entry
        return entry

    async def save(self, item: int, choice: int, *, flagged: bool = False) -> str:
        """Answer and send; return what became of it."""
        entry = self.write(item, choice, flagged=flagged)
        await self.send()
        return self.results[entry.rev]

    async def send(self) -> list[str]:
        """Send what is unsent, oldest first, and settle each; a claim in between begins again."""
        while True:
            batch = sorted(self._unsent(), key=lambda entry: entry.rev)
            self._note_sent(batch)
            changes = [_travelling(entry) for entry in batch]
            try:
                reply = await self.ask("POST", "/answers", {"changes": changes})
            except ClaimedError:  # more is unsent now, and older: it must not come after
                continue
            self._settle(reply, batch)
            return [self.results[entry.rev] for entry in batch]

    async def come_back(self) -> list[str]:
        """After a silence: ask what the server lacks, and send that too."""
        items = {item: entry.rev for item, entry in self.map.items()}
        missing: list[str] = (await self.ask("POST", "/reconcile", {"items": items}))["missing"]
        for item in missing:
            entry = self.map[item]
            entry.at = None
            self.journal[entry.rev] = entry
        await self.send()
        return missing

    async def submit(self) -> dict[str, Any]:
        """Hand in with the full map, and with the receipt where one was given before."""
        batch = list(self.map.values())
        self._note_sent(batch)
        body: dict[str, Any] = {
            "answers": {entry.item: _travelling(entry) for entry in batch},
        }
        for answer in body["answers"].values():
            del answer["item"]
        if self.receipts:
            body["receipt"] = self.receipts[-1]
        try:
            reply = await self.ask("POST", "/submit", body)
        except ClaimedError:
            reply = await self._submit_after_claim(body)
        self._settle(reply, batch)
        self.receipts.append(reply["receipt"])
        return reply

    async def hand_over_late(self) -> int:
        """Send what is unsent to ``late``; return how many were kept."""
        batch = self._unsent()
        self._note_sent(batch)
        reply = await self.ask("POST", "/late", {"changes": [_travelling(e) for e in batch]})
        self._settle(reply, batch)
        return int(reply["kept"])

    async def look(self) -> dict[str, Any]:
        """Read the sitting."""
        return await self.ask("GET", "")

    async def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Call a path of the sitting until it is answered; a recovered room is claimed first."""
        self.last = await self._insist(method, f"/sittings/{self.sitting}{path}", body)
        return self.last

    async def _insist(self, method: str, path: str, body: object) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        said = ""
        while loop.time() < until:
            try:
                headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
                reply = await self.http.request(method, API + path, json=body, headers=headers)
            except httpx.TransportError as error:
                said = repr(error)
                await asyncio.sleep(PAUSE_S)
                continue
            document: dict[str, Any] = orjson.loads(reply.content)
            if reply.status_code == httpx.codes.OK:
                return document
            said = reply.text
            kind = str(document["type"]).rpartition("/")[2]
            if kind == "recovered-claim":
                await self.claim()
                if path.endswith(("/answers", "/submit")):
                    raise ClaimedError
            elif kind == "superseded-device":
                raise DeviceSupersededError
            elif reply.status_code in {429, 503}:
                await asyncio.sleep(PAUSE_S)
            elif (
                kind == "not-open" and self.choices
            ):  # the room lost the start, and this page knows
                await self._insist("POST", f"/sittings/{self.sitting}/start", None)
            elif reply.status_code == httpx.codes.FORBIDDEN:
                raise RefusedError(kind)
            else:
                raise AssertionError(f"{method} {path}: {said}")
        raise AssertionError(f"{method} {path}: not answered in {PATIENCE_S:.0f} s: {said}")

    async def _submit_after_claim(self, body: dict[str, Any]) -> dict[str, Any]:
        """Bring the room up to what it had acknowledged, unless it is sealed; then hand in."""
        with suppress(RefusedError):
            await self.send()
        return await self.ask("POST", "/submit", body)

    def _unsent(self) -> list[Entry]:
        return [entry for entry in self.journal.values() if entry.at is None]

    def _device(self) -> dict[str, str]:
        return {"device": self.nonce}

    def _entered(self, sitting: dict[str, Any]) -> None:
        self.sitting, self.token, self.gen = sitting["sitting"], sitting["token"], sitting["gen"]
        own = [rev for rev in (sitting["rev"], *self.sent) if rev // GEN == self.gen]
        self.n = max((rev % GEN for rev in own), default=0)

    def _note_sent(self, batch: Iterable[Entry]) -> None:
        self.sent |= {entry.rev: entry.text() for entry in batch}

    def _settle(self, reply: dict[str, Any], batch: Iterable[Entry]) -> None:
        results = {one["rev"]: one["result"] for one in reply["results"]}
        for entry in batch:
            result = results[entry.rev]
            self.results[entry.rev] = result
            if result in {"stored", "same"}:
                self.promised[entry.rev] = entry.text()
            elif result == "kept":
                self.kept[entry.rev] = entry.text()
            entry.at = reply["at"]
        self._forget(reply["flushed"])

    def _forget(self, flushed: str) -> None:
        epoch, recorded = _place(flushed)
        for rev, entry in list(self.journal.items()):
            if entry.at is not None and _place(entry.at) <= (epoch, recorded):
                del self.journal[rev]


def _travelling(entry: Entry) -> dict[str, Any]:
    return {
        "item": entry.item,
        "rev": entry.rev,
        "value": entry.value,
        "flagged": entry.flagged,
    }


def _place(text: str) -> tuple[int, tuple[int, int]]:
    epoch, _, entry = text.partition(":")
    milliseconds, sequence = entry.split("-")
    return int(epoch), (int(milliseconds), int(sequence))
