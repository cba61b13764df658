"""As whom a server runs that refuses to be root.

As root, Postgres gets a user namespace of its own, in which we are an ordinary user and own what
root owns outside. Where the machine refuses that (many containers do), it runs as another user.
"""

import os
import pwd
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.kit import lifeline
from app.kit.errors import OpsError

_USUAL_UID = 1000


@dataclass(frozen=True, slots=True)
class Guise:
    """Within a command, or as another uid and gid, or (neither) just as we are."""

    inside: tuple[str, ...] = ()
    user: tuple[int, int] | None = None

    def run(
        self, argv: list[str], *, env: Mapping[str, str] | None = None, said: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end in this guise; ``said`` is its input."""
        return subprocess.run(  # noqa: S603 - a list of our own making, no shell
            lifeline.tied(argv, signal.SIGKILL, inside=self.inside, user=self.user),
            env=env,
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )

    def can_run(self, program: Path) -> bool:
        """Tell whether a program starts in this guise."""
        try:
            return self.run([str(program), "--version"]).returncode == 0
        except OSError:  # there is no such command to run it within
            return False


def choose(program: Path) -> Guise:
    """Choose as whom a program runs that refuses to be root.

    Raises:
        OpsError: as root, where neither a user namespace nor another user can run it.
    """
    if os.geteuid() != 0:
        return Guise()
    for guise in _guises():
        if guise.can_run(program):
            return guise
    sentence = (
        "Postgres does not run as root, this machine allows no user namespaces, and no other user "
        f"can run {program}: start Serentak as an ordinary user, or set DATABASE_URL."
    )
    raise OpsError(sentence)


def require_way(uid: int, folder: Path) -> None:
    """Refuse a folder that another user cannot walk to.

    Raises:
        OpsError: naming the folder on the way that is closed.
    """
    for step in folder.parents:
        found = step.stat()
        if found.st_uid != uid and not found.st_mode & 0o001:
            sentence = (
                f"Postgres runs as user {uid} here and cannot pass {step}: set DATA_DIR to a "
                "folder that every user can walk to, or start Serentak as an ordinary user."
            )
            raise OpsError(sentence)


def _guises() -> Iterator[Guise]:
    yield Guise(inside=("unshare", "--user", f"--map-user={_somebody()}"))
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        yield Guise(user=(found.pw_uid, found.pw_gid))


def _somebody() -> int:
    """Return the uid to show inside the namespace: initdb wants one that has a name."""
    named = {user.pw_uid for user in pwd.getpwall() if user.pw_uid != 0}
    return _USUAL_UID if _USUAL_UID in named else max(named, default=_USUAL_UID)
