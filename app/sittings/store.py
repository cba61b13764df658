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
    INSERT INTO sittings (event, id, participant_id, partition, unit_id)
    SELECT :event, given.id, given.participant, given.partition, participants.unit_id
    FROM unnest(
      CAST(:ids AS bigint[]), CAST(:participants AS int[]), CAST(:partitions AS smallint[])
    ) AS given (id, participant, partition)
    JOIN participants ON participants.id = given.participant
    ON CONFLICT (event, id) DO NOTHING
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


async def enrol(conn: AsyncConnection, event: int, people: Iterable[tuple[int, int, int]]) -> None:
    """Give people (sitting id, participant id, partition) a sitting; who has one keeps it."""
    rows = list(people)
    given = {
        "event": event,
        "ids": [row[0] for row in rows],
        "participants": [row[1] for row in rows],
        "partitions": [row[2] for row in rows],
    }
    await conn.execute(_ENROL, given)


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
