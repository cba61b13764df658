"""Who sits in an event, and where: by a file, one by one, before the day and during it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.model import EventRow
from app.kit.errors import OpsError
from app.kit.ids import partition_tag, sitting_number, sitting_text
from app.kit.redis import ask
from app.operations.changing import Change, changing, known_sitting
from app.operations.enrolment import enrol_people, numbers_of
from app.operations.priming import draw_missing
from app.operations.stores import Stores
from app.people.audit_log.model import Actor
from app.people.model import hung
from app.people.newcomer import Newcomer, described
from app.people.roster_file import RosterFile
from app.people.store import (
    Kept,
    hang_units,
    name_units,
    place_person,
    read_person,
    save_people,
    unit_ids,
    unit_parents,
)
from app.sittings.store import SittingRow, count_sittings, seat


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


async def import_roster(
    stores: Stores, event_id: str | None, file: RosterFile, actor: Actor, *, dry_run: bool = False
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
        done = {"people": len(file.people), "new": new, "moved": moved, "absent": absent}
        change.log("roster.import", after=done)
    return Imported(change.event.id, people, units, new, moved, absent, change.caught_up)


async def add_person(
    stores: Stores, event_id: str | None, newcomer: Newcomer, actor: Actor
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
        person = described(newcomer, held)
        await _known_unit(conn, person.unit, event)
        await save_people(conn, [person], demo=event.demo)
        new, _ = await _place(stores, change, [person.nip], walk_in=True)
        number = sitting_number(stores.secrets.nip, event.id, person.nip)
        change.touched = [number]
        whom = f"sitting:{sitting_text(number)}"
        change.log("roster.add", whom, after={"unit": person.unit, "new": bool(new)})
    return event.id, number, bool(new)


async def move_person(
    stores: Stores, event_id: str | None, nip: str, unit: str, actor: Actor
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
        whom = f"sitting:{sitting_text(number)}"
        change.log("roster.move", whom, before={"unit": before.unit}, after={"unit": after.unit})
    return event.id, before, after


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
