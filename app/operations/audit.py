"""The audit: room, log, answers, seals and receipts are compared, a line a rule."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson
from redis.asyncio import Redis
from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.log import ZERO, Id, id_text, parse_id
from app.answers.partition import Partition
from app.answers.tables import answer_log, answers, dead_letter, flush_mark
from app.kit.batches import batches
from app.kit.ids import sitting_text
from app.kit.redis import ask
from app.operations.catching_up import differing
from app.operations.partitions import read_partitions
from app.operations.priming import known_event
from app.operations.stores import Stores
from app.operations.testimony import Held, read_partition
from app.sittings.model import Seal, digest_of, sealed_text
from app.sittings.store import enrolled
from app.sittings.tables import receipts, seals, sittings

_AT_ONCE: Final = 500
_SHOWN: Final = 5
_KINDS: Final = ("sit", "ans", "late", "ruled")
_COMPARED: Final = (
    *("st", "gn", "dv", "sa", "dl", "lf", "ex", "sl", "se", "sz", "sd", "sk", "sy"),
    "hd",
)

_NEWEST = text(
    """
    WITH newest AS (
      SELECT DISTINCT ON (sitting, item) sitting, item, rev, value, flagged
      FROM answer_log WHERE event = :event AND kind = 'a' ORDER BY sitting, item, rev DESC)
    SELECT coalesce(newest.sitting, held.sitting) AS sitting
    FROM newest FULL JOIN (SELECT * FROM answers WHERE event = :event) held
      ON held.sitting = newest.sitting AND held.item = newest.item
    WHERE (newest.rev, newest.value, newest.flagged)
      IS DISTINCT FROM (held.rev, held.value, held.flagged)
    """
)
_AFTER_SEAL = text(
    """
    SELECT answer_log.sitting FROM answer_log
    JOIN sittings ON sittings.event = answer_log.event AND sittings.id = answer_log.sitting
    JOIN seals ON seals.event = sittings.event AND seals.sitting = sittings.id
      AND seals.epoch = sittings.seal_epoch AND seals.seal = sittings.seal
    WHERE answer_log.event = :event AND sittings.state = 's' AND answer_log.kind = 'a'
      AND NOT seals.replaced AND (answer_log.ms, answer_log.seq) > (seals.log_ms, seals.log_seq)
    UNION ALL
    SELECT seals.sitting FROM seals
    JOIN sittings ON sittings.event = seals.event AND sittings.id = seals.sitting
    WHERE seals.event = :event AND NOT seals.replaced AND sittings.state <> 's'
    """
)


@dataclass(slots=True)
class Rule:
    """One rule: how much was compared, how many differ, and some of them by name."""

    name: str
    checked: int = 0
    differences: int = 0
    examples: list[str] = field(default_factory=list)

    def differs(self, what: str) -> None:
        """Note a difference."""
        self.differences += 1
        if len(self.examples) < _SHOWN:
            self.examples.append(what)

    def line(self) -> str:
        """Return the rule as ops reads it."""
        said = f"{self.name}: {self.checked} compared, {self.differences} differ"
        return f"{said} ({', '.join(self.examples)})" if self.examples else said


@dataclass(slots=True)
class Audit:
    """All rules of an event.

    ``unflushed``: log entries that the record does not have yet; their sittings are left out of the
    comparison, and are no difference.
    """

    event: str
    unflushed: int
    rules: list[Rule]

    @property
    def differences(self) -> int:
        """How many differences there are in all."""
        return sum(rule.differences for rule in self.rules)

    def to_json(self) -> str:
        """Return it for a machine."""
        return orjson.dumps(
            {
                "event": self.event,
                "unflushed": self.unflushed,
                "differences": self.differences,
                "rules": [asdict(rule) for rule in self.rules],
            },
            option=orjson.OPT_INDENT_2,
        ).decode()


async def audit(stores: Stores, event_id: str) -> Audit:
    """Compare everything that can be compared; changes nothing.

    Raises:
        OpsError: when the event is unknown.
    """
    rules = {
        name: Rule(name)
        for name in (
            "rooms stand in the epoch of the record",
            "sittings are in the record as in the room",
            "answers are in the record as in the room",
            "late answers are in the record as in the room",
            "units and cards are in the room as in the record",
            "answers are the newest of the log",
            "no rev stands twice",
            "nothing changed under a seal",
            "seals are recorded with their digest",
            "receipts verify",
            "no dead letters",
        )
    }
    rooms, states, held, late, roster, newest, twice, sealed, digests, signed, dead = rules.values()
    unflushed = 0
    moving: set[int] = set()
    async with stores.record.connect() as conn:
        event = await known_event(conn, event_id)
        places = await read_partitions(conn, event_id)
        for place in places:
            unflushed += (await ask(stores.room, ("XLEN", f"log:{place.tag}")))[0]
            await _room(conn, stores.room, place, rooms)
            # What is flushed from here on would only differ from what we are about to read.
            (flushed,) = await ask(stores.room, ("GET", f"flushed:{place.tag}"))
            until = parse_id(flushed.partition(":")[2]) if flushed else ZERO
            recorded = await read_partition(conn, place)
            moving |= await _sittings(stores.room, place, until, recorded, (states, held, late))
            await _seals(conn, stores, place, recorded, (digests, signed))
        people = await enrolled(conn, event.number)
        roster.checked = len(people)
        for one in await differing(stores.room, stores.secrets, event_id, people, names=False):
            if one.id not in moving:  # its new card may be on its way
                roster.differs(sitting_text(one.id))
        await _newest(conn, event.number, newest)
        await _twice(conn, event.number, twice)
        await _after_seal(conn, event.number, sealed)
        dead.checked = dead.differences = await _count(conn, dead_letter, event.number)
    return Audit(event_id, unflushed, list(rules.values()))


async def _room(conn: AsyncConnection, room: Redis, place: Partition, rule: Rule) -> None:
    rule.checked += 1
    (epoch,) = await ask(room, ("HGET", f"room:{place.tag}", "epoch"))
    recorded = await conn.scalar(
        select(flush_mark.c.epoch).where(
            flush_mark.c.event == place.event, flush_mark.c.partition == place.partition
        )
    )
    if epoch is None or int(epoch) != recorded:
        rule.differs(f"{place.tag.strip('{}')}: room {epoch}, record {recorded}")


async def _sittings(
    client: Redis,
    place: Partition,
    until: Id,
    recorded: Mapping[int, Held],
    rules: tuple[Rule, Rule, Rule],
) -> set[int]:
    """Compare sittings and their answers; return those on their way, which are left out."""
    states, held, late = rules
    moving: set[int] = set()
    for some in batches(sorted(recorded), _AT_ONCE):
        for number, room in zip(some, await _read(client, place, some), strict=True):
            fields, answers_, late_, ruled = room
            sid = sitting_text(number)
            newest = parse_id(fields.get("li") or "0-0")
            if newest > until and await _is_on_its_way(client, place, newest):
                moving.add(number)
                continue
            record = recorded[number]
            states.checked += 1
            if not _same_fields(fields, record):
                states.differs(sid)
            held.checked += len(record.answers.keys() | answers_.keys())
            for item in sorted(record.answers.keys() | answers_.keys()):
                if record.answers.get(item) != answers_.get(item):
                    held.differs(f"{sid} {item}")
            late.checked += len(record.late.keys() | late_.keys())
            late.checked += len(record.ruled.keys() | ruled.keys())
            if (record.late, record.ruled) != (late_, ruled):
                late.differs(sid)
    return moving


async def _is_on_its_way(room: Redis, place: Partition, entry: Id) -> bool:
    """Tell whether an entry stands in the log or has been flushed; else it is nowhere."""
    at = id_text(entry)
    flushed, found = await ask(
        room,
        ("GET", f"flushed:{place.tag}"),
        ("XRANGE", f"log:{place.tag}", at, at),
        atomic=True,
    )
    return bool(found) or entry <= parse_id((flushed or "0:0-0").partition(":")[2])


async def _read(
    room: Redis, place: Partition, numbers: Iterable[int]
) -> list[tuple[dict[str, str], ...]]:
    replies = await ask(
        room,
        *(
            ("HGETALL", f"{kind}:{place.tag}:{sitting_text(number)}")
            for number in numbers
            for kind in _KINDS
        ),
    )
    return [tuple(some) for some in batches(replies, len(_KINDS))]


def _same_fields(room: dict[str, str], record: Held) -> bool:
    recorded = {name: str(value) for name, value in record.fields.items()}
    return all(
        (room.get(name) or None) == (recorded.get(name) or None)
        for name in _COMPARED
        if not (name in {"sz", "sd", "sk", "sy"} and room.get("st") != "s")
    )


async def _newest(conn: AsyncConnection, event: int, rule: Rule) -> None:
    rule.checked = await _count(conn, answers, event)
    for row in await conn.execute(_NEWEST, {"event": event}):
        rule.differs(sitting_text(row.sitting))


async def _twice(conn: AsyncConnection, event: int, rule: Rule) -> None:
    rule.checked = await _count(conn, answer_log, event)
    grouped = (
        select(answer_log.c.sitting)
        .where(answer_log.c.event == event)
        .group_by(answer_log.c.sitting, answer_log.c.rev)
        .having(func.count() > 1)
    )
    for row in await conn.execute(grouped):
        rule.differs(sitting_text(row.sitting))


async def _after_seal(conn: AsyncConnection, event: int, rule: Rule) -> None:
    rule.checked = await _count(conn, seals, event)
    for row in await conn.execute(_AFTER_SEAL, {"event": event}):
        rule.differs(sitting_text(row.sitting))


async def _seals(
    conn: AsyncConnection,
    stores: Stores,
    place: Partition,
    recorded: Mapping[int, Held],
    rules: tuple[Rule, Rule],
) -> None:
    """Compare the standing seals of sealed sittings with the record's own answers."""
    digests, signed = rules
    same = and_(*(seals.c[key] == receipts.c[key] for key in ("event", "sitting", "epoch", "seal")))
    standing = and_(
        sittings.c.event == seals.c.event,
        sittings.c.id == seals.c.sitting,
        sittings.c.seal == seals.c.seal,
        sittings.c.seal_epoch == seals.c.epoch,
    )
    rows = (
        await conn.execute(
            select(sittings.c.id, seals, receipts.c.signature)
            .select_from(sittings)
            .outerjoin(seals, standing)
            .outerjoin(receipts, same)
            .where(
                sittings.c.event == place.event,
                sittings.c.partition == place.partition,
                sittings.c.state == "s",
            )
        )
    ).all()
    for row in rows:
        if recorded[row.id].fields["st"] != "s":  # sealed since we read it
            continue
        sid = sitting_text(row.id)
        digests.checked += 1
        if row.digest is None:
            digests.differs(f"{sid} without a seal")
            continue
        sealed = sealed_text(recorded[row.id].answers)
        signed.checked += 1
        if row.recorded_at is None or digest_of(sealed) != row.digest:
            digests.differs(sid)
        seal = Seal(
            row.epoch, row.seal, row.sealed_at, row.answered, row.digest, row.key_id, row.sealed_by
        )
        signature = row.signature or b""
        made_by = stores.signer.key_that_signed(place.event_id, sid, seal, sealed, signature)
        if made_by != row.key_id:
            signed.differs(sid)


async def _count(conn: AsyncConnection, table: Any, event: int) -> int:  # noqa: ANN401 - any table
    return (
        await conn.scalar(select(func.count()).select_from(table).where(table.c.event == event))
    ) or 0
