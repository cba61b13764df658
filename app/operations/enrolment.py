"""Who sits in an event: the rows of `sittings`, and nobody else."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.model import EventRow
from app.kit.ids import partition_of, sitting_number
from app.sittings.store import enrol


def numbers_of(nip_key: bytes, event: EventRow, nips: Iterable[str]) -> list[int]:
    """Return the sittings of people, in their order: the same person finds the same sitting."""
    return [sitting_number(nip_key, event.id, nip) for nip in nips]


async def enrol_people(
    conn: AsyncConnection,
    nip_key: bytes,
    event: EventRow,
    nips: Sequence[str],
    *,
    walk_in: bool = False,
) -> list[int]:
    """Give people of the event's register a sitting in it, in the unit where they work.

    Who has one keeps it, where it is. Returns the new ones.
    """
    numbers = numbers_of(nip_key, event, nips)
    parts = (partition_of(number, event.partitions) for number in numbers)
    places = zip(numbers, nips, parts, strict=True)
    return await enrol(conn, event.number, places, demo=event.demo, walk_in=walk_in)
