"""Who sits in an event: a file of people, walk-ins, moves to another unit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.running import with_stores
from app.commands.who import By, actor
from app.kit.errors import OpsError
from app.people.model import Sex, Status

if TYPE_CHECKING:
    from datetime import date

    from app.operations.cards import Card
    from app.operations.roster import Imported
    from app.operations.stores import Stores
    from app.people.roster_file import RosterFile

roster = typer.Typer(help="Who sits in an event, and in which unit.", no_args_is_help=True)

OneEvent = Annotated[
    str | None, typer.Option("--event", help="The event, where there are several.")
]
Unit = Annotated[str, typer.Option(help="The unit's code (UNOR ID).")]


@roster.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, UTF-8.")],
    *,
    event: OneEvent = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    by: By = None,
) -> None:
    """Take over people and units, and enrol the people; all of it or, with any fault, nothing.

    The columns are those of the national personnel system's export, under its headings.
    """
    from app.operations.roster import import_roster
    from app.people.roster_file import read_roster

    found = read_roster(file.read_bytes())
    for fault in found.faults:
        typer.echo(fault.line(), err=True)
    if found.faults:
        raise OpsError(f"{file.name}: {len(found.faults)} faults; nothing was imported.")
    for doubt in found.doubts:
        typer.echo(f"peringatan, {doubt.line()}", err=True)
    done = with_stores(
        lambda opened: import_roster(opened, event, found, actor(by), dry_run=dry_run)
    )
    _tell(found, done, dry_run=dry_run)


@roster.command("add")
def add(
    *,
    nip: Annotated[str, typer.Option(help="18 digits.")],
    name: Annotated[str | None, typer.Option(help="Where the roster lacks them.")] = None,
    unit: Annotated[str | None, typer.Option(help="The unit's code (UNOR ID).")] = None,
    event: OneEvent = None,
    status: Annotated[Status | None, typer.Option(help="Else as the number says.")] = None,
    sex: Annotated[Sex | None, typer.Option(help="Else as the number says.")] = None,
    birth_date: Annotated[str | None, typer.Option(help="The same; DD-MM-YYYY.")] = None,
    by: By = None,
) -> None:
    """Let somebody in who is not on the list; prints the card."""
    from app.operations.cards import card_of
    from app.operations.roster import add_person
    from app.people.newcomer import Newcomer

    newcomer = Newcomer(
        typed_nip(nip, whole=True), _typed_name(name), unit, status, sex, _typed_date(birth_date)
    )

    async def work(opened: "Stores") -> tuple["Card", bool]:
        event_id, sitting, is_new = await add_person(opened, event, newcomer, actor(by))
        return await card_of(opened, event_id, sitting), is_new

    card, is_new = with_stores(work)
    typer.echo(
        f"{card.event}: {card.name} {'now sits' if is_new else 'sits already'} in {card.unit}"
    )
    show_card(card)


@roster.command("move")
def move(
    *,
    nip: Annotated[str, typer.Option(help="18 digits.")],
    unit: Unit,
    event: OneEvent = None,
    by: By = None,
) -> None:
    """Let somebody sit in another unit, before the exam, during or after it."""
    from app.operations.roster import move_person

    number = typed_nip(nip)
    event_id, before, after = with_stores(
        lambda opened: move_person(opened, event, number, unit, actor(by))
    )
    if before.unit == after.unit:
        typer.echo(f"{event_id}: {after.name} sits in {after.unit} already")
    else:
        typer.echo(f"{event_id}: {after.name} moved from {before.unit} to {after.unit}")


def typed_nip(text: str, *, whole: bool = False) -> str:
    """Return the digits of a typed number.

    Raises:
        OpsError: it has not 18 digits; ``whole``: or ends as a spreadsheet cuts them off.
    """
    from app.people.nip import LENGTH, NipError, nip_digits, whole_number

    try:
        return whole_number(text) if whole else nip_digits(text)
    except NipError:
        raise OpsError(f"--nip {text}: a NIP has {LENGTH} digits, and never ends in 000.") from None


def show_card(card: "Card") -> None:
    """Print a card, to be written on paper."""
    typer.echo(f"NIP {card.nip}")
    typer.echo(f"PIN {card.printed_pin}")


def _typed_name(text: str | None) -> str | None:
    from app.people.roster_cells import CellFault, bare, person_name

    if text is None:
        return None
    try:
        return person_name(bare(text))
    except CellFault:
        raise OpsError(f"--name {text!r} is no name.") from None


def _typed_date(text: str | None) -> "date | None":
    from app.people.roster_cells import CellFault, date_of

    if text is None:
        return None
    try:
        return date_of(text)
    except CellFault:
        raise OpsError(f"--birth-date {text!r} is no date: write it like 26-09-1986.") from None


def _tell(found: "RosterFile", done: "Imported", *, dry_run: bool) -> None:
    people, units = done.people, done.units
    typer.echo(
        f"people: {found.rows} rows read, {people.new} new, {people.changed} changed, "
        f"{people.unchanged} as before"
    )
    typer.echo(f"units: {units.new} new, {units.changed} renamed, {units.unchanged} as before")
    typer.echo(
        f"{done.event}: {done.enrolled} enrolled, {done.moved} moved to another unit, "
        f"{done.absent} sit there who are not in the file"
    )
    typer.echo(f"room: {done.caught_up} sittings new or other")
    if found.doubts:
        typer.echo(f"{len(found.doubts)} warnings, see above")
    if found.dropped:
        typer.echo(f"not read: {', '.join(found.dropped)}")
    if dry_run:
        typer.echo("dry run: nothing was changed")
