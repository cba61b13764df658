"""The load generator's processes, as the runner starts and ends them: Locust's, or the storm's."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from loadtest.machine import free_port
from loadtest.orders import ENDED, VARIABLE, Orders
from loadtest.scenarios import OVERLOAD
from loadtest.server import ROOT, RunError

PAGE_STAYS_S = 10.0
STOP_S = 30.0
HERE = "127.0.0.1"

Role = Literal["alone", "master", "worker"]


@dataclass(frozen=True, slots=True)
class Locust:
    """How Locust is to run: ``here`` processes on this machine, with its web page or without.

    ``role``: alone, or one of several machines; a worker finds its ``master`` by address.
    """

    here: int = 1
    web: bool = False
    role: Role = "alone"
    master: str = "127.0.0.1"

    def options(self, processes: int, port: int) -> list[str]:
        """Return the command line's words.

        ``processes``: their number on all machines; ``port``: where those of this one may meet.
        """
        words = [] if self.web or self.role == "worker" else ["--headless"]
        if self.role == "worker":
            words += ["--worker", "--master-host", self.master]
        if self.role == "master":
            words += ["--master", "--expect-workers", str(processes)]
        elif self.here > 1:
            words += ["--processes", str(self.here)]
            if self.role == "alone":
                meet = ("--master-bind-host", HERE, "--master-host", HERE)
                words += [*meet, "--master-bind-port", str(port), "--master-port", str(port)]
        return words


class Crowd:
    """Plays the participants while the ``with`` block lasts; :meth:`is_here` until all have left.

    With the web page its Start button lets them in; it stays a little longer than they do.
    """

    def __init__(self, orders: Orders, url: str, how: Locust) -> None:
        self._folder = orders.folder
        self._log = orders.folder / "locust.log"
        locust = ("-m", "locust", "--locustfile", "loadtest/locustfile.py")
        quiet = ("--host", url, "--only-summary", "--loglevel", "ERROR")
        options = how.options(orders.processes, free_port())
        storm = orders.scenario == OVERLOAD
        words = ("-m", "loadtest.storm", url) if storm else (*locust, *quiet, *options)
        self._words = [sys.executable, *words]
        self._environment = os.environ | {VARIABLE: str(orders.write())}
        self._process: subprocess.Popen[bytes] | None = None
        self._ended: float | None = None

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
                self._words,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process:
            self._end(self._process)
        if kind is None and not any(self._folder.glob("pulse-*.jsonl")):
            raise RunError(
                f"the load generator ended before it played: {self._log.read_text()[-2000:]}"
            )

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End whatever still runs: Locust's workers outlive a master that is told to go."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def is_here(self) -> bool:
        """Tell whether somebody is still playing, or the web page still to be seen."""
        if self._process is None or self._process.poll() is not None:
            return False
        if self._ended is None and (self._folder / ENDED).exists():
            self._ended = time.monotonic()
        return self._ended is None or time.monotonic() - self._ended < PAGE_STAYS_S
