"""A small house for the supervisor's tests: real servers, idle workers.

``python -m tests.journey.supervised MODE`` with DATA_DIR set. Prints "open" once it is. Modes:
``plain``, ``slow`` (prepare never ends), ``failing`` (prepare refuses), ``restless`` (a worker that
dies at once).
"""

import asyncio
import logging
import multiprocessing
import os
import sys
import time
from pathlib import Path

from app import settings
from app.kit import embedded, lifeline, supervisor
from app.kit.children import Child
from app.kit.errors import OpsError


def _worker(folder: str) -> None:
    lifeline.die_with_parent()
    Path(folder, "worker.pid").write_text(str(os.getpid()))
    time.sleep(600)


def _app(folder: str) -> None:
    """Spawn a worker as a web server does."""
    worker = multiprocessing.get_context("spawn").Process(target=_worker, args=(folder,))
    worker.start()
    worker.join()


def _child(name: str, *argv: str) -> Child:
    return Child(name=name, argv=(sys.executable, *argv))


async def _house(mode: str) -> None:
    config = settings.load()

    async def prepare() -> None:
        print("preparing", flush=True)
        if mode == "slow":
            await asyncio.sleep(600)
        if mode == "failing":
            raise OpsError("The schema is newer than this program.")

    async def opened() -> None:
        print("open", flush=True)

    idle = ("-c", "import time; time.sleep(600)")
    dying = ("-c", "raise SystemExit(3)")
    workers = [
        _child("app", "-m", "tests.journey.supervised", "app", str(config.data_dir)),
        _child("flusher", *(dying if mode == "restless" else idle)),
        _child("sweeper", *idle),
    ]
    await supervisor.run(
        config,
        servers=embedded.servers(config),
        prepare=prepare,
        workers=[workers],
        opened=opened,
    )


if __name__ == "__main__":
    if sys.argv[1] == "app":
        _app(sys.argv[2])
    else:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        try:
            asyncio.run(_house(sys.argv[1]))
        except OpsError as refused:
            sys.exit(str(refused))
