"""An order of staff: what is to be done, to whom, by whom; and what came of it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, NamedTuple, get_args

from app.kit.errors import OpsError
from app.proctoring.sentences import Said, said

Kind = Literal[
    "admit",
    "extend",
    "message",
    "pause",
    "resume",
    "submit",
    "reopen",
    "hold",
    "device",
    "undo",
    "card",
    "flag",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Category = Literal["conduct", "identity", "device", "network", "question", "other"]
"""Of a remark: perilaku, identitas, perangkat, jaringan, soal, lainnya."""
Severity = Literal[1, 2, 3]
"""Of a remark: ringan, sedang, berat."""
Whom = Literal["sitting", "sittings", "nip", "unit", "room", "wave", "everybody"]
Result = Literal["done", "again", "state", "failed"]
"""Done now; done before under this action's id; refused by the sitting's state; not known."""

MINUTES_MOST: Final = 600
TEXT_MOST: Final = 280
REASON_MOST: Final = 200
_TIMED: Final = frozenset({"extend", "reopen"})
_WORDED: Final = frozenset({"message", "flag"})
_REMARKING: Final = frozenset({"flag"})
_UNDOING: Final = frozenset({"undo"})
_TEXTS: Final[dict[Kind, str]] = {"flag": "remark"}
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+:-]{0,39}")
_UNPRINTABLE: Final = frozenset({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
# They turn the rest of a line around, and with it what a message seems to say.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class BadOrder(OpsError):
    """An order that names nobody, or that nobody could carry out; nothing was done.

    ``what`` names one of `app.proctoring.sentences`. A shell reads it in English, the board shows
    ``said.indonesian``.
    """

    def __init__(self, what: str, **parts: object) -> None:
        self.said = said(what, **parts)
        super().__init__(self.said.english)


@dataclass(frozen=True, slots=True)
class Scope:
    """To whom: ``name`` is a sitting, a NIP, a unit's code, a number of a room or wave, or a name.

    Of several sittings ``names`` holds each. ``event`` may be left out where the room has one event
    only, but not for everybody.
    """

    whom: Whom
    name: str = ""
    event: str | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.whom == "everybody" and self.event is None:
            raise BadOrder("everybody-where")

    @property
    def is_one(self) -> bool:
        """Whether it names one sitting, whoever sits there."""
        return self.whom in {"sitting", "nip"} or (
            self.whom == "sittings" and len(set(self.names)) == 1
        )


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
    undoes: str = ""
    category: Category = "other"
    severity: int = 0


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
    undoes: str | None = None,
    category: Category | None = None,
    severity: Severity | None = None,
) -> Order:
    """Return an order that can be carried out.

    ``minutes`` 1 to 600, for extend and reopen alone; ``text`` is the message, or the remark of a
    flag; ``reason`` is told to the participant with any other action that they are told of; a
    reopening needs one. ``undoes`` is the id of the action that an undo takes back. ``category``
    and ``severity`` are a flag's. A card is one person's.

    Raises:
        BadOrder: says in a sentence what is missing or too much.
    """
    identified("action", action)
    identified("actor", actor)
    for what, given_too, kinds in (
        ("minutes", minutes, _TIMED),
        ("text", text, _WORDED),
        ("undoes", undoes, _UNDOING),
        ("category", category, _REMARKING),
        ("severity", severity, _REMARKING),
    ):
        if (given_too is not None) != (kind in kinds):
            raise BadOrder(f"{what}-{'needed' if kind in kinds else 'too-much'}", kind=kind)
    if minutes is not None and not 1 <= minutes <= MINUTES_MOST:
        raise BadOrder("minutes-bounds", minutes=minutes, most=MINUTES_MOST)
    if reason is None and kind == "reopen":
        raise BadOrder("reason-needed", kind=kind)
    if reason is not None and kind in _WORDED:
        raise BadOrder("reason-too-much", kind=kind)
    if kind == "card" and not scope.is_one:
        raise BadOrder("card-one")
    if undoes is not None:
        identified("action", undoes)
    return Order(
        kind=kind,
        scope=scope,
        action=action,
        actor=actor,
        role=role,
        where=where,
        minutes=minutes or 0,
        text="" if text is None else plain(_TEXTS.get(kind, "text"), text, TEXT_MOST),
        reason="" if reason is None else plain("reason", reason, REASON_MOST),
        undoes=undoes or "",
        category=category or "other",
        severity=severity or 0,
    )


def identified(what: Literal["action", "actor"], given: str) -> str:
    """Return the id of an act or the name of who does it, as the log can hold it.

    Raises:
        BadOrder: it cannot.
    """
    if not _NAME.fullmatch(given):
        raise BadOrder(what, given=given)
    return given


def plain(what: str, unsafe_text: str, most: int) -> str:
    """Return a text as it may stand on a screen, in any language; it stays plain text.

    Raises:
        BadOrder: empty, too long, or not printable.
    """
    text = unicodedata.normalize("NFC", unsafe_text.strip())
    for sign in text:
        if unicodedata.category(sign) in _UNPRINTABLE or sign in _TURNING:
            raise BadOrder(f"{what}-unprintable", sign=f"U+{ord(sign):04X}")
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in text):
        raise BadOrder(f"{what}-empty")
    if len(text) > most:
        raise BadOrder(f"{what}-long", length=len(text), most=most)
    return text


class LastAct(NamedTuple):
    """What staff did last to a sitting, as the room remembers it for an undoing.

    ``before`` is the letter of the state before it, ``number`` what was added, or left at the time,
    in milliseconds; ``action`` is its id.
    """

    kind: str
    before: str
    number: int
    action: str


def parse_last_act(text: str) -> LastAct | None:
    """Read the field ``la`` of a sitting; None where nothing was done to it."""
    if not text:
        return None
    kind, before, number, action = text.split(" ")
    return LastAct(kind, before, int(number), action)


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card that was given out: which one of this sitting, and its PIN in fours."""

    number: int
    pin: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order for one sitting.

    ``state`` is where it stands now, ``deadline`` when its time ends (milliseconds since 1970),
    both None where nothing is known; ``why`` says why it failed. ``card`` is the one that opens
    now, where a new one was asked for.
    """

    sitting: str
    result: Result
    state: str | None = None
    deadline: int | None = None
    why: Said | None = None
    card: NewCard | None = None

    def told(self, language: Literal["english", "indonesian"]) -> dict[str, Any]:
        """Return it for a machine; ``why`` in the language of whoever reads it."""
        why = getattr(self.why, language) if self.why else None
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"why": why}


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
        return dict(Counter(one.why.english for one in self.outcomes if one.why))

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
            "sittings": [one.told("english") for one in self.outcomes],
        }
