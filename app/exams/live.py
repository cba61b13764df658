"""Events in the room: which are primed, their pulse, and the guard against a room set back."""

import asyncio
import logging
from dataclasses import dataclass, fields
from typing import Final, cast

import orjson
from redis.asyncio import Redis

from app.kit.errors import NotFound, OpsError, Problem, RoomRecovering
from app.kit.ids import partition_tag
from app.kit.line import Line
from app.kit.redis import ask, call_of, load_functions, weaknesses

_log = logging.getLogger(__name__)

PULSE_S: Final = 1.0
_NOTHING: Final = ("0", "0-0")


@dataclass(frozen=True, slots=True)
class EventCard:
    """What the room knows of a primed event. Times in milliseconds since 1970."""

    id: str
    number: int
    title: str
    mode: str
    partitions: int
    opens_at: int
    closes_at: int
    duration_ms: int
    items: int
    """How many a form has."""
    room_pin: bool
    """Whether one enters with the PIN of a room besides that of the card."""
    primed_at: int
    """Of which priming of the event a token speaks: a rehearsal's opens no door later."""

    def tags(self) -> list[str]:
        """Return the hash tags of its partitions, in order."""
        return [partition_tag(self.id, partition) for partition in range(self.partitions)]

    def to_json(self) -> bytes:
        """Return it as it stands under ``event:<id>``."""
        return orjson.dumps(self)


def parse_card(text: str | bytes) -> EventCard:
    """Read what stands under ``event:<id>``."""
    held = orjson.loads(text)
    return EventCard(**{field.name: held[field.name] for field in fields(EventCard)})


def drawing_key(event: str) -> str:
    """Return where the room has what an event's forms are drawn from."""
    return f"draw:{event}"


async def read_cards(client: Redis) -> list[EventCard]:
    """Return the primed events, by id."""
    (ids,) = await ask(client, ("SMEMBERS", "events"))
    if not ids:
        return []
    (texts,) = await ask(client, ("MGET", *(f"event:{event}" for event in sorted(ids))))
    return [parse_card(text) for text in texts if text]


async def refuse_weak_settings(client: Redis) -> None:
    """Refuse a Redis under which an acknowledged answer could be lost.

    Raises:
        OpsError: names every setting that is too weak.
    """
    found = await weaknesses(client)
    if found:
        sentence = (
            f"Redis would lose acknowledged answers: {'; '.join(found)}. Set it right, or set "
            "ALLOW_VOLATILE_REDIS=true where losing answers does not matter."
        )
        raise OpsError(sentence)


async def introduce(client: Redis, *, allow_volatile: bool) -> None:
    """Check Redis's settings and load the functions.

    Raises:
        OpsError: when acknowledged answers could be lost there.
    """
    if not allow_volatile:
        await refuse_weak_settings(client)
    await load_functions(client)


class Room:
    """The app's view of the room: which events stand in it, and that its clock is stamped.

    Holds no truth: everything is read again from Redis, at every connect and every second.
    """

    def __init__(self, *, allow_volatile: bool) -> None:
        self.events: dict[str, EventCard] = {}
        self._allow_volatile = allow_volatile
        self._newest: dict[str, tuple[str, str]] = {}

    def card(self, event: str) -> EventCard:
        """Return the event that staff name.

        Raises:
            NotFound: the room does not know it.
        """
        card = self.events.get(event)
        if card is None:
            raise NotFound(detail="Kegiatan ini tidak ada di ruang ujian.")
        return card

    def by_number(self, number: int) -> EventCard | None:
        """Return the event of a receipt's code."""
        return next((card for card in self.events.values() if card.number == number), None)

    def instance(self, event: str) -> str:
        """Return what tells one priming of an event from another.

        Raises:
            RoomRecovering: when nothing is known of any event (yet).
        """
        card = self.events.get(event)
        if card is None and not self.events:
            raise RoomRecovering
        return str(card.primed_at) if card else ""

    def saw(self, tag: str, epoch: str, newest: str) -> None:
        """Remember an entry of a partition's log, newer than all that were seen before."""
        self._newest[tag] = (epoch, newest)

    async def introduce(self, client: Redis) -> None:
        """Check the settings, load the functions and look at every log, before the line opens."""
        await introduce(client, allow_volatile=self._allow_volatile)
        self.events |= {card.id: card for card in await read_cards(client)}
        tags = [tag for card in self.events.values() for tag in card.tags()]
        commands = [call_of("stamp", tag, *self._newest.get(tag, _NOTHING)) for tag in tags]
        for tag, reply in zip(tags, await ask(client, *commands), strict=True):
            self._remember(tag, reply)

    async def pulse(self, line: Line) -> None:
        """Stamp every partition each second, for ever.

        1. Read which events are primed. 2. Stamp all partitions in one batch, and tell each the
        newest entry that was seen there: where it is gone, the room was set back and closes itself.
        """
        while True:
            try:
                await self._beat(line)
            except Problem:
                _log.debug("no pulse: Redis is away; the gap shows in the stamps")
            except Exception:  # noqa: BLE001 - a pulse that ends would stop the exam's clock
                _log.exception("a pulse failed")
            await asyncio.sleep(PULSE_S)

    async def _beat(self, line: Line) -> None:
        ids = sorted(cast("list[str]", await line.command("SMEMBERS", "events")))
        if not ids:  # nothing primed, or a room that was emptied and will come back
            return
        texts = cast(
            "list[str | None]",
            await line.command("MGET", *(f"event:{event}" for event in ids)),
        )
        cards = [parse_card(text) for text in texts if text]
        if not cards:  # emptied in between
            return
        # One that the room has lost is known still: it comes back, and its devices wait.
        self.events |= {card.id: card for card in cards}
        tags = [tag for card in self.events.values() for tag in card.tags()]
        replies = await asyncio.gather(
            *(line.call("stamp", tag, *self._newest.get(tag, _NOTHING)) for tag in tags)
        )
        for tag, reply in zip(tags, replies, strict=True):
            self._remember(tag, cast("list[str]", reply))

    def _remember(self, tag: str, reply: list[str]) -> None:
        if reply[0] == "ok":
            self._newest[tag] = (reply[1], reply[3])
            return
        before = self._newest.pop(tag, None)
        if reply[0] == "behind":
            _log.error(
                "the room %s was set back, its doors are closed: seen before %s", tag, before
            )
