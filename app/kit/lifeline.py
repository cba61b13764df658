"""Ties a process to the one that started it: when the parent dies, so does the child.

The kernel's parent death signal (Linux) reaches the child however the parent ends, kill -9
included. It is forgotten whenever credentials change, so the tie is made last: after the user
namespace or the other user has been entered, right before the real program takes this process over.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing import parent_process

_PR_SET_PDEATHSIG = 1


def tied(
    argv: Sequence[str],
    death_signal: signal.Signals,
    *,
    inside: Sequence[str] = (),
    user: tuple[int, int] | None = None,
) -> list[str]:
    """Return the command that runs ``argv`` tied to this process, keeping one pid throughout.

    ``inside`` is a command to run it within (``unshare ...``), ``user`` the uid and gid to become.
    """
    become = f"{user[0]}:{user[1]}" if user else "-"
    here = [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(death_signal)), become]
    return [*inside, *here, *argv]


def die_with_parent() -> None:
    """Tie a worker process to the process that spawned it; in any other process do nothing."""
    parent = parent_process()
    if parent is not None and parent.pid is not None:
        _tie(parent.pid, signal.SIGKILL)


def _tie(parent: int, death_signal: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before the tie was made
        os._exit(1)


def _main(parent: str, death_signal: str, become: str, *argv: str) -> None:
    if become != "-":
        uid, gid = (int(part) for part in become.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    _tie(int(parent), int(death_signal))
    os.execv(argv[0], argv)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    _main(*sys.argv[1:])
