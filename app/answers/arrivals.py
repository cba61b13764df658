"""The record's side of what the board brings in: people who were on no list, new PINs of rooms."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.answers.log import Turn, WalkIn
from app.answers.partition import Partition
from app.exams.tables import rooms
from app.forms.store import save_forms
from app.kit.ids import sitting_text
from app.people.envelope import Envelope

# Whoever the register knows stays as it has them: at the door one asks for a name, no more.
_PERSON: Final = text(
    """
    INSERT INTO participants (nip, name, status, unit_id, sex, birth_date, demo)
    SELECT CAST(:nip AS text), CAST(:name AS text), CAST(:status AS text), CAST(:unit AS int),
      CAST(:sex AS text), CAST(:birth_date AS date), events.demo
    FROM events WHERE events.number = CAST(:event AS smallint)
      AND NOT EXISTS (SELECT 1 FROM participants
        WHERE participants.nip = CAST(:nip AS text) AND participants.demo = events.demo)
    ON CONFLICT (nip, demo) DO NOTHING
    """
)
# The wave is that of the room.
_SITTING: Final = text(
    """
    INSERT INTO sittings (event, id, participant_id, partition, unit_id, room_id, wave_id, card,
      walk_in)
    SELECT events.number, CAST(:sitting AS bigint), participants.id, CAST(:partition AS smallint),
      CAST(:unit AS int), CAST(:room AS int), rooms.wave_id, CAST(:card AS smallint), true
    FROM events
    JOIN participants ON participants.demo = events.demo
      AND participants.nip = CAST(:nip AS text)
    LEFT JOIN rooms ON rooms.event = events.number AND rooms.id = CAST(:room AS int)
    WHERE events.number = CAST(:event AS smallint)
    ON CONFLICT (event, id) DO NOTHING
    """
)


def opened(line: WalkIn, envelope: Envelope) -> WalkIn:
    """Return the line with the person that it names.

    Raises:
        ValueError: it cannot be opened.
    """
    return replace(line, person=envelope.open(line.sealed, sitting_text(line.sitting)))


async def seat_walk_ins(
    conn: AsyncConnection, place: Partition, walk_ins: Sequence[WalkIn]
) -> None:
    """Give people who came in their rows: person, sitting, form; what stands is left as it is.

    Raises:
        sqlalchemy.exc.DBAPIError: what Postgres refuses, so an unknown unit.
    """
    for line in walk_ins:
        person = line.person
        if person is None:
            raise TypeError("a walk-in that is still sealed")
        given = {
            "event": place.event,
            "nip": person.nip,
            "name": person.name,
            "status": person.status,
            "sex": person.sex,
            "birth_date": person.birth_date,
            "unit": line.unit,
            "sitting": line.sitting,
            "partition": place.partition,
            "room": line.room,
            "card": line.card,
        }
        await conn.execute(_PERSON, given)
        await conn.execute(_SITTING, given)
        drawn = {line.sitting: line.layout}
        await save_forms(conn, place.event, drawn, blueprint_version=line.blueprint)


async def turn_doors(conn: AsyncConnection, place: Partition, turns: Sequence[Turn]) -> None:
    """Write down the PINs that rooms have now.

    Raises:
        KeyError: a room that the record does not know.
    """
    for turn in turns:
        await set_door(conn, place, turn.room, turn.hash)


async def set_door(conn: AsyncConnection, place: Partition, room: int, hashed: str) -> None:
    """Write down a room's PIN, as its keyed hash.

    Raises:
        KeyError: the record does not know the room.
    """
    change = update(rooms).where(rooms.c.event == place.event, rooms.c.id == room)
    found = await conn.execute(change.values(pin_hash=hashed).returning(rooms.c.id))
    if found.first() is None:
        raise KeyError(room)
