"""Power loss: what had not been fsynced is gone, which no ``kill -9`` can show.

The shim (``power.c``) is built when it is needed and preloaded into Valkey alone. The kernel of a
machine that goes on running keeps what was written; so after the kill every file is cut back to the
length that the shim saw fsynced. Directory entries are taken to be safe.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).with_name("power.c")
FSYNC_MS: Final = 100

File = tuple[int, int]
"""Device and inode: what stays the same when a file is renamed."""


class NoCompiler(Exception):
    """There is no C compiler on this machine, so power cannot be cut."""


class Power:
    """The shim for one folder. ``folder``: where library and notes go, outside what is cut."""

    def __init__(self, folder: Path) -> None:
        self._library = folder / "power.so"
        self._notes = folder / "power-notes"

    def build(self) -> None:
        """Compile the shim.

        Raises:
            NoCompiler: when there is nothing to compile with.
        """
        compiler = shutil.which("gcc") or shutil.which("cc")
        if compiler is None:
            raise NoCompiler("there is no gcc or cc on this machine")
        command = [compiler, "-O2", "-Wall", "-shared", "-fPIC", "-o", str(self._library)]
        done = subprocess.run(  # noqa: S603 - our own source
            [*command, str(SOURCE), "-ldl"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NoCompiler(f"the shim cannot be built: {done.stderr.strip()[-500:]}")

    def watch(self, cut: Path) -> None:
        """Begin: what lies in a folder now is on disk; nothing writes there yet."""
        lines = []
        for path in _files(cut):
            found = path.stat()
            lines.append(f"{found.st_dev} {found.st_ino} {found.st_size}\n")
        self._notes.write_text("".join(lines))

    def environment(self, fsync_ms: int = FSYNC_MS) -> dict[str, str]:
        """Return the variables under which a server is watched."""
        return {
            "LD_PRELOAD": str(self._library),
            "POWER_NOTES": str(self._notes),
            "POWER_FSYNC_MS": str(fsync_ms),
        }

    def cut(self, folder: Path) -> int:
        """Cut every file of a folder back to what was fsynced; return how many bytes went.

        Whoever wrote there must have been killed.
        """
        safe = read_notes(self._notes.read_text())
        gone = 0
        for path in _files(folder):
            found = path.stat()
            length = min(found.st_size, safe.get((found.st_dev, found.st_ino), 0))
            gone += found.st_size - length
            with path.open("r+b") as file:
                file.truncate(length)
        return gone


def read_notes(text: str) -> dict[File, int]:
    """Return how much of each file was safe in the end: ``length`` is so, ``<length`` at most so.

    The last line may be torn.
    """
    safe: dict[File, int] = {}
    for line in text.splitlines(keepends=True):
        words = line.split()
        if not line.endswith("\n") or len(words) != 3:  # noqa: PLR2004 - device inode length
            continue
        file = int(words[0]), int(words[1])
        if words[2].startswith("<"):
            safe[file] = min(safe.get(file, 0), int(words[2][1:]))
        else:
            safe[file] = max(safe.get(file, 0), int(words[2]))
    return safe


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
