"""The audit log: what staff did, and whether anybody bent it."""

import sys
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.commands.running import AsJson, settings_now, with_record, with_stores
from app.commands.who import By, actor
from app.settings import UTC_OFFSETS

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from app.operations.stores import Stores
    from app.people.audit_log.chain import Row
    from app.people.audit_log.verifying import Verdict

audit_log = typer.Typer(
    help="What staff did, in a chain that nobody can bend unseen.", no_args_is_help=True
)
_MOMENTS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


@audit_log.command("verify")
def verify(
    *,
    head: Annotated[
        str | None, typer.Option(help="NUMBER:HASH, as it was written down: does it stand still?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at every row, and say which were bent: exit status 1 on any finding.

    Prints the head, to be written into the session minutes.
    """
    from app.people.audit_log import live
    from app.people.audit_log.service import AuditLog

    async def work(opened: "Stores") -> "tuple[Verdict, int]":
        log = AuditLog(opened.record, opened.room, opened.chain)
        return await log.verify(head), await live.count_waiting(opened.room)

    found, waiting = with_stores(work)
    if as_json:
        import orjson

        said = {"rows": found.rows, "head": found.head, "waiting": waiting}
        said |= {"findings": found.findings, "remarks": found.remarks}
        sys.stdout.write(orjson.dumps(said, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        typer.echo(f"{found.rows} rows, {waiting} entries wait in the room")
        for one in found.findings:
            typer.echo(f"bent    {one.said}")
        for remark in found.remarks:
            typer.echo(f"remark  {remark}")
        typer.echo(f"head    {found.head}")
    if found.findings:
        raise typer.Exit(1)


@audit_log.command("show")
def show(
    *,
    who: Annotated[str | None, typer.Option(help="An account, shell:root …")] = None,
    what: Annotated[str | None, typer.Option(help="card.reissue; `sitting.` for all of these")] = (
        None
    ),
    whom: Annotated[str | None, typer.Option(help="sitting:ID, event:ID, account:LOGIN")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, help="In the TIME_ZONE of the settings.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Print the newest rows, the oldest of them first."""
    from app.people.audit_log import store
    from app.people.audit_log.model import Wanted

    zone = timezone(timedelta(hours=UTC_OFFSETS[settings_now().time_zone]))
    moment = None if since is None else int(since.replace(tzinfo=zone).timestamp() * 1000)
    wanted = Wanted(who=who, what=what, whom=whom, since=moment)

    async def work(record: "AsyncEngine") -> "list[Row]":
        async with record.connect() as conn:
            return (await store.read(conn, wanted, limit=limit)).rows

    for row in reversed(with_record(work)):
        if as_json:
            sys.stdout.write(_document(row) + "\n")
        else:
            typer.echo(_line(row, zone))


@audit_log.command("restored")
def restored(
    *,
    why: Annotated[str, typer.Option(help="Which backup, who decided it.")],
    by: By = None,
) -> None:
    """Say that Postgres was restored on purpose: the log names the rows that it lost."""
    from app.people.audit_log.service import AuditLog, Lost

    async def work(opened: "Stores") -> list[Lost]:
        return await AuditLog(opened.record, opened.room, opened.chain).restored(actor(by), why)

    for lost in with_stores(work):
        typer.echo(f"rows {lost.first} to {lost.last} were lost: the log says so from now on")


def _line(row: "Row", zone: timezone) -> str:
    at = datetime.fromtimestamp(row.at // 1000, zone)
    said = [
        f"{row.number:>6}  {at:%Y-%m-%d %H:%M:%S}",
        row.who + (f" ({row.role})" * bool(row.role)),
    ]
    said += [row.what, row.whom, f"{row.before} → {row.after}" if row.before != "{}" else row.after]
    said += [f"from {row.where}" if row.where else "", row.why]
    return "  ".join(part for part in said if part and part != "{}")


def _document(row: "Row") -> str:
    import orjson

    entry = row.entry()
    held = {"number": row.number, **asdict(entry)}
    return orjson.dumps(held | {"hash": row.hash.hex()}).decode()
