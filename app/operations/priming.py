"""Priming: what login, start, save and submit need goes into the room before the doors open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import orjson
from redis.asyncio import Redis
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.tables import answer_log, flush_mark
from app.bank.media import MediaFile, medium_text
from app.bank.paper import paper
from app.bank.store import read_instrument, read_items, read_media
from app.exams.live import EventCard
from app.exams.model import EventRow
from app.exams.store import read_event, room_pins, set_primed
from app.forms.draw import draw_planned, event_secret
from app.forms.model import to_layout
from app.forms.plan import plan
from app.forms.pool import pool_of
from app.forms.store import save_forms, standing_pool
from app.kit.batches import batches
from app.kit.errors import OpsError
from app.kit.ids import account_key, partition_tag, sitting_text
from app.kit.redis import Command, ask, call
from app.kit.secrets import Secrets, card_pin, pin_hash
from app.operations.drawing import drawing_of, push_drawing
from app.operations.lock import event_lock
from app.operations.stores import Stores
from app.people.audit_log.model import ITSELF, Actor
from app.people.audit_log.store import append
from app.sittings.fresh import form_id, fresh_fields, shown_person
from app.sittings.store import Enrolled, enrolled, undrawn
from app.sittings.tables import room_log

_CALL_MOST = 100  # sittings a call
_FIRST_EPOCH = 1


@dataclass(frozen=True, slots=True)
class Paper:
    """What participants may see of an event's items: JSON by item, and the pictures."""

    texts: dict[str, bytes]
    media: list[MediaFile]


@dataclass(frozen=True, slots=True)
class Primed:
    """What priming did."""

    sittings: int
    created: int
    opened: int


async def known_event(conn: AsyncConnection, event_id: str) -> EventRow:
    """Return the event.

    Raises:
        OpsError: when the record does not know it.
    """
    event = await read_event(conn, event_id)
    if event is None:
        raise OpsError(f"There is no event {event_id!r}; `serentak run` makes the demo event.")
    return event


async def prime(stores: Stores, event_id: str, now: int, actor: Actor = ITSELF) -> Primed:
    """Draw the forms, and create in the room what is not there. Overwrites no answer, no state.

    1. Forms and marks into the record, committed. 2. Bank, accounts and sittings into the room.
    3. ``room`` of each partition, last: only now do the doors open.

    Raises:
        OpsError: the event is unknown, has answers already, or is being primed or recovered.
    """
    record, room, secrets = stores.record, stores.room, stores.secrets
    async with record.connect() as conn:
        event = await known_event(conn, event_id)
    event = replace(event, primed_at=event.primed_at or now)
    async with event_lock(record, event.number):
        async with record.begin() as conn:
            await _make_log(conn, event)
        async with record.begin() as conn:
            await _refuse_begun(conn, event)
            await draw_missing(conn, event, secrets)
            await _make_marks(conn, event, now)
            people = await enrolled(conn, event.number)
            texts = await bank_texts(conn, event)
            doors = await room_pins(conn, event.number)
            drawing = await drawing_of(conn, event)
        await push_event(room, event, texts, people)
        await push_drawing(room, event, drawing)
        created = await push_sittings(room, secrets, event, people)
        await push_accounts(room, secrets, event, people)
        # Whoever dies from here on: the recorder finds a primed event without a room, and recovers.
        async with record.begin() as conn:
            await set_primed(conn, event.number, event.primed_at or now)
            done = {"sittings": len(people), "created": created}
            entry = actor.did("event.prime", now, whom=f"event:{event_id}", after=done)
            await append(conn, stores.chain, [entry])
        opened = 0
        for tag in card_of(event).tags():
            fields = room_fields(event, _FIRST_EPOCH, doors, closes_at=event.closes_at)
            opened += await call(room, "open", tag, f"{_FIRST_EPOCH}:0-0", *fields)
    return Primed(len(people), created, opened)


def card_of(event: EventRow) -> EventCard:
    """Return the event as the room knows it."""
    return EventCard(
        id=event.id,
        number=event.number,
        title=event.title,
        mode=event.mode,
        partitions=event.partitions,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        duration_ms=event.duration_ms,
        items=event.blueprint.length,
        room_pin=event.room_pin,
        primed_at=event.primed_at or 0,
    )


def room_fields(
    event: EventRow,
    epoch: int,
    doors: Mapping[int, str],
    *,
    closes_at: int,
    credit: int = 0,
    mercy: int = 0,
) -> list[str | int]:
    """Return the fields of ``room``, flat. Times in milliseconds; the stamp is set at opening.

    ``doors`` maps a room's id to the keyed hash of its PIN.
    """
    return [
        *("epoch", epoch, "event", event.id, "mode", event.mode, "mercy", mercy),
        *("opens", event.opens_at, "closes", closes_at, "credit", credit),
        *("duration", event.duration_ms, "grace", event.grace_ms),
        *(part for room, pin in doors.items() for part in (f"pin:{room}", pin)),
    ]


def sitting_fields(secrets: Secrets, one: Enrolled) -> list[str | int]:
    """Return the fields of a fresh ``sit``, flat."""
    return fresh_fields(
        unit=one.unit_id,
        card=one.card,
        pin=card_hash(secrets, one),
        form=form_id_of(one),
        room=one.room_id,
        wave=one.wave_id,
        opens_at=one.opens_at,
    )


def card_hash(secrets: Secrets, one: Enrolled) -> str:
    """Return the keyed hash of the PIN on a sitting's card."""
    sid = sitting_text(one.id)
    return pin_hash(secrets.pin, sid, card_pin(secrets.pin, sid, one.card))


def form_id_of(one: Enrolled) -> str:
    """Return the id of a sitting's form."""
    return form_id(str(one.layout))


def person_text(one: Enrolled) -> str:
    """Return what the pages say of a person: name and unit."""
    return shown_person(one.name, one.unit)


async def draw_missing(conn: AsyncConnection, event: EventRow, secrets: Secrets) -> int:
    """Draw and keep the forms of sittings that have none; return how many were drawn."""
    instrument = await read_instrument(conn, event.instrument_id, event.instrument_version)
    bank, version = pool_of(await read_items(conn, instrument)), event.blueprint.version
    pool = await standing_pool(conn, event.number, version, bank)
    missing = await undrawn(conn, event.number)
    if not missing:
        return 0
    drawn, secret = plan(event.blueprint, pool), event_secret(secrets.form, event.id)
    layouts = {
        sitting: to_layout(draw_planned(secret, sitting_text(sitting), drawn))
        for sitting in missing
    }
    await save_forms(conn, event.number, layouts, blueprint_version=version)
    return len(layouts)


async def bank_texts(conn: AsyncConnection, event: EventRow) -> Paper:
    """Return what of the event's items may be seen: texts without keys, sections, pictures."""
    instrument = await read_instrument(conn, event.instrument_id, event.instrument_version)
    items = await read_items(conn, instrument)
    return Paper(paper(instrument, items), await read_media(conn, items))


async def push_event(
    room: Redis, event: EventRow, shown: Paper, people: Sequence[Enrolled]
) -> None:
    """Put the event's card, its items, units, rooms and waves of its people into the room."""
    for file in shown.media:  # one at a time: each may be large
        await ask(room, ("HSET", f"media:{event.id}", file.id, medium_text(file)))
    texts = shown.texts
    await ask(
        room,
        *_naming(event),
        ("HSET", f"bank:{event.id}", *(part for pair in texts.items() for part in pair)),
        *places_of(event, people),
        atomic=True,
    )


async def push_names(room: Redis, events: Iterable[EventRow]) -> None:
    """Let the room know of these events, whose doors are or stay closed.

    A device of an event that the room does not know is told that its token is none.
    """
    commands = [command for event in events for command in _naming(event)]
    if commands:
        await ask(room, *commands, atomic=True)


def _naming(event: EventRow) -> list[Command]:
    return [
        ("SET", f"event:{event.id}", card_of(event).to_json()),
        ("SADD", "events", event.id),
    ]


def places_of(event: EventRow, people: Iterable[Enrolled]) -> list[Command]:
    """Return the commands that let the room know the units, rooms and waves of these people.

    ``units:<event>`` maps a unit's code to its number and name, ``rooms:<event>`` a room's number
    to its name and venue, ``waves:<event>`` a wave's number to its name and times, as JSON: staff
    name them so, and Postgres may be away.
    """
    units = {one.unit_code: {"id": one.unit_id, "name": one.unit} for one in people}
    rooms = {str(one.room_id): {"name": one.room, "venue": one.venue} for one in people if one.room}
    waves = {
        str(one.wave_id): {"name": one.wave, "starts_at": one.opens_at, "ends_at": one.ends_at}
        for one in people
        if one.wave
    }
    return [
        ("HSET", f"{kind}:{event.id}", *(part for pair in held.items() for part in pair))
        for kind, held in (
            ("units", _as_json(units)),
            ("rooms", _as_json(rooms)),
            ("waves", _as_json(waves)),
        )
        if held
    ]


def _as_json(held: Mapping[str, object]) -> dict[str, bytes]:
    return {name: orjson.dumps(what) for name, what in held.items()}


async def push_sittings(
    room: Redis, secrets: Secrets, event: EventRow, people: Iterable[Enrolled]
) -> int:
    """Put sittings into the room that it lacks; return how many.

    Of one that stands, name, unit and PIN become those of the record; nothing else is touched, nor
    a card that is newer in the room.
    """
    created = 0
    by_partition = sorted(people, key=lambda one: one.partition)
    for partition, mine in groupby(by_partition, key=lambda one: one.partition):
        for batch in batches(mine, _CALL_MOST):
            args = [arg for one in batch for arg in _primed(secrets, one)]
            created += await call(room, "prime", partition_tag(event.id, partition), *args)
    return created


async def push_accounts(
    room: Redis, secrets: Secrets, event: EventRow, people: Sequence[Enrolled]
) -> None:
    """Put down where each person's sitting is to be found: who finds it may enter at once."""
    for batch in batches(people, 2000):
        places = ((one, f"{one.partition}:{sitting_text(one.id)}") for one in batch)
        await ask(
            room,
            *(
                ("HSET", account_key(secrets.nip, one.nip), event.id, place)
                for one, place in places
            ),
        )


def _primed(secrets: Secrets, one: Enrolled) -> list[str | int]:
    fields = sitting_fields(secrets, one)
    return [
        sitting_text(one.id),
        str(one.layout),
        person_text(one),
        len(fields) // 2,
        *fields,
    ]


async def _refuse_begun(conn: AsyncConnection, event: EventRow) -> None:
    for log in (answer_log, room_log):
        if await conn.scalar(select(func.count()).where(log.c.event == event.number).limit(1)):
            raise OpsError(
                f"Event {event.id} has begun: its log has rows. Use `serentak recover {event.id}` "
                "to bring the room back."
            )


async def _make_log(conn: AsyncConnection, event: EventRow) -> None:
    """Make the event's part of the log. It needs the whole log for itself, so nothing goes with it.

    Other events are being recorded and primed meanwhile: they would wait, or wait for each other.
    """
    await conn.execute(
        text(
            f"CREATE TABLE IF NOT EXISTS answer_log_{event.number:d} "
            f"PARTITION OF answer_log FOR VALUES IN ({event.number:d})"
        )
    )


async def _make_marks(conn: AsyncConnection, event: EventRow, now: int) -> None:
    held = set(
        await conn.scalars(select(flush_mark.c.partition).where(flush_mark.c.event == event.number))
    )
    rows = [
        {
            "event": event.number,
            "partition": partition,
            "epoch": _FIRST_EPOCH,
            "ms": 0,
            "seq": 0,
            "stamp": now,
        }
        for partition in range(event.partitions)
        if partition not in held
    ]
    if rows:
        await conn.execute(insert(flush_mark), rows)
