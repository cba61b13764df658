"""Crash points: where the fault harness lets a process die as by ``kill -9``, at the worst moment.

Unarmed, which is always outside that harness, a crash point calls an empty function. The variable
CRASH_AT of the environment arms one: ``name:nth:file``. The process that passes the point of this
name for the nth time writes the file and kills itself. Once the file is there nothing happens any
more: it is done once, however many processes share the environment and whoever is started again.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Final

CrashPoint = Callable[[str], None]

POINTS: Final[dict[str, str]] = {
    "batch-due": "a batch to Redis is put together, and not sent",
    "batch-sent": "a batch has left for Redis, no reply has come",
    "batch-answered": "Redis has answered a batch, no device has heard of it",
    "flush-marked": "the mark is locked, the log not read",
    "flush-written": "a batch stands in the transaction, the mark has not moved",
    "flush-moved": "the mark has moved, COMMIT has not been sent",
    "flush-committed": "COMMIT is done, the log is not trimmed",
    "flush-said": "the log is trimmed and the room told",
    "seal-noted": "a seal stands in the transaction, its receipt does not",
    "recover-closed": "the doors are closed, nothing is drained",
    "recover-drained": "the logs are drained, no new life has begun",
    "recover-begun": "the new life is committed, the room not rebuilt",
    "recover-half-built": "the first partition is rebuilt",
    "recover-half-open": "the first partition is open, the others are closed",
    "note-appended": "entries of the audit log stand in the transaction, COMMIT has not been sent",
    "note-committed": "entries of the audit log are committed, the room still holds them",
    "reflow-half": "the first partition has been sent again",
}
"""Every point, and where the process stands when it passes."""


def unarmed(_: str) -> None:
    """Pass."""


def armed(order: str) -> CrashPoint:
    """Return the crash point that dies as ``order`` says: ``name:nth:file``.

    Raises:
        ValueError: when the order names no point.
    """
    name, nth, file = order.split(":", 2)
    if name not in POINTS:
        raise ValueError(f"CRASH_AT names no crash point: {name}")
    note, left = Path(file), int(nth)

    def crash(passed: str) -> None:
        nonlocal left
        if passed != name or note.exists():
            return
        left -= 1
        if left <= 0:
            note.write_text(f"{name} {os.getpid()}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    return crash


crash_point: Final[CrashPoint] = (
    armed(os.environ["CRASH_AT"]) if "CRASH_AT" in os.environ else unarmed
)
