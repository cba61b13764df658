"""Recovery: the room is built again from the record, in a new life of its own.

What the record does not have comes back from the devices: they are told to claim, reconcile, and
send what is missing. Nobody types a PIN.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers import ledger
from app.answers.ledger import Mark
from app.answers.log import Credit, id_text, parse_id
from app.answers.partition import Partition
from app.answers.sealing import append_room
from app.answers.tables import flush_mark
from app.exams.model import EventRow
from app.exams.store import all_events, room_pins
from app.kit.batches import batches
from app.kit.crash import crash_point
from app.kit.errors import OpsError
from app.kit.ids import sitting_text
from app.kit.redis import Command, ask, call, time_ms
from app.operations.drawing import drawing_of, push_drawing
from app.operations.lock import event_lock
from app.operations.partitions import read_partitions
from app.operations.priming import (
    bank_texts,
    form_id_of,
    known_event,
    person_text,
    push_accounts,
    push_event,
    push_names,
    room_fields,
    sitting_fields,
)
from app.operations.reflow import send_again
from app.operations.stores import Stores
from app.operations.testimony import Held, read_partition, read_turns
from app.people.audit_log.model import ITSELF, Actor
from app.people.audit_log.store import append
from app.sittings.store import Enrolled, enrolled
from app.sittings.tables import sittings

_log = logging.getLogger(__name__)

_BATCH: Final = 2000
_CALL_MOST: Final = 50
_MERCY_MS: Final = 120_000


@dataclass(frozen=True, slots=True)
class Recovered:
    """What recovery did: the room's new life, how many sittings and answers stand in it again."""

    epoch: int
    sittings: int
    answers: int
    drained: int
    outage_ms: int


@dataclass(frozen=True, slots=True)
class _Past:
    """What a closed room leaves behind; zeros where nothing was left."""

    epoch: int
    stamp: int
    newest: int


async def recover(
    stores: Stores, event_id: str, *, behind: int | None = None, actor: Actor = ITSELF
) -> Recovered:
    """Build the room of an event again.

    1. Close the doors of every partition, and name all events: those that are recovered after this
    one are not unknown meanwhile. 2. Where the record is behind the room, send again what
    it lacks; then drain the logs that are left. 3. Commit a new epoch, above every one seen, with
    the outage as time given back. 4. Rebuild every sitting from the record, with stream ids above
    the flushed ones. 5. Open the doors: ``room`` is written last.

    Whoever starts it again after a crash in between starts at 1; nothing is lost by that. Recorders
    say in which life they found the room ``behind``: where a later one has begun meanwhile, another
    was quicker, and nothing is done.

    Raises:
        OpsError: the event is unknown, or another prime or recover holds it.
    """
    async with stores.record.connect() as conn:
        event = await known_event(conn, event_id)
    async with event_lock(stores.record, event.number) as check:
        async with stores.record.connect() as conn:
            places = await read_partitions(conn, event_id)
            begun = await _latest_epoch(conn, event)
        if behind is not None and begun > behind:
            return Recovered(begun, 0, 0, 0, 0)
        for place in places:
            await call(stores.room, "close", place.tag, "recover", 0)
        await _name_all(stores)
        crash_point("recover-closed")
        for place in places:  # what devices have forgotten may stand in the room alone
            async with stores.record.begin() as conn:
                await send_again(conn, stores, place, actor)
        drained = await _drain(stores, places)
        crash_point("recover-drained")
        pasts = {place.partition: await _past(stores.room, place) for place in places}
        async with stores.record.begin() as conn:
            now = await time_ms(stores.room)
            epoch = await _next_epoch(conn, event, pasts.values())
            starts = {
                place.partition: await _begin_life(
                    conn, place, epoch, pasts[place.partition], event, now
                )
                for place in places
            }
            await check()
            begun_at = {"epoch": begun}
            now_at = {"epoch": epoch, "outage_ms": _longest(starts.values()), "drained": drained}
            entry = actor.did(
                "event.recover", now, whom=f"event:{event_id}", before=begun_at, after=now_at
            )
            await append(conn, stores.chain, [entry])
        crash_point("recover-begun")
        people, doors = await _bring_event(stores, event)
        answers = 0
        for place in places:
            mine = [one for one in people if one.partition == place.partition]
            async with stores.record.connect() as conn:
                held = await read_partition(conn, place)
            await check()
            answers += await _rebuild(stores, place, mine, held, epoch, starts[place.partition])
            crash_point("recover-half-built")
        for place in places:
            start = starts[place.partition]
            fields = room_fields(
                event,
                epoch,
                doors,
                closes_at=event.closes_at + start.credit,
                credit=start.credit,
                mercy=now + _MERCY_MS,
            )
            flushed = f"{epoch}:{start.at}-0"
            # Stamped with the moment the outage was counted to: the rest is given back at once.
            stamped = ("stamp", now, "gaps", start.gaps)
            opened = await call(stores.room, "open", place.tag, flushed, *fields, *stamped)
            if not opened:
                raise OpsError(f"Another recovery of {event_id} is at work: look at its outcome.")
            crash_point("recover-half-open")
    outage = _longest(starts.values())
    _log.warning("event %s recovered: epoch %s, outage %s ms", event_id, epoch, outage)
    return Recovered(epoch, len(people), answers, drained, outage)


async def _bring_event(stores: Stores, event: EventRow) -> tuple[list[Enrolled], dict[int, str]]:
    """Put what is the whole event's into the room; return who sits there, and the rooms' PINs."""
    async with stores.record.connect() as conn:
        people = await enrolled(conn, event.number)
        texts = await bank_texts(conn, event)
        doors = await room_pins(conn, event.number)
        drawing = await drawing_of(conn, event)
    await push_event(stores.room, event, texts, people)
    await push_drawing(stores.room, event, drawing)
    await push_accounts(stores.room, stores.secrets, event, people)
    return people, doors


async def _name_all(stores: Stores) -> None:
    async with stores.record.connect() as conn:
        primed = [event for event in await all_events(conn) if event.primed_at is not None]
    await push_names(stores.room, primed)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a partition's new life begins.

    Up to where the old log was drained, the first stream id, the total credit, the outage, and
    when the server was away until now.
    """

    drained: str
    at: int
    credit: int
    outage: int
    gaps: str


def _longest(starts: Iterable[_Start]) -> int:
    return max((start.outage for start in starts), default=0)


async def _drain(stores: Stores, places: Iterable[Partition]) -> int:
    flusher = stores.flusher(_BATCH)
    drained = 0
    for place in places:
        more = True
        while more:
            flushed = await flusher.flush(place, draining=True)
            drained += flushed.entries
            more = flushed.more
    return drained


async def _past(room: Redis, place: Partition) -> _Past:
    alarm, exists = await ask(
        room, ("HGETALL", f"alarm:{place.tag}"), ("EXISTS", f"log:{place.tag}")
    )
    newest = 0
    if exists:
        info = await room.xinfo_stream(f"log:{place.tag}")
        newest = parse_id(str(info["last-generated-id"]))[0]
    return _Past(int(alarm.get("epoch", 0)), int(alarm.get("stamp", 0)), newest)


async def _next_epoch(conn: AsyncConnection, event: EventRow, pasts: Iterable[_Past]) -> int:
    recorded = await _latest_epoch(conn, event)
    gens = await conn.scalar(
        select(func.max(sittings.c.gen)).where(sittings.c.event == event.number)
    )
    return 1 + max(recorded, (gens or 0) >> 16, *(past.epoch for past in pasts))


async def _latest_epoch(conn: AsyncConnection, event: EventRow) -> int:
    epoch = await conn.scalar(
        select(func.max(flush_mark.c.epoch)).where(flush_mark.c.event == event.number)
    )
    return epoch or 0


async def _begin_life(
    conn: AsyncConnection,
    place: Partition,
    epoch: int,
    past: _Past,
    event: EventRow,
    now: int,
) -> _Start:
    """Note the new epoch and the outage in the record; the mark is where the new log begins."""
    mark = await ledger.hold(conn, place)
    since = max(mark.stamp, past.stamp, event.opens_at)
    credit = await ledger.credit_so_far(conn, place)
    ends = event.closes_at + credit
    outage = max(0, now - since) if since < ends else 0
    at = max(now, mark.at[0] + 1, past.newest + 1)
    given = Credit((at, 0), outage, f"{outage} {credit + outage} {ends + outage}")
    await append_room(conn, place, epoch, [given])
    await ledger.give_back(conn, place, given)
    await ledger.move(conn, place, Mark(epoch, given.at, now))
    gaps = await ledger.gaps_so_far(conn, place)
    return _Start(id_text(mark.at), at, credit + outage, outage, gaps)


async def _rebuild(
    stores: Stores,
    place: Partition,
    people: list[Enrolled],
    held: dict[int, Held],
    epoch: int,
    start: _Start,
) -> int:
    room, tag = stores.room, place.tag
    async with stores.record.connect() as conn:
        turns = await read_turns(conn, place)
    await call(room, "clear", tag, epoch, start.drained, f"{start.at}-0")
    for batch in batches(people, _CALL_MOST):
        args: list[str | int] = [epoch]
        for one in batch:
            args += _rebuilt(stores, one, held[one.id])
        await call(room, "rebuild", tag, *args)
    commands = (
        command
        for one in people
        for command in _what_staff_did(tag, sitting_text(one.id), held[one.id])
    )
    await ask(room, *commands, *([("SADD", f"turns:{tag}", *turns)] if turns else []))
    return sum(len(held[one.id].answers) for one in people)


def _rebuilt(stores: Stores, one: Enrolled, held: Held) -> list[str | int]:
    fields = dict(_pairs(sitting_fields(stores.secrets, one)))
    fields |= held.fields
    fields["fm"] = form_id_of(one)
    return [
        sitting_text(one.id),
        str(one.layout),
        person_text(one),
        len(fields),
        len(held.answers),
        len(held.spent),
        len(held.late),
        *(part for pair in fields.items() for part in pair),
        *(part for pair in held.answers.items() for part in pair),
        *held.spent,
        *(part for pair in held.late.items() for part in pair),
    ]


def _what_staff_did(tag: str, sitting: str, held: Held) -> Iterable[Command]:
    """Return the commands that tell the room what staff have done to a sitting."""
    own = f"{tag}:{sitting}"
    for key, pairs in (("past", held.replaced), ("ruled", held.ruled)):
        if pairs:
            yield ("HSET", f"{key}:{own}", *(part for pair in pairs.items() for part in pair))
    if held.acts:
        yield ("SADD", f"acts:{own}", *held.acts)
    if held.remarks:
        yield ("RPUSH", f"remark:{own}", *held.remarks.values())
    if held.walked:
        yield ("HSET", f"walked:{tag}", sitting, held.walked)


def _pairs(flat: list[str | int]) -> Iterable[tuple[str, str | int]]:
    return zip(map(str, flat[::2]), flat[1::2], strict=True)
