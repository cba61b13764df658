"""What is done to the stores: schema, priming, mending, comparing."""

import asyncio
import sys

import typer

from app.commands.running import AsJson, Event, settings_now, with_stores
from app.commands.who import By, actor
from app.kit import clock


def migrate() -> None:
    """Bring Postgres to this version's schema, and make the secrets that are missing."""
    from app.kit import secrets
    from app.kit.migrating import migrate as bring_up_to_date
    from app.wiring.stores import record_only

    settings = settings_now()

    async def work() -> None:
        for name in secrets.create_missing(settings):
            typer.echo(f"made {settings.secrets_dir / name}.key: keep it with the backup")
        async with record_only(settings) as record:
            await bring_up_to_date(record)
        typer.echo("the schema is up to date")

    asyncio.run(work())


def prime(event: Event, *, by: By = None) -> None:
    """Draw the forms and fill the room; overwrites no answer and no state."""
    from app.operations.priming import prime as prime_event

    done = with_stores(lambda opened: prime_event(opened, event, clock.now_ms(), actor(by)))
    typer.echo(
        f"{event}: {done.sittings} sittings, {done.created} new in the room, "
        f"{done.opened} partitions opened"
    )


def recover(event: Event, *, by: By = None) -> None:
    """Build the room again from the record, in a new life; devices bring what the record lacks."""
    from app.operations.recovery import recover as recover_event

    done = with_stores(lambda opened: recover_event(opened, event, actor=actor(by)))
    typer.echo(
        f"{event}: epoch {done.epoch}, {done.sittings} sittings and {done.answers} answers "
        f"rebuilt, {done.drained} log entries drained, {done.outage_ms / 1000:.1f} s given back"
    )


def reflow(event: Event, *, by: By = None) -> None:
    """Send again from the room what a Postgres that was set back lacks."""
    from app.operations.reflow import reflow as reflow_event

    done = with_stores(lambda opened: reflow_event(opened, event, actor(by)))
    typer.echo(f"{event}: {done.sittings} sittings of {done.partitions} partitions sent again")


def audit(event: Event, *, as_json: AsJson = False) -> None:
    """Compare room, log, answers, seals and receipts; exit status 1 on any difference."""
    from app.operations.audit import audit as audit_event

    found = with_stores(lambda opened: audit_event(opened, event))
    if as_json:
        sys.stdout.write(found.to_json() + "\n")
    else:
        typer.echo(f"{event}: {found.unflushed} log entries not recorded yet")
        for rule in found.rules:
            typer.echo(f"{'differs' if rule.differences else 'holds  '}  {rule.line()}")
    if found.differences:
        raise typer.Exit(1)
