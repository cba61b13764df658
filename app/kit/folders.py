"""A server's folder: nobody else may enter it, and only one server may work in it."""

import contextlib
import os
import signal
import stat
from pathlib import Path
from time import monotonic, sleep

from app.kit.errors import OpsError

_PATIENCE_SECONDS = 15


def private_folder(folder: Path, owner: int | None = None) -> Path:
    """Make a folder that only its owner may enter, or check that the one there is ours.

    An existing folder's mode is left alone: somebody may have chosen it. ``owner`` is another user
    (a uid) who is to have it; only root can give it away, and only root may use what another has.

    Raises:
        OpsError: where it is somebody else's, or cannot be made.
    """
    us = os.geteuid()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        around = folder.parent.stat()
        # Where others may write (a temp folder), what stands there under our name may be a trap.
        trusted = around.st_uid == us and not around.st_mode & 0o022
        found = folder.stat() if trusted else folder.lstat()
        theirs = found.st_uid not in {us, owner} and not (us == 0 and trusted)
        if theirs or not stat.S_ISDIR(found.st_mode):
            raise OpsError(_belongs(folder, found.st_uid))
        if owner is not None and found.st_uid != owner:
            os.chown(folder, owner, -1)
    except OSError as refused:
        raise OpsError(f"{folder} cannot be used (DATA_DIR): {refused.strerror}.") from refused
    return folder


def require_owner(folder: Path, owner: int) -> None:
    """Refuse a folder that another user's server has filled.

    Raises:
        OpsError: naming the user.
    """
    if (found := folder.stat().st_uid) != owner:
        raise OpsError(_belongs(folder, found))


def _belongs(folder: Path, uid: int) -> str:
    return (
        f"{folder} belongs to another user ({uid}): "
        "run Serentak as that user, or set another DATA_DIR."
    )


def residents(folder: Path, program: str) -> list[int]:
    """Return the pids of the processes of a program (its file's name) that work in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it ended, or is another user's
                exe = (entry / "exe").readlink().name.removesuffix(" (deleted)")
                if exe == program and (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
    return found


def wait_until_quiet(folder: Path, program: str) -> None:
    """Wait until no process of an earlier life works in a server's folder; in the end kill it.

    Whoever calls holds the lock of DATA_DIR, so all that is found there is left over.

    Raises:
        OpsError: where even kill -9 does not end one.
    """
    began = monotonic()
    folder = folder.resolve()
    while left := residents(folder, program):
        waited = monotonic() - began
        if waited > 2 * _PATIENCE_SECONDS:
            raise OpsError(f"{program} of an earlier start does not end (process {left[0]}).")
        if waited > _PATIENCE_SECONDS:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        sleep(0.02)
