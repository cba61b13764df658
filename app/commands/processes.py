"""The processes of an installation: all of them at once, or each for itself."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.running import for_ever, settings_now, with_stores

if TYPE_CHECKING:
    from app.operations.stores import Stores


def run() -> None:
    """Run a whole exam on this machine: its servers and processes under one supervisor."""
    from app.installation import run_installation

    asyncio.run(run_installation(settings_now(), typer.echo))


def serve() -> None:
    """Serve the app with APP_WORKERS processes; Postgres is not needed."""
    from app.serving import serve as serve_app

    serve_app(settings_now())


def flush() -> None:
    """Record every accepted change in Postgres, for ever; any number of these may run."""
    from app.kit.garbage import search_seldom
    from app.operations.recorder import Recorder

    settings = settings_now()

    async def keep(opened: "Stores") -> None:
        recorder = Recorder(opened, rows=settings.flush_rows, seconds=settings.flush_seconds)
        search_seldom()
        await recorder.keep()

    for_ever(settings, keep)


def sweep(
    *, once: Annotated[bool, typer.Option("--once", help="Sweep once and end.")] = False
) -> None:
    """Hand in for everybody whose time has run out, for ever."""
    from app.exams.live import read_cards
    from app.operations.sweeper import keep_sweeping, sweep_once

    if not once:
        for_ever(settings_now(), keep_sweeping)
        return

    async def work(opened: "Stores") -> None:
        swept = await sweep_once(opened, await read_cards(opened.room))
        typer.echo(f"{swept.sealed} sealed, {swept.absent} absent")

    with_stores(work)
