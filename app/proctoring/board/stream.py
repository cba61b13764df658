"""A board's stream: server-sent events, from its cursor on, for as long as it may be seen."""

import asyncio
from typing import Final

from fastapi import Response
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override

from app.exams.live import EventCard
from app.kit.crowd import Crowd
from app.kit.ending import end
from app.proctoring.board.hub import Hub
from app.proctoring.board.model import Cursor, View
from app.proctoring.board.telling import NOTHING, Watch
from app.proctoring.board.warden import MayStill, Warden

BEAT_S: Final = 10.0
"""After so long without a word there is a line of comment: a proxy closes what is silent."""
_BEAT: Final = b": \n\n"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
]
_BEGIN: Final = {"type": "http.response.start", "status": 200, "headers": _HEADERS}


class BoardStream(Response):
    """Tells a board what changes: events `rows`, `reload` (it is to load itself anew) and `end`.

    1. Watch, and tell what came since the cursor; where that is not known any more, it is to load
    itself again. 2. Tell each piece as it comes; a line of comment where none does. 3. Say
    so and end where the visitor may not see it any more. It ends without a word when the client is
    gone, or the process is to go: then the board comes back, to another one.
    """

    def __init__(
        self,
        hub: Hub,
        warden: Warden,
        crowd: Crowd,
        card: EventCard,
        view: View,
        cursor: Cursor | None,
        may_still: MayStill,
    ) -> None:
        self.status_code = 200
        self.background = None
        self.raw_headers = _HEADERS
        self._hub = hub
        self._warden = warden
        self._crowd = crowd
        self._card = card
        self._view = view
        self._cursor = cursor
        self._may_still = may_still

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell, until it is over."""
        async with self._hub.watching(self._card, self._view) as (model, watch):
            missed = None if self._cursor is None else model.since(self._cursor)
            guarding = self._warden.guarding(watch, self._may_still)
            with self._crowd.resting(watch.leave), guarding:
                leaving = asyncio.create_task(_leave(receive, watch))
                try:
                    await send(_BEGIN)
                    if missed is None:
                        await send(_event("reload"))
                    for piece in missed or ():
                        await send(_event("rows", piece.for_view(self._view)))
                    await self._tell(watch, send)
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                finally:
                    await end([leaving])

    async def _tell(self, watch: Watch, send: Send) -> None:
        while not watch.has_left:
            text = await watch.next(BEAT_S)
            if watch.has_left:
                break
            if text is None:
                await send(_event("reload"))
            else:
                await send(_chunk(_BEAT) if text is NOTHING else _event("rows", text))
        if watch.is_expelled:
            await send(_event("end"))


async def _leave(receive: Receive, watch: Watch) -> None:
    """End the watch when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    watch.leave()


def _event(name: str, data: bytes = b"{}") -> Message:
    return _chunk(b"event: %b\ndata: %b\n\n" % (name.encode(), data))


def _chunk(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}
