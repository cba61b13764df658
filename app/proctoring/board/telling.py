"""What boards are told: a piece a message of the reader's, and each board's own line of them."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

import orjson

from app.proctoring.board.model import Cursor, Glance, View

NOTHING: Final = b""
_WAITING_MOST: Final = 30  # pieces: a board that does not read them is told to load itself again


class Piece:
    """What has changed up to a cursor, ready to be sent.

    ``rows``: sittings of which something has changed; ``heard_of``: those of which it is only
    the moment at which they were last heard of. Most of them: a row each would be ten times as
    much to send and to read.
    """

    def __init__(
        self,
        cursor: Cursor,
        at: int,
        closed: Sequence[int],
        rows: Sequence[tuple[Glance, bytes]],
        heard_of: Sequence[Glance],
    ) -> None:
        self.cursor = cursor
        self._head = b'{"cursor":"%b","at":%d,"closed":%b,"rows":[' % (
            str(cursor).encode(),
            at,
            orjson.dumps(closed),
        )
        self._rows = _Placed(rows)
        self._seen = _Placed(
            (one, b'["%b",%d]' % (one.sitting.encode(), one.seen_at)) for one in heard_of
        )

    def for_view(self, view: View) -> bytes:
        """Return the JSON that a board of this view is sent."""
        return b'%b%b],"seen":[%b]}' % (
            self._head,
            b",".join(self._rows.of(view)),
            b",".join(self._seen.of(view)),
        )


class _Placed:
    """Texts of sittings by where these sit: sorted once, not once a view."""

    def __init__(self, texts: Iterable[tuple[Glance, bytes]]) -> None:
        self._texts: dict[str, bytes] = {}
        self._units: dict[int, list[str]] = {}
        self._rooms: dict[str, list[str]] = {}
        self._waves: dict[int, list[str]] = {}
        for glance, text in texts:
            self._texts[glance.sitting] = text
            self._units.setdefault(glance.unit, []).append(glance.sitting)
            self._rooms.setdefault(glance.room, []).append(glance.sitting)
            self._waves.setdefault(glance.wave, []).append(glance.sitting)

    def of(self, view: View) -> Iterable[bytes]:
        """Return the texts that a board of this view shows."""
        if view.is_whole:
            return self._texts.values()
        found = [sitting for unit in view.units for sitting in self._units.get(unit, ())]
        for room in view.rooms:
            found += self._rooms.get(room, ())
        for wave in view.waves:
            found += self._waves.get(wave, ())
        return (self._texts[sitting] for sitting in dict.fromkeys(found))


class Watch:
    """One board, and what it has yet to be told: ``None`` tells it to load itself again.

    ``has_left``: whoever watched is gone, or is to go; ``is_expelled``: since they may not see it.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.has_left = False
        self.is_expelled = False
        self._waiting: deque[bytes | None] = deque()
        self._bell: asyncio.Future[None] | None = None

    def offer(self, text: bytes) -> None:
        """Hand over a piece; a board that is too slow starts again instead."""
        if len(self._waiting) >= _WAITING_MOST:
            self.start_again()
        elif None not in self._waiting:
            self._waiting.append(text)
            self._ring()

    def start_again(self) -> None:
        """Forget what waits: the board is to load itself anew."""
        self._waiting.clear()
        self._waiting.append(None)
        self._ring()

    def leave(self) -> None:
        """End the watch."""
        self.has_left = True
        self._ring()

    def expel(self) -> None:
        """End the watch of somebody who may not see the board any more."""
        self.is_expelled = True
        self.leave()

    async def next(self, within_s: float) -> bytes | None:
        """Return what is told next, ``NOTHING`` where nothing comes in time, or at the end."""
        if not self._waiting and not self.has_left:
            loop = asyncio.get_running_loop()
            self._bell = loop.create_future()
            alarm = loop.call_later(within_s, self._ring)
            try:
                await self._bell
            finally:
                alarm.cancel()
                self._bell = None
        return self._waiting.popleft() if self._waiting else NOTHING

    def _ring(self) -> None:
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)
