"""The partitions as the recorder knows them."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers import ledger
from app.answers.partition import Partition
from app.bank.store import item_ids
from app.kit.ids import partition_tag


async def read_partitions(conn: AsyncConnection, event_id: str | None = None) -> list[Partition]:
    """Return the partitions of all primed events, or of one event, primed or not."""
    items = await item_ids(conn)
    return [
        Partition(number, event, partition, partition_tag(event, partition), items)
        for number, event, partition in await ledger.places(conn, event_id)
    ]
