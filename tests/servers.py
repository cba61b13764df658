"""A real Postgres and a real Valkey for the tests, in a folder of their own on an ordinary disk."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.kit import embedded
from app.kit.children import Child, Running, start_ready
from app.settings import Settings

ORDINARY_DISK = Path("/var/tmp")  # noqa: S108 - /tmp may be memory, where fsync costs nothing
_NO_FSYNC = ("-c", "fsync=off")


class Servers:
    """The two servers, that a test may stop, kill and start again. Names: postgres, valkey."""

    def __init__(self, settings: Settings, *children: Child) -> None:
        self.settings = settings
        self._children = {child.name: child for child in children or embedded.servers(settings)}
        self._running: dict[str, Running] = {}
        settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def start(self, *names: str) -> None:
        """Start the named servers (all, if none is named) and wait until they serve."""
        wanted = names or tuple(self._children)
        started = [start_ready(self._children[name], self.settings.run_dir) for name in wanted]
        self._running |= dict(zip(wanted, await asyncio.gather(*started), strict=True))

    async def stop(self, *names: str) -> None:
        """Stop the named servers (all, if none is named) as a supervisor would."""
        for name in names or tuple(self._running):
            await self._running.pop(name).stop()

    async def kill(self, name: str) -> None:
        """End a server with kill -9."""
        await self._running.pop(name).kill()

    async def restart(self, name: str) -> None:
        """Start what may be running, stopped or killed."""
        if name in self._running:
            await self.stop(name)
        await self.start(name)


def _hasty(child: Child) -> Child:
    """Return Postgres without fsync, and the other as it is: a hasty room opens no doors.

    Nearly every test makes a database and drops it, with a checkpoint each. What Postgres has
    written outlives its processes all the same; only a cut of the power would take it.
    """
    return replace(child, argv=(*child.argv, *_NO_FSYNC)) if child.name == "postgres" else child


@contextmanager
def servers_in_a_folder() -> Iterator[Servers]:
    """Run both servers in a new folder, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="serentak-", dir=ORDINARY_DISK) as folder:
        settings = Settings(data_dir=Path(folder), database_url="", redis_url="")
        servers = Servers(settings, *map(_hasty, embedded.servers(settings)))
        try:
            asyncio.run(servers.start())
            yield servers
        finally:
            asyncio.run(servers.stop())
