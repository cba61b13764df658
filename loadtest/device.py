"""One device of one participant: the candidate's protocol as a phone speaks it.

A device numbers its changes, keeps what it sent and what it has yet to send, and looks at every
reply with suspicion: what it complains of counts as a failed request.
"""

from collections.abc import Iterable, Sequence

import orjson

from loadtest.journal import (
    ACKNOWLEDGED,
    KEPT,
    REFUSED,
    STORED,
    UNANSWERED,
    Change,
    Journal,
    Noticed,
    Sealed,
)
from loadtest.protocol import (
    CONFLICT,
    FORBIDDEN,
    OK,
    Answer,
    Card,
    Check,
    Question,
    Refused,
    Wire,
    differences,
    has,
    held_in,
    is_open,
    results_in,
    said,
    unsettled,
)

GEN_BITS = 20  # rev = gen × 2²⁰ + n
SUPERSEDED, SEALED = "superseded-device", "sealed"
REFUSALS = {SUPERSEDED: CONFLICT, SEALED: FORBIDDEN}  # why a save may be refused: its status


class Device:
    """A device from its login on. ``held`` is what it believes the sitting to hold."""

    def __init__(self, wire: Wire, journal: Journal, card: Card, event: str, nonce: str) -> None:
        self._wire = wire
        self._journal = journal
        self._card = card
        self._event = event
        self._nonce = nonce
        self._path = ""
        self._token = ""
        self._gen = 0
        self._count = 0
        self.held: dict[str, Change] = {}
        self.unsent: list[Change] = []
        self._login()

    def reload(self) -> None:
        """Do what a page does that is opened again: the device stays the same."""
        self._login()
        self.start()
        self.form()

    def _login(self) -> None:
        card = {"nip": self._card.nip, "pin": self._card.pin}
        body = card | {"event": self._event, "device": self._nonce}
        reply = self._wire.send("login", "/login", body, "", has("sitting", "token", "gen"))
        self._path = f"/sittings/{reply.body['sitting']}"
        self._token = reply.body["token"]
        self._gen = reply.body["gen"]
        self._see(reply.body.get("rev", 0))

    def resume(self, expected: dict[str, Change]) -> None:
        """Ask what the sitting holds: exactly what an earlier device was promised."""

        def check(reply: Answer) -> str | None:
            if reply.status != OK:
                return said(reply)
            held = held_in(reply.body.get("answers", {}))
            if held != expected:
                return f"resume: {len(expected)} answers promised, {differences(expected, held)}"
            return None

        reply = self._wire.send("resume", self._path, None, self._token, check)
        self.held = held_in(reply.body["answers"])
        self._see(reply.body["rev"])

    def start(self) -> None:
        """Set the clock running."""
        self._wire.send("start", f"{self._path}/start", {}, self._token, is_open)

    def form(self) -> tuple[Question, ...]:
        """Fetch the items in their order."""
        reply = self._wire.send("form", f"{self._path}/form", None, self._token, has("items"))
        return tuple(
            Question(item["id"], item["type"], tuple(o["id"] for o in item.get("options", ())))
            for item in reply.body["items"]
        )

    def change(self, item: str, value: object, *, flagged: bool) -> None:
        """Write an answer into the device's own journal; :meth:`save` sends it."""
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        self.unsent.append(Change(item, self._next_rev(), text, flagged))

    def save(self) -> None:
        """Send what is unsent, in one request; nothing unsent makes it a heartbeat."""
        batch = tuple(self.unsent)
        name = "backlog" if len(batch) > 1 else "answers" if batch else "heartbeat"

        def check(reply: Answer) -> str | None:
            return said(reply) if reply.status != OK else unsettled(batch, reply)

        body = {"changes": [_sent(change) for change in batch]}
        self._settle(batch, self._tracked(batch, name, "answers", body, check))
        self.unsent = self.unsent[len(batch) :]

    def lose_focus(self) -> None:
        """Report that the page lost the focus: an event, numbered like a change."""
        rev = self._next_rev()

        def check(reply: Answer) -> str | None:
            if reply.status != OK:
                return said(reply)
            results = [r["result"] for r in reply.body.get("results", ()) if r["rev"] == rev]
            return None if ACKNOWLEDGED.issuperset(results) and results else f"event: {results}"

        body = {"events": [{"rev": rev, "type": "focus-lost"}]}
        result = UNANSWERED
        try:
            self._wire.send("event", f"{self._path}/answers", body, self._token, check)
            result = STORED
        finally:
            self._journal.noticed(Noticed(self._card.nip, rev, result))

    def save_refused(self, problem: str) -> None:
        """Send what is unsent although it is too late: it must be refused with this problem."""
        batch = tuple(self.unsent)

        def check(reply: Answer) -> str | None:
            refused = reply.status == REFUSALS[problem] and reply.problem == problem
            return None if refused else said(reply)

        body = {"changes": [_sent(change) for change in batch]}
        self._tracked(batch, f"answers {problem}", "answers", body, check)

    def reconcile(self) -> None:
        """Ask what the server lacks, after a silence: what is unsent and nothing else."""
        newest = self.held | {change.item: change for change in self.unsent}
        lacking = {change.item for change in self.unsent}

        def check(reply: Answer) -> str | None:
            if reply.status != OK:
                return said(reply)
            missing = set(reply.body.get("missing", ()))
            return None if missing == lacking else f"reconcile: {missing ^ lacking} differ"

        body = {"items": {item: change.rev for item, change in newest.items()}}
        self._wire.send("reconcile", f"{self._path}/reconcile", body, self._token, check)

    def late(self) -> None:
        """Hand over what came too late: kept apart, and the server says so."""
        batch = tuple(self.unsent)

        def check(reply: Answer) -> str | None:
            if reply.status != OK:
                return said(reply)
            kept = reply.body.get("kept")
            return None if kept == len(batch) else f"late: {kept} kept of {len(batch)}"

        body = {"changes": [_sent(change) for change in batch]}
        self._wire.send("late", f"{self._path}/late", body, self._token, check)
        self._note(batch, KEPT)
        self.unsent = []

    def submit(self) -> None:
        """Hand in with the full map; the receipt must count every answer given."""
        newest = self.held | {change.item: change for change in self.unsent}
        batch = tuple(newest.values())
        given = sum(change.value != "null" for change in batch)
        body = {"answers": {change.item: _given(change) for change in batch}}

        def check(reply: Answer) -> str | None:
            receipt = reply.body.get("receipt")
            if reply.status != OK or not receipt:
                return said(reply)
            if receipt["answered"] != given:
                return f"submit: {receipt['answered']} answers counted, {given} given"
            if reply.body.get("state") not in {"sealed", "recorded"}:
                return f"submit: state {reply.body.get('state')}"
            return unsettled(batch, reply)

        reply = self._tracked(self.unsent, "submit", "submit", body, check)
        self._settle(batch, reply)
        self.unsent = []
        receipt = reply.body["receipt"]
        self._journal.sealed(
            Sealed(self._card.nip, receipt["code"], receipt["seal"], receipt["answered"])
        )

    def _tracked(
        self, batch: Sequence[Change], name: str, call: str, body: object, check: Check
    ) -> Answer:
        """Send changes; if that fails, note what became of them as far as it is known."""
        try:
            return self._wire.send(name, f"{self._path}/{call}", body, self._token, check)
        except Refused as refusal:
            results = results_in(refusal.reply)
            for change in batch:
                self._note([change], results.get(change.rev, REFUSED))
            raise
        except BaseException:
            self._note(batch, UNANSWERED)
            raise

    def _settle(self, batch: Sequence[Change], reply: Answer) -> None:
        """Note each change's result and hold what was acknowledged; ``same`` again is no news."""
        results = results_in(reply)
        for change in batch:
            result = results[change.rev]
            if result == STORED or self.held.get(change.item) != change:
                self._journal.reply(self._card.nip, change, result)
            if result in ACKNOWLEDGED:
                self.held[change.item] = change

    def _note(self, batch: Iterable[Change], result: str) -> None:
        for change in batch:
            self._journal.reply(self._card.nip, change, result)

    def _next_rev(self) -> int:
        self._count += 1
        return (self._gen << GEN_BITS) + self._count

    def _see(self, rev: int) -> None:
        """Count on above the highest revision that is known to carry this device's generation."""
        if rev >> GEN_BITS == self._gen:
            self._count = max(self._count, rev & ((1 << GEN_BITS) - 1))


def _sent(change: Change) -> dict[str, object]:
    return {"item": change.item, **_given(change)}


def _given(change: Change) -> dict[str, object]:
    given = {"rev": change.rev, "value": orjson.Fragment(change.value)}
    return given | {"flagged": True} if change.flagged else given
