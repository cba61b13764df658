"""The boards of one process: one model an event, fed by one subscription, shown to all of them."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.proctoring.board import live
from app.proctoring.board.model import Cursor, Glance, View

_log = logging.getLogger(__name__)

_KEPT: Final = 60  # messages: a board that was away for less goes on without a gap
_WAITING_MOST: Final = 30  # pieces: a board that does not read them is told to load itself again
_LISTEN_S: Final = 1.0
_AGAIN_S: Final = 1.0
_LINGER_S: Final = 30.0
"""How long a model is kept up when its last board is gone: people reload pages."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What has changed, as a message of the reader's says: with the rows ready to be sent."""

    cursor: Cursor
    at: int
    closed: Sequence[int]
    glances: Sequence[Glance]
    rows: Sequence[bytes]

    def for_view(self, view: View) -> bytes:
        """Return the JSON that a board of this view is sent."""
        shown = (
            self.rows
            if view.is_whole
            else [row for glance, row in zip(self.glances, self.rows, strict=True) if view.shows(glance)]
        )
        return b'{"cursor":"%b","at":%d,"closed":%b,"rows":[%b]}' % (
            str(self.cursor).encode(),
            self.at,
            orjson.dumps(self.closed),
            b",".join(shown),
        )


@dataclass(slots=True)
class Watch:
    """One board: ``None`` in its queue tells it to load itself again."""

    view: View
    queue: asyncio.Queue[bytes | None] = field(
        default_factory=lambda: asyncio.Queue(_WAITING_MOST)
    )

    def offer(self, text: bytes) -> None:
        """Hand over a piece; a board that is too slow starts again instead."""
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


class EventModel:
    """What a process knows of an event's sittings: a copy of what stands in the room."""

    def __init__(self, card: EventCard) -> None:
        self.card = card
        self.rows: dict[str, tuple[Glance, bytes]] = {}
        self.names: dict[str, str] = {}
        self.pieces: deque[Piece] = deque(maxlen=_KEPT)
        self.cursor: Cursor | None = None
        self.at = 0
        self.closed: Sequence[int] = ()
        self.watches: set[Watch] = set()

    def take_in(self, glances: Iterable[Glance]) -> tuple[list[Glance], list[bytes]]:
        """Take rows over; return those that are new or differ, ready to be sent."""
        changed: list[Glance] = []
        rows: list[bytes] = []
        for glance in glances:
            held = self.rows.get(glance.sitting)
            if held is not None and held[0] == glance:
                continue
            row = orjson.dumps(glance.row(self.names.get(glance.sitting, "")))
            self.rows[glance.sitting] = glance, row
            changed.append(glance)
            rows.append(row)
        return changed, rows

    def tell(self, piece: Piece) -> None:
        """Show a piece on every board, each view made once."""
        self.pieces.append(piece)
        self.cursor, self.at, self.closed = piece.cursor, piece.at, piece.closed
        made: dict[View, bytes] = {}
        for watch in self.watches:
            if watch.view not in made:
                made[watch.view] = piece.for_view(watch.view)
            watch.offer(made[watch.view])

    def start_again(self) -> None:
        """Tell every board to load itself again: something may have been missed."""
        self.pieces.clear()
        for watch in self.watches:
            while not watch.queue.empty():
                watch.queue.get_nowait()
            watch.queue.put_nowait(None)

    def since(self, cursor: Cursor) -> list[Piece] | None:
        """Return what came after a cursor; None where that is not known any more."""
        if cursor == self.cursor:
            return []
        cursors = [piece.cursor for piece in self.pieces]
        if cursor not in cursors:
            return None
        return list(self.pieces)[cursors.index(cursor) + 1 :]
