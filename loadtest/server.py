"""A running server, as the runner sees it: over HTTP, and by command where its stores are."""

import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

ROOT: Final = Path(__file__).resolve().parent.parent
RESULTS: Final = ROOT / "loadtest" / "results"
CALLS: Final = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
LOOK_S = 0.2


class RunError(Exception):
    """A part of the run did not do what was asked of it; the sentence says what."""


class Server:
    """A server at ``url``.

    ``environment``: the settings with which commands reach its stores; None where they are out of
    reach, since it runs on another machine. ``data``: its DATA_DIR, if that is known.
    """

    def __init__(
        self, url: str, environment: Mapping[str, str] | None = None, data: Path | None = None
    ) -> None:
        self.url = url
        self.data = data
        self._environment = environment

    @property
    def is_at_hand(self) -> bool:
        """Whether commands can reach its stores."""
        return self._environment is not None

    @property
    def roots(self) -> dict[str, int]:
        """The processes under which all of the server's are found: name → process id.

        They stand in its folder: a database that detaches itself is nobody's child. Empty where
        the folder is not known.
        """
        noted = (self.data / "run").glob("*.pid") if self.data else ()
        return {path.stem: int(path.read_text().split()[0]) for path in noted}

    def ask(self, path: str) -> tuple[int, dict[str, Any]]:
        """GET a path of the server and return its status and JSON object.

        Raises:
            OSError, HTTPException, ValueError: when there is no such reply.
        """
        parts = urlsplit(self.url)
        connection = CALLS[parts.scheme](parts.netloc.rpartition("@")[2], timeout=10)
        try:
            connection.request("GET", parts.path.rstrip("/") + path)
            reply = connection.getresponse()
            body = orjson.loads(reply.read() or b"{}")
        finally:
            connection.close()
        return reply.status, body if isinstance(body, dict) else {}

    def require_ready(self) -> None:
        """Look whether the server takes saves.

        Raises:
            RunError: when it does not.
        """
        try:
            status, body = self.ask("/health/ready")
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            raise RunError(f"there is no exam server at {self.url}: {error}") from error
        if status != http.client.OK:
            raise RunError(f"the server at {self.url} takes no saves: {body.get('fault', status)}")

    def command(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Run a ``serentak`` command against this server's stores."""
        return subprocess.run(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-m", "app.cli", *words],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    def asked(self, *words: str) -> bytes:
        """Run a command that must succeed and return what it printed.

        Raises:
            RunError: with what the command said, when it did not.
        """
        done = self.command(*words)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-2000:]
            raise RunError(f"serentak {' '.join(words)} ended with {done.returncode}: {said}")
        return done.stdout

    def results(self, event: str) -> dict[str, Any]:
        """Return the event's figures, as ``serentak results`` has them."""
        figures: dict[str, Any] = orjson.loads(self.asked("results", event, "--json"))
        return figures

    def audit(self, event: str) -> dict[str, Any]:
        """Let the server compare its own stores; return what it found.

        Raises:
            RunError: when it could not finish.
        """
        told = self.command("audit", event, "--json")
        try:
            found: dict[str, Any] = orjson.loads(told.stdout)
        except orjson.JSONDecodeError as error:
            said = told.stderr.decode(errors="replace").strip()[-2000:]
            raise RunError(f"serentak audit ended with {told.returncode}: {said}") from error
        return found

    def await_record(self, limit_s: float = 180.0) -> None:
        """Wait until Postgres has everything that was acknowledged.

        Raises:
            RunError: when entries are left after ``limit_s``.
        """
        lag: object = "unknown"

        def is_complete() -> bool:
            nonlocal lag
            lag = self.ask("/health/recorder")[1].get("lag_entries")
            return lag == 0

        if not wait_until(is_complete, limit_s, LOOK_S):
            raise RunError(f"after {limit_s:.0f} s the recorder still lacks {lag} entries")

    def await_scores(self, event: str, limit_s: float = 180.0) -> dict[str, Any]:
        """Wait until everybody who has handed in is scored, or ``limit_s``; return the figures."""
        figures: dict[str, Any] = {}

        def is_scored() -> bool:
            figures.update(self.results(event))
            return bool(figures["scored"] >= figures["participation"]["numerator"])

        wait_until(is_scored, limit_s, LOOK_S)
        return figures


def wait_until(is_so: Callable[[], bool], limit_s: float, every_s: float) -> bool:
    """Look again and again; return False when it is not so after ``limit_s``."""
    limit = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > limit:
            return False
        time.sleep(every_s)
    return True
