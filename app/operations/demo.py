"""Demo events: everything for an exam with invented people, on any installation.

Their units and people stand in a register of their own, so that they never meet a real event's.
"""

import re
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank.model import Instrument
from app.bank.reading import ContentError
from app.bank.shipped import shipped_bank
from app.bank.store import read_instrument, save_instrument, save_items, save_media
from app.exams.model import Event, EventRow
from app.exams.store import create_event, read_event
from app.kit.errors import OpsError
from app.kit.redis import time_ms
from app.operations.enrolment import enrol_people
from app.operations.priming import Primed, prime
from app.operations.stores import Stores
from app.people.audit_log.model import ITSELF, Actor
from app.people.audit_log.store import append
from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.store import all_nips, lock_roster, save_people, save_units

DEMO_EVENT: Final = "kukar-2023"
DEMO_TARGET: Final = 12_500
REHEARSAL: Final = "latihan"
DEMO_PARTITIONS: Final = 4
"""On one node: a batch of saves makes a call a partition, and the recorder a transaction each."""
_YEAR_MS: Final = 365 * 24 * 3_600_000
_MINUTE_MS: Final = 60_000
# It travels in tokens, keys and addresses.
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


async def make_demo(
    stores: Stores, event_id: str, *, people: int, minutes: int | None, actor: Actor = ITSELF
) -> Primed:
    """Make a demo event, open from now on, and prime it.

    Raises:
        OpsError: as `seed_demo` and `prime`; it is there already.
    """
    now = await time_ms(stores.room)
    async with stores.record.begin() as conn:
        event = await seed_demo(
            conn, stores.secrets.nip, now, event_id=event_id, people=people, minutes=minutes
        )
        if event.primed_at is None:
            made = {"demo": True, "people": people}
            entry = actor.did("event.create", now, whom=f"event:{event_id}", after=made)
            await append(conn, stores.chain, [entry])
    if event.primed_at is not None:
        raise OpsError(
            f"There is a demo event {event_id} already, for {event.target} participants: "
            "give the new one another id."
        )
    return await prime(stores, event_id, now, actor)


async def seed_demo(
    conn: AsyncConnection,
    nip_key: bytes,
    now_ms: int,
    *,
    event_id: str = DEMO_EVENT,
    people: int = DEMO_TARGET,
    minutes: int | None = None,
) -> EventRow:
    """Return a demo event; the first call makes it with its units and people, and enrols them.

    Later calls change nothing. ``minutes``: the working time; None: the instrument's. It is open
    from ``now_ms`` on, for a year.

    Raises:
        OpsError: the id cannot be one, or is a real event's.
    """
    if not _ID.fullmatch(event_id):
        raise OpsError(f"{event_id!r} is no event id: small letters, digits and hyphens, up to 32.")
    found = await read_event(conn, event_id)
    if found is not None:
        if not found.demo:
            raise OpsError(f"Event {event_id} is a real one; give the demo event another id.")
        return found
    await lock_roster(conn)
    instrument = await _stored_instrument(conn)
    timing = instrument.timing
    units = demo_units()
    invented = demo_people(units, total=people, event=event_id, taken=await all_nips(conn))
    await save_units(conn, units, demo=True)
    await save_people(conn, invented, demo=True)
    event = await create_event(
        conn,
        Event(
            id=event_id,
            title=instrument.title if event_id == DEMO_EVENT else f"Latihan: {instrument.title}",
            mode="open",
            demo=True,
            instrument_id=instrument.id,
            instrument_version=instrument.version,
            blueprint=instrument.blueprint,
            opens_at=now_ms,
            closes_at=now_ms + _YEAR_MS,
            duration_ms=timing.duration_ms if minutes is None else minutes * _MINUTE_MS,
            grace_ms=timing.grace_ms,
            partitions=DEMO_PARTITIONS,
            target=people,
        ),
    )
    await enrol_people(conn, nip_key, event, [person.nip for person in invented])
    return event


async def _stored_instrument(conn: AsyncConnection) -> Instrument:
    """Return the shipped instrument as the record has it; what stands there is left alone."""
    bank = shipped_bank()
    try:
        return await read_instrument(conn, bank.instrument.id, bank.instrument.version)
    except ContentError:
        await save_instrument(conn, bank.instrument, bank.document)
        await save_media(conn, bank.media)
        await save_items(conn, bank.items)
        return bank.instrument
