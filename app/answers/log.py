"""What stands in a partition's log: its lines, read once for the recorder, the audit and recovery.

- ``a sitting item:rev:value:flag`` an accepted change
- ``e sitting rev type detail`` a client event
- ``t sitting why state gen device started deadline left extra seal epoch at digest key by answered
  actor action`` a transition, with where the sitting stands after it; what staff did names who and
  the action's id, and goes on: `` state deadline left extra seal epoch json``, where the sitting
  stood before it, then role, address and reason, and what else there is to tell of some acts: an
  ``undo-…``, which names in its why what was taken back, tells the id of that act
- ``k sitting kept-at item:rev:value:flag`` a late answer
- ``r sitting json`` a remark of staff's; the act that made it follows
- ``n sitting json`` a notice
- ``g - credit total closes`` time given back
- ``o sitting from to`` a device was not heard of for long, and is again
- ``w sitting unit room card blueprint action sealed json`` somebody who came in without standing on
  the list: their unit's and room's numbers, the card, the version by which the form was drawn, the
  action's id, the person sealed, then who did it, role, address, the unit's code and the form
- ``d - room hash action json`` a room's new PIN, as its keyed hash; who did it, role and address

A dash is empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import orjson

from app.kit.ids import sitting_from_text
from app.people.model import Participant
from app.sittings.model import STATES, Seal

ACTION_WORD: Final = 17
"""Which word of a transition's detail names the action, counted from 1; it is the last."""
_BEFORE: Final = 6
"""Words that say where a sitting stood before staff did something to it."""
_SAID: Final = frozenset({"role", "where", "why"})
_MORE: Final = frozenset({"undoes", "card", "category", "severity", "counted"})
"""What else the json of some acts says."""
_TURNED: Final = frozenset({"who", "role", "where"})
_WALKED: Final = _TURNED | {"unit", "layout"}
_CARDS: Final = range(1, 1 << 15)  # as the record's column holds them

Id = tuple[int, int]
"""A stream id: milliseconds and sequence."""

ZERO: Final[Id] = (0, 0)
ACCEPTS: Final = "late-accept"
REJECTS: Final = "late-reject"
# After these the lines before them must stand in the record first: a seal is replaced, what waits
# is decided, the deadlines of all open sittings move, or there is a sitting of which the next lines
# speak. Transitions; the other kinds: see _FIRST.
_BARRIERS: Final = frozenset({"reopen", "restore", "undo-submit", "lift", ACCEPTS, REJECTS})
# A partition's sittings come again and again.
_number: Final = lru_cache(maxsize=1 << 16)(sitting_from_text)


def parse_id(text: str) -> Id:
    """Read ``ms-seq``."""
    milliseconds, sequence = text.split("-")
    return int(milliseconds), int(sequence)


def id_text(at: Id) -> str:
    """Return ``ms-seq``."""
    return f"{at[0]}-{at[1]}"


def after(at: Id) -> str:
    """Return the id that follows, as XTRIM MINID wants it."""
    return f"{at[0]}-{at[1] + 1}"


class Change(NamedTuple):
    """An accepted change of an answer."""

    at: Id
    sitting: int
    item: str
    rev: int
    value: str
    flagged: bool


class Happening(NamedTuple):
    """A client event; shares the numbers of the answers."""

    at: Id
    sitting: int
    rev: int
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a sitting stands, as staff may change it. Times in milliseconds."""

    state: str
    deadline: int | None
    left_ms: int | None
    extra_ms: int
    seal: int
    seal_epoch: int


@dataclass(frozen=True, slots=True)
class Act:
    """What staff did, besides the transition that it made.

    ``more``: of a new card its number, of a remark category and severity, of late answers that were
    decided how many were merged, of an undoing the id of the act that was taken back.
    """

    who: str
    action: str
    role: str
    where: str
    why: str
    before: Standing
    more: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transition:
    """Where a sitting stands after something happened to it."""

    at: Id
    sitting: int
    why: str
    state: str
    gen: int
    device: str | None
    started_at: int | None
    deadline: int | None
    left_ms: int | None
    extra_ms: int
    seal: int
    seal_epoch: int
    sealed: Seal | None
    detail: str
    act: Act | None = None

    @property
    def makes_seal(self) -> bool:
        """Tell whether this transition sealed the sitting."""
        return self.why in {"seal", "restore", ACCEPTS} and self.sealed is not None

    @property
    def card(self) -> int | None:
        """The number of the card that was given out by it."""
        return int(self.act.more["card"]) if self.act and "card" in self.act.more else None


class Late(NamedTuple):
    """An answer that came too late and is kept apart."""

    at: Id
    sitting: int
    kept_at: int
    item: str
    rev: int
    value: str
    flagged: bool


class Credit(NamedTuple):
    """Time given back to every open sitting of the partition."""

    at: Id
    ms: int
    detail: str


class Note(NamedTuple):
    """A notice to a device."""

    at: Id
    sitting: int
    detail: str


class Remark(NamedTuple):
    """A remark of staff's on a sitting; ``detail``: what it says, as JSON."""

    at: Id
    sitting: int
    detail: str


class Outage(NamedTuple):
    """A device was away, from one time to another in milliseconds since 1970."""

    at: Id
    sitting: int
    detail: str


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody who came in without standing on the list; ``person`` is None while sealed."""

    at: Id
    sitting: int
    unit: int
    room: int | None
    card: int
    blueprint: int
    action: str
    sealed: str
    who: str
    role: str
    where: str
    unit_code: str
    layout: str
    detail: str
    person: Participant | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A room's new PIN: the number of the room, the keyed hash."""

    at: Id
    room: int
    hash: str
    action: str
    who: str
    role: str
    where: str
    detail: str


Line = Change | Happening | Transition | Late | Credit | Note | Remark | Outage | WalkIn | Turn


def parse_line(at: Id, line: str) -> Line:
    """Read one line of the log.

    Raises:
        ValueError: when it is none of ours; such a line is a dead letter.
    """
    kind, sid, rest = line.split(" ", 2)
    if kind == "a":
        item, rev, tail = rest.split(":", 2)
        return Change(at, _number(sid), item, int(rev), tail[:-2], tail[-1] == "1")
    reading = _READINGS.get(kind)
    if reading is None:
        raise ValueError(line)
    return reading(at, sid, rest)


def _happening(at: Id, sid: str, rest: str) -> Happening:
    rev, text = rest.split(" ", 1)
    return Happening(at, _number(sid), int(rev), text)


def _late(at: Id, sid: str, rest: str) -> Late:
    kept_at, answer = rest.split(" ", 1)
    item, rev, tail = answer.split(":", 2)
    sitting = _number(sid)
    return Late(at, sitting, int(kept_at), item, int(rev), tail[:-2], tail[-1] == "1")


def _credit(at: Id, _: str, rest: str) -> Credit:
    return Credit(at, int(rest.split(" ", maxsplit=1)[0]), rest)


def _note(at: Id, sid: str, rest: str) -> Note:
    return Note(at, _number(sid), rest)


def _remark(at: Id, sid: str, rest: str) -> Remark:
    return Remark(at, _number(sid), rest)


def _outage(at: Id, sid: str, rest: str) -> Outage:
    return Outage(at, _number(sid), rest)


def _transition(at: Id, sid: str, rest: str) -> Transition:
    words = rest.split(" ", ACTION_WORD + _BEFORE)
    held = [None if part == "-" else part for part in words]
    why, state, gen, device, started, deadline, left, extra, number, epoch = held[:10]
    sealed_at, digest, key_id, by, answered, actor, action = held[10:ACTION_WORD]
    seal = None
    if state == "s":
        seal = Seal(
            int(epoch or 0),
            int(number or 0),
            int(sealed_at or 0),
            int(answered or 0),
            digest or "",
            key_id or "",
            by or "",
        )
    return Transition(
        at=at,
        sitting=_number(sid),
        why=str(why),
        state=str(state),
        gen=int(gen or 0),
        device=device,
        started_at=int(started) if started else None,
        deadline=int(deadline) if deadline else None,
        left_ms=int(left) if left else None,
        extra_ms=int(extra or 0),
        seal=int(number or 0),
        seal_epoch=int(epoch or 0),
        sealed=seal,
        detail=" ".join(words[:ACTION_WORD]),
        act=_act(str(actor), str(action), held[ACTION_WORD:]) if held[ACTION_WORD:] else None,
    )


def _act(actor: str, action: str, held: list[str | None]) -> Act:
    state, deadline, left, extra, number, epoch, said = held
    given = orjson.loads(str(said))
    if state not in STATES or not isinstance(given, dict) or given.keys() - _MORE != _SAID:
        raise ValueError(said)
    more = {name: value for name, value in given.items() if name in _MORE}
    if more.get("card", 1) not in _CARDS:
        raise ValueError(said)
    before = Standing(
        str(state),
        int(deadline) if deadline else None,
        int(left) if left else None,
        int(extra or 0),
        int(number or 0),
        int(epoch or 0),
    )
    role, where, why = (str(given[name]) for name in ("role", "where", "why"))
    return Act(actor, action, role, where, why, before, more)


def _walk_in(at: Id, sid: str, rest: str) -> WalkIn:
    unit, room, card, blueprint, action, sealed, text = rest.split(" ", 6)
    said = _texts(text, _WALKED)
    return WalkIn(
        at=at,
        sitting=_number(sid),
        unit=int(unit),
        room=None if room == "-" else int(room),
        card=int(card),
        blueprint=int(blueprint),
        action=action,
        sealed=sealed,
        who=said["who"],
        role=said["role"],
        where=said["where"],
        unit_code=said["unit"],
        layout=said["layout"],
        detail=rest,
    )


def _turn(at: Id, _: str, rest: str) -> Turn:
    room, hashed, action, text = rest.split(" ", 3)
    said = _texts(text, _TURNED)
    return Turn(at, int(room), hashed, action, said["who"], said["role"], said["where"], rest)


def _texts(text: str, names: frozenset[str]) -> dict[str, str]:
    said = orjson.loads(text)
    if not isinstance(said, dict) or said.keys() != names:
        raise ValueError(text)
    return {name: str(value) for name, value in said.items()}


_FIRST: Final = (Credit, WalkIn)
_READINGS: Final[dict[str, Callable[[Id, str, str], Line]]] = {
    "t": _transition,
    "e": _happening,
    "k": _late,
    "g": _credit,
    "n": _note,
    "r": _remark,
    "o": _outage,
    "w": _walk_in,
    "d": _turn,
}


def is_barrier(line: Line) -> bool:
    """Tell whether the lines before this one must be recorded before it is."""
    return isinstance(line, _FIRST) or (isinstance(line, Transition) and line.why in _BARRIERS)
