"""The boards of one process: one model an event, fed by one subscription, shown to all of them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.kit.ending import end
from app.kit.errors import Busy
from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.proctoring.board import live
from app.proctoring.board.event_model import EventModel
from app.proctoring.board.gaps import Gap
from app.proctoring.board.model import Cursor, View
from app.proctoring.board.telling import Watch

_log = logging.getLogger(__name__)

_LISTEN_S: Final = 1.0
_AGAIN_S: Final = 1.0
_LOADED_S: Final = 10.0
_LINGER_S: Final = 10.0
"""How long a model is kept up when its last board is gone: people reload pages."""


@dataclass(slots=True, eq=False)
class _Kept:
    """A model, and what keeps it. ``heard``: the newest message since it was loaded."""

    model: EventModel
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    heard: Cursor | None = None
    idle_s: float = 0.0


class Hub:
    """All models of a process. Each stands while somebody watches, and a while longer."""

    def __init__(self, room: Redis) -> None:
        self._room = room
        self._kept: dict[str, _Kept] = {}
        self._keepers: set[asyncio.Task[None]] = set()

    @property
    def is_watched(self) -> bool:
        """Whether a board of some event is shown here."""
        return bool(self._kept)

    async def model(self, card: EventCard) -> EventModel:
        """Return the model of an event; the first one to ask waits until it is loaded.

        Raises:
            Busy: it cannot be loaded now.
        """
        kept = self._kept.get(card.id)
        if kept is None:
            kept = self._kept[card.id] = _Kept(EventModel(card))
            keeper = asyncio.create_task(self._keep(kept))
            self._keepers.add(keeper)
            keeper.add_done_callback(self._keepers.discard)
        kept.idle_s = 0.0
        try:
            async with asyncio.timeout(_LOADED_S):
                await kept.ready.wait()
        except TimeoutError:
            raise Busy from None
        return kept.model

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
        await end(list(self._keepers))

    async def _keep(self, kept: _Kept) -> None:
        """Keep an event's model, until nobody has watched it for a while.

        1. Subscribe. 2. Load all sittings. 3. Take in what readers tell; where one was missed, or
        another reader has taken over, load all again: what differs is told with the rest. 4. When
        the subscription breaks, or anything else fails, begin again.
        """
        event = kept.model.card.id
        try:
            while kept.idle_s < _LINGER_S:
                try:
                    await self._listen(kept)
                except (RedisError, OSError, TimeoutError) as error:
                    _log.warning("the board of %s waits: %s", event, type(error).__name__)
                    await asyncio.sleep(_AGAIN_S)
                except Exception:  # noqa: BLE001 - a defect must not leave boards without news
                    _log.exception("the board of %s begins again", event)
                    await asyncio.sleep(_AGAIN_S)
        finally:
            self._forget(kept)

    async def _listen(self, kept: _Kept) -> None:
        model = kept.model
        async with self._room.pubsub() as heard:
            await heard.subscribe(live.channel(model.card.id))
            await self._load(kept)
            if not kept.ready.is_set():
                model.settle()
                kept.ready.set()
            while kept.idle_s < _LINGER_S:
                told = await heard.get_message(ignore_subscribe_messages=True, timeout=_LISTEN_S)
                kept.idle_s = 0.0 if model.watches else kept.idle_s + _LISTEN_S
                if told is not None:
                    await self._hear(kept, orjson.loads(told["data"]))
            self._forget(kept)  # before anything is awaited: whoever comes now gets another one

    def _forget(self, kept: _Kept) -> None:
        if self._kept.get(kept.model.card.id) is kept:
            del self._kept[kept.model.card.id]

    async def _load(self, kept: _Kept) -> None:
        model = kept.model
        for tag in model.card.tags():
            cursor = live.FIRST
            while True:
                page = await live.page(self._room, tag, cursor)
                unknown = _unknown(model, page.texts)
                model.names |= await live.names(self._room, tag, unknown)
                model.take_in(page.texts)
                model.at, cursor = max(model.at, page.at), page.following
                if cursor == live.FIRST:
                    break
        kept.heard = None

    async def _hear(self, kept: _Kept, told: dict[str, Any]) -> None:
        model, cursor, last = kept.model, Cursor(told["reader"], told["number"]), kept.heard
        if last is not None and cursor != Cursor(last.reader, last.number + 1):
            await self._load(kept)
        kept.heard = cursor
        await self._learn_names(model, told["texts"])
        await model.hear(told["texts"])
        model.gaps = [Gap(start, to, tuple(where)) for start, to, where in told["gaps"]]
        await model.tell(cursor, told["at"], told["closed"])

    async def _learn_names(self, model: EventModel, texts: Iterable[str]) -> None:
        for tag, some in _by_partition(model.card, _unknown(model, texts)).items():
            model.names |= await live.names(self._room, tag, some)


def _unknown(model: EventModel, texts: Iterable[str]) -> list[str]:
    sittings = (text.partition("\t")[0] for text in texts)
    return [sitting for sitting in sittings if sitting not in model.names]


def _by_partition(card: EventCard, sittings: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sitting in sittings:
        number = partition_of(sitting_from_text(sitting), card.partitions)
        found.setdefault(partition_tag(card.id, number), []).append(sitting)
    return found
