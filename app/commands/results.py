"""Scores and what is read from them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.running import AsJson, Event, with_record
from app.kit import clock
from app.kit.errors import OpsError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from app.reports.model import Results

export = typer.Typer(help="Write what the record holds to a file.", no_args_is_help=True)


def score(
    event: Annotated[str, typer.Argument(help="The event's id, e.g. kukar-2023.")] = "",
    *,
    follow: Annotated[
        bool, typer.Option("--follow", help="Score all events as they are recorded, for ever.")
    ] = False,
) -> None:
    """Score every recorded seal of an event anew, and say what changed."""
    from app.scoring.scorer import Scorer
    from app.scoring.service import score as score_event

    if follow == bool(event):
        raise OpsError("Name the event to be scored anew, or give --follow, not both.")
    if follow:
        with_record(lambda record: Scorer(record).keep())
        return
    done = with_record(lambda record: score_event(record, event, clock.now_ms()))
    typer.echo(
        f"{event}: {done.scored} scored, {done.new} new, {done.changed} changed, "
        f"{done.withdrawn} withdrawn"
    )
    for why, count in done.reasons().items():
        typer.echo(f"  {count} {why.value}")


def results(event: Event, *, as_json: AsJson = False) -> None:
    """Print participation, index, areas, bands, and a line a unit."""
    from rich.console import Console

    from app.reports import printed
    from app.reports.service import results as results_of

    async def work(record: "AsyncEngine") -> "Results":
        async with record.connect() as conn:
            return await results_of(conn, event)

    found = with_record(work)
    if as_json:
        sys.stdout.write(printed.to_json(found) + "\n")
    else:
        Console(highlight=False).print(printed.render(found))


@export.command("answers")
def export_answers_command(
    event: Event, *, csv: Annotated[Path, typer.Option(help="The file to write.")]
) -> None:
    """Write every answer that stands: nip,item,rev,value,flagged,sealed."""
    from app.reports.service import export_answers

    async def work(record: "AsyncEngine") -> int:
        async with record.connect() as conn:
            with csv.open("wb") as file:
                return await export_answers(conn, event, file)

    typer.echo(f"{with_record(work)} answers written to {csv}")
