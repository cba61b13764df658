"""The record's side of an answer: all SQL that the recorder writes with, a transaction a batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import BigInteger, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.arrivals import seat_walk_ins, turn_doors
from app.answers.deciding import decide_late
from app.answers.log import Change, Credit, Happening, Id, Late, Line, Transition, Turn, WalkIn
from app.answers.partition import Partition
from app.answers.sealing import LIFTING_A_SEAL, Applied, append_room, place_sittings, seal
from app.answers.tables import dead_letter, flush_mark
from app.exams.tables import events
from app.kit.ids import sitting_from_text, sitting_text
from app.kit.postgres import driver
from app.sittings.receipts import Receipts
from app.sittings.tables import room_log, sittings

_GAPS_MOST: Final = 8  # as the room remembers
_COLUMNS: Final = ("sitting", "rev", "ms", "seq", "item", "event", "flagged", "kind", "value")
_APPEND: Final = """
INSERT INTO answer_log (sitting, rev, ms, seq, item, event, flagged, kind, value)
SELECT * FROM unnest(
  $1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::int[],
  $6::smallint[], $7::bool[], $8::text[], $9::text[])
ON CONFLICT DO NOTHING
"""
_OTHERS: Final = """
SELECT new.sitting, new.rev, new.kind, new.value, new.ms, new.seq FROM unnest(
  $1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::int[],
  $6::smallint[], $7::bool[], $8::text[], $9::text[])
  AS new (sitting, rev, ms, seq, item, event, flagged, kind, value)
LEFT JOIN answer_log held
  ON held.event = new.event AND held.sitting = new.sitting AND held.rev = new.rev
WHERE (held.item, held.flagged, held.kind::text, held.value)
  IS DISTINCT FROM (new.item, new.flagged, new.kind, new.value)
"""
_FOLD: Final = """
INSERT INTO answers (event, sitting, item, rev, value, flagged)
SELECT $1::smallint, * FROM unnest($2::bigint[], $3::int[], $4::bigint[], $5::text[], $6::bool[])
ON CONFLICT (sitting, item, event) DO UPDATE
SET rev = excluded.rev, value = excluded.value, flagged = excluded.flagged
WHERE answers.rev < excluded.rev
"""
_MOVE: Final = """
UPDATE flush_mark SET epoch = $3, ms = $4, seq = $5, stamp = $6
WHERE event = $1 AND partition = $2
"""
_RAISE_CARDS: Final = """
UPDATE sittings SET card = given.card
FROM unnest($2::bigint[], $3::smallint[]) AS given (sitting, card)
WHERE sittings.event = $1 AND sittings.id = given.sitting AND sittings.card < given.card
"""
_KEEP_LATE: Final = """
INSERT INTO late_answers (event, sitting, rev, item, value, flagged, kept_at)
SELECT $1::smallint, * FROM unnest(
  $2::bigint[], $3::bigint[], $4::int[], $5::text[], $6::bool[], $7::bigint[])
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where the record has a partition's log; ``stamp``: the room's time at the last look."""

    epoch: int
    at: Id
    stamp: int


async def take(conn: AsyncConnection, place: Partition, *, wait: bool = False) -> Mark | None:
    """Lock a partition's mark; None where another recorder holds it and is not to be waited for."""
    row = (
        await conn.execute(
            select(flush_mark.c.epoch, flush_mark.c.ms, flush_mark.c.seq, flush_mark.c.stamp)
            .where(flush_mark.c.event == place.event, flush_mark.c.partition == place.partition)
            .with_for_update(skip_locked=not wait)
        )
    ).first()
    return Mark(row.epoch, (row.ms, row.seq), row.stamp) if row else None


async def hold(conn: AsyncConnection, place: Partition) -> Mark:
    """Lock a partition's mark, and wait for whoever holds it."""
    mark = await take(conn, place, wait=True)
    if mark is None:
        raise LookupError(place.tag)
    return mark


async def move(conn: AsyncConnection, place: Partition, mark: Mark) -> None:
    """Move a partition's mark."""
    raw = await driver(conn)
    await raw.execute(_MOVE, place.event, place.partition, mark.epoch, *mark.at, mark.stamp)


async def bury(
    conn: AsyncConnection, place: Partition, epoch: int, at: Id, line: str, why: str
) -> None:
    """Set aside a line that the record cannot take. Its sitting is not scored without a person."""
    words = line.replace("\x00", "\\0").split(" ")
    known = await conn.scalar(
        select(sittings.c.id).where(
            sittings.c.event == place.event, sittings.c.id == _number(words[1:2])
        )
    )
    await conn.execute(
        insert(dead_letter).values(
            event=place.event,
            partition=place.partition,
            epoch=epoch,
            ms=at[0],
            seq=at[1],
            sitting=known,
            line=" ".join(words),
            error=why.replace("\x00", "\\0")[:2000],
            at=at[0],
        )
    )


async def apply(
    conn: AsyncConnection,
    place: Partition,
    epoch: int,
    lines: Sequence[Line],
    signer: Receipts,
    now: int,
    *,
    anew: bool = False,
) -> Applied:
    """Write a run of lines that holds no barrier but at its beginning.

    ``anew``: none of its changes should stand in the record already; then it costs half as much.

    Raises:
        KeyError: an item that the bank does not have, a room that the event does not have.
        OverflowError, asyncpg.UniqueViolationError: ``anew`` alone; a number that no column may
            hold, a change that stands.
        asyncpg.PostgresError, sqlalchemy.exc.DBAPIError: what Postgres refuses.
    """
    done = Applied()
    credits_new = await append_room(conn, place, epoch, lines)
    for credit in credits_new:
        await give_back(conn, place, credit)
    # First: the lines that follow speak of their sittings.
    await seat_walk_ins(conn, place, [line for line in lines if isinstance(line, WalkIn)])
    await turn_doors(conn, place, [line for line in lines if isinstance(line, Turn)])
    changes = [line for line in lines if isinstance(line, Change)]
    happenings = [line for line in lines if isinstance(line, Happening)]
    spent = await _append(conn, place, epoch, changes, happenings, done, anew=anew)
    if spent:
        changes = [one for one in changes if (one.sitting, one.rev) not in spent]
    await fold(conn, place, changes)
    transitions = [line for line in lines if isinstance(line, Transition)]
    if transitions:
        await place_sittings(conn, place, transitions)
        await raise_cards(conn, place, transitions)
        await seal(conn, place, transitions, signer, now, done)
        await decide_late(conn, place, transitions)
    late = [line for line in lines if isinstance(line, Late)]
    if late:
        await _keep_late(conn, place, late)
    return done


async def doubted(
    conn: AsyncConnection,
    place: Partition,
    mark: Mark,
    run: Sequence[tuple[Line, str]],
    following: Sequence[tuple[Line, str]],
    done: Applied,
) -> list[tuple[Line, str]]:
    """Return a run of a closed room as the record may take it: the room may have been set back.

    Such a room takes in what comes after a seal that it no longer knows: changes are kept as late,
    transitions stand in the room's log alone. And it gives back all the time since its own past,
    of which only what lies after the record's last look was an outage.
    """
    lifted = {  # here or further on: a restore logs its changes first
        one.sitting
        for one, _ in (*run, *following)
        if isinstance(one, Transition) and one.why in LIFTING_A_SEAL
    }
    moved = {one.sitting for one, _ in run if isinstance(one, Change | Transition)} - lifted
    sealed = set(
        await conn.scalars(
            select(sittings.c.id).where(
                sittings.c.event == place.event,
                sittings.c.state == "s",
                sittings.c.id.in_(moved),
            )
        )
    )
    taken: list[tuple[Line, str]] = []
    refused: list[Line] = []
    for one, text in run:
        line: Line | None = one
        if isinstance(one, Credit):
            line = await _bounded(conn, place, mark, one)
        elif isinstance(one, Change) and one.sitting in sealed:
            line = Late(one.at, one.sitting, one.at[0], *one[2:])
        elif isinstance(one, Transition) and one.sitting in sealed:
            line = one if one.state == "s" and not one.makes_seal else None
        if line is None:
            refused.append(one)
        else:
            taken.append((line, text))
        if line is not one:
            done.alarms.append(f"{place.tag} {one.at}: taken in by an older room")
    await append_room(conn, place, mark.epoch, refused)
    await raise_cards(conn, place, [one for one in refused if isinstance(one, Transition)])
    return taken


async def _bounded(conn: AsyncConnection, place: Partition, mark: Mark, credit: Credit) -> Credit:
    """Return the credit without what lies before the record's last look at the room's stamp."""
    over = credit.ms - (credit.at[0] - mark.stamp)
    if credit.ms <= 0 or over <= 0:
        return credit
    ms = max(0, credit.ms - over)
    total = await credit_so_far(conn, place) + ms
    return Credit(credit.at, ms, f"{ms} {total} -")


async def credit_so_far(conn: AsyncConnection, place: Partition) -> int:
    """Return all the time given back in a partition, in milliseconds, as the record knows it."""
    detail = await conn.scalar(
        select(room_log.c.detail)
        .where(
            room_log.c.event == place.event,
            room_log.c.partition == place.partition,
            room_log.c.kind == "g",
        )
        .order_by(room_log.c.epoch.desc(), room_log.c.ms.desc(), room_log.c.seq.desc())
        .limit(1)
    )
    return int(detail.split(" ")[1]) if detail else 0


async def gaps_so_far(conn: AsyncConnection, place: Partition) -> str:
    """Return when the server was away, as the room holds it: ``from:to``, the last few times."""
    ms = func.split_part(room_log.c.detail, " ", 1).cast(BigInteger)
    rows = await conn.execute(
        select(room_log.c.ms.label("over"), ms.label("credit"))
        .where(
            room_log.c.event == place.event,
            room_log.c.partition == place.partition,
            room_log.c.kind == "g",
            ms > 0,
        )
        .order_by(room_log.c.epoch.desc(), room_log.c.ms.desc(), room_log.c.seq.desc())
        .limit(_GAPS_MOST)
    )
    return " ".join(f"{row.over - row.credit}:{row.over}" for row in reversed(rows.all()))


async def fold(conn: AsyncConnection, place: Partition, changes: Iterable[Change]) -> None:
    """Upsert the newest of each (sitting, item), where it is newer than what stands."""
    newest: dict[tuple[int, int], Change] = {}
    for change in changes:
        key = (change.sitting, place.items[change.item])
        held = newest.get(key)
        if held is None or held.rev < change.rev:
            newest[key] = change
    if not newest:
        return
    keys = sorted(newest)  # one order for all: no deadlock
    ordered = [newest[key] for key in keys]
    await (await driver(conn)).execute(
        _FOLD,
        place.event,
        [sitting for sitting, _ in keys],
        [item for _, item in keys],
        [change.rev for change in ordered],
        [change.value for change in ordered],
        [change.flagged for change in ordered],
    )


async def _append(
    conn: AsyncConnection,
    place: Partition,
    epoch: int,
    changes: Sequence[Change],
    happenings: Sequence[Happening],
    done: Applied,
    *,
    anew: bool,
) -> set[tuple[int, int]]:
    """Append to the log; return sitting and rev of those that were spent on something else."""
    rows: list[tuple[Any, ...]] = [
        (sitting, rev, *at, place.items[item], place.event, flagged, "a", value)
        for at, sitting, item, rev, value, flagged in changes
    ]
    rows += [
        (sitting, rev, *at, None, place.event, False, "e", text)
        for at, sitting, rev, text in happenings
    ]
    if not rows:
        return set()
    rows.sort(key=itemgetter(0, 1))  # in the index's order: neighbours are found together
    raw = await driver(conn)
    if anew:
        await raw.copy_records_to_table("answer_log", records=rows, columns=_COLUMNS)
        return set()
    columns = list(zip(*rows, strict=True))
    said = await raw.execute(_APPEND, *columns)
    if int(said.split(" ")[-1]) == len(rows):
        return set()
    # Some stood already: a replay after a recovery, or a revision that was spent on something else.
    spent = set()
    for row in await raw.fetch(_OTHERS, *columns):
        spent.add((row["sitting"], row["rev"]))
        done.alarms.append(
            f"sitting {sitting_text(row['sitting'])} rev {row['rev']} stands with another value"
        )
        at = (row["ms"], row["seq"])
        line = f"{row['kind']} {sitting_text(row['sitting'])} {row['rev']}:{row['value']}"
        await bury(conn, place, epoch, at, line, "the same revision stands with another value")
    return spent


async def raise_cards(
    conn: AsyncConnection, place: Partition, transitions: Iterable[Transition]
) -> None:
    """Note which cards the room has given out; a number never falls."""
    cards: dict[int, int] = {}
    for one in transitions:
        if one.card is not None:
            cards[one.sitting] = max(one.card, cards.get(one.sitting, 0))
    await note_cards(conn, place, cards)


async def note_cards(conn: AsyncConnection, place: Partition, cards: Mapping[int, int]) -> None:
    """Raise the numbers of sittings' cards to these, where they are lower."""
    if cards:
        sittings_ = sorted(cards)
        await (await driver(conn)).execute(
            _RAISE_CARDS, place.event, sittings_, [cards[one] for one in sittings_]
        )


async def give_back(conn: AsyncConnection, place: Partition, credit: Credit) -> None:
    """Move the deadlines of a partition's open sittings."""
    await conn.execute(
        update(sittings)
        .where(
            sittings.c.event == place.event,
            sittings.c.partition == place.partition,
            sittings.c.state == "o",
        )
        .values(deadline=sittings.c.deadline + credit.ms)
    )


async def _keep_late(conn: AsyncConnection, place: Partition, late: Sequence[Late]) -> None:
    await (await driver(conn)).execute(
        _KEEP_LATE,
        place.event,
        [one.sitting for one in late],
        [one.rev for one in late],
        [place.items[one.item] for one in late],
        [one.value for one in late],
        [one.flagged for one in late],
        [one.kept_at for one in late],
    )


async def places(conn: AsyncConnection, event_id: str | None) -> list[tuple[int, str, int]]:
    """Return event number, event id and partition of every mark: of one event, or all primed.

    What closes last comes first: an exam that runs is not to wait until those that are over have
    been recovered.
    """
    wanted = events.c.primed_at.is_not(None) if event_id is None else events.c.id == event_id
    rows = await conn.execute(
        select(flush_mark.c.event, events.c.id, flush_mark.c.partition)
        .join(events, events.c.number == flush_mark.c.event)
        .where(wanted)
        .order_by(events.c.closes_at.desc(), flush_mark.c.event, flush_mark.c.partition)
    )
    return [(row.event, row.id, row.partition) for row in rows]


def _number(sid: Sequence[str]) -> int:
    try:
        return sitting_from_text(sid[0])
    except (ValueError, IndexError):
        return -1
