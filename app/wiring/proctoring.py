"""What boards are shown from: the reader, the models of this process, and what proctors do."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypedDict

from app.exams.live import EventCard
from app.kit.ending import end
from app.kit.redis import connect
from app.kit.secrets import Secrets
from app.proctoring.arrivals.doors import Doors
from app.proctoring.arrivals.walking_in import WalkIns
from app.proctoring.board.hub import Hub
from app.proctoring.board.reader import Reader
from app.proctoring.board.views import KnownPlaces
from app.proctoring.board.warden import Warden
from app.proctoring.desk import ProctorDesk
from app.proctoring.late import LateAnswers
from app.proctoring.outages.desk import OutageDesk
from app.proctoring.service import Actions
from app.settings import Settings
from app.sittings.receipts import Receipts


class ProctorState(TypedDict):
    """What a request of a board finds in ``request.state``."""

    hub: Hub
    warden: Warden
    places: KnownPlaces
    proctors: ProctorDesk
    outages: OutageDesk
    walk_ins: WalkIns
    doors: Doors


@asynccontextmanager
async def proctor_state(
    settings: Settings, held: Secrets, signer: Receipts, events: Mapping[str, EventCard]
) -> AsyncIterator[ProctorState]:
    """Make what boards are shown from, and let this process stand by as their reader.

    ``events``: those that the process knows now, by their id.
    """
    room = connect(settings.redis_address)
    hub = Hub(room)
    proctors = ProctorDesk(
        room,
        held.nip,
        Actions(room, held.nip, signer, held.pin),
        LateAnswers(room, signer),
    )
    warden = Warden()
    reader = Reader(room, events.values, lambda: hub.is_watched)
    tasks = [asyncio.create_task(reader.keep()), asyncio.create_task(warden.keep())]
    try:
        yield ProctorState(
            hub=hub,
            warden=warden,
            places=KnownPlaces(room),
            proctors=proctors,
            outages=OutageDesk(room, hub, proctors),
            walk_ins=WalkIns(room, held),
            doors=Doors(room, held.pin),
        )
    finally:
        await end(tasks)
        await hub.close()
        await room.aclose()
