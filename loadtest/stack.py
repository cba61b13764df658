"""The server under test: a whole ``serentak run`` of its own in a temporary folder.

It listens on a free port, keeps its data on ordinary disk and knows nothing of any other server:
settings of the surroundings that would point it elsewhere are left out.
"""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from typing_extensions import override

from loadtest import machine
from loadtest.server import RESULTS, ROOT, RunError, Server, wait_until

OURS = ("DATA_DIR", "PORT", "HOST", "DATABASE_URL", "REDIS_URL", "ALLOW_VOLATILE_REDIS")
IN_MEMORY = frozenset({"tmpfs", "ramfs", "devtmpfs"})
LONGEST_FOLDER = 60  # a Unix socket's path, below this folder, has 107 characters at the most
READY_S = 180.0
STOP_S = 60.0


class Stack(Server):
    """A server of the run's own. Leaving the ``with`` block ends it and removes its folder.

    The server's own log is ``serentak.log`` in ``folder``. With ``keep`` the folder stays.
    ``ready_s``: how long the last start took, from the command until it took saves.
    ``settings``: what differs from the surroundings, by environment name.
    """

    def __init__(self, *, keep: bool = False, settings: Mapping[str, str] | None = None) -> None:
        self._keep = keep
        self.folder = new_folder()
        port = machine.free_port()
        data = self.folder / "data"
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        self._settings = environment | {"DATA_DIR": str(data), "PORT": str(port)}
        self._settings |= settings or {}
        super().__init__(f"http://127.0.0.1:{port}", self._settings, data)
        self.log = self.folder / "serentak.log"
        self.ready_s = 0.0
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._beside: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self.start()
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
    @override
    def roots(self) -> dict[str, int]:
        pids = super().roots | {name: one.pid for name, one in self._beside.items()}
        return pids | {"supervisor": self._supervisor.pid} if self._supervisor else pids

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """Start it on what its folder holds, and wait until it takes saves.

        ``settings``: what differs from now on.

        Raises:
            RunError: when it does not; with the end of its log.
        """
        self._settings |= settings or {}
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "run"],
                cwd=ROOT,
                env=self._settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if not wait_until(self._is_ready, READY_S, 0.1):
            raise RunError(f"serentak run was not ready within {READY_S:.0f} s:\n{self._tail()}")
        self.ready_s = time.monotonic() - began

    def also(self, name: str) -> str:
        """Start one more web process on the same stores; return its address.

        Raises:
            RunError: when it is not ready in time.
        """
        port = machine.free_port()
        settings = self._settings | {"PORT": str(port), "APP_WORKERS": "1"}
        with self.log.open("ab") as log:
            self._beside[name] = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=ROOT,
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        other = Server(f"http://127.0.0.1:{port}")
        if not wait_until(lambda: _serves(other), READY_S, 0.1):
            raise RunError(f"{name} was not ready within {READY_S:.0f} s:\n{self._tail()}")
        return other.url

    def stop(self) -> None:
        """End it; its folder stays."""
        while self._beside:
            _, beside = self._beside.popitem()
            beside.terminate()
            beside.wait()
        if self._supervisor and self._supervisor.poll() is None:
            self._supervisor.send_signal(signal.SIGTERM)
            try:
                self._supervisor.wait(STOP_S)
            except subprocess.TimeoutExpired:
                print(f"serentak run did not stop within {STOP_S:.0f} s and is killed")
                self._supervisor.kill()
                self._supervisor.wait()

    def _is_ready(self) -> bool:
        if self._supervisor and self._supervisor.poll() is not None:
            raise RunError(f"serentak run ended at once:\n{self._tail()}")
        return _serves(self)

    def _tail(self, lines: int = 40) -> str:
        """Return the end of the server's log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _end(self) -> None:
        self.stop()
        if not self._keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def _serves(server: Server) -> bool:
    try:
        return server.ask("/health/ready")[0] == http.client.OK
    except (OSError, http.client.HTTPException, ValueError):
        return False  # not yet


def new_folder() -> Path:
    """Make a folder for a run on ordinary disk: below the results, or in /var/tmp.

    Raises:
        RunError: when both are held in memory, where an fsync proves nothing.
    """
    for parent in (RESULTS / "tmp", Path("/var/tmp")):  # noqa: S108 - it survives a reboot
        parent.mkdir(parents=True, exist_ok=True)
        if len(str(parent)) < LONGEST_FOLDER and machine.file_system(parent) not in IN_MEMORY:
            folder = Path(tempfile.mkdtemp(prefix="day-", dir=parent))
            folder.chmod(0o755)  # the database's own user must find its way in
            return folder
    raise RunError("no folder on ordinary disk: results and /var/tmp are both held in memory")
