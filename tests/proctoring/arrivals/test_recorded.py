"""Who walked in comes to the record, whatever happens to either store."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import func, select, text
from typing_extensions import override

from app.answers.tables import answer_log, dead_letter
from app.kit.ids import sitting_from_text
from app.kit.redis import ask
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.operations.roster import add_person, move_person
from app.people.audit_log.model import Actor, Wanted
from app.people.audit_log.store import read
from app.people.newcomer import Newcomer
from app.people.tables import participants
from app.sittings.tables import sittings
from tests.exam import EVENT, PEOPLE, Device, Exam
from tests.operations.desk import added, counted, unit_of
from tests.operations.test_catching_up import Desk, recounted
from tests.proctoring.arrivals.builders import (
    NIP,
    WALK_INS,
    device_of,
    let_in,
    lines,
    place_of,
    proctor,
    walk_in,
)
from tests.sittings.staff import sitting_fields

pytestmark = pytest.mark.asyncio

_AS_A_NEW_RECORD = (
    "TRUNCATE answers, answer_log, room_log",
    "DELETE FROM receipts",
    "DELETE FROM seals",
    "UPDATE flush_mark SET ms = 0, seq = 0",
    "UPDATE sittings SET state = 'n', gen = 0, deadline = NULL, started_at = NULL, device = NULL",
    "DELETE FROM forms USING sittings WHERE walk_in AND sittings.id = forms.sitting",
    "DELETE FROM sittings WHERE walk_in",
    "DELETE FROM participants WHERE name = 'Siti Aminah' AND status = 'PNS'",
)


async def writing(exam: Exam, answers: int = 3) -> Device:
    """Return the device of somebody who walked in and wrote."""
    device = device_of(exam, await let_in(await proctor(exam)))
    await device.login()
    await device.start()
    changes = [device.change(item) for item in device.items[:answers]]
    assert await device.save(*changes) == ["stored"] * answers
    return device


async def people(exam: Exam) -> int:
    async with exam.stores.record.connect() as conn:
        return await conn.scalar(select(func.count()).select_from(sittings)) or 0


async def set_back(exam: Exam) -> None:
    """Let Postgres be what it was before anybody walked in."""
    async with exam.stores.record.begin() as conn:
        for statement in _AS_A_NEW_RECORD:
            await conn.execute(text(statement))


async def test_one_batch_brings_person_sitting_and_answers(exam: Exam) -> None:
    other = await exam.seated()
    await other.save(other.change(other.items[0]))
    device = await writing(exam)
    await device.submit()
    await exam.holds()
    assert await people(exam) == PEOPLE + 1
    assert (await device.ok("GET", ""))["state"] == "recorded"
    async with exam.stores.record.connect() as conn:
        mine = answer_log.c.sitting == sitting_from_text(device.sitting)
        assert await conn.scalar(select(func.count()).where(mine)) == 3


async def test_whom_the_register_knows_it_keeps_as_they_are(exam: Exam) -> None:
    async with exam.stores.record.begin() as conn:
        unit = text("SELECT id FROM org_units WHERE code = '01.01' AND demo")
        row = {
            "nip": NIP,
            "name": "Siti Aminah, S.Pd.",
            "status": "PPPK",
            "unit_id": await conn.scalar(unit),
            "sex": "P",
            "demo": True,
            "rank": "IX",
        }
        values = text(
            "INSERT INTO participants (nip, name, status, unit_id, sex, birth_date, demo, rank) "
            "VALUES (:nip, :name, :status, :unit_id, :sex, '1986-09-26', :demo, :rank)"
        )
        await conn.execute(values, row)
    await let_in(await proctor(exam), name="Siti", unit="09.01")
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        (kept,) = (
            await conn.execute(select(participants).where(participants.c.nip == NIP))
        ).mappings()
    assert {name: kept[name] for name in row} == row
    assert await unit_of(exam, NIP) != "01.01"
    assert (await counted(exam, "09.01"))["n"] >= 1


async def test_a_real_person_of_the_same_number_is_somebody_else(exam: Exam) -> None:
    async with exam.stores.record.begin() as conn:
        await conn.execute(
            text("INSERT INTO org_units (code, name, kind, demo) VALUES ('r', 'R', 'unit', false)")
        )
        await conn.execute(
            text(
                "INSERT INTO participants (nip, name, status, unit_id, sex, birth_date, demo) "
                "SELECT :nip, 'Orang Nyata', 'PNS', id, 'P', '1986-09-26', false "
                "FROM org_units WHERE code = 'r'"
            ),
            {"nip": NIP},
        )
    await let_in(await proctor(exam))
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        wanted = select(participants.c.demo, participants.c.name).where(participants.c.nip == NIP)
        found = {row.demo: row.name for row in await conn.execute(wanted)}
    assert found == {True: "Siti Aminah", False: "Orang Nyata"}


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ("unit", "an unknown unit"),
        ("far", "a unit beyond an int"),
        ("sealed", "an envelope that does not open"),
        ("version", "a blueprint that has no pool"),
    ],
)
async def test_a_line_that_fails_is_set_aside_and_nothing_else_is(
    exam: Exam, spoilt: str, why: str
) -> None:
    device = await writing(exam)
    tag, _ = place_of(exam)
    (walked,) = await lines(exam, "w")
    neighbours = [
        exam.device(person)
        for person, (nip, _) in enumerate(exam.cards)
        if place_of(exam, nip)[0] == tag
    ][:2]
    for one in neighbours:
        await one.login()
        await one.start()
        assert await one.save(one.change(one.items[0])) == ["stored"]
    words = walked.split(" ", 8)
    place, value = {
        "unit": (2, "99999"),
        "far": (2, "99999999999"),
        "sealed": (7, "A" + words[7][1:] if words[7][0] != "A" else "B" + words[7][1:]),
        "version": (5, "77"),
    }[spoilt]
    words[place] = value
    bad = " ".join(words)
    log = f"log:{tag}"
    (entries,) = await ask(exam.stores.room, ("XRANGE", log, "-", "+"))
    await ask(exam.stores.room, ("DEL", log))
    for at, fields in entries:
        line = bad if fields["d"] == walked else fields["d"]
        await ask(exam.stores.room, ("XADD", log, at, "d", line))
    await exam.flush()
    async with exam.stores.record.connect() as conn:
        buried = list(await conn.scalars(select(dead_letter.c.line).order_by(dead_letter.c.id)))
        counts = Counter(await conn.scalars(select(answer_log.c.sitting)))
    assert buried == [bad], why
    async with exam.stores.record.connect() as conn:
        told = (await read(conn, Wanted(what="roster.add"))).rows
    assert [row.entry().whom for row in told] == [f"sitting:{device.sitting}"]
    assert counts == {
        sitting_from_text(device.sitting): 3,
        **{sitting_from_text(one.sitting): 1 for one in neighbours},
    }
    assert await people(exam) == PEOPLE
    for one in neighbours:
        assert await one.save(one.change(one.items[1])) == ["stored"]
    await exam.flush()


async def test_a_recovery_brings_back_who_walked_in(exam: Exam) -> None:
    desk = await proctor(exam)
    body = walk_in()
    done = await desk.ok("POST", WALK_INS, body)
    device = device_of(exam, done)
    await device.login()
    await device.start()
    await device.save(device.change(device.items[0]))
    await recover(exam.stores, EVENT)  # the log is drained
    await device.claim()
    await exam.holds()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    await device.claim()
    assert list((await device.ok("GET", ""))["answers"]) == [device.items[0]]
    assert await device.save(device.change(device.items[1])) == ["stored"]
    desk = await proctor(exam)
    assert await desk.ok("POST", WALK_INS, body) == done
    assert not (await let_in(desk))["new"]
    await exam.holds()
    said, true = await recounted(exam)
    assert said == true


@pytest.mark.parametrize("flushed", [False, True])
async def test_a_record_that_was_set_back_gets_them_again(
    exam: Exam,
    flushed: bool,  # noqa: FBT001 - a case
) -> None:
    other = await exam.seated()
    await other.save(other.change(other.items[0]))
    device = await writing(exam)
    await exam.flush()
    if flushed:  # the room has forgotten the line itself, and been built anew
        await exam.stores.room.flushall()
        await recover(exam.stores, EVENT)
        await device.claim()
        await exam.flush()
    assert await people(exam) == PEOPLE + 1
    await set_back(exam)
    assert await people(exam) == PEOPLE
    assert await device.save(device.change(device.items[5])) == ["stored"]
    await reflow(exam.stores, EVENT)
    await exam.flush()
    found = await exam.audit()
    assert [rule.line() for rule in found.rules if rule.differences] == []
    assert await people(exam) == PEOPLE + 1
    assert (await device.ok("GET", ""))["participant"]["name"] == "Siti Aminah"
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    await device.claim()
    assert len((await device.ok("GET", ""))["answers"]) == 4


async def test_who_walks_in_while_the_record_is_sent_again_is_not_lost(exam: Exam) -> None:
    other = await exam.seated()
    await other.save(other.change(other.items[0]))
    await exam.flush()
    await set_back(exam)
    device = await writing(exam)
    await reflow(exam.stores, EVENT)
    await exam.flush()
    found = await exam.audit()
    assert [rule.line() for rule in found.rules if rule.differences] == []
    assert await people(exam) == PEOPLE + 1
    assert len((await device.ok("GET", ""))["answers"]) == 3


@pytest.mark.parametrize("first", ["board", "board, recorded", "shell"])
async def test_the_shell_and_the_board_add_the_same_person(exam: Exam, first: str) -> None:
    desk, newcomer = await proctor(exam), Newcomer(NIP, "Siti Aminah", "01.01")
    if first == "shell":
        device, is_new = await added(exam, newcomer)
        assert is_new
        met = await let_in(desk, unit="09.01")
        assert (met["new"], met["place"]["unit"]) == (False, "01.01")
    else:
        device = device_of(exam, await let_in(desk, unit="09.01"))
        if first == "board, recorded":
            await exam.flush()
        await device.login()
        again, is_new = await added(exam, newcomer)
        assert is_new == (first == "board")
        assert again.pin == device.pin
    await device.login()
    await device.start()
    await device.save(device.change(device.items[0]))
    await exam.holds()
    assert await people(exam) == PEOPLE + 1
    assert (await sitting_fields(exam, device))["st"] == "o"
    assert (await counted(exam, "01.01"))["o"] == 1
    await move_person(exam.stores, EVENT, NIP, "09.01", Actor("meja 3"))
    await exam.holds()
    await recover(exam.stores, EVENT)
    await device.claim()
    await exam.holds()


async def test_both_at_once_make_one_sitting(exam: Exam) -> None:
    desk = await proctor(exam)
    nips = [f"19860926201505200{number}" for number in range(1, 7)]

    async def by_shell(nip: str) -> None:
        await add_person(exam.stores, EVENT, Newcomer(nip, "Siti", "01.01"), Actor("meja 3"))

    for nip in nips:
        await asyncio.gather(let_in(desk, nip=nip, unit="09.01"), by_shell(nip))
    await exam.flush()
    for nip in nips:  # who came second may have said another unit: the shell's word is the last
        await by_shell(nip)
    await exam.holds()
    assert await people(exam) == PEOPLE + len(nips)
    said, true = await recounted(exam)
    assert said == true


class Door(Desk):
    """A desk beside which people walk in from the board; the shell waits for the record."""

    async def walk_in(self, _: str) -> None:
        code = self.chance.choice(self._codes)
        nip = f"198609262016051{len(self.pins):03d}"
        done = await let_in(await proctor(self.exam), nip=nip, unit=code)
        assert done["new"]
        self.pins[nip], self.units[nip] = done["card"]["pin"].replace(" ", ""), code

    async def come_again(self, nip: str) -> None:
        code = self.chance.choice(self._codes)
        assert not (await let_in(await proctor(self.exam), nip=nip, unit=code))["new"]

    @override
    async def move(self, nip: str) -> None:
        await self.exam.flush()
        await super().move(nip)

    @override
    async def reissue(self, nip: str) -> None:
        await self.exam.flush()
        await super().reissue(nip)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_in_whatever_order_people_walk_in_move_and_write(exam: Exam, seed: int) -> None:
    door = Door(exam, seed)
    deeds = (
        *(door.walk_in, door.walk_in, door.come_again, door.add, door.move),
        *(door.reissue, door.write, door.write, door.lose_the_room),
    )
    for _ in range(40):
        await door.chance.choice(deeds)(door.chance.choice(list(door.pins)))
        said, true = await recounted(exam)
        assert said == true
    await exam.flush()
    for nip, unit in door.units.items():
        assert await unit_of(exam, nip) == unit
    for nip in door.pins:
        await door.holding(nip).login()
    await exam.holds()
