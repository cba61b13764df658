"""Scores and what is read from them."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from app.commands.running import AsJson, Event, with_record
from app.commands.who import By, actor, chain
from app.kit import clock
from app.kit.errors import OpsError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from app.reports.model import Results
    from app.scoring.service import ScoreReport

    Export = Callable[[AsyncConnection, str, BinaryIO], Awaitable[int]]

CsvFile = Annotated[Path, typer.Option(help="The file to write.")]
_FILE_WIDTH = 120

export = typer.Typer(help="Write what the record holds to a file.", no_args_is_help=True)


def score(
    event: Annotated[str, typer.Argument(help="The event's id, e.g. kukar-2023.")] = "",
    *,
    follow: Annotated[
        bool, typer.Option("--follow", help="Score all events as they are recorded, for ever.")
    ] = False,
    by: By = None,
) -> None:
    """Score every recorded seal of an event anew, and say what changed."""
    from app.operations.announcing import announce
    from app.scoring.scorer import Scorer
    from app.scoring.service import score as score_event

    if follow == bool(event):
        raise OpsError("Name the event to be scored anew, or give --follow, not both.")
    if follow:
        with_record(lambda record: Scorer(record).keep())
        return
    key = chain()

    async def work(record: "AsyncEngine") -> "ScoreReport":
        await announce(record, key, actor(by), "event.score", event)
        return await score_event(record, event, clock.now_ms())

    done = with_record(work)
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
        width = None if sys.stdout.isatty() else _FILE_WIDTH
        Console(highlight=False, width=width).print(printed.render(found))


@export.command("answers")
def export_answers_command(event: Event, *, csv: CsvFile, by: By = None) -> None:
    """Write every answer that stands: nip,item,rev,value,flagged,sealed."""
    from app.reports.service import export_answers

    typer.echo(f"{_written('answers', export_answers, event, csv, by)} answers written to {csv}")


@export.command("forms")
def export_forms_command(event: Event, *, csv: CsvFile, by: By = None) -> None:
    """Write what everybody was asked: nip,place,item,options,sealed, in screen order."""
    from app.reports.service import export_forms

    typer.echo(f"{_written('forms', export_forms, event, csv, by)} items of forms written to {csv}")


@export.command("results")
def export_results_command(event: Event, *, csv: CsvFile, by: By = None) -> None:
    """Write a line a person: nip,unit,index,band, the areas, points,maximum,answered,items."""
    from app.reports.service import export_results

    typer.echo(f"{_written('results', export_results, event, csv, by)} results written to {csv}")


def _written(what: str, write: "Export", event: str, path: Path, by: str | None) -> int:
    """Write down who takes it out, then write the file."""
    from app.operations.announcing import announce

    key = chain()

    async def work(record: "AsyncEngine") -> int:
        await announce(record, key, actor(by), f"export.{what}", event, file=path.name)
        async with record.connect() as conn:
            with path.open("wb") as file:
                return await write(conn, event, file)

    return with_record(work)
