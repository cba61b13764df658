"""The audit finds each kind of damage, under its own rule and under no other that is not hurt."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.kit.ids import sitting_from_text
from app.kit.redis import ask
from app.sittings.model import REV_BITS
from tests.exam import EVENT, Device, Exam

pytestmark = pytest.mark.asyncio

ROOMS = "rooms stand in the epoch of the record"
STATES = "sittings are in the record as in the room"
ANSWERS = "answers are in the record as in the room"
LATE = "late answers are in the record as in the room"
ROSTER = "units and cards are in the room as in the record"
NEWEST = "answers are the newest of the log"
TWICE = "no rev stands twice"
SEALED = "nothing changed under a seal"
DIGESTS = "seals are recorded with their digest"
RECEIPTS = "receipts verify"
DEAD = "no dead letters"


@pytest_asyncio.fixture
async def handed_in(exam: Exam) -> Device:
    """One who answered, changed an answer, handed in, and sent one more too late; all recorded."""
    device = await exam.seated()
    await device.save(*(device.change(item) for item in device.items[:3]))
    await device.save(device.change(device.items[0], "b"))
    await device.submit()
    await device.ok("POST", "/late", {"changes": [device.change(device.items[3])]})
    await exam.holds()
    return device


async def in_record(exam: Exam, statement: str, **values: object) -> None:
    """Change the record by hand."""
    async with exam.stores.record.begin() as conn:
        done = await conn.execute(text(statement), values)
        assert done.rowcount != 0


async def differing(exam: Exam) -> set[str]:
    """Return the names of the rules that differ."""
    return {rule.name for rule in (await exam.audit()).rules if rule.differences}


IN_RECORD = {
    "a value of an answer": (
        "UPDATE answers SET value = '\"d\"' WHERE rev = (SELECT max(rev) FROM answers)",
        {ANSWERS, NEWEST, DIGESTS, RECEIPTS},
    ),
    "a flag of an answer": (
        "UPDATE answers SET flagged = NOT flagged",
        {ANSWERS, NEWEST, DIGESTS, RECEIPTS},
    ),
    "an answer that is gone": (
        "DELETE FROM answers WHERE rev = (SELECT max(rev) FROM answers)",
        {ANSWERS, NEWEST, DIGESTS, RECEIPTS},
    ),
    "a log row that is gone": (
        "DELETE FROM answer_log WHERE rev = (SELECT max(rev) FROM answers)",
        {NEWEST},
    ),
    "a log row that was changed": ("UPDATE answer_log SET value = '\"d\"'", {NEWEST}),
    "a digest of a seal": ("UPDATE seals SET digest = 'd6'", {STATES, DIGESTS}),
    "a time of a seal": ("UPDATE seals SET sealed_at = sealed_at + 1", {STATES, RECEIPTS}),
    "a seal that is not confirmed": ("UPDATE seals SET recorded_at = NULL", {DIGESTS}),
    "a signature of a receipt": (
        "UPDATE receipts SET signature = set_byte(signature, 7, 255 - get_byte(signature, 7))",
        {RECEIPTS},
    ),
    "a receipt that is gone": ("DELETE FROM receipts", {RECEIPTS}),
    "a late answer that is gone": ("DELETE FROM late_answers", {LATE}),
    "a state of a sitting": ("UPDATE sittings SET state = 'o' WHERE state = 's'", {STATES, SEALED}),
    "a deadline of a sitting": ("UPDATE sittings SET deadline = deadline + 1", {STATES}),
    "a unit of a sitting": ("UPDATE sittings SET unit_id = 1 WHERE state = 's'", {ROSTER}),
    "a card of a sitting": ("UPDATE sittings SET card = 2 WHERE state = 's'", {ROSTER}),
    "an epoch of the mark": ("UPDATE flush_mark SET epoch = 2 WHERE partition = 0", {ROOMS}),
}


@pytest.mark.parametrize("damage", IN_RECORD)
async def test_damage_in_the_record_is_found(exam: Exam, handed_in: Device, damage: str) -> None:
    statement, rules = IN_RECORD[damage]
    await in_record(exam, statement)
    assert await differing(exam) == rules
    assert handed_in.sitting in str((await exam.audit()).to_json()) or damage.endswith("mark")


def _hset(key: str, name: str, value: str) -> Callable[[Exam, str], Awaitable[object]]:
    async def change(exam: Exam, own: str) -> None:
        await ask(exam.stores.room, ("HSET", key.format(own=own), name, value))

    return change


def _delete(key: str) -> Callable[[Exam, str], Awaitable[object]]:
    async def change(exam: Exam, own: str) -> None:
        assert await ask(exam.stores.room, ("DEL", key.format(own=own))) == [1]

    return change


IN_ROOM = {
    "an answer": (_hset("ans:{own}", "XX-01", '9:"a":0'), {ANSWERS}),
    "all answers gone": (_delete("ans:{own}"), {ANSWERS}),
    "a state": (_hset("sit:{own}", "st", "o"), {STATES}),
    "a deadline": (_hset("sit:{own}", "dl", "1"), {STATES}),
    "a generation": (_hset("sit:{own}", "gn", "65999"), {STATES}),
    "a digest": (_hset("sit:{own}", "sd", "d6"), {STATES}),
    "late answers gone": (_delete("late:{own}"), {LATE}),
    "a sitting gone": (_delete("sit:{own}"), {STATES, ROSTER}),
    "a unit": (_hset("sit:{own}", "un", "1"), {ROSTER}),
    "a card": (_hset("sit:{own}", "ph", "0123456789abcdef"), {ROSTER}),
}


@pytest.mark.parametrize("damage", IN_ROOM)
async def test_damage_in_the_room_is_found(exam: Exam, handed_in: Device, damage: str) -> None:
    change, rules = IN_ROOM[damage]
    await change(exam, f"{exam.tag(handed_in)}:{handed_in.sitting}")
    assert await differing(exam) == rules


async def test_a_closed_door_is_a_difference(exam: Exam, handed_in: Device) -> None:
    await ask(exam.stores.room, ("DEL", f"room:{exam.tag(handed_in)}"))
    assert await differing(exam) == {ROOMS}


async def test_a_change_that_was_logged_under_a_seal_is_found(
    exam: Exam, handed_in: Device
) -> None:
    await in_record(
        exam,
        "INSERT INTO answer_log (event, sitting, rev, ms, seq, item, flagged, kind, value) "
        "SELECT event, sitting, 1, ms + 60000, seq, item, flagged, kind, value FROM answer_log "
        "WHERE rev = (SELECT min(rev) FROM answer_log)",
    )
    assert await differing(exam) == {SEALED}
    assert handed_in.gen << REV_BITS > 1


async def test_a_rev_that_stands_twice_is_found(exam: Exam, handed_in: Device) -> None:
    number = sitting_from_text(handed_in.sitting)
    await in_record(exam, "ALTER TABLE answer_log DROP CONSTRAINT pk_answer_log")
    await in_record(
        exam,
        "INSERT INTO answer_log SELECT * FROM answer_log WHERE sitting = :sitting "
        "AND rev = (SELECT min(rev) FROM answer_log)",
        sitting=number,
    )
    assert await differing(exam) == {TWICE}


async def test_a_dead_letter_is_a_difference(exam: Exam, handed_in: Device) -> None:
    bad = f'a {handed_in.sitting} XX-99:5:"a":0'
    await ask(exam.stores.room, ("XADD", f"log:{exam.tag(handed_in)}", "*", "d", bad))
    await exam.flush()
    assert await differing(exam) == {DEAD}


async def test_what_is_not_flushed_yet_is_counted_and_is_no_difference(exam: Exam) -> None:
    device = await exam.seated()
    await device.save(device.change(device.items[0]))
    found = await exam.audit()
    assert found.unflushed > 0
    assert found.differences == 0


async def test_an_entry_that_is_neither_logged_nor_recorded_is_found(exam: Exam) -> None:
    device = await exam.seated()
    await exam.flush()
    await device.save(device.change(device.items[0]))
    log = f"log:{exam.tag(device)}"
    ((entry, _),) = (await ask(exam.stores.room, ("XRANGE", log, "-", "+")))[0]
    await ask(exam.stores.room, ("XDEL", log, entry))
    found = await exam.audit()
    assert (found.unflushed, [r.name for r in found.rules if r.differences]) == (0, [ANSWERS])


async def test_the_command_ends_with_status_1_on_a_difference_and_0_without(
    exam: Exam, handed_in: Device
) -> None:
    status, said = await command(exam, "audit", EVENT, "--json")
    assert status == 0
    assert orjson.loads(said)["differences"] == 0
    await in_record(exam, "UPDATE answers SET value = 'null'")
    status, said = await command(exam, "audit", EVENT)
    assert status == 1
    assert f"differs  {NEWEST}" in said
    assert handed_in.sitting in said


async def command(exam: Exam, *words: str) -> tuple[int, str]:
    """Run a ``serentak`` command on the exam's stores; return its status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.cli", *words),
        env={
            "DATA_DIR": str(exam.settings.data_dir),
            "DATABASE_URL": exam.settings.database_url,
            "COLUMNS": "300",
        },
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()
