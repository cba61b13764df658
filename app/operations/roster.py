"""Changing who sits in an event, and where: by a file, one by one, before the day and during it.

Every change is one transaction of the record, under the event's lock; then the room catches up.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.model import EventRow
from app.exams.store import all_events
from app.kit.errors import OpsError
from app.kit.ids import partition_tag, sitting_number
from app.kit.postgres import sqlstate
from app.kit.redis import ask, time_ms
from app.operations.catching_up import catch_up
from app.operations.enrolment import enrol_people, numbers_of
from app.operations.lock import event_lock
from app.operations.priming import draw_missing, known_event
from app.operations.stores import Stores
from app.people.model import Participant, Sex, Status, hung
from app.people.nip import OWN_NUMBERS, NipError, parse_nip
from app.people.roster_file import RosterFile
from app.people.store import (
    Kept,
    hang_units,
    lock_roster,
    name_units,
    place_person,
    read_person,
    save_people,
    unit_ids,
    unit_parents,
)
from app.sittings.store import (
    SittingRow,
    count_sittings,
    log_change,
    seat,
    sitting_of,
)

_DEADLOCK: Final = "40P01"
_PATIENCE_S: Final = 15.0
"""Several desks may add people at once."""


@dataclass(slots=True)
class Change:
    """A change of an event's roster that is under way.

    ``touched``: the sittings that the room is to look at afterwards; None: all of the event.
    ``is_kept``: whether it is committed in the end. ``caught_up``: how many the room lacked then.
    """

    conn: AsyncConnection
    event: EventRow
    now: int
    actor: str
    touched: list[int] | None = field(default_factory=list)
    is_kept: bool = True
    caught_up: int = 0

    async def log(self, act: str, sitting: int | None = None, detail: str = "") -> None:
        """Write down who did it."""
        await log_change(
            self.conn, self.event.number, self.now, self.actor, act, sitting=sitting, detail=detail
        )


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    ``absent``: who sits in the event and does not stand in the file. ``caught_up``: the sittings
    that are new or other now in the room.
    """

    event: str
    people: Kept
    units: Kept
    enrolled: int
    moved: int
    absent: int
    caught_up: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be added; what is None stands in the roster already, or in the number."""

    nip: str
    name: str | None = None
    unit: str | None = None
    status: Status | None = None
    sex: Sex | None = None
    birth_date: date | None = None


@asynccontextmanager
async def changing(stores: Stores, event_id: str | None, actor: str) -> AsyncIterator[Change]:
    """Change an event's roster; ``event_id`` may be None where there is one event only.

    1. Hold the event, and the roster. 2. The block changes the record, in one transaction.
    3. Commit. 4. Give the room what it lacks; who dies before that repeats the command.

    Raises:
        OpsError: the event is unknown, or somebody else changes it for too long.
    """
    async with stores.record.connect() as conn:
        event = await _chosen_event(conn, event_id)
    async with event_lock(stores.record, event.number, patience_s=_PATIENCE_S) as check:
        async with stores.record.connect() as conn:
            await lock_roster(conn)
            # As it is now: it may have been primed while we waited.
            event = await known_event(conn, event.id)
            change = Change(conn, event, await time_ms(stores.room), actor)
            try:
                yield change
            except DBAPIError as error:
                if sqlstate(error) != _DEADLOCK:
                    raise
                raise OpsError("The recorder went first: give the same command again.") from error
            if not change.is_kept:
                await conn.rollback()
                return
            await conn.commit()
        await check()
        change.caught_up = await catch_up(stores, event, change.touched)


async def import_roster(
    stores: Stores, event_id: str | None, file: RosterFile, actor: str, *, dry_run: bool = False
) -> Imported:
    """Take over a file without faults, and enrol its people; all of it or nothing.

    Who is there already is changed to what the file says. Who sits in the event in another unit
    is moved. Who does not stand in the file stays. ``dry_run``: only say what would be done.

    Raises:
        OpsError: as `changing`; the event is over and the file has people who are not in it.
    """
    async with changing(stores, event_id, actor) as change:
        conn, demo = change.conn, change.event.demo
        change.touched, change.is_kept = None, not dry_run
        units = await name_units(conn, file.units, demo=demo)
        parents = hung(await unit_parents(conn, demo=demo), file.parents)
        await hang_units(conn, parents, demo=demo)
        people = await save_people(conn, file.people, demo=demo)
        before = await count_sittings(conn, change.event.number)
        new, moved = await _place(stores, change, [person.nip for person in file.people])
        absent = before - (len(file.people) - new)
        await change.log("import", detail=f"{len(file.people)} people, {new} new, {moved} moved")
    return Imported(change.event.id, people, units, new, moved, absent, change.caught_up)


async def add_person(
    stores: Stores, event_id: str | None, newcomer: Newcomer, actor: str
) -> tuple[str, int, bool]:
    """Give a walk-in a sitting; return the event, the sitting, and whether it is new.

    Somebody who sits there already stays, in the unit that is said now.

    Raises:
        OpsError: as `changing`; not enough is known of the person; an unknown unit; the event is
            over.
    """
    async with changing(stores, event_id, actor) as change:
        conn, event = change.conn, change.event
        held = await read_person(conn, newcomer.nip, demo=event.demo)
        person = _described(newcomer, held)
        await _known_unit(conn, person.unit, event)
        await save_people(conn, [person], demo=event.demo)
        new, _ = await _place(stores, change, [person.nip], walk_in=True)
        number = sitting_number(stores.secrets.nip, event.id, person.nip)
        change.touched = [number]
        await change.log("add", number, person.unit)
    return event.id, number, bool(new)


async def move_person(
    stores: Stores, event_id: str | None, nip: str, unit: str, actor: str
) -> tuple[str, SittingRow, SittingRow]:
    """Let somebody sit in another unit, in any state; return the event, before and after.

    Raises:
        OpsError: as `changing`; nobody with this number sits in the event; an unknown unit.
    """
    async with changing(stores, event_id, actor) as change:
        conn, event = change.conn, change.event
        number = sitting_number(stores.secrets.nip, event.id, nip)
        before = await known_sitting(conn, event, number)
        await place_person(conn, nip, await _known_unit(conn, unit, event), demo=event.demo)
        await seat(conn, event.number, [number])
        after = await known_sitting(conn, event, number)
        change.touched = [number]
        await change.log("move", number, f"{before.unit} {after.unit}")
    return event.id, before, after


async def known_sitting(conn: AsyncConnection, event: EventRow, number: int) -> SittingRow:
    """Return a sitting of the event.

    Raises:
        OpsError: nobody has it.
    """
    row = await sitting_of(conn, event.number, number)
    if row is None:
        raise OpsError(f"This person does not sit in {event.id}; `serentak roster add` lets them.")
    return row


async def _chosen_event(conn: AsyncConnection, event_id: str | None) -> EventRow:
    if event_id is not None:
        return await known_event(conn, event_id)
    match await all_events(conn):
        case [only]:
            return only
        case []:
            raise OpsError("There is no event yet.")
        case several:
            ids = ", ".join(event.id for event in several)
            raise OpsError(f"Say which event with --event: {ids}.")


async def _known_unit(conn: AsyncConnection, code: str, event: EventRow) -> int:
    number = (await unit_ids(conn, demo=event.demo)).get(code)
    if number is None:
        raise OpsError(f"There is no unit {code!r}: units have the codes (UNOR ID) of the roster.")
    return number


async def _place(
    stores: Stores, change: Change, nips: Sequence[str], *, walk_in: bool = False
) -> tuple[int, int]:
    """Give people sittings with forms, and seat everybody where they work; count new and moved.

    Raises:
        OpsError: the event is over, and somebody would be new.
    """
    conn, event, nip_key = change.conn, change.event, stores.secrets.nip
    new = await enrol_people(conn, nip_key, event, nips, walk_in=walk_in)
    if new and event.primed_at is not None:
        (closes,) = await ask(stores.room, ("HGET", f"room:{partition_tag(event.id, 0)}", "closes"))
        if change.now >= int(closes or event.closes_at):
            raise OpsError(f"Event {event.id} is over: {len(new)} people would come too late.")
        await draw_missing(conn, event, stores.secrets)
    # Last: the recorder writes these rows too, and is not to wait for the forms.
    moved = await seat(conn, event.number, numbers_of(nip_key, event, nips))
    return len(new), len(moved)


def _described(newcomer: Newcomer, held: Participant | None) -> Participant:
    """Put together what is said now, what the roster says, and what the number says."""
    said: dict[str, Any] = {
        name: value
        for name in ("name", "unit", "status", "sex", "birth_date")
        if (value := getattr(newcomer, name)) is not None
    }
    if held is not None:
        return replace(held, **said)
    whole: dict[str, Any] = {"name": None, "unit": None, "sex": None, "birth_date": None}
    whole |= _of_number(newcomer.nip, newcomer.status) | said
    lacking = [f"--{name.replace('_', '-')}" for name, value in whole.items() if value is None]
    if lacking:
        raise OpsError(f"The roster does not know {newcomer.nip}: say {', '.join(lacking)} too.")
    return Participant(nip=newcomer.nip, **whole)


def _of_number(text: str, status: Status | None) -> dict[str, Any]:
    """Return what a number tells of the person; without a status, the one that it fits.

    Raises:
        OpsError: it fits none.
    """
    if status == "NON_ASN" or (status is None and text.startswith(OWN_NUMBERS)):
        if not text.startswith(OWN_NUMBERS):
            raise OpsError(f"Numbers of staff without a NIP begin with {OWN_NUMBERS}, not {text}.")
        return {"status": "NON_ASN"}
    tried: tuple[Literal["PNS", "PPPK"], ...] = (status,) if status else ("PNS", "PPPK")
    for one in tried:
        with suppress(NipError):
            nip = parse_nip(text, one)
            return {"status": one, "sex": nip.sex, "birth_date": nip.birth_date}
    raise OpsError(f"{text} is no number of a {' or '.join(tried)}: see its dates and sex.")
