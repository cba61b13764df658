"""Both stores and the secrets, as the commands and the all-day processes are handed them."""

from dataclasses import dataclass

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from app.answers.flusher import Flusher
from app.kit.secrets import Secrets
from app.people.audit_log.chain import ChainKey, chain_key
from app.people.envelope import Envelope
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

    @property
    def envelope(self) -> Envelope:
        """What opens the people who came in, see `app.people.envelope`."""
        return Envelope(self.secrets.nip)

    def flusher(self, rows: int) -> Flusher:
        """Return a flusher of these stores; ``rows``: how many entries a batch has."""
        signer, key, envelope = self.signer, self.chain, self.envelope
        return Flusher(self.record, self.room, signer, key, rows, envelope=envelope)
