"""Scores and what is read from them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.running import AsJson, Event, with_record
from app.kit import clock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from app.reports.model import Results

export = typer.Typer(help="Write what the record holds to a file.", no_args_is_help=True)


def score(event: Event) -> None:
    """Score every recorded seal anew, and say how many results changed."""
    from app.scoring.service import score as score_event

    done = with_record(lambda record: score_event(record, event, clock.now_ms()))
    typer.echo(f"{event}: {done.scored} scored, {done.changed} changed")
    for count, why in (
        (done.not_recorded, "sealed but not recorded yet"),
        (done.skipped_dead_letter, "with a dead letter: a person must look first"),
        (done.differing, "whose answers are not those that were sealed: see the audit"),
    ):
        if count:
            typer.echo(f"  {count} {why}")


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
