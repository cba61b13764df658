"""Staff act from a shell: with Postgres stopped, heard of with the next reply, and not lost."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from app.kit.ids import sitting_from_text
from app.kit.redis import ask
from app.operations.recovery import recover
from app.people.audit_log import live
from app.people.audit_log.model import Actor
from app.settings import Settings
from app.sittings.tables import room_log
from tests.exam import API, EVENT, PEOPLE, Exam, acts_are_told_once
from tests.journey.phone import Phone, RefusedError
from tests.journey.recording import drained, recording, seated, until
from tests.journey.rule import receipts_verify, the_rule_holds
from tests.journey.test_commands import said
from tests.people.audit_log.builders import rows_of
from tests.servers import Servers

pytestmark = pytest.mark.asyncio

MINUTE = 60_000


async def shell(settings: Settings, *words: str) -> tuple[int, str]:
    """Run ``serentak act`` as a person would; the exam goes on meanwhile."""
    home = {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": "", "REDIS_URL": ""}
    return await asyncio.to_thread(said, "act", *words, **home)


async def acted(settings: Settings, *words: str) -> dict[str, Any]:
    """Run it, expect it to be done, and return what it printed for a machine."""
    status, text = await shell(settings, *words, "--json")
    assert status == 0, text
    document: dict[str, Any] = json.loads(text.splitlines()[0])
    return document


async def unit_of(exam: Exam, phone: Phone) -> str:
    """Return the code of the unit that the phone's owner belongs to."""
    units, sits = await ask(
        exam.stores.room,
        ("HGETALL", f"units:{EVENT}"),
        ("HGET", f"people:{_tag(phone)}", phone.sitting),
    )
    name = json.loads(sits)["unit"]
    codes = {json.loads(unit)["name"]: str(code) for code, unit in units.items()}
    return codes[name]


def _tag(phone: Phone) -> str:
    _, event, partition, *_ = phone.token.split(".")
    return f"{{{event}.p{int(partition):02d}}}"


async def test_staff_act_with_postgres_stopped_and_the_record_has_it_afterwards(
    exam: Exam, servers: Servers, settings: Settings
) -> None:
    async with recording(exam):
        try:
            phone, done = await seated(exam, 0, 1)
            await phone.save(0, 0)
            before = phone.last["deadline"]
            await servers.stop("postgres")
            assert await phone.save(1, 0) == "stored"
            signed_in = Actor("siti", "proctor", "10.1.2.3").did("session.begin", 1)
            await ask(exam.stores.room, live.note(signed_in))

            unit = await unit_of(exam, phone)
            words = ("extend", "--unit", unit, "--event", EVENT, "--minutes", "10", "--id", "plus")
            first = await acted(settings, *words, "--by", "siti")
            assert first["done"] == len(first["sittings"]) > 0
            assert await phone.save(2, 0) == "stored"
            assert phone.last["deadline"] == before + 10 * MINUTE
            (note,) = phone.last["notices"]
            assert (note["kind"], note["text"]) == ("extend", "Waktu Anda ditambah 10 menit.")
            again = await acted(settings, *words)
            assert (again["done"], again["again"]) == (0, first["done"])

            to_phone = ("--sitting", phone.sitting, "--by", "siti")
            await acted(settings, "pause", *to_phone, "--reason", "Listrik padam")
            with pytest.raises(RefusedError, match="paused"):
                await phone.save(3, 0)
            assert (await phone.look())["notices"][-1]["text"].endswith("Alasan: Listrik padam.")
            await acted(settings, "resume", *to_phone)
            assert await phone.save(3, 1) == "stored"

            await acted(settings, "submit", "--nip", done.nip)
            code = (await done.look())["receipt"]["code"]
            named = ("--nip", done.nip, "--minutes", "5", "--reason", "Keliru dikumpulkan")
            await acted(settings, "reopen", *named)
            assert await done.save(4, 0) == "stored"
            assert (await exam.http.get(f"{API}/receipts/{code}")).json()["replaced"] is True
            await done.submit()
        finally:
            await servers.start("postgres")
        await drained(exam)
        await until(lambda: live.count_waiting(exam.stores.room), 0)
    await the_rule_holds(exam.stores, [phone, done])
    await acts_are_told_once(exam.stores)
    assert await told(exam, phone) == ["sitting.extend", "sitting.pause", "sitting.resume"]
    assert [row.entry() for row in await rows_of(exam.stores.record)].count(signed_in) == 1
    await receipts_verify(exam.stores, exam.http, done)
    assert await recorded(exam, phone) == [
        ["extend", "siti", "plus"],
        ["pause", "siti"],
        ["resume", "siti"],
    ]

    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert await phone.come_back() == []
    assert phone.last["deadline"] >= before + 10 * MINUTE
    assert (await acted(settings, *words))["again"] == first["done"]


async def told(exam: Exam, phone: Phone) -> list[str]:
    """Return what the audit log says was done to the phone's sitting."""
    rows = await rows_of(exam.stores.record)
    return [row.what for row in rows if row.whom == f"sitting:{phone.sitting}"]


async def recorded(exam: Exam, phone: Phone) -> list[list[str]]:
    """Return what the record says staff did to the phone's sitting: what, who, under which id.

    Ids that were made, not given, are left out.
    """
    wanted = (
        select(room_log.c.detail)
        .where(room_log.c.sitting == sitting_from_text(phone.sitting), room_log.c.kind == "t")
        .order_by(room_log.c.epoch, room_log.c.ms, room_log.c.seq)
    )
    async with exam.stores.record.connect() as conn:
        lines = [detail.split(" ") for detail in await conn.scalars(wanted)]
    acts = [[line[0], line[-2], line[-1]] for line in lines if line[-1] != "-"]
    return [[*act[:2], *(part for part in act[2:] if part == "plus")] for act in acts]


async def test_everybody_is_reached_and_whoever_must_be_asked_is_asked(
    exam: Exam, settings: Settings
) -> None:
    (phone,) = await seated(exam, 0)
    status, text = await shell(settings, "message", "--event", EVENT, "--text", "Selamat bekerja.")
    assert status == 0
    assert "to repeat it safely" in text
    assert f"{EVENT}: message, {PEOPLE} done" in text
    assert [note["text"] for note in (await phone.look())["notices"]] == ["Selamat bekerja."]

    status, text = await shell(settings, "pause", "--event", EVENT)
    assert (status, text) == (
        1,
        f"serentak: pause everybody in {EVENT}? Add --yes, since nobody can be asked.\n",
    )
    status, text = await shell(settings, "pause", "--event", EVENT, "--yes", "--id", "stop")
    assert status == 0
    assert text == f"{EVENT}: pause, 1 done, {PEOPLE - 1} not applicable ({PEOPLE - 1} assigned)\n"
    assert (await phone.look())["state"] == "paused"


async def test_an_act_that_nobody_was_in_the_state_for_has_status_one(
    exam: Exam, settings: Settings
) -> None:
    (phone,) = await seated(exam, 0)
    status, text = await shell(settings, "resume", "--sitting", phone.sitting, "--id", "go-on")
    assert (status, text) == (1, f"{EVENT}: resume, 0 done, 1 not applicable (1 open)\n")


async def test_what_is_wrong_is_said_in_one_sentence(exam: Exam, settings: Settings) -> None:
    del exam  # it stands in the room
    nobody = "000000000000"
    wrong = [
        (("extend", "--unit", "1.01", "--minutes", "10"), "There is no unit '1.01'. Did you mean"),
        (("extend", "--sitting", nobody, "--minutes", "10"), f"There is no sitting {nobody}"),
        (("extend", "--sitting", nobody), "extend needs minutes."),
        (("extend", "--unit", "01.01", "--minutes", "0"), "0 minutes will not do: 1 to 600."),
        (("pause", "--unit", "01.01", "--room", "1"), "Give one of --unit, --room."),
        (("pause",), "Say whom: --sitting, --nip, --unit, --room or --wave; or --event"),
        (("pause", "--wave", "II"), "There is no wave 'II'."),
        (("undo", "--unit", "01.01"), "undo needs the id of the act that is taken back."),
        (("pause", "--unit", "01.01", "--event", "kukar"), "The event 'kukar' is not in the room"),
        (("pause", "--room", "Aula"), "There is no room 'Aula'."),
        (("reopen", "--unit", "01.01", "--minutes", "5"), "reopen needs a reason"),
        (("pause", "--unit", "01.01", "--by", "Bu Siti"), "The name of who does it 'Bu Siti' will"),
    ]
    found = await asyncio.gather(*(shell(settings, *words) for words, _ in wrong))
    for (status, text), (_, sentence) in zip(found, wrong, strict=True):
        last = text.splitlines()[-1]
        assert status == 1
        assert last.startswith(f"serentak: {sentence}")
        assert "Traceback" not in text
