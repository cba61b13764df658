"""`serentak run`: a whole exam on one machine, told as a story."""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module

from app.kit import embedded, supervisor
from app.kit.children import Child
from app.kit.ports import is_served, require_free
from app.settings import Settings

_COMMANDS = {"flusher": ("flush",), "sweeper": ("sweep",), "scorer": ("score", "--follow")}
WORKERS = ("app", *_COMMANDS)


async def run_installation(settings: Settings, say: Callable[[str], None]) -> None:
    """Run servers, app, flusher, sweeper and scorer until a signal comes.

    The servers are on their way while the code of what follows is loaded, and the doors open before
    those begin that nobody waits for.

    Raises:
        OpsError: when something cannot start.
    """
    loading = asyncio.create_task(asyncio.to_thread(import_module, "app.opening"))

    async def prepare() -> None:
        await (await loading).prepare(settings, say)

    async def tell() -> None:
        await (await loading).tell(settings, say)

    app, *others = (worker(settings, name) for name in WORKERS)
    await supervisor.run(
        settings,
        servers=embedded.servers(settings),
        prepare=prepare,
        workers=[[app], others],
        opened=tell,
    )


def worker(settings: Settings, name: str) -> Child:
    """Return a process of the installation, one of ``WORKERS``, as a child."""
    if name == "app":
        return Child(
            name,
            (sys.executable, "-m", "app.serving"),
            prepare=partial(require_free, settings.host, settings.port),
            ready=partial(is_served, settings.host, settings.port),
        )
    return Child(name, (sys.executable, "-m", "app.cli", *_COMMANDS[name]))
