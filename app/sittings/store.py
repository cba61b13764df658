"""The SQL of sittings that is not the recorder's. Callers own the transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import any_, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.tables import rooms, waves
from app.forms.tables import forms
from app.people.tables import org_units, participants
from app.sittings.tables import sittings

_ENROL = text(
    """
    INSERT INTO sittings (event, id, participant_id, partition, unit_id, walk_in)
    SELECT :event, given.id, participants.id, given.partition, participants.unit_id, :walk_in
    FROM unnest(
      CAST(:ids AS bigint[]), CAST(:nips AS text[]), CAST(:partitions AS smallint[])
    ) AS given (id, nip, partition)
    JOIN participants ON participants.nip = given.nip AND participants.demo = :demo
    ON CONFLICT (event, id) DO NOTHING
    RETURNING id
    """
)
_SEAT = text(
    """
    UPDATE sittings SET unit_id = participants.unit_id
    FROM unnest(CAST(:ids AS bigint[])) AS given (id), participants
    WHERE sittings.event = :event AND sittings.id = given.id
      AND participants.id = sittings.participant_id AND sittings.unit_id <> participants.unit_id
    RETURNING sittings.id
    """
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A sitting as priming and recovery need it; ``layout`` is None before its form is drawn."""

    id: int
    nip: str
    name: str
    unit: str
    unit_id: int
    unit_code: str
    room_id: int | None
    room: str | None
    venue: str | None
    wave_id: int | None
    wave: str | None
    opens_at: int | None
    """When the sitting's wave starts; None where there are no waves, as the three beside it."""
    ends_at: int | None
    partition: int
    card: int
    layout: str | None


@dataclass(frozen=True, slots=True)
class SittingRow:
    """A sitting as its card tells it: whose, the number of the card, in which unit (its code)."""

    nip: str
    name: str
    card: int
    unit: str


async def enrol(
    conn: AsyncConnection,
    event: int,
    places: Iterable[tuple[int, str, int]],
    *,
    demo: bool,
    walk_in: bool,
) -> list[int]:
    """Give people (sitting, NIP, partition) a sitting; who has one keeps it. Return the new."""
    rows = list(places)
    given = {
        "event": event,
        "demo": demo,
        "walk_in": walk_in,
        "ids": [row[0] for row in rows],
        "nips": [row[1] for row in rows],
        "partitions": [row[2] for row in rows],
    }
    return list(await conn.scalars(_ENROL, given))


async def seat(conn: AsyncConnection, event: int, ids: Sequence[int]) -> list[int]:
    """Seat people in the unit that the roster says; return the sittings that were moved."""
    return list(await conn.scalars(_SEAT, {"event": event, "ids": ids}))


async def undrawn(conn: AsyncConnection, event: int) -> list[int]:
    """Return the sittings of an event that have no form yet."""
    drawn = (forms.c.event == sittings.c.event) & (forms.c.sitting == sittings.c.id)
    wanted = select(sittings.c.id).outerjoin(forms, drawn)
    return list(
        await conn.scalars(wanted.where(sittings.c.event == event, forms.c.sitting.is_(None)))
    )


async def sitting_of(conn: AsyncConnection, event: int, sitting: int) -> SittingRow | None:
    """Return what the roster's changes need to know of a sitting, if there is one."""
    wanted = (
        select(participants.c.nip, participants.c.name, sittings.c.card, org_units.c.code)
        .select_from(sittings)
        .join(participants, participants.c.id == sittings.c.participant_id)
        .join(org_units, org_units.c.id == sittings.c.unit_id)
        .where(sittings.c.event == event, sittings.c.id == sitting)
    )
    row = (await conn.execute(wanted)).first()
    return SittingRow(*row) if row else None


async def count_sittings(conn: AsyncConnection, event: int) -> int:
    """Return how many people sit in an event."""
    wanted = select(func.count()).select_from(sittings).where(sittings.c.event == event)
    return await conn.scalar(wanted) or 0


async def next_card(conn: AsyncConnection, event: int, sitting: int, *, above: int) -> int | None:
    """Replace a sitting's card by its next one, ``above`` any other; return that one's number."""
    following = (
        update(sittings)
        .where(sittings.c.event == event, sittings.c.id == sitting)
        .values(card=func.greatest(sittings.c.card, above) + 1)
    )
    card: int | None = await conn.scalar(following.returning(sittings.c.card))
    return card


async def enrolled(
    conn: AsyncConnection, event: int, only: Iterable[int] | None = None
) -> list[Enrolled]:
    """Return the sittings of an event, all or some, by id, with their forms where drawn."""
    columns = sittings.c
    wanted = (
        select(
            columns.id,
            participants.c.nip,
            participants.c.name,
            org_units.c.name.label("unit"),
            columns.unit_id,
            org_units.c.code.label("unit_code"),
            columns.room_id,
            rooms.c.name.label("room"),
            rooms.c.venue,
            columns.wave_id,
            waves.c.name.label("wave"),
            waves.c.starts_at.label("opens_at"),
            waves.c.ends_at,
            columns.partition,
            columns.card,
            forms.c.layout,
        )
        .join(participants, participants.c.id == columns.participant_id)
        .outerjoin(waves, waves.c.id == columns.wave_id)
        .outerjoin(rooms, rooms.c.id == columns.room_id)
        .join(org_units, org_units.c.id == columns.unit_id)
        .outerjoin(forms, (forms.c.event == columns.event) & (forms.c.sitting == columns.id))
        .where(columns.event == event)
        .order_by(columns.id)
    )
    if only is not None:
        wanted = wanted.where(columns.id == any_(literal(list(only), ARRAY(BIGINT))))
    return [Enrolled(**row._asdict()) for row in await conn.execute(wanted)]
