"""Somebody turns up who stands on no list, and writes a minute later."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.kit.redis import Command, ask
from app.people.audit_log.model import Wanted
from app.people.audit_log.store import read
from app.people.staff.model import Role
from tests.exam import EVENT, PEOPLE, Exam
from tests.operations.desk import counted
from tests.people.staff.builders import STAFF, hired, seated
from tests.proctoring.arrivals.builders import (
    NIP,
    WALK_INS,
    Hall,
    device_of,
    let_in,
    lines,
    place_of,
    proctor,
    tried,
    walk_in,
)
from tests.proctoring.board.test_board import BOARD, by_sitting
from tests.refusals import problem, refusal
from tests.servers import Servers
from tests.sittings.staff import set_room, sitting_fields

pytestmark = pytest.mark.asyncio

NOT_ALLOWED = (403, "not-allowed")


async def test_who_walks_in_enters_writes_and_hands_in(exam: Exam) -> None:
    desk = await proctor(exam)
    before = await counted(exam, "09.01")
    done = await let_in(desk)
    assert done["new"]
    assert done["card"]["number"] == 1
    assert await counted(exam, "09.01") == before + Counter(n=1)
    device = device_of(exam, done)
    entered = await device.login()
    assert entered["sitting"] == done["sitting"] == place_of(exam)[1]
    assert entered["participant"]["name"] == "Siti Aminah"
    await device.start()
    assert len(device.items) == 50
    assert await device.save(device.change(device.items[0])) == ["stored"]
    await device.submit()
    await exam.holds()
    assert (await device.ok("GET", ""))["state"] == "recorded"


async def test_they_stand_on_the_board(exam: Exam) -> None:
    desk = await proctor(exam)
    await desk.ok("GET", BOARD)
    done = await let_in(desk)
    for _ in range(100):
        rows = by_sitting(await desk.ok("GET", BOARD))
        if done["sitting"] in rows:
            break
        await asyncio.sleep(0.05)
    assert rows[done["sitting"]]["name"] == "Siti Aminah"
    assert len(rows) == PEOPLE + 1


async def test_postgres_may_be_away(exam: Exam, servers: Servers) -> None:
    desk = await proctor(exam)
    await servers.kill("postgres")
    try:
        device = device_of(exam, await let_in(desk))
        await device.login()
        await device.start()
        assert await device.save(device.change(device.items[0])) == ["stored"]
    finally:
        await servers.start("postgres")
    await exam.holds()
    assert await device.save(device.change(device.items[1])) == ["stored"]
    await exam.holds()


async def test_a_double_click_is_one_person_and_one_card(exam: Exam) -> None:
    desk = await proctor(exam)
    body = walk_in()
    both = [desk.ok("POST", WALK_INS, body) for _ in range(4)]
    first, *others = await asyncio.gather(*both)
    assert first["new"]
    assert others == [first] * 3
    assert len(await lines(exam, "w")) == 1
    await exam.holds()
    assert await desk.ok("POST", WALK_INS, body) == first


async def test_who_sits_there_already_stays_as_they_are(exam: Exam) -> None:
    desk = await proctor(exam)
    device = exam.device(0)
    await device.login()
    before = await sitting_fields(exam, device)
    done = await let_in(desk, nip=device.nip, name="Orang Lain", unit="09.01")
    assert (done["new"], done["sitting"]) == (False, device.sitting)
    assert "card" not in done
    assert done["place"]["unit_name"]
    assert await sitting_fields(exam, device) == before
    assert (await device.ok("GET", ""))["participant"]["name"] != "Orang Lain"
    assert await lines(exam, "w") == []


async def test_where_somebody_sits_is_told_within_ones_bounds_alone(exam: Exam) -> None:
    device = exam.device(0)
    entered = await device.login()
    board = await (await proctor(exam)).ok("GET", BOARD)
    codes = {unit["id"]: unit["code"] for unit in board["units"]}
    theirs = codes[by_sitting(board)[entered["sitting"]]["unit"]]
    mine = next(code for code in codes.values() if code != theirs)
    desk = await proctor(exam, ("unit", mine))
    assert await let_in(desk, nip=device.nip, unit=mine) == {"new": False}
    assert refusal(await tried(desk, unit=theirs)) == NOT_ALLOWED
    assert (await let_in(desk, unit=mine))["new"]


async def test_who_may_only_look_adds_nobody(exam: Exam) -> None:
    viewer = await seated(exam, await hired(exam, Role.VIEWER))
    assert refusal(await tried(viewer)) == NOT_ALLOWED
    assert await lines(exam, "w") == []


async def test_a_proctor_of_a_room_names_the_room(hall: Hall) -> None:
    one, two = hall.rooms
    desk = await proctor(hall.exam, ("room", one))
    assert refusal(await tried(desk)) == NOT_ALLOWED
    assert refusal(await tried(desk, room=two)) == NOT_ALLOWED
    assert refusal(await tried(desk, room="99999")) == (400, "unfit")
    done = await let_in(desk, room=one)
    device = device_of(hall.exam, done)
    reply = await device.try_login(room_pin=hall.pins[0])
    assert reply.json()["state"] == "admitted"
    device.sitting, device.token = reply.json()["sitting"], reply.json()["token"]
    fields = await sitting_fields(hall.exam, device)
    assert fields["rm"] == one
    assert int(fields["op"]) == reply.json()["opens_at"]
    assert (await let_in(desk, room=one))["place"]["room_name"] == "Ruang 1"
    await hall.exam.holds()
    async with hall.exam.stores.record.connect() as conn:
        row = (await conn.execute(_ROW, {"nip": NIP})).one()
        waves = list(await conn.scalars(text("SELECT id FROM waves")))
    assert (str(row.room_id), row.wave_id, row.walk_in, row.card) == (one, waves[0], True, 1)


async def test_an_event_that_is_over_takes_nobody(exam: Exam) -> None:
    desk = await proctor(exam)
    await set_room(exam, closes=1)
    reply = await tried(desk)
    assert refusal(reply) == (409, "event-over")
    assert "ditutup" in problem(reply)["detail"]
    assert await lines(exam, "w") == []


async def test_a_room_that_is_closed_or_gone_says_so(exam: Exam) -> None:
    desk = await proctor(exam)
    tag, _ = place_of(exam)
    await ask(exam.stores.room, ("DEL", f"room:{tag}"))
    assert refusal(await tried(desk)) == (503, "room-recovering")
    await ask(exam.stores.room, ("DEL", f"draw:{EVENT}"))
    assert refusal(await tried(desk)) == (503, "not-drawable")
    nowhere = await desk.call("POST", f"{STAFF}/events/latihan/walk-ins", walk_in())
    assert refusal(nowhere) == NOT_ALLOWED
    admin = await seated(exam, await hired(exam))
    nowhere = await admin.call("POST", f"{STAFF}/events/latihan/walk-ins", walk_in())
    assert refusal(nowhere) == (404, "not-found")


_READS: dict[str, Callable[[str], Command]] = {
    "string": lambda key: ("GET", key),
    "hash": lambda key: ("HGETALL", key),
    "set": lambda key: ("SMEMBERS", key),
    "list": lambda key: ("LRANGE", key, 0, -1),
    "zset": lambda key: ("ZRANGE", key, 0, -1),
    "stream": lambda key: ("XRANGE", key, "-", "+"),
}


async def everything(exam: Exam) -> str:
    """Return all keys of the room and what they hold, as one text."""
    keys = [str(key) async for key in exam.stores.room.scan_iter(count=1000)]
    kinds = await ask(exam.stores.room, *(("TYPE", key) for key in keys))
    reads = [_READS[kind](key) for kind, key in zip(kinds, keys, strict=True)]
    return str([keys, await ask(exam.stores.room, *reads)])


async def test_a_nip_stands_nowhere_in_the_room_or_its_files(exam: Exam, servers: Servers) -> None:
    desk = await proctor(exam)
    device = device_of(exam, await let_in(desk))
    await device.login()
    held = await everything(exam)
    assert "Siti Aminah" in held
    assert device.sitting in held
    assert NIP not in held
    files = [file for file in (servers.settings.data_dir / "valkey").rglob("*") if file.is_file()]
    assert any(b"Siti Aminah" in file.read_bytes() for file in files)
    assert not any(NIP.encode() in file.read_bytes() for file in files)


async def test_the_audit_log_tells_who_added_whom_once(exam: Exam) -> None:
    desk = await proctor(exam)
    body = walk_in()
    for _ in range(2):
        done = await desk.ok("POST", WALK_INS, body)
    await exam.flush()
    async with exam.stores.record.connect() as conn:
        (row,) = (await read(conn, Wanted(what="roster.add"))).rows
    entry = row.entry()
    assert (entry.who, entry.role) == (desk.account.login, "proctor")
    assert entry.whom == f"sitting:{done['sitting']}"
    assert entry.after == {"unit": "09.01", "new": True, "action": body["action"]}
    assert NIP not in str(entry)


@pytest.mark.parametrize(
    ("said", "field", "word"),
    [
        ({"nip": "19860926201505200"}, "nip", "18 angka"),
        ({"nip": "198613262015052001"}, "nip", "tanggal lahir"),
        ({"nip": "198609262015053001"}, "nip", "laki-laki"),
        ({"nip": "1,98609E+17"}, "nip", "spreadsheet"),
        ({"nip": ""}, "nip", "kosong"),
        ({"name": ""}, "name", "bukan nama"),
        ({"name": "=HYPERLINK(1)"}, "name", "rumus"),
        ({"name": "Siti\u202eAminah"}, "name", "tidak terlihat"),
        ({"unit": "99.99"}, "unit", "Unit"),
        ({"unit": ""}, "unit", "Unit"),
        ({"nip": "990000000000000001"}, "sex", "jenis kelamin"),
        ({"nip": "990000000000000001", "sex": "L"}, "birth_date", "tanggal lahir"),
        ({"nip": "990000000000000001", "sex": "X", "birth_date": "26-09-1986"}, "sex", "kelamin"),
        ({"nip": "990000000000000001", "sex": "L", "birth_date": "1"}, "birth_date", "tanggal"),
    ],
)
async def test_what_will_not_do_is_said_in_a_sentence(
    exam: Exam, said: dict[str, str], field: str, word: str
) -> None:
    reply = await tried(await proctor(exam), **said)
    assert refusal(reply) == (400, "unfit")
    assert problem(reply)["field"] == field
    assert word in problem(reply)["detail"]


@pytest.mark.parametrize(
    ("nip", "more", "status"),
    [
        (NIP, {}, "PNS"),
        ("198609262015992001", {}, "PPPK"),
        ("990000000000000001", {"sex": "P", "birth_date": "26-09-1986"}, "NON_ASN"),
        (" 19860926 201505 2 001 ", {}, "PNS"),
    ],
)
async def test_whoever_they_are_the_record_has_them(
    exam: Exam, nip: str, more: dict[str, str], status: str
) -> None:
    assert (await let_in(await proctor(exam), nip=nip, **more))["new"]
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        row = (await conn.execute(_ROW, {"nip": nip.replace(" ", "")})).one()
    assert (row.status, row.sex, str(row.birth_date)) == (status, "P", "1986-09-26")
    assert (row.name, row.demo, row.code, row.walk_in) == ("Siti Aminah", True, "09.01", True)


_ROW = text(
    "SELECT participants.*, sittings.*, org_units.code FROM sittings "
    "JOIN participants ON participants.id = participant_id "
    "JOIN org_units ON org_units.id = sittings.unit_id WHERE nip = :nip"
)
