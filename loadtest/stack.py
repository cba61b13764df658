"""The server under test: a whole ``serentak run`` of its own in a temporary folder.

It listens on a free port, keeps its data on ordinary disk and knows nothing of any other server:
settings of the surroundings that would point it elsewhere are left out.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from loadtest.machine import file_system

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "loadtest" / "results"
OURS = ("DATA_DIR", "PORT", "HOST", "DATABASE_URL", "REDIS_URL", "ALLOW_VOLATILE_REDIS")
IN_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs"})
LONGEST_FOLDER = 60  # a Unix socket's path, below this folder, has 107 characters at the most
READY_S = 180.0
STOP_S = 60.0


class StackError(Exception):
    """The server under test did not do what was asked of it; the sentence says what."""


class Stack:
    """A running server. Leaving the ``with`` block ends it and removes its folder.

    The server's own log is ``serentak.log`` in ``folder``. With ``keep`` the folder stays.
    """

    def __init__(self, event: str, *, keep: bool = False) -> None:
        self.event = event
        self._keep = keep
        self.folder = new_folder()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {k: v for k, v in os.environ.items() if k not in OURS} | {
            "DATA_DIR": str(self.folder / "data"),
            "PORT": str(self.port),
        }
        self._log = self.folder / "serentak.log"
        self._supervisor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def roots(self) -> dict[str, int]:
        """The processes under which all of the server's are found: name → process id.

        The supervisor and what it wrote down: a database that detaches itself is no child of it.
        """
        noted = (self.folder / "data" / "run").glob("*.pid")
        pids = {path.stem: int(path.read_text().split()[0]) for path in noted}
        supervisor = {"supervisor": self._supervisor.pid} if self._supervisor else {}
        return supervisor | {name: pid for name, pid in pids.items() if name != "supervisor"}

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """GET a path of the server and return its status and JSON object."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            reply = connection.getresponse()
            body = orjson.loads(reply.read() or b"{}")
        finally:
            connection.close()
        return reply.status, body

    def command(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Run a ``serentak`` command against this server's data."""
        return subprocess.run(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-m", "app.cli", *words],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            check=False,
        )

    def asked(self, *words: str) -> bytes:
        """Run a ``serentak`` command that must succeed and return what it printed.

        Raises:
            StackError: with what it said, when it fails.
        """
        done = self.command(*words)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-2000:]
            raise StackError(f"serentak {' '.join(words)} ended with {done.returncode}: {said}")
        return done.stdout

    def await_record(self, limit_s: float = 180.0) -> float:
        """Wait until Postgres has everything; return the seconds that took.

        Raises:
            StackError: when entries are left after ``limit_s``.
        """
        began = time.monotonic()
        lag: object = "unknown"
        while time.monotonic() - began < limit_s:
            lag = self.ask("/health/recorder")[1].get("lag_entries")
            if lag == 0:
                return time.monotonic() - began
            time.sleep(0.2)
        raise StackError(f"after {limit_s:.0f} s the recorder still lacks {lag} entries")

    def log_tail(self, lines: int = 40) -> str:
        """Return the end of the server's log."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _start(self) -> None:
        with self._log.open("wb") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "run"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        limit = time.monotonic() + READY_S
        while time.monotonic() < limit:
            if self._supervisor.poll() is not None:
                raise StackError(f"serentak run ended at once:\n{self.log_tail()}")
            try:
                if self.ask("/health/ready")[0] == http.client.OK:
                    return
            except (OSError, http.client.HTTPException, orjson.JSONDecodeError):
                pass  # not yet
            time.sleep(0.1)
        raise StackError(f"serentak run was not ready within {READY_S:.0f} s:\n{self.log_tail()}")

    def _end(self) -> None:
        if self._supervisor and self._supervisor.poll() is None:
            self._supervisor.send_signal(signal.SIGTERM)
            try:
                self._supervisor.wait(STOP_S)
            except subprocess.TimeoutExpired:
                print(f"serentak run did not stop within {STOP_S:.0f} s and is killed")
                self._supervisor.kill()
                self._supervisor.wait()
        if not self._keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def new_folder() -> Path:
    """Make a folder for a run on ordinary disk: below the results, or in /var/tmp.

    Raises:
        StackError: when both are held in memory, where an fsync proves nothing.
    """
    for parent in (RESULTS / "tmp", Path("/var/tmp")):  # noqa: S108 - it survives a reboot
        parent.mkdir(parents=True, exist_ok=True)
        if len(str(parent)) < LONGEST_FOLDER and file_system(parent) not in IN_MEMORY:
            folder = Path(tempfile.mkdtemp(prefix="day-", dir=parent))
            folder.chmod(0o755)  # the database's own user must find its way in
            return folder
    raise StackError("no folder on ordinary disk: results and /var/tmp are both held in memory")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
