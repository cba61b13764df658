"""An order of staff: what is to be done, to whom, by whom; and what came of it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from app.kit.errors import OpsError

Kind = Literal["admit", "extend", "message", "pause", "resume", "submit", "reopen"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Whom = Literal["sitting", "nip", "unit", "room", "everybody"]
Result = Literal["done", "again", "state", "failed"]
"""Done now; done before under this action's id; refused by the sitting's state; not known."""

MINUTES_MOST: Final = 600
TEXT_MOST: Final = 280
REASON_MOST: Final = 200
_TIMED: Final = frozenset({"extend", "reopen"})
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+:-]{0,39}")
_UNPRINTABLE: Final = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
# They turn the rest of a line around, and with it what a message seems to say.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class BadOrder(OpsError):
    """An order that names nobody, or that nobody could carry out; nothing was done."""


@dataclass(frozen=True, slots=True)
class Scope:
    """To whom: ``name`` is a sitting, a NIP, a unit's code or name, a room's number or name.

    ``event`` may be left out where the room has one event only, but not for everybody.
    """

    whom: Whom
    name: str = ""
    event: str | None = None

    def __post_init__(self) -> None:
        if self.whom == "everybody" and self.event is None:
            raise BadOrder("Name the event in which everybody is meant.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be done; made by `order`, which checks it.

    ``action`` names it: who sends an order again under the same id does nothing twice. ``actor``
    gives it, under a ``role``, from the address ``where``; from a shell it is empty.
    """

    kind: Kind
    scope: Scope
    action: str
    actor: str
    role: str = "ops"
    where: str = ""
    minutes: int = 0
    text: str = ""
    reason: str = ""


def order(  # noqa: PLR0913 - each part of an order is a parameter
    kind: Kind,
    scope: Scope,
    *,
    action: str,
    actor: str,
    role: str = "ops",
    where: str = "",
    minutes: int | None = None,
    text: str | None = None,
    reason: str | None = None,
) -> Order:
    """Return an order that can be carried out.

    ``minutes`` 1 to 600, for extend and reopen alone; ``text`` is the message, ``reason`` is told
    to the participant with any other action; a reopening needs one.

    Raises:
        BadOrder: says in a sentence what is missing or too much.
    """
    for what, given in (("action id", action), ("name of who does it", actor)):
        if not _NAME.fullmatch(given):
            raise BadOrder(
                f"The {what} {given!r} will not do: 1 to 40 letters, digits and . _ @ + : -"
            )
    if (minutes is not None) != (kind in _TIMED):
        raise BadOrder(f"{kind} {'needs' if kind in _TIMED else 'takes no'} minutes.")
    if minutes is not None and not 1 <= minutes <= MINUTES_MOST:
        raise BadOrder(f"{minutes} minutes will not do: 1 to {MINUTES_MOST}.")
    if (text is not None) != (kind == "message"):
        raise BadOrder(f"{kind} {'needs' if kind == 'message' else 'takes no'} text.")
    if reason is None and kind == "reopen":
        raise BadOrder("reopen needs a reason; the participant reads it too.")
    if reason is not None and kind == "message":
        raise BadOrder("message takes no reason: say it in the text.")
    return Order(
        kind=kind,
        scope=scope,
        action=action,
        actor=actor,
        role=role,
        where=where,
        minutes=minutes or 0,
        text="" if text is None else _plain("text", text, TEXT_MOST),
        reason="" if reason is None else _plain("reason", reason, REASON_MOST),
    )


def _plain(what: str, unsafe_text: str, most: int) -> str:
    """Return a text as it may stand on a screen, in any language; it stays plain text.

    Raises:
        BadOrder: empty, too long, or not printable.
    """
    text = unicodedata.normalize("NFC", unsafe_text.strip())
    for sign in text:
        if unicodedata.category(sign) in _UNPRINTABLE or sign in _TURNING:
            raise BadOrder(f"The {what} holds a sign that cannot be printed: U+{ord(sign):04X}.")
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in text):
        raise BadOrder(f"The {what} is empty.")
    if len(text) > most:
        raise BadOrder(f"The {what} is {len(text)} letters long, {most} at the most.")
    return text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order for one sitting.

    ``state`` is where it stands now, ``deadline`` when its time ends (milliseconds since 1970),
    both None where nothing is known; ``why`` is a sentence where it failed.
    """

    sitting: str
    result: Result
    state: str | None = None
    deadline: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of an order."""

    order: Order
    event: str
    outcomes: Sequence[Outcome]

    def count(self, result: Result) -> int:
        """Return for how many sittings it came out so."""
        return sum(one.result == result for one in self.outcomes)

    @property
    def refusing_states(self) -> dict[str, int]:
        """How many sittings it was not applicable to, by their state."""
        return dict(Counter(str(one.state) for one in self.outcomes if one.result == "state"))

    @property
    def failures(self) -> dict[str, int]:
        """How many sittings it failed for, by the reason."""
        return dict(Counter(str(one.why) for one in self.outcomes if one.result == "failed"))

    def document(self) -> dict[str, Any]:
        """Return it for a machine: the counts, then each sitting."""
        return {
            "action": self.order.action,
            "kind": self.order.kind,
            "event": self.event,
            "done": self.count("done"),
            "again": self.count("again"),
            "not_applicable": self.refusing_states,
            "failed": self.count("failed"),
            "sittings": self.outcomes,
        }
