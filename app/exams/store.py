"""All SQL of events. Callers own the transaction."""

from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank.instruments import blueprint_document, blueprint_from_part
from app.bank.model import Domain
from app.bank.reading import Part
from app.bank.store import read_instrument
from app.exams.model import Event, EventRow
from app.exams.tables import events, rooms, waves


async def create_event(conn: AsyncConnection, event: Event) -> EventRow:
    """Insert an event, whose instrument is stored already; an id that is taken is an error."""
    values = {
        "id": event.id,
        "title": event.title,
        "mode": event.mode,
        "demo": event.demo,
        "instrument_id": event.instrument_id,
        "instrument_version": event.instrument_version,
        "blueprint": blueprint_document(event.blueprint),
        "opens_at": event.opens_at,
        "closes_at": event.closes_at,
        "duration_ms": event.duration_ms,
        "grace_ms": event.grace_ms,
        "partitions": event.partitions,
        "target": event.target,
        "room_pin": event.room_pin,
    }
    row = (await conn.execute(insert(events).values(values).returning(events))).one()
    return await _event(conn, row)


async def read_event(conn: AsyncConnection, event: str) -> EventRow | None:
    """Return the event of this id, if there is one."""
    row = (await conn.execute(select(events).where(events.c.id == event))).first()
    return await _event(conn, row) if row else None


async def all_events(conn: AsyncConnection) -> list[EventRow]:
    """Return every event by its number."""
    found = await conn.execute(select(events).order_by(events.c.number))
    return [await _event(conn, row) for row in found.all()]


async def set_primed(conn: AsyncConnection, event: int, at: int) -> None:
    """Note when an event was primed last."""
    await conn.execute(update(events).where(events.c.number == event).values(primed_at=at))


async def room_pins(conn: AsyncConnection, event: int) -> dict[int, str]:
    """Return the keyed hashes of the PINs of those rooms that have one, by room."""
    wanted = select(rooms.c.id, rooms.c.pin_hash).where(
        rooms.c.event == event, rooms.c.pin_hash.is_not(None)
    )
    return {row.id: row.pin_hash for row in await conn.execute(wanted)}


async def room_openings(conn: AsyncConnection, event: int) -> dict[int, int]:
    """Return when the waves of rooms start, by room; milliseconds since 1970."""
    wanted = select(rooms.c.id, waves.c.starts_at).join(waves, waves.c.id == rooms.c.wave_id)
    found = await conn.execute(wanted.where(rooms.c.event == event))
    return {row.id: row.starts_at for row in found}


async def _event(conn: AsyncConnection, row: Row[Any]) -> EventRow:
    instrument = await read_instrument(conn, row.instrument_id, row.instrument_version)
    return _from_row(row, instrument.domains)


def _from_row(row: Row[Any], domains: tuple[Domain, ...]) -> EventRow:
    part = Part(f"The blueprint of event {row.id}", row.blueprint)
    return EventRow(
        number=row.number,
        id=row.id,
        title=row.title,
        mode=row.mode,
        demo=row.demo,
        instrument_id=row.instrument_id,
        instrument_version=row.instrument_version,
        blueprint=blueprint_from_part(part, domains),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        duration_ms=row.duration_ms,
        grace_ms=row.grace_ms,
        partitions=row.partitions,
        target=row.target,
        room_pin=row.room_pin,
        primed_at=row.primed_at,
    )
