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
from app.kit.batches import batches
from app.kit.ending import end
from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.proctoring.board import live
from app.proctoring.board.model import Cursor, Glance, View

_log = logging.getLogger(__name__)

_KEPT: Final = 60  # messages: a board that was away for less goes on without a gap
_WAITING_MOST: Final = 30  # pieces: a board that does not read them is told to load itself again
_AT_ONCE: Final = 20  # boards: about a millisecond
_BETWEEN_S: Final = 0.004
_LISTEN_S: Final = 1.0
_AGAIN_S: Final = 1.0
_LINGER_S: Final = 30.0
"""How long a model is kept up when its last board is gone: people reload pages."""


class Piece:
    """What has changed, as a message of the reader's says: with the rows ready to be sent."""

    def __init__(
        self,
        cursor: Cursor,
        at: int,
        closed: Sequence[int],
        glances: Sequence[Glance],
        rows: Sequence[bytes],
    ) -> None:
        self.cursor = cursor
        self.at = at
        self.closed = closed
        self._rows = dict(zip((glance.sitting for glance in glances), rows, strict=True))
        self._units: dict[int, list[str]] = {}
        self._rooms: dict[str, list[str]] = {}
        self._waves: dict[int, list[str]] = {}
        for glance in glances:  # once, not once a view
            self._units.setdefault(glance.unit, []).append(glance.sitting)
            self._rooms.setdefault(glance.room, []).append(glance.sitting)
            self._waves.setdefault(glance.wave, []).append(glance.sitting)

    def for_view(self, view: View) -> bytes:
        """Return the JSON that a board of this view is sent."""
        head = b'{"cursor":"%b","at":%d,"closed":%b,"rows":[' % (
            str(self.cursor).encode(),
            self.at,
            orjson.dumps(self.closed),
        )
        return b"%b%b]}" % (head, b",".join(self._shown(view)))

    def _shown(self, view: View) -> Iterable[bytes]:
        if view.is_whole:
            return self._rows.values()
        found = [sitting for unit in view.units for sitting in self._units.get(unit, ())]
        for room in view.rooms:
            found += self._rooms.get(room, ())
        for wave in view.waves:
            found += self._waves.get(wave, ())
        return (self._rows[sitting] for sitting in dict.fromkeys(found))


@dataclass(slots=True, eq=False)
class Watch:
    """One board: ``None`` in its queue tells it to load itself again."""

    view: View
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(_WAITING_MOST))

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

    async def tell(self, piece: Piece) -> None:
        """Show a piece on every board, each view made once; saves come in between."""
        self.pieces.append(piece)
        self.cursor, self.at, self.closed = piece.cursor, piece.at, piece.closed
        made: dict[View, bytes] = {}
        for some in batches(list(self.watches), _AT_ONCE):
            for watch in some:
                if watch.view not in made:
                    made[watch.view] = piece.for_view(watch.view)
                watch.offer(made[watch.view])
            await asyncio.sleep(_BETWEEN_S)

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


class Hub:
    """All models of a process. Each stands while somebody watches, and a while longer."""

    def __init__(self, room: Redis) -> None:
        self._room = room
        self._models: dict[str, EventModel] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._ready: dict[str, asyncio.Event] = {}

    async def model(self, card: EventCard) -> EventModel:
        """Return the model of an event; the first one to ask waits until it is loaded."""
        if card.id not in self._models:
            self._models[card.id] = EventModel(card)
            self._ready[card.id] = asyncio.Event()
            self._keepers[card.id] = asyncio.create_task(self._keep(card))
        await self._ready[card.id].wait()
        return self._models[card.id]

    @asynccontextmanager
    async def watching(
        self, card: EventCard, view: View
    ) -> AsyncIterator[tuple[EventModel, Watch]]:
        """Provide a watch: from here on nothing that changes on this board is missed."""
        model = await self.model(card)
        watch = Watch(view)
        model.watches.add(watch)
        try:
            yield model, watch
        finally:
            model.watches.discard(watch)

    async def close(self) -> None:
        """Let go of everything."""
        await end(list(self._keepers.values()))

    async def _keep(self, card: EventCard) -> None:
        """Keep an event's model, until nobody has watched it for a while.

        1. Subscribe. 2. Load all sittings. 3. Take in what readers tell; where one was missed, or
        another reader has taken over, load all again and have the boards do so too. 4. When the
        subscription breaks, begin again.
        """
        model = self._models[card.id]
        idle_s = 0.0
        try:
            while idle_s < _LINGER_S:
                try:
                    async with self._room.pubsub() as heard:
                        await heard.subscribe(live.channel(card.id))
                        await self._load(model)
                        self._ready[card.id].set()
                        while idle_s < _LINGER_S:
                            told = await heard.get_message(
                                ignore_subscribe_messages=True, timeout=_LISTEN_S
                            )
                            idle_s = 0.0 if model.watches else idle_s + _LISTEN_S
                            if told is not None:
                                await self._hear(model, orjson.loads(told["data"]))
                except (RedisError, OSError, TimeoutError) as error:
                    _log.warning("the board of %s waits: %s", card.id, type(error).__name__)
                    await asyncio.sleep(_AGAIN_S)
        finally:
            self._ready[card.id].set()
            del self._models[card.id], self._keepers[card.id], self._ready[card.id]

    async def _load(self, model: EventModel) -> None:
        for tag in model.card.tags():
            cursor = live.FIRST
            while True:
                cursor, glances = await live.page(self._room, tag, cursor)
                await self._learn_names(model, tag, glances)
                model.take_in(glances)
                if cursor == live.FIRST:
                    break
        model.cursor = None
        model.start_again()

    async def _learn_names(self, model: EventModel, tag: str, glances: Iterable[Glance]) -> None:
        unknown = [one.sitting for one in glances if one.sitting not in model.names]
        model.names |= await live.names(self._room, tag, unknown)

    async def _hear(self, model: EventModel, told: dict[str, Any]) -> None:
        cursor = Cursor(told["reader"], told["number"])
        last = model.cursor
        missed = last is not None and cursor != Cursor(last.reader, last.number + 1)
        if missed:
            await self._load(model)
        glances = [Glance(*row) for row in told["rows"]]
        for tag, some in _by_partition(model.card, glances).items():
            await self._learn_names(model, tag, some)
        changed, rows = model.take_in(glances)
        await model.tell(Piece(cursor, told["at"], told["closed"], changed, rows))


def _by_partition(card: EventCard, glances: Iterable[Glance]) -> dict[str, list[Glance]]:
    found: dict[str, list[Glance]] = {}
    for glance in glances:
        number = partition_of(sitting_from_text(glance.sitting), card.partitions)
        found.setdefault(partition_tag(card.id, number), []).append(glance)
    return found
