"""What happens at the door of an event: who comes, and where they sit."""

import itertools
from dataclasses import dataclass, replace
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import partition_of, partition_tag, sitting_from_text, sitting_number, sitting_text
from app.kit.redis import ask
from app.kit.secrets import pin_hash
from app.operations.demo import DEMO_PARTITIONS
from app.people.staff.model import Role, Scope
from tests.exam import EVENT, Device, Exam
from tests.people.staff.builders import STAFF, Staffer, hired, seated

NIP = "198609262015052001"
WALK_INS = f"/events/{EVENT}/walk-ins"
WAVE = 3_600_000
_actions = itertools.count(1)


def walk_in(**said: str | None) -> dict[str, Any]:
    """Return what the desk types of Siti, with some of it said otherwise."""
    given: dict[str, Any] = {"nip": NIP, "name": "Siti Aminah", "unit": "09.01"}
    return {"action": f"meja-{next(_actions)}", **given, **said}


async def proctor(exam: Exam, *bounds: tuple[str, str]) -> Staffer:
    """Return a proctor of the whole event, or of these units and rooms (kind, name)."""
    scopes = tuple(Scope(EVENT, kind, name) for kind, name in bounds)  # type: ignore[arg-type]
    return await seated(exam, await hired(exam, Role.PROCTOR, scopes=scopes))


async def let_in(staffer: Staffer, **said: str | None) -> dict[str, Any]:
    """Add somebody, and expect that it is done."""
    done: dict[str, Any] = await staffer.ok("POST", WALK_INS, walk_in(**said))
    return done


async def tried(staffer: Staffer, **said: str | None) -> httpx.Response:
    """Try to add somebody."""
    return await staffer.call("POST", f"{STAFF}{WALK_INS}", walk_in(**said))


def device_of(exam: Exam, done: dict[str, Any], nip: str = NIP) -> Device:
    """Return a device in the hands of somebody with this new card."""
    return replace(exam.device(), nip=nip, pin=done["card"]["pin"].replace(" ", ""))


def place_of(exam: Exam, nip: str = NIP) -> tuple[str, str]:
    """Return the tag of the partition and the sitting of somebody."""
    number = sitting_number(exam.stores.secrets.nip, EVENT, nip)
    return tag_of(sitting_text(number)), sitting_text(number)


def tag_of(sitting: str) -> str:
    """Return the tag of a sitting's partition."""
    return partition_tag(EVENT, partition_of(sitting_from_text(sitting), DEMO_PARTITIONS))


async def lines(exam: Exam, kind: str) -> list[str]:
    """Return the lines of a kind in all logs."""
    tags = [partition_tag(EVENT, n) for n in range(DEMO_PARTITIONS)]
    logs = await ask(exam.stores.room, *(("XRANGE", f"log:{tag}", "-", "+") for tag in tags))
    told = [fields["d"] for log in logs for _, fields in log]
    return [line for line in told if line.startswith(f"{kind} ")]


@dataclass(slots=True)
class Hall:
    """An event in rooms: the first two people sit in the first room, the others in the second."""

    exam: Exam
    rooms: list[str]
    pins: list[str]

    def in_room(self, number: int) -> Device:
        """Return the device of somebody who sits in the first room (0) or the second (1)."""
        return self.exam.device(number * 2)


PINS = ["111111", "222222"]


async def make_hall(conn: AsyncConnection, pin_key: bytes, nips: list[str]) -> list[str]:
    """Let the seeded event, before it is primed, take place in two rooms; return their numbers."""
    number = await conn.scalar(text("SELECT number FROM events"))
    await conn.execute(text("UPDATE events SET mode = 'hall', room_pin = true"))
    wave = await conn.scalar(
        text(
            "INSERT INTO waves (event, name, starts_at, ends_at) "
            "SELECT number, 'Sesi 1', opens_at, opens_at + :ms FROM events RETURNING id"
        ),
        {"ms": WAVE},
    )
    rooms: list[str] = []
    for name, pin in zip(("Ruang 1", "Ruang 2"), PINS, strict=True):
        made = await conn.scalar(
            text(
                "INSERT INTO rooms (event, wave_id, venue, name, capacity, pin_hash) "
                "VALUES (:event, :wave, 'Aula', :name, 30, :pin) RETURNING id"
            ),
            {"event": number, "wave": wave, "name": name, "pin": pin_hash(pin_key, EVENT, pin)},
        )
        rooms.append(str(made))
    place = text(
        "UPDATE sittings SET wave_id = :wave, room_id = CAST(:room AS int) FROM participants "
        "WHERE participants.id = participant_id AND (nip = ANY(:nips)) = :theirs"
    )
    for room, theirs in zip(rooms, (True, False), strict=True):
        given = {"wave": wave, "room": int(room), "nips": nips, "theirs": theirs}
        await conn.execute(place, given)
    return rooms
