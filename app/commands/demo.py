"""What is only for demo events, where nobody real sits."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.running import Event, with_stores
from app.commands.who import By, actor

if TYPE_CHECKING:
    from app.operations.stores import Stores

demo = typer.Typer(help="Only for demo events.", no_args_is_help=True)


@demo.command("event")
def demo_event(
    event: Annotated[str, typer.Argument(help="Its id.")] = "latihan",
    *,
    people: Annotated[int, typer.Option(min=94, help="At least one for each of 94 units.")] = 500,
    minutes: Annotated[int | None, typer.Option(min=1, help="Working time, else 60.")] = None,
    by: By = None,
) -> None:
    """Make and prime a further demo event, for a rehearsal on any installation.

    Its people are invented, in a register of their own: they never meet a real event's. A running
    server opens its doors within a second.
    """
    from app.operations.demo import make_demo

    made = with_stores(
        lambda opened: make_demo(opened, event, people=people, minutes=minutes, actor=actor(by))
    )
    typer.echo(f"{event}: {made.sittings} participants, {made.opened} partitions opened")


@demo.command("credentials")
def demo_credentials(
    event: Event,
    *,
    count: Annotated[int, typer.Option(min=1, help="How many participants.")],
    csv: Annotated[Path, typer.Option(help="The file to write.")],
    link: Annotated[
        str | None, typer.Option(help="Where the exam is, https://…: adds each card's link.")
    ] = None,
    by: By = None,
) -> None:
    """Write NIP and PIN of demo participants: nip,pin."""
    from app.operations.announcing import announce
    from app.operations.cards import demo_cards, write_csv

    async def work(opened: "Stores") -> list[tuple[str, str]]:
        who = actor(by)
        await announce(opened.record, opened.chain, who, "demo.credentials", event, count=count)
        return await demo_cards(opened, event, count)

    cards = with_stores(work)
    write_csv(csv, cards, link)
    typer.echo(f"{len(cards)} cards written to {csv}")
