"""The SQL of sittings that is not the recorder's. Callers own the transaction."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.exams.tables import waves
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
    opens_at: int | None
    """When the sitting's wave starts; None where there are no waves."""
    partition: int
    card: int
    layout: str | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The sittings that are new, and those whose unit is another now, by number."""

    new: list[int]
    moved: list[int]


async def enrol(
    conn: AsyncConnection,
    event: int,
    places: Iterable[tuple[int, str, int]],
    *,
    demo: bool,
    walk_in: bool,
) -> Enrolment:
    """Give people (sitting, NIP, partition) a sitting; who has one is seated in their unit."""
    rows = list(places)
    ids = [row[0] for row in rows]
    given = {
        "event": event,
        "demo": demo,
        "walk_in": walk_in,
        "ids": ids,
        "nips": [row[1] for row in rows],
        "partitions": [row[2] for row in rows],
    }
    new = list(await conn.scalars(_ENROL, given))
    moved = list(await conn.scalars(_SEAT, {"event": event, "ids": ids}))
    return Enrolment(new, moved)


async def enrolled(conn: AsyncConnection, event: int) -> list[Enrolled]:
    """Return every sitting of an event, by its id, with its form where it is drawn."""
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
            waves.c.starts_at.label("opens_at"),
            columns.partition,
            columns.card,
            forms.c.layout,
        )
        .join(participants, participants.c.id == columns.participant_id)
        .outerjoin(waves, waves.c.id == columns.wave_id)
        .join(org_units, org_units.c.id == columns.unit_id)
        .outerjoin(forms, (forms.c.event == columns.event) & (forms.c.sitting == columns.id))
        .where(columns.event == event)
        .order_by(columns.id)
    )
    return [Enrolled(**row._asdict()) for row in await conn.execute(wanted)]
