"""The PIN of a room is given anew while the exam runs: the old one opens nothing from then on."""

from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.exams.live import EventCard
from app.kit.errors import Busy, NotFound, RoomRecovering
from app.kit.secrets import door_pin, pin_hash
from app.people.staff.model import Visitor
from app.people.staff.problems import NotAllowed
from app.proctoring.arrivals import live
from app.proctoring.arrivals.problems import TurnedSince
from app.proctoring.arrivals.walking_in import AWAY
from app.proctoring.board.views import places_of


class Doors:
    """Gives rooms new PINs. Redis holds the truth; the record follows the first partition's log."""

    def __init__(self, room: Redis, pin_key: bytes) -> None:
        self._room = room
        self._pin_key = pin_key

    async def turn(self, by: Visitor, card: EventCard, number: str, action: str) -> dict[str, str]:
        """Give a room the PIN of this action; devices that are in stay in.

        1. The first partition decides, and logs it. 2. The others follow. Who dies in between asks
        again under the same action id, and gets the same PIN.

        Raises:
            NotFound: the event has no such room, or asks for no PIN.
            NotAllowed: the room is out of the visitor's bounds.
            TurnedSince: this action's PIN was replaced by a later one.
            RoomRecovering, Busy: not now.
        """
        try:
            await self._require(by, card, number)
            pin = door_pin(self._pin_key, card.id, number, action)
            hashed = pin_hash(self._pin_key, card.id, pin)
            actor = by.actor
            said = {"who": actor.who, "role": actor.role, "where": actor.where}
            first, *others = card.tags()
            status, turned = await live.turn(self._room, first, number, hashed, action, said)
            if status == "past":
                raise TurnedSince
            if status == "closed" or "closed" in await live.follow(
                self._room, others, number, hashed, turned
            ):
                raise RoomRecovering
        except RedisError as error:
            raise Busy(detail=AWAY) from error
        return {"room": number, "pin": f"{pin[:3]} {pin[3:]}"}

    async def _require(self, by: Visitor, card: EventCard, number: str) -> None:
        rooms = (await places_of(self._room, card.id)).rooms
        if not rooms:
            raise NotFound(detail="Kegiatan ini tidak memakai ruang.")
        if number not in rooms:
            raise NotFound(detail="Ruang ini tidak ada dalam kegiatan.")
        if not by.reach.covers(card.id, room=number):
            raise NotAllowed(detail="Ruang ini di luar batas tugas Anda.")
        if not card.room_pin:
            raise NotFound(detail="Kegiatan ini tidak memakai PIN ruang.")
