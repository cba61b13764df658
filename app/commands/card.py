"""The participants' cards."""

from typing import Annotated

import typer

from app.commands.roster import OneEvent, show_card, typed_nip
from app.commands.running import with_stores
from app.commands.who import By, actor

card = typer.Typer(help="The participants' cards.", no_args_is_help=True)


@card.callback()
def group() -> None:
    """Print and replace the participants' cards."""  # without this the only command has no name


@card.command("reissue")
def reissue(
    *,
    nip: Annotated[str | None, typer.Option(help="Whose card, by NIP.")] = None,
    sitting: Annotated[str | None, typer.Option(help="Whose card, by sitting.")] = None,
    event: OneEvent = None,
    by: By = None,
) -> None:
    """Replace a lost card: prints the new PIN; the old one opens nothing from now on."""
    from app.operations.cards import reissue as reissue_card

    number = None if nip is None else typed_nip(nip)
    done = with_stores(
        lambda opened: reissue_card(opened, event, actor(by), nip=number, sitting=sitting)
    )
    typer.echo(f"{done.event}: card {done.number} of {done.name}, {done.unit}")
    show_card(done)
