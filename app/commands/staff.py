"""Who works here: the first admin, and what must be possible when nobody can come in."""

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.commands.running import with_stores
from app.commands.who import By, actor
from app.kit.errors import OpsError, Problem
from app.people.staff.model import ROLE_NAMES, Role, Scope, at_shell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.operations.stores import Stores
    from app.people.staff.console import Console
    from app.people.staff.model import Account

T = TypeVar("T")

staff = typer.Typer(help="Who works here, and what each may do.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="How they sign in: 3 to 32 letters, digits, . _ -")]
Why = Annotated[str, typer.Option(help="Why, for the audit log.")]


@staff.command("create")
def create(
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[Role, typer.Option(help="What they are here for.")] = Role.ADMIN,
    event: Annotated[
        list[str] | None, typer.Option(help="proctor: an event; may be given several times.")
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option(help="proctor: a unit's code in the event given first.")
    ] = None,
    room: Annotated[
        list[str] | None, typer.Option(help="proctor: a room's number in the event given first.")
    ] = None,
    by: By = None,
) -> None:
    """Make an account; prints the password to begin with, which must be replaced at once."""

    async def work(console: "Console") -> "tuple[Account, str]":
        scopes = _scopes(event or [], unit or [], room or [])
        return await console.accounts.create(
            at_shell(actor(by)), login=login, name=name, role=role, scopes=scopes
        )

    _show_password(*_at_console(work))


@staff.command("list")
def list_accounts() -> None:
    """Print all accounts: login, role, state, second factor, what they are bound to, name."""

    async def work(console: "Console") -> "list[Account]":
        return await console.accounts.all()

    for account in _at_console(work):
        state = "active" if account.is_active else "closed"
        password = "given password" if account.is_temporary else "own password"
        factor = "second factor" if account.factor else "no second factor"
        bounds = " ".join(_bound(scope) for scope in account.scopes)
        said = [account.login, account.role, state, password, factor, account.name, bounds]
        typer.echo("\t".join(said))


@staff.command("reset-password")
def reset_password(login: Login, *, why: Why = "", by: By = None) -> None:
    """Give an account a password to begin with again; its sessions end."""

    async def work(console: "Console") -> "tuple[Account, str]":
        return await console.accounts.give_password(at_shell(actor(by)), login, why=why)

    _show_password(*_at_console(work))


@staff.command("reset-factor")
def reset_factor(login: Login, *, why: Why = "", by: By = None) -> None:
    """Take an account's second factor away, since the phone is lost; its sessions end."""

    async def work(console: "Console") -> "Account":
        return await console.accounts.drop_factor(at_shell(actor(by)), login, why=why)

    account = _at_console(work)
    typer.echo(f"{account.login} has no second factor now; sessions that were open have ended")


@staff.command("close")
def close(
    login: Login,
    *,
    reopen: Annotated[bool, typer.Option("--reopen", help="Open it again.")] = False,
    why: Why = "",
    by: By = None,
) -> None:
    """Close an account: nobody comes in by it, and its sessions and tokens end."""

    async def work(console: "Console") -> "Account":
        held = await console.accounts.read(login)
        return await console.accounts.change(
            at_shell(actor(by)), login, held.version, is_active=reopen, why=why
        )

    account = _at_console(work)
    typer.echo(f"{account.login} is {'active' if account.is_active else 'closed'}")


@staff.command("rights")
def rights() -> None:
    """Print who may do what: one line a route, one column a role."""
    from app.people.staff.rights import RULES

    typer.echo(_line("method", "path", *Role))
    for rule in RULES.values():
        reach = [rule.reach[role] for role in Role] if rule.reach else [f"({rule.audience})"]
        notes = ["password again"] if rule.proves else []
        typer.echo(_line(rule.method, rule.path, *reach, *notes))
    typer.echo("\nall: whatever it is · own: what is one's own; an operator's are the accounts of")
    typer.echo("proctors and viewers too · -: not at all")


def _at_console(work: "Callable[[Console], Awaitable[T]]") -> T:
    from app.wiring.console import shell_console

    async def inside(opened: "Stores") -> T:
        async with shell_console(opened) as console:
            return await work(console)

    try:
        return with_stores(inside)
    except Problem as refused:
        raise OpsError(f"{refused.type}: {refused.said}") from None


def _scopes(events: list[str], units: list[str], rooms: list[str]) -> tuple[Scope, ...]:
    if (units or rooms) and len(events) != 1:
        raise OpsError("Say with --event in which event the units and rooms are.")
    if units or rooms:
        narrow = [Scope(events[0], "unit", unit) for unit in units]
        return (*narrow, *(Scope(events[0], "room", room) for room in rooms))
    return tuple(Scope(event) for event in events)


def _bound(scope: Scope) -> str:
    return scope.event if scope.kind == "event" else f"{scope.event}:{scope.kind}:{scope.name}"


def _show_password(account: "Account", password: str) -> None:
    typer.echo(f"login     {account.login}  ({account.role}: {ROLE_NAMES[account.role]})")
    typer.echo(f"password  {password}")
    typer.echo("Shown this once; at /staf/masuk it must be replaced by one of their own.")


def _line(method: str, path: str, *words: str) -> str:
    return f"{method:<7} {path:<46} " + " ".join(f"{word:<8}" for word in words).rstrip()
