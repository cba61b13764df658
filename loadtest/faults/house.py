"""An installation whose processes are ours to kill, hold back, arm and start again.

They are the processes of ``serentak run``, started as its supervisor starts them. Whoever dies is
started again at once: hundreds of kills would otherwise be spent on the supervisor's pauses.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

from app.installation import WORKERS, worker
from app.kit import clock, embedded, secrets
from app.kit.children import Child, Running, start
from app.kit.crash import POINTS
from app.kit.errors import OpsError
from app.kit.migrating import migrate
from app.operations.stores import Stores
from app.settings import Settings
from app.wiring.stores import record_only, stores
from loadtest import machine
from loadtest.faults.exchange import Wire
from loadtest.server import RunError, Server
from loadtest.stack import OURS, new_folder

SERVERS: Final = ("postgres", "valkey")
WEAK: Final = "ALLOW_VOLATILE_REDIS"
EVERYBODY: Final = (*SERVERS, *WORKERS)
READY_S: Final = 90.0
LOOK_S: Final = 0.02
PAUSE_S: Final = 0.1
TAIL: Final = 30  # lines of a log


class House:
    """The running installation. Leaving it ends all processes and removes its folder."""

    def __init__(self, *, keep: bool = False) -> None:
        self._keep_folder = keep
        self.folder = new_folder()
        self.data = self.folder / "data"
        self.port = machine.free_port()
        outside = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = outside | {"DATA_DIR": str(self.data), "PORT": str(self.port)}
        self.settings = Settings(
            data_dir=self.data, port=self.port, host="127.0.0.1", database_url="", redis_url=""
        )
        self.server = Server(f"http://127.0.0.1:{self.port}", self.environment, self.data)
        self.children = self._children()
        self.priming = asyncio.Lock()
        self._lives: dict[str, Running] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._starts = dict.fromkeys(self.children, 0)
        self._starting = {name: asyncio.Lock() for name in self.children}
        self._may_run = {name: asyncio.Event() for name in self.children}

    async def __aenter__(self) -> Self:
        self.settings.run_dir.mkdir(mode=0o700, parents=True)
        try:
            await self.start(*SERVERS)
            secrets.create_missing(self.settings)
            async with record_only(self.settings) as record:
                await migrate(record)
            await self.start(*WORKERS)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    def stores(self) -> AbstractAsyncContextManager[Stores]:
        """Open both stores, anew: connections that were held may have died with a server."""
        weak = self.environment.get(WEAK) == "true"
        return stores(self.settings.model_copy(update={"allow_volatile_redis": weak}))

    def wire(self, *, patience_s: float = 15.0) -> Wire:
        """Return a connection of a device to the app."""
        return Wire("127.0.0.1", self.port, patience_s=patience_s)

    def runs(self, name: str) -> bool:
        """Tell whether a process runs, or is about to."""
        return self._may_run[name].is_set()

    def starts(self, name: str) -> int:
        """Return how often a process has been started."""
        return self._starts[name]

    def pid(self, name: str) -> int:
        """Return the pid of a process that runs, or ran last."""
        return self._lives[name].process.pid

    async def kill(self, *names: str) -> None:
        """End processes by ``kill -9``, all at once, and wait until others serve in their place."""
        before = {name: self._starts[name] for name in names}
        for name in names:
            self._lives[name].send(signal.SIGKILL)
        await asyncio.gather(*(self.serves(name, after=before[name]) for name in names))

    async def stop(self, *names: str, kill: bool = False) -> None:
        """End processes, and let nobody stand in their place until :meth:`start`."""
        for name in names:
            self._may_run[name].clear()
        for name in names:
            async with self._starting[name]:  # nobody comes up behind our back
                life = self._lives[name]
            if kill:
                life.send(signal.SIGKILL)
        lives = [self._lives[name] for name in names]
        await asyncio.gather(*(life.end() if kill else life.stop() for life in lives))

    async def start(self, *names: str) -> None:
        """Start processes that stand still, and wait until they serve."""
        before = {name: self._starts[name] for name in names}
        for name in names:
            self._may_run[name].set()
            if name not in self._keepers:
                self._keepers[name] = asyncio.create_task(self._keep(name))
        await asyncio.gather(*(self.serves(name, after=before[name]) for name in names))

    async def restart(self, *names: str) -> None:
        """Stop processes as an operator does, and start them again."""
        await self.stop(*names)
        await self.start(*names)

    @asynccontextmanager
    async def away(self, *names: str, kill: bool = False) -> AsyncIterator[None]:
        """Let processes stand still while the block runs."""
        await self.stop(*names, kill=kill)
        try:
            yield
        finally:
            await self.start(*names)

    async def serves(self, name: str, *, after: int = 0) -> None:
        """Wait until a process that was started after so many starts serves.

        Raises:
            RunError: when it does not; with the end of its log.
        """
        loop = asyncio.get_running_loop()
        limit = loop.time() + READY_S
        while loop.time() < limit:
            life = self._lives.get(name)
            if life is not None and self._starts[name] > after and self._serves(name, life):
                return
            await asyncio.sleep(LOOK_S)
        raise RunError(f"{name} does not serve after {READY_S:.0f} s:\n{self.tail(name)}")

    def arm(self, name: str, point: str, nth: int) -> Path:
        """Let the process die at a crash point, from its next start on; return the note it leaves.

        It dies once: where the note stands, nothing happens.
        """
        if point not in POINTS:
            raise ValueError(point)
        note = self.folder / f"crash-{point}-{self._starts[name]}"
        self.set_variable(name, "CRASH_AT", f"{point}:{nth}:{note}")
        return note

    def set_variable(self, name: str, variable: str, value: str | None) -> None:
        """Set a variable of a process's environment, or take it away, from its next start on."""
        child = self.children[name]
        env = {one: said for one, said in (child.env or {}).items() if one != variable}
        if value is not None:
            env[variable] = value
        self.children[name] = replace(child, env=env)

    def weaken(self, weak: str | None) -> None:
        """Let everybody accept a Redis that may lose answers ("true"), or nobody (None)."""
        for name in WORKERS:
            self.set_variable(name, WEAK, weak)
        if weak is None:
            self.environment.pop(WEAK, None)
        else:
            self.environment[WEAK] = weak

    def tail(self, name: str) -> str:
        """Return the end of a process's log."""
        log = self.children[name].log
        text = log.read_text(errors="replace") if log and log.exists() else ""
        return "\n".join(text.splitlines()[-TAIL:])

    def _serves(self, name: str, life: Running) -> bool:
        """Tell whether it lives and serves. Not by ``poll``, which would reap it, past its end."""
        return life.process.returncode is None and self.children[name].ready()

    def _children(self) -> dict[str, Child]:
        found: Iterable[Child] = (
            *embedded.servers(self.settings),
            *(
                replace(
                    worker(self.settings, name),
                    env=self.environment,
                    log=self.data / "log" / f"{name}.log",
                )
                for name in WORKERS
            ),
        )
        return {child.name: child for child in found}

    async def _keep(self, name: str) -> None:
        """Keep one process running, for ever, as long as it may run."""
        while True:
            await self._may_run[name].wait()
            async with self._starting[name]:
                if not self._may_run[name].is_set():
                    continue
                try:
                    life = await start(self.children[name], self.settings.run_dir)
                except (OpsError, OSError):  # a full disk, a port not yet free
                    await asyncio.sleep(PAUSE_S)
                    continue
                self._lives[name] = life
                self._starts[name] += 1
            began = clock.now_ms()
            await life.end()
            if clock.now_ms() - began < PAUSE_S * 1000:  # it dies at once: not as fast as we can
                await asyncio.sleep(PAUSE_S)

    async def _end(self) -> None:
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        for name in reversed(EVERYBODY):
            if name in self._lives:
                with suppress(ProcessLookupError):
                    await self._lives[name].stop()
        if not self._keep_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
