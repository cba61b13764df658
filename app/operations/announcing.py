"""What is written into the audit log before it is done.

Files leave the house, and scores are changed a page a transaction: whoever did it is to be known
however far it came.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit import clock
from app.operations.priming import known_event
from app.people.audit_log.chain import ChainKey
from app.people.audit_log.model import Actor
from app.people.audit_log.store import append


async def announce(
    record: AsyncEngine,
    key: ChainKey,
    actor: Actor,
    what: str,
    event_id: str,
    **after: Any,  # noqa: ANN401 - as JSON can say it
) -> None:
    """Write down, and commit, what somebody is about to do with an event.

    Raises:
        OpsError: the event is unknown; nothing is to be done then.
    """
    async with record.begin() as conn:
        event = await known_event(conn, event_id)
        entry = actor.did(what, clock.now_ms(), whom=f"event:{event.id}", after=after)
        await append(conn, key, [entry])
