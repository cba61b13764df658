"""The record's side of what happens to a sitting: room log, row, seals and receipts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.log import (
    Credit,
    Id,
    Line,
    Note,
    Outage,
    Remark,
    Transition,
    Turn,
    WalkIn,
)
from app.answers.partition import Partition
from app.kit.crash import crash_point
from app.kit.ids import sitting_text
from app.kit.postgres import driver
from app.people.audit_log.model import Entry
from app.sittings.model import Seal, digest_of, held_text, sealed_text
from app.sittings.receipts import Code, Receipts, code_prefix
from app.sittings.tables import seals, sittings

LIFTING_A_SEAL: Final = frozenset({"reopen", "restore", "undo-submit", "lift"})
_KINDS: Final[dict[type, str]] = {
    Transition: "t",
    Credit: "g",
    Note: "n",
    Remark: "r",
    Outage: "o",
    WalkIn: "w",
    Turn: "d",
}
_ROOM_LINES: Final = (Transition, Credit, Note, Remark, Outage, WalkIn, Turn)

_ROOM_LOG: Final = """
INSERT INTO room_log (event, partition, epoch, ms, seq, kind, sitting, detail)
SELECT $1::smallint, $2::smallint, $3::int, *
FROM unnest($4::bigint[], $5::int[], $6::text[], $7::bigint[], $8::text[])
ON CONFLICT DO NOTHING RETURNING ms, seq
"""
_SEALS: Final = """
INSERT INTO seals (event, sitting, epoch, seal, sealed_at, answered, digest, key_id, sealed_by,
  log_ms, log_seq)
SELECT $1::smallint, * FROM unnest($2::bigint[], $3::int[], $4::int[], $5::bigint[], $6::int[],
  $7::text[], $8::text[], $9::text[], $10::bigint[], $11::int[])
ON CONFLICT (event, sitting, epoch, seal) DO UPDATE
SET replaced = false, log_ms = excluded.log_ms, log_seq = excluded.log_seq
"""
_STANDING: Final = """
SELECT sitting, item, rev, value, flagged FROM answers
WHERE event = $1 AND sitting = ANY($2::bigint[])
"""
_RECORDED: Final = """
UPDATE seals SET recorded_at = $2
FROM unnest($3::bigint[], $4::int[], $5::int[]) AS new (sitting, epoch, seal)
WHERE seals.event = $1 AND seals.sitting = new.sitting AND seals.epoch = new.epoch
  AND seals.seal = new.seal
"""
_RECEIPTS: Final = """
INSERT INTO receipts (event, sitting, epoch, seal, code, signature)
SELECT $1::smallint, * FROM unnest($2::bigint[], $3::int[], $4::int[], $5::text[], $6::bytea[])
ON CONFLICT DO NOTHING
"""


@dataclass(slots=True)
class Applied:
    """What a batch did: seals found right (sitting → ``epoch.seal``), and what is an alarm.

    ``acts``: what staff did in it, for the audit log.
    """

    recorded: dict[int, str] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)
    acts: list[Entry] = field(default_factory=list)

    def add(self, more: "Applied") -> None:
        """Add what another part of the batch did."""
        self.recorded |= more.recorded
        self.alarms += more.alarms
        self.acts += more.acts


async def append_room(
    conn: AsyncConnection, place: Partition, epoch: int, lines: Sequence[Line]
) -> list[Credit]:
    """Append what is neither answer nor late to the room's log; return the credits new to it."""
    rows = [line for line in lines if isinstance(line, _ROOM_LINES)]
    if not rows:
        return []
    fresh = await (await driver(conn)).fetch(
        _ROOM_LOG,
        place.event,
        place.partition,
        epoch,
        [line.at[0] for line in rows],
        [line.at[1] for line in rows],
        [_KINDS[type(line)] for line in rows],
        [None if isinstance(line, Credit | Turn) else line.sitting for line in rows],
        [line.detail for line in rows],
    )
    new = {(row["ms"], row["seq"]) for row in fresh}
    return [line for line in rows if isinstance(line, Credit) and line.at in new]


async def place_sittings(
    conn: AsyncConnection, place: Partition, transitions: Sequence[Transition]
) -> None:
    """Write where sittings stand: the last transition of each."""
    last = {one.sitting: one for one in transitions}
    rows = [last[sitting] for sitting in sorted(last)]
    await (await driver(conn)).execute(
        """
        UPDATE sittings SET state = new.state, gen = new.gen, device = new.device,
          started_at = new.started_at, deadline = new.deadline, left_ms = new.left_ms,
          extra_ms = new.extra_ms, seal = new.seal, seal_epoch = new.seal_epoch
        FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[],
          $8::bigint[], $9::bigint[], $10::int[], $11::int[])
          AS new (id, state, gen, device, started_at, deadline, left_ms, extra_ms, seal, seal_epoch)
        WHERE sittings.event = $1 AND sittings.id = new.id
        """,
        place.event,
        [one.sitting for one in rows],
        [one.state for one in rows],
        [one.gen for one in rows],
        [one.device for one in rows],
        [one.started_at for one in rows],
        [one.deadline for one in rows],
        [one.left_ms for one in rows],
        [one.extra_ms for one in rows],
        [one.seal for one in rows],
        [one.seal_epoch for one in rows],
    )


async def seal(
    conn: AsyncConnection,
    place: Partition,
    transitions: Sequence[Transition],
    signer: Receipts,
    now: int,
    done: Applied,
) -> None:
    """Note new seals, and which no longer stand; confirm the new ones."""
    replaced = [one.sitting for one in transitions if one.why in LIFTING_A_SEAL]
    if replaced:
        await conn.execute(
            update(seals)
            .where(
                seals.c.event == place.event,
                seals.c.sitting.in_(replaced),
                seals.c.replaced.is_(False),  # those of earlier reopenings are not written again
            )
            .values(replaced=True)
        )
    made = [(one, one.sealed) for one in transitions if one.makes_seal and one.sealed]
    if not made:
        return
    await (await driver(conn)).execute(
        _SEALS,
        place.event,
        [one.sitting for one, _ in made],
        [seal.epoch for _, seal in made],
        [seal.number for _, seal in made],
        [seal.at for _, seal in made],
        [seal.answered for _, seal in made],
        [seal.digest for _, seal in made],
        [seal.key_id for _, seal in made],
        [seal.by for _, seal in made],
        # A reflow may have brought the seal before its own line came.
        [one.at[0] for one, _ in made],
        [one.at[1] for one, _ in made],
    )
    crash_point("seal-noted")
    await confirm(conn, place, [(one.sitting, seal) for one, seal in made], signer, now, done)


async def confirm(
    conn: AsyncConnection,
    place: Partition,
    made: Sequence[tuple[int, Seal]],
    signer: Receipts,
    now: int,
    done: Applied,
) -> None:
    """Compare each seal's digest with the record's own answers; sign what is right.

    Raises:
        MissingKey: when a seal was made under a key that this installation does not hold.
    """
    raw = await driver(conn)
    codes = {number: code for code, number in place.items.items()}
    held: dict[int, dict[str, str]] = {sitting: {} for sitting, _ in made}
    for sitting, item, rev, value, flagged in await raw.fetch(_STANDING, place.event, list(held)):
        held[sitting][codes[item]] = held_text(rev, value, flagged)
    right: list[tuple[int, Seal, str, bytes]] = []
    for sitting, seal in made:
        text, sid = sealed_text(held[sitting]), sitting_text(sitting)
        if digest_of(text) != seal.digest:
            done.alarms.append(f"sitting {sid}: the record differs from seal {seal.name}")
            continue
        signature = signer.sign(place.event_id, sid, seal, text)
        prefix = code_prefix(signature)
        code = Code(place.event, place.partition, sid, seal.epoch, seal.number, prefix)
        done.recorded[sitting] = seal.name
        right.append((sitting, seal, str(code), signature))
    if not right:
        return
    names = (
        [sitting for sitting, *_ in right],
        [seal.epoch for _, seal, *_ in right],
        [seal.number for _, seal, *_ in right],
    )
    await raw.execute(_RECORDED, place.event, now, *names)
    await raw.execute(
        _RECEIPTS,
        place.event,
        *names,
        [code for *_, code, _ in right],
        [signature for *_, signature in right],
    )


async def recorded_between(
    conn: AsyncConnection, place: Partition, low: Id, high: Id
) -> dict[int, str]:
    """Return the seals recorded from log ids in (low, high]: what a predecessor left unsaid."""
    at = func.row(seals.c.log_ms, seals.c.log_seq)
    rows = await conn.execute(
        select(seals.c.sitting, seals.c.epoch, seals.c.seal)
        .join(sittings, and_(sittings.c.event == seals.c.event, sittings.c.id == seals.c.sitting))
        .where(
            seals.c.event == place.event,
            sittings.c.partition == place.partition,
            seals.c.recorded_at.is_not(None),
            seals.c.replaced.is_(False),
            at > func.row(*low),
            at <= func.row(*high),
        )
    )
    return {row.sitting: f"{row.epoch}.{row.seal}" for row in rows}
