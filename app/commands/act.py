"""What staff do while the exam runs, from a shell; Postgres is not needed."""

import secrets
import sys
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from app.commands.running import AsJson, with_stores
from app.commands.who import By, actor
from app.kit.errors import OpsError
from app.proctoring.model import Category, Kind, Order, Scope, order

if TYPE_CHECKING:
    from app.operations.stores import Stores
    from app.proctoring.model import Acted, Severity

_FAR_REACHING: Final = frozenset({"pause", "submit", "reopen", "hold", "device"})


def act(  # noqa: PLR0913 - each option of a command is a parameter
    kind: Annotated[Kind, typer.Argument(help="What to do.")],
    *,
    event: Annotated[str | None, typer.Option(help="The event; alone: everybody in it.")] = None,
    sitting: Annotated[str | None, typer.Option(help="One sitting, by its id.")] = None,
    nip: Annotated[str | None, typer.Option(help="One person's sitting.")] = None,
    unit: Annotated[str | None, typer.Option(help="A unit, by code or name.")] = None,
    room: Annotated[str | None, typer.Option(help="A room, by number or name.")] = None,
    wave: Annotated[str | None, typer.Option(help="A wave, by number or name.")] = None,
    minutes: Annotated[int | None, typer.Option(help="extend, reopen: 1 to 600.")] = None,
    text: Annotated[str | None, typer.Option(help="message, flag: what it says.")] = None,
    category: Annotated[Category | None, typer.Option(help="flag: of what kind.")] = None,
    severity: Annotated[int | None, typer.Option(min=1, max=3, help="flag: 3 is grave.")] = None,
    reason: Annotated[str | None, typer.Option(help="Told to the participants too.")] = None,
    undoes: Annotated[str | None, typer.Option(help="undo: the id of the act.")] = None,
    action: Annotated[
        str | None, typer.Option("--id", help="Of this act; the same again does nothing twice.")
    ] = None,
    by: By = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before acting.")] = False,
    as_json: AsJson = False,
) -> None:
    """Act on sittings: admit or hold, extend, message, pause, resume, submit, reopen or device.

    It reaches a device with its next reply. Postgres is not needed. `device` ends the one that is
    in; `undo` takes an act back, while it is the last on the sitting. `card` prints the PIN of a
    new card, the old one opens nothing; `flag` notes a remark, of which staff alone are told.
    """
    wanted = order(
        kind,
        _scope(event, sitting=sitting, nip=nip, unit=unit, room=room, wave=wave),
        action=action or secrets.token_hex(6),
        actor=actor(by).who,
        minutes=minutes,
        text=text,
        reason=reason,
        undoes=undoes,
        category=category,
        severity=cast("Severity | None", severity),
    )
    if wanted.scope.whom == "everybody" and kind in _FAR_REACHING and not yes:
        _ask(f"{kind} everybody in {event}?")
    if action is None:
        said = f"action {wanted.action}: give --id {wanted.action} to repeat it safely"
        typer.echo(said, err=True)
    done = with_stores(lambda opened: _carry_out(opened, wanted))
    if as_json:
        import orjson

        sys.stdout.write(orjson.dumps(done.document()).decode() + "\n")
    else:
        _tell(done)
    if done.count("failed") or not done.count("done") + done.count("again"):
        raise typer.Exit(1)


async def _carry_out(opened: "Stores", wanted: Order) -> "Acted":
    from app.proctoring.service import Actions

    secrets = opened.secrets
    return await Actions(opened.room, secrets.nip, opened.signer, secrets.pin).act(wanted)


def _scope(event: str | None, **narrower: str | None) -> Scope:
    given = {whom: name for whom, name in narrower.items() if name is not None}
    match list(given.items()):
        case [("sitting" | "nip" | "unit" | "room" | "wave" as whom, name)]:
            return Scope(whom, name, event)
        case []:
            if event is None:
                raise OpsError(
                    "Say whom: --sitting, --nip, --unit, --room or --wave; or --event for "
                    "everybody in it."
                )
            return Scope("everybody", event=event)
        case _:
            raise OpsError(f"Give one of --{', --'.join(given)}.")


def _ask(question: str) -> None:
    if not sys.stdin.isatty():
        raise OpsError(f"{question} Add --yes, since nobody can be asked.")
    typer.confirm(question, abort=True)


def _tell(done: "Acted") -> None:
    states = ", ".join(f"{count} {state}" for state, count in done.refusing_states.items())
    counts = [f"{done.count('done')} done"]
    if again := done.count("again"):
        counts.append(f"{again} done before")
    if states:
        counts.append(f"{done.count('state')} not applicable ({states})")
    if failed := done.count("failed"):
        counts.append(f"{failed} failed")
    typer.echo(f"{done.event}: {done.order.kind}, {', '.join(counts)}")
    for card in filter(None, (one.card for one in done.outcomes)):
        typer.echo(f"  card {card.number}: {card.pin}")
    for why, count in done.failures.items():
        typer.echo(f"  {count} failed: {why}; give --id {done.order.action} to go on", err=True)
