"""What goes over the wire, and what is right about a reply."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from loadtest.journal import ACKNOWLEDGED, Change

OK = 200
FORBIDDEN = 403
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of the server: its status and its JSON object."""

    status: int
    body: dict[str, Any]

    @property
    def problem(self) -> str:
        """The suffix of a problem's type, or nothing."""
        return str(self.body.get("type", "")).rpartition("/")[2].rpartition(":")[2]


Check = Callable[[Answer], str | None]


class Wire(Protocol):
    """Sends one request until it is answered, and counts it.

    ``check`` returns what is wrong with the reply, or None. Raises :class:`GaveUp` when no reply
    came in spite of every retry, and :class:`Refused` when the reply was wrong.
    """

    def begin(self) -> None:
        """Let the next pause begin now."""

    def pause(self, seconds: float) -> None:
        """Think: what is sent next is due so long after what was due before."""

    def send(self, name: str, path: str, body: object | None, token: str, check: Check) -> Answer:
        """POST ``body`` as JSON, or GET when there is none."""


class GaveUp(Exception):
    """No usable reply in spite of every retry."""


class Refused(Exception):
    """A reply that the protocol does not allow here; the wire has counted it as failed."""

    def __init__(self, why: str, reply: Answer) -> None:
        super().__init__(why)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed on a participant's card."""

    nip: str
    pin: str


@dataclass(frozen=True, slots=True)
class Question:
    """An item of the form as a participant sees it: its id, its type and its options' ids."""

    id: str
    type: str
    options: tuple[str, ...]


def held_in(answers: dict[str, dict[str, Any]]) -> dict[str, Change]:
    """Return a sitting's answers as changes, by item."""
    return {
        item: Change(
            item,
            answer["rev"],
            orjson.dumps(answer["value"], option=orjson.OPT_SORT_KEYS).decode(),
            bool(answer.get("flagged", False)),
        )
        for item, answer in answers.items()
    }


def results_in(reply: Answer) -> dict[int, str]:
    """Return a reply's results by revision."""
    return {result["rev"]: result["result"] for result in reply.body.get("results", ())}


def unsettled(batch: Sequence[Change], reply: Answer) -> str | None:
    """Return what is wrong with the results: each change must be in them, and acknowledged."""
    results = results_in(reply)
    for change in batch:
        result = results.get(change.rev, "no result")
        if result not in ACKNOWLEDGED:
            return f"{result} for {change.item}"
    return None


def has(*names: str) -> Check:
    """Return a check that a reply is fine and carries these members."""

    def check(reply: Answer) -> str | None:
        if reply.status != OK:
            return said(reply)
        lacking = [name for name in names if name not in reply.body]
        return f"reply without {', '.join(lacking)}" if lacking else None

    return check


def is_open(reply: Answer) -> str | None:
    """Return what is wrong with the reply to a start."""
    if reply.status != OK:
        return said(reply)
    return None if reply.body.get("state") == "open" else f"state {reply.body.get('state')}"


def said(reply: Answer) -> str:
    """Say in a few words what came instead of what was expected."""
    return f"{reply.status} {reply.problem or 'without a problem type'}"


def differences(expected: dict[str, Change], held: dict[str, Change]) -> str:
    """Say how far what a sitting holds is from what it should hold."""
    differing = [item for item in expected | held if expected.get(item) != held.get(item)]
    return f"{len(differing)} differ, the first {differing[0]}"
