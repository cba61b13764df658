"""A room's PIN is given anew while people are at its door."""

import asyncio

import httpx
import pytest
from sqlalchemy import select, text

from app.exams.tables import rooms
from app.kit.ids import partition_tag
from app.kit.redis import ask, call
from app.kit.secrets import door_pin, pin_hash
from app.operations.demo import DEMO_PARTITIONS
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.people.audit_log.model import Wanted
from app.people.audit_log.store import read
from tests.exam import EVENT, Exam
from tests.people.staff.builders import STAFF, Staffer
from tests.proctoring.arrivals.builders import Hall, lines, proctor
from tests.refusals import problem, refusal
from tests.servers import Servers

pytestmark = pytest.mark.asyncio


async def turned(staffer: Staffer, room: str, action: str = "ganti-1") -> httpx.Response:
    path = f"{STAFF}/events/{EVENT}/rooms/{room}/pin"
    return await staffer.call("POST", path, {"action": action})


async def new_pin(staffer: Staffer, room: str, action: str = "ganti-1") -> str:
    reply = await turned(staffer, room, action)
    assert reply.status_code == httpx.codes.OK, reply.text
    assert reply.json()["room"] == room
    return str(reply.json()["pin"])


async def held(exam: Exam, room: str) -> set[str]:
    """Return the hashes that the partitions hold."""
    tags = [partition_tag(EVENT, n) for n in range(DEMO_PARTITIONS)]
    found = await ask(exam.stores.room, *(("HGET", f"room:{tag}", f"pin:{room}") for tag in tags))
    return set(found)


async def recorded(exam: Exam, room: str) -> str | None:
    async with exam.stores.record.connect() as conn:
        return await conn.scalar(select(rooms.c.pin_hash).where(rooms.c.id == int(room)))


def hashed(exam: Exam, pin: str) -> str:
    return pin_hash(exam.stores.secrets.pin, EVENT, pin.replace(" ", ""))


async def test_the_old_pin_opens_nothing_and_who_is_in_stays_in(hall: Hall) -> None:
    one, two = hall.rooms
    inside, outside, elsewhere = hall.exam.device(0), hall.exam.device(1), hall.exam.device(5)
    reply = await inside.try_login(room_pin=hall.pins[0])
    inside.sitting, inside.token = reply.json()["sitting"], reply.json()["token"]
    pin = await new_pin(await proctor(hall.exam), one)
    assert len(pin) == len("482 913")
    assert (await inside.call("GET", "")).status_code == httpx.codes.OK
    assert refusal(await outside.try_login(room_pin=hall.pins[0])) == (401, "bad-credentials")
    assert (await outside.try_login(room_pin=pin)).status_code == httpx.codes.OK
    assert (await elsewhere.try_login(room_pin=hall.pins[1])).status_code == httpx.codes.OK
    assert await held(hall.exam, two) == {hashed(hall.exam, hall.pins[1])}


async def test_a_double_click_shows_the_same_pin(hall: Hall) -> None:
    desk, (one, two) = await proctor(hall.exam), hall.rooms
    assert len({*await asyncio.gather(*(new_pin(desk, one) for _ in range(5)))}) == 1
    assert len(await lines(hall.exam, "d")) == 1
    assert await new_pin(desk, two) != await new_pin(desk, one)
    assert await new_pin(desk, one, "ganti-2") != await new_pin(desk, two)
    reply = await turned(desk, one)
    assert refusal(reply) == (409, "turned-since")
    secret = door_pin(hall.exam.stores.secrets.pin, EVENT, one, "ganti-2")
    assert await held(hall.exam, one) == {hashed(hall.exam, secret)}


async def test_two_who_turn_at_once_leave_one_pin_in_all_partitions(hall: Hall) -> None:
    desk, other, (one, _) = await proctor(hall.exam), await proctor(hall.exam), hall.rooms
    for number in range(6):
        await asyncio.gather(
            *(turned(who, one, f"{name}-{number}") for who, name in ((desk, "a"), (other, "b")))
        )
        (standing,) = await held(hall.exam, one)
        await hall.exam.flush()
        assert await recorded(hall.exam, one) == standing


async def test_who_died_half_way_is_finished_by_asking_again(hall: Hall) -> None:
    desk, (one, _) = await proctor(hall.exam), hall.rooms
    third = f"room:{partition_tag(EVENT, 2)}"
    (room,) = await ask(hall.exam.stores.room, ("HGETALL", third))
    await ask(hall.exam.stores.room, ("DEL", third))
    assert refusal(await turned(desk, one)) == (503, "room-recovering")
    await ask(hall.exam.stores.room, ("HSET", third, *(p for pair in room.items() for p in pair)))
    pin = await new_pin(desk, one)
    assert await held(hall.exam, one) == {hashed(hall.exam, pin)}


async def test_the_record_follows_and_the_log_tells_no_pin(hall: Hall) -> None:
    desk, (one, _) = await proctor(hall.exam), hall.rooms
    pin = await new_pin(desk, one)
    await hall.exam.holds()
    assert await recorded(hall.exam, one) == hashed(hall.exam, pin)
    async with hall.exam.stores.record.connect() as conn:
        (row,) = (await read(conn, Wanted(what="room."))).rows
    entry = row.entry()
    assert (entry.who, entry.what, entry.whom) == (
        desk.account.login,
        "room.pin",
        f"room:{one}",
    )
    assert entry.after == {"event": EVENT, "action": "ganti-1"}
    assert pin.replace(" ", "") not in str(entry)


async def test_postgres_may_be_away(hall: Hall, servers: Servers) -> None:
    desk, (one, _) = await proctor(hall.exam), hall.rooms
    await servers.kill("postgres")
    try:
        pin = await new_pin(desk, one)
        assert (await hall.exam.device(0).try_login(room_pin=pin)).status_code == httpx.codes.OK
    finally:
        await servers.start("postgres")
    await hall.exam.holds()
    assert await recorded(hall.exam, one) == hashed(hall.exam, pin)


async def test_a_recovery_keeps_the_pin_and_what_was_done(hall: Hall) -> None:
    desk, (one, _) = await proctor(hall.exam), hall.rooms
    await new_pin(desk, one, "ganti-0")
    pin = await new_pin(desk, one)
    await recover(hall.exam.stores, EVENT)  # what was logged and not recorded is drained
    await hall.exam.stores.room.flushall()
    await recover(hall.exam.stores, EVENT)
    desk = await proctor(hall.exam)
    assert await held(hall.exam, one) == {hashed(hall.exam, pin)}
    assert await new_pin(desk, one) == pin
    assert refusal(await turned(desk, one, "ganti-0")) == (409, "turned-since")
    newer = await new_pin(desk, one, "ganti-2")
    assert await held(hall.exam, one) == {hashed(hall.exam, newer)}
    await hall.exam.holds()


@pytest.mark.parametrize("closed", [False, True])
async def test_a_record_that_was_set_back_gets_the_pin_again(
    hall: Hall,
    closed: bool,  # noqa: FBT001 - a case
) -> None:
    desk, (one, two) = await proctor(hall.exam), hall.rooms
    before = await recorded(hall.exam, one), await recorded(hall.exam, two)
    pin = await new_pin(desk, one)
    await hall.exam.flush()
    async with hall.exam.stores.record.begin() as conn:
        await conn.execute(text("TRUNCATE room_log"))
        await conn.execute(text("UPDATE flush_mark SET ms = 0, seq = 0"))
        back = text("UPDATE rooms SET pin_hash = :hash WHERE id = :room")
        await conn.execute(back, {"room": int(one), "hash": before[0]})
    if closed:
        await call(hall.exam.stores.room, "close", partition_tag(EVENT, 0), "token-ahead", 0)
        await recover(hall.exam.stores, EVENT)
    else:
        await reflow(hall.exam.stores, EVENT)
    assert await recorded(hall.exam, one) == hashed(hall.exam, pin)
    assert await recorded(hall.exam, two) == before[1]
    assert await held(hall.exam, one) == {hashed(hall.exam, pin)}


async def test_a_proctor_turns_the_doors_of_their_own_rooms(hall: Hall) -> None:
    one, two = hall.rooms
    for bounds in (("room", two), ("unit", "09.01")):
        reply = await turned(await proctor(hall.exam, bounds), one)
        assert refusal(reply) == (403, "not-allowed")
    assert await new_pin(await proctor(hall.exam, ("room", one)), one)
    gone = await turned(await proctor(hall.exam), "99999")
    assert refusal(gone) == (404, "not-found")
    assert "Ruang ini" in problem(gone)["detail"]


async def test_an_event_without_rooms_has_no_doors(exam: Exam) -> None:
    reply = await turned(await proctor(exam), "1")
    assert refusal(reply) == (404, "not-found")
    assert problem(reply)["detail"] == "Kegiatan ini tidak memakai ruang."


async def test_a_room_that_the_record_lost_is_set_aside_with_an_alarm(hall: Hall) -> None:
    (one, _), desk = hall.rooms, await proctor(hall.exam)
    async with hall.exam.stores.record.begin() as conn:
        await conn.execute(text("UPDATE sittings SET room_id = NULL"))
        await conn.execute(text("DELETE FROM rooms WHERE id = :room"), {"room": int(one)})
    await new_pin(desk, one)
    await hall.exam.flush()
    found = await hall.exam.audit()
    assert [r.name for r in found.rules if r.differences] == ["no dead letters"]
