"""The roster from a shell, as an operator meets it: files, walk-ins, lost cards, rehearsals."""

import asyncio
import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.exam import EVENT, PEOPLE, Exam
from tests.journey.test_commands import said
from tests.people.roster_files import A_ROW, a_file
from tests.refusals import refusal
from tests.sittings.staff import eventually, seated

pytestmark = pytest.mark.asyncio

NIP = "198609262015051001"


async def shell(exam: Exam, *words: str, database: str | None = None) -> tuple[int, str]:
    """Run a command as a person would; the exam goes on meanwhile."""
    home = {
        "DATA_DIR": str(exam.settings.data_dir),
        "DATABASE_URL": database or exam.settings.database_url,
        "REDIS_URL": "",
    }
    return await asyncio.to_thread(said, *words, **home)


def pin_in(text: str) -> str:
    """Return the PIN that a command printed, in fours."""
    found = re.search(r"^PIN (\d{4} \d{4} \d{4})$", text, re.MULTILINE)
    assert found, text
    return found[1]


async def test_a_file_is_imported_and_its_people_enter(exam: Exam, tmp_path: Path) -> None:
    rows = [A_ROW | {"NIP BARU": f"198609262015051{n:03d}", "NIK": "6402"} for n in (1, 2)]
    path = tmp_path / "pegawai.csv"
    path.write_bytes(a_file(rows, [*A_ROW, "NIK"], delimiter=";", encoding="utf-8-sig"))
    status, text = await shell(exam, "roster", "import", str(path), "--dry-run")
    assert (status, text.splitlines()[-1]) == (0, "dry run: nothing was changed")
    status, text = await shell(exam, "roster", "import", str(path))
    assert status == 0
    assert text.splitlines() == [
        "people: 2 rows read, 2 new, 0 changed, 0 as before",
        "units: 1 new, 0 renamed, 0 as before",
        f"{EVENT}: 2 enrolled, 0 moved to another unit, {PEOPLE} sit there who are not in the file",
        "room: 2 sittings new or other",
        "not read: “NIK”",
    ]
    status, text = await shell(exam, "card", "reissue", "--nip", NIP)
    assert status == 0
    device = replace(exam.device(), nip=NIP, pin=pin_in(text))
    assert (await device.login())["participant"]["unit"] == "Dinas Kesehatan"
    await exam.holds()


async def test_a_file_with_faults_names_them_all_and_changes_nothing(
    exam: Exam, tmp_path: Path
) -> None:
    path = tmp_path / "pegawai.csv"
    path.write_bytes(a_file([A_ROW, A_ROW | {"NIP BARU": "1.98609E+17", "NAMA": "=1"}]))
    status, text = await shell(exam, "roster", "import", str(path))
    assert status == 1
    name, nip, end = text.splitlines()
    assert name == (
        "baris 3, kolom NAMA: “=1” diawali = seperti rumus spreadsheet. Hapus tanda itu."
    )
    assert nip == (
        "baris 3, kolom NIP BARU: Tertulis 1.98609E+17: spreadsheet membacanya sebagai bilangan "
        "dan membuang angka belakangnya. Ubah format kolom menjadi Teks, lalu isi kembali dari "
        "sumbernya."
    )
    assert end == "serentak: pegawai.csv: 2 faults; nothing was imported."
    assert refusal(await replace(exam.device(), nip=NIP, pin="1").try_login())[0] == 401


async def test_a_walk_in_a_move_and_a_lost_card_at_the_desk(exam: Exam) -> None:
    added = await shell(
        exam, "roster", "add", "--nip", NIP, "--name", "Siti Aminah", "--unit", "09.01"
    )
    assert added[0] == 0
    assert added[1].splitlines()[:2] == [f"{EVENT}: Siti Aminah now sits in 09.01", f"NIP {NIP}"]
    device = replace(exam.device(), nip=NIP, pin=pin_in(added[1]))
    await device.login()
    moved = await shell(exam, "roster", "move", "--nip", NIP, "--unit", "09.02", "--by", "meja 3")
    assert moved == (0, f"{EVENT}: Siti Aminah moved from 09.01 to 09.02\n")
    again = await shell(exam, "roster", "move", "--nip", NIP, "--unit", "09.02")
    assert again == (0, f"{EVENT}: Siti Aminah sits in 09.02 already\n")
    status, text = await shell(exam, "card", "reissue", "--sitting", device.sitting)
    assert (status, text.splitlines()[0]) == (0, f"{EVENT}: card 2 of Siti Aminah, 09.02")
    assert refusal(await device.try_login())[0] == 401
    await replace(device, pin=pin_in(text)).login()


@pytest.mark.parametrize(
    ("words", "said_"),
    [
        (("roster", "add", "--nip", "12"), "--nip 12: a NIP has 18 digits, and never ends in 000."),
        (("roster", "add", "--nip", NIP, "--name", "=1"), "--name '=1' is no name."),
        (
            ("roster", "add", "--nip", NIP, "--name", "A", "--birth-date", "x"),
            "--birth-date 'x' is no date: write it like 26-09-1986.",
        ),
        (
            ("roster", "move", "--nip", NIP, "--unit", "09.01"),
            f"This person does not sit in {EVENT}; `serentak roster add` lets them.",
        ),
        (("card", "reissue"), "Say whose card with --nip or --sitting."),
        (
            ("card", "reissue", "--event", "lain", "--nip", NIP),
            "There is no event 'lain'; `serentak run` makes the demo event.",
        ),
        (("demo", "event", EVENT), f"There is a demo event {EVENT} already, for 120 participants"),
    ],
)
async def test_what_cannot_be_done_is_one_sentence(
    exam: Exam, words: tuple[str, ...], said_: str
) -> None:
    status, text = await shell(exam, *words)
    assert (status, text.count("\n")) == (1, 1)
    assert text.startswith(f"serentak: {said_}")


async def test_without_postgres_the_roster_says_so_and_the_exam_goes_on(
    exam: Exam,
) -> None:
    device = await seated(exam)
    words = ("roster", "add", "--nip", NIP, "--name", "Siti Aminah", "--unit", "09.01")
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    status, text = await shell(exam, *words, database=nowhere)
    assert status == 1
    assert text.startswith("serentak: Postgres cannot be used: ")
    assert text.count("\n") == 1
    assert await device.save(device.change(device.items[0])) == ["stored"]


async def test_a_rehearsal_is_made_beside_the_exam_and_its_cards_open_it(
    exam: Exam, tmp_path: Path
) -> None:
    status, text = await shell(exam, "demo", "event", "latihan", "--people", "94", "--minutes", "5")
    assert (status, text.partition(",")[0]) == (0, "latihan: 94 participants")
    path = tmp_path / "cards.csv"
    asked = ("credentials", "latihan", "--count", "94", "--csv", str(path))
    status, text = await shell(exam, "demo", *asked, "--link", "https://exam.example/")
    assert status == 0
    with path.open(encoding="utf-8") as file:
        cards = list(csv.DictReader(file))
    device = replace(exam.device(), nip=cards[0]["nip"], pin=cards[0]["pin"])
    assert cards[0]["link"] == f"https://exam.example/#{device.nip}.{device.pin}"

    async def is_open() -> bool:
        return (await device.try_login()).status_code == 200

    await eventually(is_open)
    assert (await device.login())["event"]["id"] == "latihan"
