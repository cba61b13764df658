"""Bringing the room of a primed event up to the roster in the record.

The record is changed first, and committed; then the room is given what it lacks. Whoever dies in
between has only to repeat the command: nothing here counts on what was done before.
"""

from collections.abc import Collection, Sequence
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.model import EventRow
from app.kit.batches import batches
from app.kit.errors import OpsError
from app.kit.ids import partition_tag, sitting_text
from app.kit.redis import ask
from app.kit.secrets import Secrets
from app.operations.priming import (
    card_hash,
    person_text,
    places_of,
    push_accounts,
    push_sittings,
)
from app.operations.stores import Stores
from app.sittings.store import Enrolled, enrolled

_AT_ONCE: Final = 500


async def catch_up(stores: Stores, event: EventRow, only: Collection[int] | None = None) -> int:
    """Give the room what it lacks of an event's sittings, all or some; return how many.

    Sittings that are not there are primed, with forms that stand in the record already; of others
    name, unit and card become those of the record, whatever their state. The doors may be open.
    An event that was never primed has no room yet: nothing is done. The caller holds its lock.

    Raises:
        OpsError: Redis is away or full; the record is changed, the room is not.
    """
    if event.primed_at is None:
        return 0
    async with stores.record.connect() as conn:
        people = await enrolled(conn, event.number, only)
    try:
        lacking = await differing(stores.room, stores.secrets, event.id, people)
        for command in places_of(event, people):
            await ask(stores.room, command)
        await push_sittings(stores.room, stores.secrets, event, lacking)
        await push_accounts(stores.room, stores.secrets, event, people)
    except (RedisError, OSError) as error:
        raise OpsError(
            f"The record is changed, the room could not be ({error}). Give the same command again "
            "when Redis can be used."
        ) from error
    return len(lacking)


async def differing(
    room: Redis, secrets: Secrets, event_id: str, people: Sequence[Enrolled], *, names: bool = True
) -> list[Enrolled]:
    """Return those whom the room does not know, or in another unit, with another card or name."""
    found = []
    for some in batches(people, _AT_ONCE):
        keys = [(partition_tag(event_id, one.partition), sitting_text(one.id)) for one in some]
        replies = await ask(
            room,
            *(
                command
                for tag, sid in keys
                for command in (
                    ("HMGET", f"sit:{tag}:{sid}", "un", "ph"),
                    ("HGET", f"people:{tag}", sid),
                )
            ),
        )
        for one, placed, person in zip(some, replies[::2], replies[1::2], strict=True):
            is_placed = placed == [str(one.unit_id), card_hash(secrets, one)]
            if not is_placed or (names and person != person_text(one)):
                found.append(one)
    return found
