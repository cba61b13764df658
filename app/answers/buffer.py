"""Saves on their way into the room: many sittings of a partition in one function call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.kit.errors import Busy, Problem, RoomRecovering
from app.kit.line import Command, Deliver, Line
from app.kit.redis import LIBRARY
from app.sittings.live import REFUSALS, close_behind
from app.sittings.model import STATES, Ref

_WAITING_MOST: Final = 8192
_CALL_MOST: Final = 128  # saves a call: a long function would hold up everybody else's
_NONE: Final[tuple[str, ...]] = ()
_REFUSED: Final[dict[str, type[Problem]]] = {
    "u": REFUSALS["unknown"],
    "d": REFUSALS["replaced"],
    "r": REFUSALS["claim"],
    "x": Busy,
}


@dataclass(slots=True)
class Saved:
    """What the room said to a save. ``status``: k (ok), s (refused by state), l (too late)."""

    status: str
    state: str
    deadline: int | None
    at: str
    letters: str
    notices: Sequence[str]
    now: int
    flushed: str


Heard = Callable[[Saved | Problem], None]
"""Called with what the room said, or why it could not be asked; more than once does no harm."""
_Waiting = tuple[tuple[str | int, ...], Heard]


class Buffer:
    """Gathers saves while a batch is in flight, and hands them over a partition at a time.

    ``seen`` is told, by tag and epoch, the newest entry of the log that was stored: a room that is
    set back to before it is known by that, however short the while.
    """

    def __init__(self, line: Line, seen: Callable[[str, str, str], None]) -> None:
        self._line = line
        self._seen = seen
        self._waiting: dict[str, list[_Waiting]] = {}
        self._count = 0
        self._function = LIBRARY.name("save")
        line.add_source(self)

    def save(
        self,
        ref: Ref,
        entries: list[tuple[str, str, str, str]],
        events: list[tuple[str, str, str]],
        seen: int,
        heard: Heard,
    ) -> None:
        """Save a sitting's changes and events.

        Raises:
            Busy: when too many saves wait already, or Redis is away.
        """
        if self._count >= _WAITING_MOST:
            raise Busy
        self._line.wake()
        args: list[str | int] = [ref.sitting, ref.gen, len(entries), len(events), seen]
        for entry in entries:
            args += entry
        for event in events:
            args += event
        self._waiting.setdefault(ref.tag, []).append((tuple(args), heard))
        self._count += 1

    def take(self) -> list[tuple[Command, Deliver]]:
        """Hand over everything that waits, as one call a partition (more where it is much)."""
        if not self._waiting:
            return []
        waiting, self._waiting, self._count = self._waiting, {}, 0
        return [
            self._call(tag, saves[first : first + _CALL_MOST])
            for tag, saves in waiting.items()
            for first in range(0, len(saves), _CALL_MOST)
        ]

    def _call(self, tag: str, saves: list[_Waiting]) -> tuple[Command, Deliver]:
        command: list[str | int] = ["FCALL", self._function, 1, f"room:{tag}"]
        for args, _ in saves:
            command += args

        def deliver(reply: object) -> None:
            if isinstance(reply, Problem):
                for _, heard in saves:
                    heard(reply)
                return
            self._deliver(tag, saves, reply)  # type: ignore[arg-type]  # what save() replies

        return tuple(command), deliver

    def _deliver(self, tag: str, saves: list[_Waiting], reply: list[Any]) -> None:
        if len(reply) == 1:
            for _, heard in saves:
                heard(RoomRecovering())
            return
        epoch, now, flushed = reply[0], int(reply[1]), reply[2]
        last = ""
        for (args, heard), said in zip(saves, reply[3:], strict=True):
            text, notices = (said, _NONE) if said.__class__ is str else (said[0], said[1:])
            status, *words = text.split(" ")
            if words:
                state, deadline, newest, letters = words
                if "S" in letters:
                    last = newest
                at = f"{epoch}:{newest or '0-0'}"
                until = int(deadline) if deadline else None
                heard(Saved(status, STATES[state], until, at, letters, notices, now, flushed))
            elif status == "b":
                close_behind(self._line, tag, int(args[1]) >> 16)
                heard(RoomRecovering())
            else:
                heard(_REFUSED[status]())
        if last:
            self._seen(tag, epoch, last)
