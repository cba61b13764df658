"""Who sits in an event: the rows of `sittings`, and nobody else."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.model import EventRow
from app.kit.ids import partition_of, sitting_number
from app.sittings.store import Enrolment, enrol


async def enrol_people(
    conn: AsyncConnection,
    nip_key: bytes,
    event: EventRow,
    nips: Iterable[str],
    *,
    walk_in: bool = False,
) -> Enrolment:
    """Give people of the event's register a sitting in it, and seat everybody in their unit.

    The same person finds the same sitting. Who has one keeps it, in the unit that the roster says.
    """
    places = []
    for nip in nips:
        number = sitting_number(nip_key, event.id, nip)
        places.append((number, nip, partition_of(number, event.partitions)))
    return await enrol(conn, event.number, places, demo=event.demo, walk_in=walk_in)
