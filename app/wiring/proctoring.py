"""What boards are shown from: the reader, the models of this process, and what proctors do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from app.kit.ending import end
from app.kit.redis import connect
from app.kit.secrets import Secrets
from app.proctoring.board.hub import Hub
from app.proctoring.board.reader import Reader
from app.proctoring.board.views import KnownPlaces
from app.proctoring.desk import ProctorDesk
from app.proctoring.late import LateAnswers
from app.proctoring.service import Actions
from app.settings import Settings
from app.sittings.receipts import Receipts


class ProctorState(TypedDict):
    """What a request of a board finds in ``request.state``."""

    hub: Hub
    places: KnownPlaces
    proctors: ProctorDesk


@asynccontextmanager
async def proctor_state(
    settings: Settings, held: Secrets, signer: Receipts
) -> AsyncIterator[ProctorState]:
    """Make what boards are shown from, and let this process stand by as their reader."""
    room = connect(settings.redis_address)
    hub = Hub(room)
    reading = asyncio.create_task(Reader(room).keep())
    try:
        yield ProctorState(
            hub=hub,
            places=KnownPlaces(room),
            proctors=ProctorDesk(
                room,
                held.nip,
                Actions(room, held.nip, signer, held.pin),
                LateAnswers(room, signer),
            ),
        )
    finally:
        await end([reading])
        await hub.close()
        await room.aclose()
