"""Reflow: Postgres was set back; what the room still holds is sent again.

Values that had been superseded before are then missing from the log; the audit says how many
sittings were sent again.
"""

import logging
from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers import ledger
from app.answers.deciding import Ruling, mark_late, parse_ruled
from app.answers.ledger import Mark
from app.answers.log import (
    Change,
    Credit,
    Id,
    Late,
    Line,
    Outage,
    Remark,
    Transition,
    id_text,
    parse_id,
    parse_line,
)
from app.answers.partition import Partition
from app.answers.sealing import append_room
from app.kit.batches import batches
from app.kit.crash import crash_point
from app.kit.ids import sitting_from_text
from app.kit.redis import ask, time_ms
from app.operations.holding import HELD, RELEASED
from app.operations.lock import event_lock
from app.operations.partitions import read_partitions
from app.operations.priming import known_event
from app.operations.reflow_arrivals import send_arrivals
from app.operations.stores import Stores
from app.people.audit_log.model import ITSELF, Actor
from app.people.audit_log.store import append
from app.sittings.model import Seal, parse_held
from app.sittings.tables import sittings

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 200
_AFTER_TRANSITIONS: Final = 1 << 30
"""Sequence numbers below it are those of the transitions that are sent again."""


@dataclass(frozen=True, slots=True)
class Reflowed:
    """What was sent again: partitions whose record was behind, and their sittings."""

    partitions: int
    sittings: int


async def reflow(stores: Stores, event_id: str, actor: Actor = ITSELF) -> Reflowed:
    """Send again what the record lacks, partition by partition, each in one transaction.

    The exam goes on meanwhile: what is accepted after ``flushed`` stands in the log as well and is
    flushed afterwards, where it is found to be there already.

    Raises:
        OpsError: the event or its sittings are not in the record at all.
    """
    async with stores.record.connect() as conn:
        event = await known_event(conn, event_id)
        places = await read_partitions(conn, event_id)
    again = 0
    behind = 0
    async with event_lock(stores.record, event.number):
        for place in places:
            async with stores.record.begin() as conn:
                sent = await send_again(conn, stores, place, actor)
            crash_point("reflow-half")
            behind += sent is not None
            again += sent or 0
    _log.warning("event %s reflowed: %s sittings sent again", event_id, again)
    return Reflowed(behind, again)


async def send_again(
    conn: AsyncConnection, stores: Stores, place: Partition, actor: Actor
) -> int | None:
    """Send a partition again whose record is behind ``flushed``, be its doors open or closed.

    Returns how many sittings were sent; None where the record is not behind, as far as the room
    can tell. The caller holds the event's lock.

    Raises:
        OpsError: when the record does not know the sittings at all.
    """
    mark = await ledger.hold(conn, place)
    room, tag = stores.room, place.tag
    (credit, closes), (shut_credit, shut_closes), flushed, sids = await ask(
        room,
        ("HMGET", f"room:{tag}", "credit", "closes"),
        ("HMGET", f"alarm:{tag}", "credit", "closes"),
        ("GET", f"flushed:{tag}"),
        ("SMEMBERS", f"index:{tag}"),
        atomic=True,
    )
    if flushed is None:
        return None
    said_epoch, _, said_id = flushed.partition(":")
    epoch, at, stamp = int(said_epoch), parse_id(said_id), await time_ms(room)
    if (mark.epoch, mark.at) >= (epoch, at):
        return None
    # Time given back since then stands in the sittings' deadlines already: note it, do not add it.
    total = Credit(at, 0, f"0 {credit or shut_credit or 0} {closes or shut_closes or 0}")
    await append_room(conn, place, epoch, [total, *await _credits_after(room, tag, at)])
    known = set(
        await conn.scalars(
            select(sittings.c.id).where(
                sittings.c.event == place.event, sittings.c.partition == place.partition
            )
        )
    )
    strangers = [sid for sid in sids if sitting_from_text(sid) not in known]
    await send_arrivals(conn, stores, place, epoch, at, strangers)
    for some in batches(sorted(sids), _AT_ONCE):
        told = [await _testify(room, tag, sid, at) for sid in some]
        lines = [line for one in told for line in one.lines]
        done = await ledger.apply(conn, place, epoch, lines, stores.signer, stamp)
        await mark_late(conn, place, [ruling for one in told for ruling in one.rulings])
        await ledger.note_cards(conn, place, {one.sitting: one.card for one in told})
        for alarm in done.alarms:
            _log.error("alarm: %s", alarm)
    await ledger.move(conn, place, Mark(epoch, at, stamp))
    entry = actor.did(
        "event.reflow",
        stamp,
        whom=f"event:{place.event_id}",
        before={"recorded": f"{mark.epoch}:{id_text(mark.at)}"},
        after={"recorded": flushed, "partition": place.partition, "sittings": len(sids)},
    )
    await append(conn, stores.chain, [entry])
    return len(sids)


async def _credits_after(room: Redis, tag: str, after: Id) -> list[Credit]:
    (entries,) = await ask(room, ("XRANGE", f"log:{tag}", f"({id_text(after)}", "+"))
    lines = (
        parse_line(parse_id(entry), fields["d"])
        for entry, fields in entries
        if fields["d"].startswith("g ")
    )
    return [line for line in lines if isinstance(line, Credit)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What the room holds of a sitting.

    Lines of a log, what was decided of late answers, the number of its card.
    """

    sitting: int
    lines: list[Line]
    rulings: list[Ruling]
    card: int


async def _testify(room: Redis, tag: str, sid: str, at: Id) -> _Told:
    """Return what the room holds of a sitting."""
    own = f"{tag}:{sid}"
    held, answers, late, ruled, remarks = await ask(
        room,
        ("HGETALL", f"sit:{own}"),
        ("HGETALL", f"ans:{own}"),
        ("HGETALL", f"late:{own}"),
        ("HGETALL", f"ruled:{own}"),
        ("LRANGE", f"remark:{own}", 0, -1),
        atomic=True,
    )
    number = sitting_from_text(sid)
    decided = [parse_ruled(number, int(rev), text) for rev, text in ruled.items()]
    lines: list[Line] = []
    for item, text in answers.items():
        answer = parse_held(text)
        lines.append(Change(at, number, item, answer.rev, answer.value, answer.flagged))
    for text in (*late.values(), *(text for _, text in decided)):
        kept_at, _, rest = text.partition(" ")
        item, _, entry = rest.partition(":")
        one = parse_held(entry)
        lines.append(Late(at, number, int(kept_at), item, one.rev, one.value, one.flagged))
    for remark in remarks:  # each has its own place in the log, and finds it again
        place, _, said = remark.partition(" ")
        lines.append(Remark(parse_id(place), number, said))
    if held["gn"] != "0" or held["st"] != "n" or "hd" in held:
        lines.append(_transition(held, number, at))
    if held.get("aw"):
        place_of_it = (at[0], _AFTER_TRANSITIONS + number % _AFTER_TRANSITIONS)
        lines.append(Outage(place_of_it, number, held["aw"].replace(":", " ")))
    return _Told(number, lines, [ruling for ruling, _ in decided], int(held["cn"]))


def _transition(held: dict[str, str], sitting: int, at: Id) -> Transition:
    def number(name: str) -> int | None:
        return int(held[name]) if held.get(name) else None

    seal = None
    if held["st"] == "s":
        seal = Seal(
            int(held["se"]),
            int(held["sl"]),
            int(held["sz"]),
            int(held["sc"]),
            held["sd"],
            held["sk"],
            held["sy"],
        )
    return Transition(
        # One place in the log for each, though all came to the record at once.
        at=(at[0], sitting % _AFTER_TRANSITIONS),
        sitting=sitting,
        # Whatever seals the record knows of: only the one that stands in the room still stands.
        why="restore" if seal else "lift",
        state=held["st"],
        gen=int(held["gn"]),
        device=held.get("dv") or None,
        started_at=number("sa"),
        deadline=number("dl"),
        left_ms=number("lf"),
        extra_ms=number("ex") or 0,
        seal=number("sl") or 0,
        seal_epoch=number("se") or 0,
        sealed=seal,
        detail=f"{HELD if held.get('hd') else RELEASED} {held['st']}",
    )
