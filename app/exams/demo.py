"""The demo event: everything `serentak run` needs for an exam on an empty machine."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank.shipped import shipped_bank
from app.bank.store import save_instrument, save_items
from app.exams.model import Event, EventRow
from app.exams.store import create_event, read_event
from app.kit.errors import OpsError
from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.store import add_participants, count_participants, save_units

DEMO_EVENT: Final = "kukar-2023"
DEMO_TARGET: Final = 12_500
_PARTITIONS: Final = 8
_YEAR_MS: Final = 365 * 24 * 3_600_000


async def seed_demo(conn: AsyncConnection, now_ms: int, *, people: int = DEMO_TARGET) -> EventRow:
    """Return the demo event; the first call creates it with its units, people and items.

    Later calls change nothing.

    Raises:
        OpsError: when the roster holds people already: invented ones would stand among them, and
            they would be in an event whose PINs are handed out to anyone.
    """
    found = await read_event(conn, DEMO_EVENT)
    if found is not None:
        return found
    if await count_participants(conn):
        raise OpsError("The roster holds people: the demo event is made on an empty one only.")
    bank = shipped_bank()
    await save_instrument(conn, bank.instrument, bank.document)
    await save_items(conn, bank.items)
    units = demo_units()
    await save_units(conn, units)
    await add_participants(conn, demo_people(units, total=people))
    instrument = bank.instrument
    event = Event(
        id=DEMO_EVENT,
        title=instrument.title,
        mode="open",
        demo=True,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        blueprint=instrument.blueprint,
        opens_at=now_ms,
        closes_at=now_ms + _YEAR_MS,
        duration_ms=instrument.timing.duration_ms,
        grace_ms=instrument.timing.grace_ms,
        partitions=_PARTITIONS,
        target=people,
    )
    return await create_event(conn, event)
