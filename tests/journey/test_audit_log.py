"""The audit log from a shell: a day through all commands without a NIP, and what was bent."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.kit.redis import ask
from app.people.audit_log import live
from app.people.audit_log.model import Actor
from tests.exam import EVENT, Exam
from tests.journey.test_roster import NIP, pin_in, shell
from tests.people.audit_log.builders import rows_of
from tests.people.roster_files import A_ROW, a_file
from tests.sittings.staff import eventually

pytestmark = pytest.mark.asyncio

REHEARSAL = "latihan-2"
WALK_IN = "198609262015051003"


async def ran(exam: Exam, *words: str) -> str:
    """Run a command, expect it to be done, and return what it said."""
    status, said = await shell(exam, *words)
    assert status == 0, said
    return said


async def a_day(exam: Exam, folder: Path) -> None:
    """Do everything that ops and operators do, with NIPs in whatever they type."""
    people = folder / f"{NIP}.csv"
    people.write_bytes(a_file([A_ROW, A_ROW | {"NIP BARU": NIP[:-1] + "2"}]))
    await ran(exam, "prime", EVENT)
    await ran(exam, "roster", "import", str(people), "--by", f"meja {NIP}")
    added = ("--nip", WALK_IN, "--name", "Siti Aminah", "--unit", "09.01")
    await ran(exam, "roster", "add", *added)
    await ran(exam, "roster", "move", "--nip", NIP, "--unit", "09.01")
    pin = pin_in(await ran(exam, "card", "reissue", "--nip", NIP))
    device = replace(exam.device(), nip=NIP, pin=pin)
    await device.login()
    await device.start()
    to_them = ("--nip", NIP, "--reason", f"NIP {NIP} minta waktu")
    await ran(exam, "act", "extend", *to_them, "--minutes", "5", "--by", "siti")
    await ran(exam, "act", "message", "--nip", NIP, "--text", f"Kartu {NIP} sudah benar.")
    await ran(exam, "act", "submit", "--sitting", device.sitting)
    await ask(exam.stores.room, live.note(Actor(NIP, "").did("session.refused", 1, why=NIP)))
    await exam.flush()
    await ran(exam, "bank", "import")
    await ran(exam, "score", EVENT)
    for what in ("answers", "forms", "results"):
        await ran(exam, "export", what, EVENT, "--csv", str(folder / f"{WALK_IN}-{what}.csv"))
    await ran(exam, "demo", "event", REHEARSAL, "--people", "94")
    cards = ("--count", "3", "--csv", str(folder / "kartu.csv"))
    await ran(exam, "demo", "credentials", REHEARSAL, *cards)
    await ran(exam, "recover", EVENT, "--by", "siti")
    await ran(exam, "reflow", EVENT)
    await exam.flush()


async def test_a_day_through_all_commands_is_told_without_a_nip(exam: Exam, tmp_path: Path) -> None:
    await a_day(exam, tmp_path)
    rows = await rows_of(exam.stores.record)
    told = [(row.what, row.who.partition(":")[0]) for row in rows]
    assert told == [
        ("event.prime", "process"),  # as the test opened the exam
        ("event.prime", "shell"),
        ("roster.import", "meja [nip]"),
        ("roster.add", "shell"),
        ("roster.move", "shell"),
        ("card.reissue", "shell"),
        ("sitting.extend", "siti"),
        ("sitting.message", "shell"),
        ("sitting.submit", "shell"),
        ("session.refused", "[nip]"),
        ("bank.import", "shell"),
        ("event.score", "shell"),
        ("export.answers", "shell"),
        ("export.forms", "shell"),
        ("export.results", "shell"),
        ("event.create", "shell"),
        ("event.prime", "shell"),
        ("demo.credentials", "shell"),
        ("event.recover", "siti"),
    ]
    assert {row.role for row in rows} == {"ops", ""}
    async with exam.stores.record.connect() as conn:
        whole = list(await conn.scalars(text("SELECT audit_log::text FROM audit_log")))
        nips = list(await conn.scalars(text("SELECT nip FROM participants")))
    assert len(nips) > 200
    everything = "\n".join(whole)
    assert [nip for nip in nips if nip in everything] == []
    assert re.findall(r"(?<![0-9A-Za-z])\d{18}(?![0-9A-Za-z])", everything) == []
    for name in ("Siti Aminah", A_ROW["NAMA"]):
        assert name not in everything

    said = await ran(exam, "audit-log", "verify")
    head = said.splitlines()[-1].split()[-1]
    assert said.splitlines()[0] == f"{len(rows)} rows, 0 entries wait in the room"
    assert json.loads(await ran(exam, "audit-log", "verify", "--head", head, "--json")) == {
        "rows": len(rows),
        "head": head,
        "waiting": 0,
        "findings": [],
        "remarks": [],
    }


async def test_what_was_bent_is_told_with_status_one(exam: Exam) -> None:
    for n in range(3):
        await ran(exam, "card", "reissue", "--nip", exam.cards[n][0], "--by", f"meja {n}")
    await exam.flush()
    async with exam.stores.record.begin() as conn:
        await conn.execute(text("UPDATE audit_log SET who = 'siti' WHERE number = 2"))
        await conn.execute(text("DELETE FROM audit_log WHERE number = 3"))
    status, said = await shell(exam, "audit-log", "verify")
    assert status == 1
    assert said.splitlines()[1:-1] == [
        "bent    row 2 is not as written: edited, or written by hand",
        "bent    row 3 is missing",
    ]
    status, said = await shell(exam, "audit-log", "verify", "--json")
    assert status == 1
    assert [one["kind"] for one in json.loads(said)["findings"]] == ["edited", "removed"]
    status, said = await shell(exam, "audit-log", "verify", "--head", "x")
    assert (status, said) == (1, "serentak: 'x' is no head of the audit log: NUMBER:HASH.\n")


async def test_a_restored_backup_is_told_until_somebody_says_that_it_was_meant(
    exam: Exam,
) -> None:
    await ran(exam, "card", "reissue", "--nip", exam.cards[0][0])
    await exam.flush()

    async def sees_two() -> bool:
        await exam.flush()
        return str(await live.newest_seen(exam.stores.room)).startswith("2:")

    await eventually(sees_two)
    async with exam.stores.record.begin() as conn:  # as in a backup from before the new card
        await conn.execute(text("DELETE FROM audit_log WHERE number = 2"))
        await conn.execute(
            text(
                "UPDATE audit_head SET number = 1, hash = (SELECT hash FROM audit_log "
                "WHERE number = 1)"
            )
        )
    status, said = await shell(exam, "audit-log", "verify")
    assert status == 1
    assert "bent    row 2 is not as the room knows: the end was cut off" in said
    said = await ran(exam, "audit-log", "restored", "--why", "cadangan pukul 09.00", "--by", "siti")
    assert said.startswith("rows 2 to 2 were lost: the log says so from now on\n")
    said = await ran(exam, "audit-log", "verify")
    assert "remark  Rows 2 to 2 as they had been were lost" in said
    assert "by siti says so: cadangan pukul 09.00" in said
    status, said = await shell(exam, "audit-log", "restored", "--why", "sekali lagi")
    assert (status, said) == (1, "serentak: The audit log lacks no row of which the room knows.\n")


async def test_the_newest_rows_are_shown_and_filtered(exam: Exam) -> None:
    for n in range(3):
        await ran(exam, "card", "reissue", "--nip", exam.cards[n][0], "--by", f"meja {n}")
    said = await ran(exam, "audit-log", "show", "--what", "card.", "--limit", "2")
    lines = said.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "4"]
    assert lines[1].endswith('{"card":1} → {"card":2}')
    assert "meja 2 (ops)  card.reissue  sitting:" in lines[1]
    (line,) = (await ran(exam, "audit-log", "show", "--who", "meja 1", "--json")).splitlines()
    document = json.loads(line)
    assert (document["number"], document["what"]) == (3, "card.reissue")
    assert document["after"] == {"card": 2}
    assert await ran(exam, "audit-log", "show", "--since", "2999-01-01T07:30") == ""
    assert len((await ran(exam, "audit-log", "show", "--since", "2020-01-01")).splitlines()) == 4
    (line,) = (await ran(exam, "audit-log", "show", "--whom", document["whom"])).splitlines()
    assert line.split()[0] == "3"
