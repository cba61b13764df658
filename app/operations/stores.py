"""Both stores and the secrets, as the commands and the all-day processes are handed them."""

from dataclasses import dataclass

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit.secrets import Secrets
from app.people.audit_log.chain import ChainKey, chain_key
from app.sittings.receipts import Receipts


@dataclass(frozen=True, slots=True)
class Stores:
    """record: Postgres · room: Redis, functions loaded · secrets: keys · signer: of receipts."""

    record: AsyncEngine
    room: Redis
    secrets: Secrets
    signer: Receipts

    @property
    def chain(self) -> ChainKey:
        """The key of the audit log's chain."""
        return chain_key(self.secrets.staff)
