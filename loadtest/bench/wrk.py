"""wrk, the generator in C, told what to ask by ``calls.lua``."""

import resource
import shutil
import subprocess
from pathlib import Path
from typing import Final

from loadtest.server import RunError

CONNECTIONS: Final = 64
FILLING: Final = 256  # where nothing is measured: the more in a batch, the sooner it is done
LIMIT_S: Final = 180
SCRIPT: Final = Path(__file__).with_name("calls.lua")


def find() -> str:
    """Return where wrk is.

    Raises:
        RunError: when it is not installed; says how it is.
    """
    found = shutil.which("wrk")
    if found is None:
        raise RunError("wrk is missing; on Debian and Ubuntu: apt-get install wrk")
    return found


def ask(
    url: str,
    kind: str,
    count: int,
    seats: Path,
    out: Path | None = None,
    connections: int = CONNECTIONS,
) -> float:
    """Make exactly ``count`` requests over so many connections, each answered as it should be.

    Returns the CPU seconds that wrk itself took.

    Raises:
        RunError: when a request was refused, or not all were answered rightly in time.
    """
    words = [find(), "-t1", f"-c{connections}", f"-d{LIMIT_S}s", "--timeout", "30s"]
    words += [
        "-s",
        str(SCRIPT),
        url,
        "--",
        kind,
        str(count),
        str(seats),
        *([str(out)] if out else []),
    ]
    before = _used_s()
    done = subprocess.run(  # noqa: S603 - our own words
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode or "refused" in done.stdout or not done.stdout.endswith("done\n"):
        raise RunError(f"{count} times {kind}: {done.stdout.strip()} {done.stderr.strip()}")
    return _used_s() - before


def _used_s() -> float:
    """Return the CPU seconds of all that we started and that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
