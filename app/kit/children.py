"""One child process: started with a tie to us, known by its pid file, stopped in the end.

Waiting is done in asyncio, but a running child belongs to no event loop: it may be started in one
and stopped in another.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from app.kit import lifeline
from app.kit.errors import OpsError

_PROBE_SECONDS = 0.02
_TAIL_BYTES = 2000
_SECRET_SETTINGS = ("_KEY", "DATABASE_URL", "REDIS_URL")


def _nothing() -> None:
    """Need no preparation."""


def _at_once() -> bool:
    """Be ready as soon as started."""
    return True


@dataclass(frozen=True, slots=True)
class Child:
    """What is to run. ``argv[0]`` is a full path; an ``env`` of None is our own environment."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] | None = None
    prepare: Callable[[], None] = _nothing
    """Blocks; runs before every start, in a thread. What it raises as OpsError ends the start."""
    ready: Callable[[], bool] = _at_once
    """Quick; asked again and again until true."""
    ready_seconds: float = 60
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10
    death_signal: signal.Signals = signal.SIGKILL
    """What it gets when we die."""
    inside: tuple[str, ...] = ()
    user: tuple[int, int] | None = None
    log: Path | None = None
    """File its output goes to; without one it speaks where we do."""


@dataclass(frozen=True, slots=True)
class Running:
    """A child that was started. The pid is the program's own: every step before it only execs."""

    child: Child
    process: subprocess.Popen[bytes]
    pid_file: Path
    since: float
    """When, on the monotonic clock."""

    async def end(self) -> int:
        """Wait until it has ended and return its status, negative for a signal.

        Whoever is left of its process group (a web server's workers) ends with it.
        """
        if self.process.returncode is None:
            await _readable(self.process.pid)
        if self.process.returncode is None:  # nobody else waited and was faster
            # The dead leader still holds its number, so that this cannot hit a stranger.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()  # ended already: takes no time
            self.pid_file.unlink(missing_ok=True)
        return self.process.returncode

    async def is_ready(self) -> None:
        """Wait until it serves.

        Raises:
            OpsError: when it ends before, or takes too long; with the last lines of its log.
        """
        ending = asyncio.ensure_future(self.end())
        try:
            while not self.child.ready():
                await asyncio.wait([ending], timeout=_PROBE_SECONDS)
                if ending.done():
                    raise OpsError(f"{self.child.name} {told(ending.result())}.{self._tail()}")
                if monotonic() - self.since > self.child.ready_seconds:
                    waited = f"was not ready after {self.child.ready_seconds:.0f} s"
                    raise OpsError(f"{self.child.name} {waited}.{self._tail()}")
        finally:
            ending.cancel()

    async def stop(self) -> None:
        """Ask it to end, then make it."""
        self.send(self.child.stop_signal)
        try:
            await asyncio.wait_for(self.end(), self.child.stop_seconds)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it at once."""
        self.send(signal.SIGKILL)
        await self.end()

    def send(self, number: signal.Signals) -> None:
        """Send a signal. Not by ``Popen``, which would reap what has ended, past ``end``."""
        if self.process.returncode is None:
            os.kill(self.process.pid, number)

    def _tail(self) -> str:
        if self.child.log is None:
            return ""
        with self.child.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
            lines = log.read().decode(errors="replace").splitlines()[-8:]
        return "\n".join(["", f"The last lines of {self.child.log}:", *lines])


async def start(child: Child, run_dir: Path) -> Running:
    """Start a child and write its pid file; without that (the disk is full) it does not run."""
    await asyncio.to_thread(child.prepare)
    pid_file = run_dir / f"{child.name}.pid"
    running = Running(child, _spawn(child), pid_file, monotonic())
    try:
        draft = pid_file.with_suffix(".new")
        draft.write_text(f"{running.process.pid}\n")
        draft.replace(pid_file)
    except OSError:
        await running.kill()
        raise
    return running


async def start_ready(child: Child, run_dir: Path) -> Running:
    """Start a child and wait until it serves; where it does not, nothing is left of it."""
    running = await start(child, run_dir)
    try:
        await running.is_ready()
    except BaseException:
        await running.stop()
        raise
    return running


def told(status: int) -> str:
    """Say in words how a process ended."""
    if status >= 0:
        return f"ended with status {status}"
    names = {int(known): known.name for known in signal.Signals}
    return f"was killed by {names.get(-status, f'signal {-status}')}"


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a server that has no business with our keys and passwords."""
    return {k: v for k, v in environment.items() if not k.endswith(_SECRET_SETTINGS)}


def _spawn(child: Child) -> subprocess.Popen[bytes]:
    command = lifeline.tied(child.argv, child.death_signal, inside=child.inside, user=child.user)
    with contextlib.ExitStack() as files:
        output = files.enter_context(child.log.open("ab")) if child.log else None
        return subprocess.Popen(  # noqa: S603 - a list of our own making, no shell
            command,
            env=child.env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,  # Ctrl-C is for us; we stop it in its turn
        )


async def _readable(pid: int) -> None:
    """Wait for the end of a child process, without reaping it."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    handle = os.pidfd_open(pid)
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
