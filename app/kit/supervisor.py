"""Runs a whole exam on one machine: servers first, then what needs them, all under one roof.

Guarantees: one supervisor per DATA_DIR; whoever dies is started again; nobody outlives the
supervisor, however it ends; a stop goes in the reverse order of the start.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Self

from app.kit.children import Child, Running, start, start_ready, told
from app.kit.errors import OpsError
from app.kit.folders import private_folder

if TYPE_CHECKING:
    from app.settings import Settings

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
SETTLED_SECONDS = 20.0
"""Who lived this long and dies is started again as quickly as at first."""

Step = Callable[[], Awaitable[None]]


async def run(
    settings: "Settings",
    *,
    servers: Sequence[Child],
    prepare: Step,
    workers: Sequence[Sequence[Child]],
    opened: Step,
) -> None:
    """Run until SIGINT, SIGTERM or SIGHUP, then stop everything and return.

    1. Take the lock of DATA_DIR.
    2. Start the servers, together, and wait until each is ready.
    3. ``prepare``: what must be true before anybody works (schema, demo, priming).
    4. Start the workers, a group at a time, and wait until each of it is ready.
    5. ``opened``: tell the people.
    6. Keep all of them running.
    7. Stop the workers, then the servers, last started first.

    Raises:
        OpsError: when another supervisor holds the folder, or something does not start.
    """
    private_folder(settings.data_dir)
    stopping = _stop_signal()
    with alone(private_folder(settings.run_dir)):
        async with House(settings.run_dir) as house:
            await _unless(stopping, _open(house, servers, prepare, workers, opened))
            await stopping.wait()
            log.info("stopping")


class House:
    """The running children. Leaving it stops them."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._keepers: list[tuple[asyncio.Task[None], list[Running]]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._keepers:
            keeper, lives = self._keepers.pop()
            keeper.cancel()
            await asyncio.wait([keeper])
            for life in lives:
                await life.stop()

    async def take_in(self, children: Sequence[Child]) -> None:
        """Start children together; return when all are ready, and keep them from then on."""
        try:
            async with asyncio.TaskGroup() as together:
                for child in children:
                    together.create_task(self._take(child))
        except ExceptionGroup as refused:
            raise refused.exceptions[0] from None

    async def _take(self, child: Child) -> None:
        lives = [await start_ready(child, self._run_dir)]
        self._keepers.append((asyncio.create_task(self._keep(lives)), lives))
        log.info("%s is ready after %.1f s", child.name, monotonic() - lives[0].since)

    async def _keep(self, lives: list[Running]) -> None:
        """Keep one child running, for ever; ``lives`` holds its present life.

        1. Wait until it ends.
        2. Say so, and pause: longer each time, unless it had settled.
        3. Start it again; where that fails, say so and pause again.
        """
        pause = FIRST_PAUSE_SECONDS
        child = lives[0].child
        while True:
            status = await lives[0].end()
            if monotonic() - lives[0].since > SETTLED_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            log.warning("%s %s, starting it again in %.1f s", child.name, told(status), pause)
            while True:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                try:
                    lives[0] = await start(child, self._run_dir)
                    break
                except (OpsError, OSError) as refused:
                    log.warning("%s does not start: %s", child.name, refused)
                except Exception:  # a defect must not end the keeping
                    log.exception("%s does not start", child.name)


async def _open(
    house: House,
    servers: Sequence[Child],
    prepare: Step,
    workers: Sequence[Sequence[Child]],
    opened: Step,
) -> None:
    await house.take_in(servers)
    await prepare()
    for group in workers:
        await house.take_in(group)
    await opened()


async def _unless(stopping: asyncio.Event, work: Awaitable[None]) -> None:
    """Do the work, and break it off when the stop comes first."""
    doing = asyncio.ensure_future(work)
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait([doing, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not doing.done():
        doing.cancel()
        await asyncio.wait([doing])
    if not doing.cancelled():
        await doing


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


@contextlib.contextmanager
def alone(run_dir: Path) -> Iterator[None]:
    """Hold a folder for one supervisor. The lock goes with the process, however it ends.

    Raises:
        OpsError: when another one holds it.
    """
    with (run_dir / "supervisor.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            other = file.read().strip() or "another process"
            sentence = (
                f"An exam already runs from {run_dir.parent} (process {other}): "
                "stop it first, or set another DATA_DIR."
            )
            raise OpsError(sentence) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
