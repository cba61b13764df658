"""What is only for demo events, where nobody real sits."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.running import Event, with_stores

demo = typer.Typer(help="Only for demo events.", no_args_is_help=True)


@demo.command("credentials")
def demo_credentials(
    event: Event,
    *,
    count: Annotated[int, typer.Option(min=1, help="How many participants.")],
    csv: Annotated[Path, typer.Option(help="The file to write.")],
) -> None:
    """Write NIP and PIN of demo participants: nip,pin."""
    from app.operations.cards import demo_cards, write_csv

    cards = with_stores(lambda opened: demo_cards(opened, event, count))
    write_csv(csv, cards)
    typer.echo(f"{len(cards)} cards written to {csv}")
