"""Every reply that a participant received, written down: the evidence for the reconciliation.

One file a process, lines of JSON, appended to by :meth:`Journal.flush` and by nothing else; noting
only extends a list, so that writing costs no participant its turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

STORED = "stored"
#: A change's results that mean "acknowledged": the server has promised to keep it.
ACKNOWLEDGED = frozenset({STORED, "same"})
#: No reply came, or none that told of this change: it may be in the record or not.
UNANSWERED = "unanswered"
#: The whole request was refused.
REFUSED = "refused"
#: Taken by ``/late``: kept apart, so it must not be in the record.
KEPT = "kept"
#: How a participant's day ends.
SUBMITTED, LEFT, GAVE_UP = "submitted", "left", "gave-up"


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it was sent. ``value`` is canonical JSON text, ``"null"`` clears."""

    item: str
    rev: int
    value: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a change of the participant with this NIP."""

    nip: str
    change: Change
    result: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """What became of an event of a device: it takes a row of the log, and no answer's place."""

    nip: str
    rev: int
    result: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A receipt that came back: the seal's code and number and how many answers it counts."""

    nip: str
    code: str
    seal: int
    answered: int


@dataclass(frozen=True, slots=True)
class Seated:
    """A participant was there from its login, at ``began_ms``, to ``ended_ms``.

    ``ending``: submitted, left or, when the participant could not go on, gave up.
    """

    nip: str
    began_ms: int
    ended_ms: int
    ending: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed request, or an error of the load generator's own, under ``name``."""

    name: str
    error: str


Entry = Reply | Noticed | Sealed | Seated | Fault


class Journal:
    """The notes of one process; ``path`` is opened when there is something to write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: list[tuple[object, ...]] = []

    def reply(self, nip: str, change: Change, result: str) -> None:
        """Note what became of one change."""
        self._notes.append(
            ("reply", nip, change.item, change.rev, change.value, change.flagged, result)
        )

    def noticed(self, entry: Noticed) -> None:
        """Note what became of one event."""
        self._notes.append(("noticed", entry.nip, entry.rev, entry.result))

    def sealed(self, entry: Sealed) -> None:
        """Note a receipt."""
        self._notes.append(("sealed", entry.nip, entry.code, entry.seal, entry.answered))

    def seated(self, entry: Seated) -> None:
        """Note from when to when a participant sat, and how it ended."""
        self._notes.append(("seated", entry.nip, entry.began_ms, entry.ended_ms, entry.ending))

    def fault(self, entry: Fault) -> None:
        """Note what went wrong."""
        self._notes.append(("fault", entry.name, entry.error))

    def flush(self) -> None:
        """Append what was noted since the last time."""
        notes, self._notes = self._notes, []
        if notes:
            with self._path.open("ab") as file:
                file.write(b"".join(orjson.dumps(note) + b"\n" for note in notes))


def read(*folders: Path) -> Iterator[Entry]:
    """Yield every entry of a run, file by file."""
    for folder in folders:
        for path in sorted(folder.glob("journal-*.jsonl")):
            with path.open("rb") as file:
                for line in file:
                    yield _entry(orjson.loads(line))


def _entry(note: list[object]) -> Entry:
    match note:
        case [
            "reply",
            str(nip),
            str(item),
            int(rev),
            str(value),
            bool(flagged),
            str(result),
        ]:
            return Reply(nip, Change(item, rev, value, flagged), result)
        case ["noticed", str(nip), int(rev), str(result)]:
            return Noticed(nip, rev, result)
        case ["sealed", str(nip), str(code), int(seal), int(answered)]:
            return Sealed(nip, code, seal, answered)
        case ["seated", str(nip), int(began_ms), int(ended_ms), str(ending)]:
            return Seated(nip, began_ms, ended_ms, ending)
        case ["fault", str(name), str(error)]:
            return Fault(name, error)
        case _:
            raise ValueError(f"not a journal entry: {note!r}")
