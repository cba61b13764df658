"""The other doors to the same services: every command calls a service and prints what it did.

A command imports what it needs in its body: each process of an installation starts through here,
and the flusher need not wait for the code of the reports.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app import settings as environment
from app.kit import clock
from app.kit.errors import OpsError
from app.kit.log import write_log
from app.settings import Settings

if TYPE_CHECKING:
    from app.operations.stores import Stores

T = TypeVar("T")

app = typer.Typer(
    help="Serentak: an exam server for one day on which everybody is tested.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
export = typer.Typer(help="Write what the record holds to a file.", no_args_is_help=True)
demo = typer.Typer(help="Only for demo events.", no_args_is_help=True)
app.add_typer(export, name="export")
app.add_typer(demo, name="demo")

Event = Annotated[str, typer.Argument(help="The event's id, e.g. kukar-2023.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]
_NO_TABLE = "42P01"


def _with_stores(work: "Callable[[Stores], Awaitable[T]]") -> T:
    from app.wiring.stores import stores

    async def inside() -> T:
        async with stores(_settings()) as opened:
            return await work(opened)

    return asyncio.run(inside())


def _settings() -> Settings:
    settings = environment.load()
    write_log(settings)
    return settings


@app.command()
def run() -> None:
    """Run a whole exam on this machine: servers, app, flusher, sweeper, under one supervisor."""
    from app.installation import run_installation

    asyncio.run(run_installation(_settings(), typer.echo))


@app.command()
def serve() -> None:
    """Serve the app with APP_WORKERS processes; Postgres is not needed."""
    from app.serving import serve as serve_app

    serve_app(_settings())


@app.command()
def migrate() -> None:
    """Bring Postgres to this version's schema, and make the secrets that are missing."""
    from app.kit import secrets
    from app.kit.migrating import migrate as bring_up_to_date
    from app.wiring.stores import record_only

    settings = _settings()

    async def work() -> None:
        for name in secrets.create_missing(settings):
            typer.echo(f"made {settings.secrets_dir / name}.key: keep it with the backup")
        async with record_only(settings) as record:
            await bring_up_to_date(record)
        typer.echo("the schema is up to date")

    asyncio.run(work())


@app.command()
def prime(event: Event) -> None:
    """Draw the forms and fill the room; creates what is missing, overwrites nothing."""
    from app.operations.priming import prime as prime_event

    done = _with_stores(lambda opened: prime_event(opened, event, clock.now_ms()))
    typer.echo(
        f"{event}: {done.sittings} sittings, {done.created} new in the room, "
        f"{done.opened} partitions opened"
    )


@app.command()
def recover(event: Event) -> None:
    """Build the room again from the record, in a new life; devices bring what the record lacks."""
    from app.operations.recovery import recover as recover_event

    done = _with_stores(lambda opened: recover_event(opened, event))
    typer.echo(
        f"{event}: epoch {done.epoch}, {done.sittings} sittings and {done.answers} answers "
        f"rebuilt, {done.drained} log entries drained, {done.outage_ms / 1000:.1f} s given back"
    )


@app.command()
def reflow(event: Event) -> None:
    """Send again from the room what a Postgres that was set back lacks."""
    from app.operations.reflow import reflow as reflow_event

    done = _with_stores(lambda opened: reflow_event(opened, event))
    typer.echo(f"{event}: {done.sittings} sittings of {done.partitions} partitions sent again")


@app.command()
def flush() -> None:
    """Record every accepted change in Postgres, for ever; any number of these may run."""
    from app.operations.recorder import Recorder

    settings = _settings()

    async def keep(opened: "Stores") -> None:
        recorder = Recorder(opened, rows=settings.flush_rows, seconds=settings.flush_seconds)
        await recorder.keep()

    _for_ever(settings, keep)


@app.command()
def sweep(
    *, once: Annotated[bool, typer.Option("--once", help="Sweep once and end.")] = False
) -> None:
    """Hand in for everybody whose time has run out, for ever."""
    from app.exams.live import read_cards
    from app.operations.sweeper import keep_sweeping, sweep_once

    if not once:
        _for_ever(_settings(), keep_sweeping)
        return

    async def work(opened: "Stores") -> None:
        swept = await sweep_once(opened, await read_cards(opened.room))
        typer.echo(f"{swept.sealed} sealed, {swept.absent} absent")

    _with_stores(work)


@app.command()
def score(event: Event) -> None:
    """Score every recorded seal anew, and say how many results changed."""
    from app.scoring.service import score as score_event
    from app.wiring.stores import record_only

    async def work() -> None:
        async with record_only(_settings()) as record:
            done = await score_event(record, event, clock.now_ms())
        typer.echo(f"{event}: {done.scored} scored, {done.changed} changed")
        for count, why in (
            (done.not_recorded, "sealed but not recorded yet"),
            (done.skipped_dead_letter, "with a dead letter: a person must look first"),
            (done.differing, "whose answers are not those that were sealed: see the audit"),
        ):
            if count:
                typer.echo(f"  {count} {why}")

    asyncio.run(work())


@app.command()
def results(event: Event, *, as_json: AsJson = False) -> None:
    """Print participation, index, areas, bands, and a line a unit."""
    from rich.console import Console

    from app.reports import printed
    from app.reports.service import results as results_of
    from app.wiring.stores import record_only

    async def work() -> None:
        async with record_only(_settings()) as record, record.connect() as conn:
            found = await results_of(conn, event)
        if as_json:
            sys.stdout.write(printed.to_json(found) + "\n")
        else:
            Console(highlight=False).print(printed.render(found))

    asyncio.run(work())


@app.command()
def audit(event: Event, *, as_json: AsJson = False) -> None:
    """Compare room, log, answers, seals and receipts; exit status 1 on any difference."""
    from app.operations.audit import audit as audit_event

    found = _with_stores(lambda opened: audit_event(opened, event))
    if as_json:
        sys.stdout.write(found.to_json() + "\n")
    else:
        typer.echo(f"{event}: {found.unflushed} log entries not recorded yet")
        for rule in found.rules:
            typer.echo(f"{'differs' if rule.differences else 'holds  '}  {rule.line()}")
    if found.differences:
        raise typer.Exit(1)


@export.command("answers")
def export_answers_command(
    event: Event, *, csv: Annotated[Path, typer.Option(help="The file to write.")]
) -> None:
    """Write every answer that stands: nip,item,rev,value,flagged,sealed."""
    from app.reports.service import export_answers
    from app.wiring.stores import record_only

    async def work() -> None:
        async with record_only(_settings()) as record, record.connect() as conn:
            with csv.open("wb") as file:
                rows = await export_answers(conn, event, file)
        typer.echo(f"{rows} answers written to {csv}")

    asyncio.run(work())


@demo.command("credentials")
def demo_credentials(
    event: Event,
    *,
    count: Annotated[int, typer.Option(min=1, help="How many participants.")],
    csv: Annotated[Path, typer.Option(help="The file to write.")],
) -> None:
    """Write NIP and PIN of demo participants: nip,pin."""
    from app.operations.cards import demo_cards, write_csv

    cards = _with_stores(lambda opened: demo_cards(opened, event, count))
    write_csv(csv, cards)
    typer.echo(f"{len(cards)} cards written to {csv}")


def _for_ever(settings: Settings, keep: "Callable[[Stores], Awaitable[None]]") -> None:
    from redis.exceptions import RedisError

    from app.wiring.stores import stores

    async def inside() -> None:
        while True:
            try:
                async with stores(settings) as opened:
                    await keep(opened)
            except (RedisError, OSError) as error:
                logging.getLogger(__name__).warning("waiting for Redis: %s", _said(error))
                await asyncio.sleep(1)

    asyncio.run(inside())


def main() -> None:
    """Run a command; what ops must know is one sentence and status 1, never a trace."""
    try:
        app()
    except OpsError as error:
        sys.exit(f"serentak: {error}")
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        sys.exit(f"serentak: {sentence}")


def _sentence(error: Exception) -> str | None:
    """Return what ops should know of a store that cannot be used; None where it is a defect."""
    from redis.exceptions import RedisError

    from app.kit.postgres import is_away, sqlstate

    if isinstance(error, RedisError):
        return f"Redis cannot be used: {_said(error)} Is it running (REDIS_URL)?"
    if sqlstate(error) == _NO_TABLE:
        return "Postgres has no schema yet: run `serentak migrate`."
    if is_away(error):
        return f"Postgres cannot be used: {_said(error)} Is it running (DATABASE_URL)?"
    return None


def _said(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") + "."


if __name__ == "__main__":
    main()
