"""What the record holds of a partition's sittings, in the words in which the room holds it."""

from collections import defaultdict
from dataclasses import dataclass, field

import orjson
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.deciding import ruled_text
from app.answers.log import ACTION_WORD, ZERO, Turn, WalkIn, id_text, parse_line
from app.answers.partition import Partition
from app.answers.tables import answer_log, answers, late_answers
from app.kit.ids import sitting_text
from app.operations import holding
from app.sittings.model import Answer
from app.sittings.receipts import parse_code
from app.sittings.tables import receipts, room_log, seals, sittings


@dataclass(slots=True)
class Held:
    """One sitting.

    The fields of ``sit``; item → ``rev:value:flag``; revs spent on what no longer stands; late
    answers that wait, by rev, and those that were decided; the codes of replaced seals; the ids of
    what staff did; their remarks, by the ids of the acts that made them; the log's line of who came
    in without standing on the list.
    """

    fields: dict[str, str | int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    spent: list[int] = field(default_factory=list)
    late: dict[str, str] = field(default_factory=dict)
    ruled: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    walked: str = ""


async def read_partition(conn: AsyncConnection, place: Partition) -> dict[int, Held]:
    """Return every sitting of a partition, by its number."""
    found: dict[int, Held] = defaultdict(Held)
    await _read_sittings(conn, place, found)
    await _read_seals(conn, place, found)
    await _read_answers(conn, place, found)
    await _read_late(conn, place, found)
    await _read_acts(conn, place, found)
    await _read_remarks(conn, place, found)
    await _read_outages(conn, place, found)
    await _read_walk_ins(conn, place, found)
    return found


async def read_turns(conn: AsyncConnection, place: Partition) -> list[str]:
    """Return which actions gave rooms their PINs, ``room:action``, as a partition's log tells."""
    told = (parse_line(ZERO, f"d - {detail}") for _, detail in await _lines(conn, place, "d"))
    return [f"{line.room}:{line.action}" for line in told if isinstance(line, Turn)]


async def _read_sittings(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    wanted = select(sittings).where(
        sittings.c.event == place.event, sittings.c.partition == place.partition
    )
    for row in await conn.execute(wanted):
        given = {
            "st": row.state,
            "gn": row.gen,
            "dv": row.device,
            "sa": row.started_at,
            "dl": row.deadline,
            "lf": row.left_ms,
            "ex": row.extra_ms,
            "sl": row.seal,
            "se": row.seal_epoch,
            "cn": row.card,
        }
        found[row.id].fields = {name: value for name, value in given.items() if value is not None}


async def _read_seals(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    same = and_(*(seals.c[key] == receipts.c[key] for key in ("event", "sitting", "epoch", "seal")))
    wanted = (
        select(seals, receipts.c.code)
        .join(sittings, and_(sittings.c.event == seals.c.event, sittings.c.id == seals.c.sitting))
        .outerjoin(receipts, same)
        .where(seals.c.event == place.event, sittings.c.partition == place.partition)
    )
    for row in await conn.execute(wanted):
        held = found[row.sitting]
        name = f"{row.epoch}.{row.seal}"
        if row.replaced:
            code = parse_code(row.code) if row.code else None
            if code is not None:
                held.replaced[name] = code.prefix
            continue
        if held.fields["st"] != "s":
            continue
        held.fields |= {
            "sz": row.sealed_at,
            "sd": row.digest,
            "sk": row.key_id,
            "sy": row.sealed_by,
            "sc": row.answered,
        }
        if row.recorded_at is not None:
            held.fields["rc"] = name


async def _read_answers(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    codes = {number: code for code, number in place.items.items()}
    mine = select(sittings.c.id).where(
        sittings.c.event == place.event, sittings.c.partition == place.partition
    )
    standing: set[tuple[int, int]] = set()
    for row in await conn.execute(
        select(answers).where(answers.c.event == place.event, answers.c.sitting.in_(mine))
    ):
        answer = Answer(row.rev, row.value, row.flagged)
        found[row.sitting].answers[codes[row.item]] = answer.held()
        standing.add((row.sitting, row.rev))
        fields = found[row.sitting].fields
        fields["an"] = int(fields.get("an", 0)) + (answer.value != "null")
        fields["fl"] = int(fields.get("fl", 0)) + answer.flagged
    for row in await conn.execute(
        select(answer_log.c.sitting, answer_log.c.rev, answer_log.c.kind).where(
            answer_log.c.event == place.event, answer_log.c.sitting.in_(mine)
        )
    ):
        fields = found[row.sitting].fields
        fields["mr"] = max(int(fields.get("mr", 0)), row.rev)
        if (row.sitting, row.rev) not in standing:
            found[row.sitting].spent.append(-row.rev if row.kind == "e" else row.rev)


async def _read_late(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    codes = {number: code for code, number in place.items.items()}
    wanted = (
        select(late_answers)
        .join(
            sittings,
            and_(sittings.c.event == late_answers.c.event, sittings.c.id == late_answers.c.sitting),
        )
        .where(late_answers.c.event == place.event, sittings.c.partition == place.partition)
    )
    for row in await conn.execute(wanted):
        answer = Answer(row.rev, row.value, row.flagged)
        text = f"{row.kept_at} {codes[row.item]}:{answer.held()}"
        held = found[row.sitting]
        if row.accepted_at is not None:
            held.ruled[str(row.rev)] = ruled_text("a", row.accepted_at, text)
        elif row.rejected_at is not None:
            held.ruled[str(row.rev)] = ruled_text("r", row.rejected_at, text)
        else:
            held.late[str(row.rev)] = text
            held.fields["lt"] = len(held.late)


async def _read_acts(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    why = func.split_part(room_log.c.detail, " ", 1)
    action = func.split_part(room_log.c.detail, " ", ACTION_WORD)
    wanted = (
        select(room_log.c.sitting, why.label("why"), action.label("action"))
        .where(
            room_log.c.event == place.event,
            room_log.c.partition == place.partition,
            room_log.c.kind == "t",
            or_(action.not_in(["", "-"]), why.in_(holding.TOLD_AGAIN)),
        )
        .order_by(room_log.c.epoch, room_log.c.ms, room_log.c.seq)
    )
    whys: dict[int, list[str]] = defaultdict(list)
    for row in await conn.execute(wanted):
        whys[row.sitting].append(row.why)
        if row.action not in {"", "-"}:
            found[row.sitting].acts.append(row.action)
    for sitting, said in whys.items():
        if holding.is_held(said):
            found[sitting].fields["hd"] = 1


async def _read_remarks(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    """Read them in their order; one that a reflow brought again counts once."""
    columns = room_log.c
    wanted = (
        select(columns.sitting, columns.ms, columns.seq, columns.detail)
        .where(
            columns.event == place.event,
            columns.partition == place.partition,
            columns.kind == "r",
        )
        .order_by(columns.ms, columns.seq, columns.epoch)
    )
    for row in await conn.execute(wanted):
        held, said = found[row.sitting], orjson.loads(row.detail)
        text = f"{id_text((row.ms, row.seq))} {row.detail}"
        held.remarks.setdefault(said["action"], text)
        severity = max(int(held.fields.get("rs", 0)), said["severity"])
        held.fields |= {"rn": len(held.remarks), "rs": severity}


async def _read_outages(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    """Read when each was away last, and how often its page lost the focus."""
    columns = room_log.c
    for row in await conn.execute(
        select(columns.sitting, columns.detail)
        .where(
            columns.event == place.event,
            columns.partition == place.partition,
            columns.kind == "o",
        )
        .order_by(columns.epoch, columns.ms, columns.seq)  # the last one stands
    ):
        found[row.sitting].fields["aw"] = row.detail.replace(" ", ":")
    mine = select(sittings.c.id).where(
        sittings.c.event == place.event, sittings.c.partition == place.partition
    )
    for row in await conn.execute(
        select(answer_log.c.sitting, func.count().label("times"))
        .where(
            answer_log.c.event == place.event,
            answer_log.c.sitting.in_(mine),
            answer_log.c.kind == "e",
            answer_log.c.value.startswith("focus-lost "),
        )
        .group_by(answer_log.c.sitting)
    ):
        found[row.sitting].fields["fo"] = row.times


async def _read_walk_ins(conn: AsyncConnection, place: Partition, found: dict[int, Held]) -> None:
    for sitting, detail in await _lines(conn, place, "w"):
        line = parse_line(ZERO, f"w {sitting_text(sitting)} {detail}")
        if isinstance(line, WalkIn):
            found[sitting].walked = detail
            found[sitting].acts.append(line.action)


async def _lines(conn: AsyncConnection, place: Partition, kind: str) -> list[tuple[int, str]]:
    wanted = select(room_log.c.sitting, room_log.c.detail).where(
        room_log.c.event == place.event,
        room_log.c.partition == place.partition,
        room_log.c.kind == kind,
    )
    return [(row.sitting, row.detail) for row in await conn.execute(wanted)]
