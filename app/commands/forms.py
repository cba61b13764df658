"""The forms that participants were given."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.running import AsJson, settings_now, with_record

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from app.reports.explaining import ExplainedForm

_FILE_WIDTH = 130

forms = typer.Typer(help="The forms that participants were given.", no_args_is_help=True)


@forms.command("explain")
def explain_command(
    sitting: Annotated[str, typer.Argument(help="The sitting's id, as the API has it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show how a form came about, and draw it again: exit status 1 if that gives another one.

    No key and no secret is printed.
    """
    from rich.console import Console

    from app.forms import printed
    from app.kit import secrets
    from app.reports.explaining import explain_form

    held = secrets.load(settings_now())

    async def work(record: "AsyncEngine") -> "ExplainedForm":
        async with record.connect() as conn:
            return await explain_form(conn, held.form, sitting)

    found = with_record(work)
    if as_json:
        sys.stdout.write(printed.to_json(found.event, found.form, found.shown) + "\n")
    else:
        width = None if sys.stdout.isatty() else _FILE_WIDTH
        console = Console(highlight=False, width=width)
        console.print(printed.render(found.event, found.form, found.shown))
    if not found.form.same_bytes:
        raise typer.Exit(1)
