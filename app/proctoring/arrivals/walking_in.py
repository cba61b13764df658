"""Somebody turns up who stands on no list: the desk lets them sit there, without Postgres."""

from typing import Any, Final

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.kit.errors import Busy, RoomRecovering
from app.kit.ids import partition_of, partition_tag, sitting_number, sitting_text
from app.kit.secrets import Secrets, card_pin, in_fours, pin_hash
from app.people.envelope import Envelope
from app.people.model import Participant
from app.people.roster_cells import bare
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed, Unfit
from app.proctoring.arrivals import live
from app.proctoring.arrivals.drawing import Drawing, Drawings
from app.proctoring.arrivals.live import Arrival, Met
from app.proctoring.arrivals.model import at_the_door
from app.proctoring.arrivals.problems import EventOver
from app.proctoring.arrivals.schema import WalkInBody
from app.proctoring.board.views import Places, places_of
from app.sittings.fresh import form_id, fresh_fields, shown_person

_FIRST_CARD: Final = 1
AWAY: Final = "Ruang ujian tidak menjawab. Ulangi: tidak ada yang dilakukan dua kali."


class WalkIns:
    """Gives people sittings. Redis holds the truth; the recorder brings them to the record."""

    def __init__(self, room: Redis, secrets: Secrets) -> None:
        self._room = room
        self._secrets = secrets
        self._drawings = Drawings(room, secrets.form)
        self._envelope = Envelope(secrets.nip)

    async def add(self, by: Visitor, card: EventCard, body: WalkInBody) -> dict[str, Any]:
        """Let somebody sit in an event.

        1. Look at what was typed, and at the visitor's bounds. 2. Draw the form. 3. Make the
        sitting, unless there is one. 4. Put down where it is found: now the card lets in. Who dies
        in between, or asks again, asks under the same action id.

        Raises:
            Unfit: what was typed will not do.
            NotAllowed: the unit and room are out of the visitor's bounds.
            EventOver, RoomRecovering, NotDrawable, Busy: not (now).
        """
        try:
            places = await places_of(self._room, card.id)
            person = at_the_door(
                body.nip, body.name, _unit(places, body), body.sex, body.birth_date
            )
            place = _room(places, body)
            if not by.reach.covers(card.id, unit=person.unit, room=place):
                raise NotAllowed(detail=_out_of_bounds(place))
            drawing = await self._drawings.of(card.id)
            return await self._seat(by, card, places, (person, place), drawing, body.action)
        except RedisError as error:
            raise Busy(detail=AWAY) from error

    async def _seat(
        self,
        by: Visitor,
        card: EventCard,
        places: Places,
        who: tuple[Participant, str],
        drawing: Drawing,
        action: str,
    ) -> dict[str, Any]:
        person, place = who
        number = sitting_number(self._secrets.nip, card.id, person.nip)
        sitting, partition = sitting_text(number), partition_of(number, card.partitions)
        layout = drawing.form(sitting)
        pin = card_pin(self._secrets.pin, sitting, _FIRST_CARD)
        unit = places.units[person.unit]
        actor = by.actor
        said = {"who": actor.who, "role": actor.role, "where": actor.where, "unit": person.unit}
        sealed = self._envelope.seal(person, sitting)
        words = (unit["id"], place or "-", _FIRST_CARD, drawing.plan.version, action, sealed)
        told = orjson.dumps({**said, "layout": layout}).decode()
        arrival = Arrival(
            tag=partition_tag(card.id, partition),
            sitting=sitting,
            layout=layout,
            person=shown_person(person.name, unit["name"]),
            line=" ".join([*map(str, words), told]),
            fields=fresh_fields(
                unit=unit["id"],
                card=_FIRST_CARD,
                pin=pin_hash(self._secrets.pin, sitting, pin),
                form=form_id(layout),
                room=int(place) if place else None,
                opens_at=drawing.opens.get(place),
            ),
        )
        met = await live.walk_in(self._room, arrival, action)
        if met.status == "closed":
            raise RoomRecovering
        if met.status == "over":
            raise EventOver
        found = f"{partition}:{sitting}"
        await live.name_place(self._room, self._secrets.nip, person.nip, card.id, found)
        if met.status == "there":
            return _there(by, card, places, sitting, met)
        shown = {"number": _FIRST_CARD, "pin": in_fours(pin)}
        return {"new": True, "sitting": sitting, "card": shown}


def _unit(places: Places, body: WalkInBody) -> str:
    code = bare(body.unit)
    if code not in places.units:
        raise Unfit(detail="Unit ini tidak ada dalam kegiatan. Pilih dari daftar.", field="unit")
    return code


def _room(places: Places, body: WalkInBody) -> str:
    """Return the number of the room that was named; empty where none was."""
    if not body.room:
        return ""
    if body.room not in places.rooms:
        raise Unfit(detail="Ruang ini tidak ada dalam kegiatan. Pilih dari daftar.", field="room")
    return body.room


def _out_of_bounds(place: str) -> str:
    if place:
        return "Unit dan ruang ini di luar batas tugas Anda."
    return "Unit ini di luar batas tugas Anda. Bila tugas Anda sebuah ruang, sebutkan ruangnya."


def _there(by: Visitor, card: EventCard, places: Places, sitting: str, met: Met) -> dict[str, Any]:
    """Tell who sits there already, and where, as far as the visitor may know."""
    code = places.unit_code(met.unit)
    if not by.reach.covers(card.id, unit=code, room=met.room):
        return {"new": False}
    place = {"unit": code, "unit_name": places.units[code]["name"] if code else ""}
    if met.room in places.rooms:
        place |= {"room": met.room, "room_name": places.rooms[met.room]["name"]}
    return {"new": False, "sitting": sitting, "place": place}
