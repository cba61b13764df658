"""A small day is scored by itself; its scores are recomputed from the raw exports and the bank."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.exam import EVENT, Device, Exam
from tests.journey.recomputed import (
    AREAS,
    BANDS,
    HIGHEST,
    ITEMS,
    LENGTH,
    LOWEST,
    Person,
    half_up,
    mean,
    recomputed,
    rows,
)
from tests.journey.recording import until

pytestmark = pytest.mark.asyncio

ROOT = Path(__file__).parents[2]
UNIT_SIZES = {"U-A": 14, "U-B": 6, "U-C": 4}
SEATED = sum(UNIT_SIZES.values())
UNFINISHED = 2
STORED_PLACES = 15
MEAN_PLACES = 12


class Commands:
    """``serentak`` on the exam's record, as ops would call it."""

    def __init__(self, exam: Exam, folder: Path) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            "DATA_DIR": str(exam.settings.data_dir),
            "DATABASE_URL": exam.settings.postgres_url,
        }

    def say(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def export(self, what: str) -> bytes:
        file = self._folder / f"{what}.csv"
        self.say("export", what, EVENT, "--csv", str(file))
        return file.read_bytes()

    @asynccontextmanager
    async def scoring(self) -> AsyncIterator[None]:
        """Keep the scorer running meanwhile, as ``serentak run`` does."""
        words = (sys.executable, "-m", "app.cli", "score", "--follow")
        process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=self._environment)
        try:
            yield
            assert process.returncode is None
        finally:
            process.terminate()
            await process.wait()


def chance(*words: object) -> int:
    return hashlib.blake2b(repr(words).encode(), digest_size=2).digest()[0]


def first_choice(person: int, nth: int, item: str) -> str | None:
    """Return what a person answers to the nth item of its area: some of everything."""
    area, key, _ = ITEMS[item]
    wrong = "abcd".replace(key, "")[chance(item, person) % 3]
    if person == 0:
        return None
    if person == 1:
        return str(key)
    if person == 2:
        return wrong if area == "KD" else str(key)
    if person == 3:  # half of every area: an index that is a cut
        return str(key) if nth <= 5 else None
    if chance("left out", person, item) % 12 == 0:
        return None
    return str(key) if chance("right", person, item) % 20 < 4 + person % 14 else wrong


async def sit(device: Device, person: int) -> None:
    """Answer most items; clear some, change some; all but the last hand in."""
    await device.login()
    await device.start()
    met = Counter[str]()
    changes = []
    for item in device.items:
        met.update([ITEMS[item][0]])
        choice = first_choice(person, met[ITEMS[item][0]], item)
        if choice:
            changes.append(device.change(item, choice))
    await device.save(*changes)
    for item in device.items[:: 5 + person] if person > 3 else []:
        value = None if chance("cleared", person, item) % 2 else ITEMS[item][1]
        await device.save(device.change(item, value, flagged=True))
    if person < SEATED - UNFINISHED:
        await device.submit()


async def place_in_units(exam: Exam) -> None:
    """Move everybody into few units, so that some are large enough to show a mean."""
    units = [code for code, size in UNIT_SIZES.items() for _ in range(size)]
    async with exam.stores.record.begin() as conn:
        await conn.execute(
            text(
                "INSERT INTO org_units (code, name, kind, demo) SELECT c, 'Dinas ' || c, 'dinas', "
                "true FROM unnest(CAST(:codes AS text[])) AS c"
            ),
            {"codes": list(UNIT_SIZES)},
        )
        for (nip, _), code in zip(exam.cards, units, strict=False):
            await conn.execute(
                text(
                    "UPDATE sittings SET unit_id = (SELECT id FROM org_units WHERE code = :code) "
                    "WHERE participant_id = (SELECT id FROM participants WHERE nip = :nip)"
                ),
                {"code": code, "nip": nip},
            )


async def registered(exam: Exam) -> dict[str, str]:
    """Return the code of everybody's unit, by NIP."""
    async with exam.stores.record.connect() as conn:
        found = await conn.execute(
            text(
                "SELECT nip, code FROM sittings JOIN participants ON participants.id = "
                "participant_id JOIN org_units ON org_units.id = sittings.unit_id"
            )
        )
        return {row.nip: row.code for row in found}


async def count_scored(exam: Exam) -> int:
    async with exam.stores.record.connect() as conn:
        return int(await conn.scalar(text("SELECT count(*) FROM results")) or 0)


def check_persons(people: dict[str, Person], units: dict[str, str], export: bytes) -> None:
    """Compare the table of results, person by person, to the last digit."""
    lines = rows(export)
    assert [line["nip"] for line in lines] == sorted(people)
    for line in lines:
        person = people[line["nip"]]
        assert Decimal(line["index"]) == half_up(person.index, STORED_PLACES)
        for area, score in person.areas.items():
            assert Decimal(line[area]) == half_up(score, STORED_PLACES)
        assert line["band"] == person.band
        assert line["unit"] == units[line["nip"]]
        counts = (person.right, LENGTH, person.answered, LENGTH)
        assert (
            tuple(int(line[name]) for name in ("points", "maximum", "answered", "items")) == counts
        )


def check_figures(people: dict[str, Person], units: dict[str, str], said: str) -> None:
    """Compare the figures of the event and of its units, to the last digit."""
    figures = json.loads(said, parse_float=Decimal)
    everybody = list(people.values())

    def is_mean(document: dict[str, Any], values: list[Fraction], places: int) -> None:
        assert document["people"] == len(values)
        assert document["mean"] == half_up(mean(values), MEAN_PLACES)
        assert document["shown"] == str(half_up(mean(values), places))

    assert figures["participation"]["numerator"] == figures["submitted"] == len(people)
    assert figures["participation"]["denominator"] == figures["target"] == len(units)
    share = half_up(Fraction(100 * len(people), len(units)), 1)
    assert figures["participation"]["percent"] == share
    assert (figures["started"], figures["scored"]) == (SEATED, len(people))
    is_mean(figures["index"], [one.index for one in everybody], 1)
    assert [area["code"] for area in figures["areas"]] == list(AREAS)
    for area in figures["areas"]:
        is_mean(area, [one.areas[area["code"]] for one in everybody], 2)
    bands = Counter(one.band for one in everybody)
    assert {one["code"]: one["people"] for one in figures["bands"]} == {
        label["code"]: bands[label["code"]] for label in BANDS["labels"]
    }
    assert [one["code"] for one in figures["units"]] == sorted(set(units.values()))
    for unit in figures["units"]:
        mine = [nip for nip, code in units.items() if code == unit["code"]]
        indexes = [people[nip].index for nip in mine if nip in people]
        assert unit["participation"]["numerator"] == unit["scored"] == len(indexes)
        assert unit["participation"]["denominator"] == unit["registered"] == len(mine)
        if unit["code"] == "U-A":
            is_mean(unit["index"], indexes, 2)
        else:  # too few, or one that would give those away
            assert unit["index"]["mean"] is None
            assert unit["kept_back"] == bool(indexes)


async def test_scores_are_what_the_raw_exports_and_the_bank_make_of_them(
    exam: Exam, tmp_path: Path
) -> None:
    await place_in_units(exam)
    units = await registered(exam)
    commands = Commands(exam, tmp_path)
    async with commands.scoring():
        for person in range(SEATED):
            await sit(exam.device(person), person)
        await exam.flush()
        await until(lambda: count_scored(exam), SEATED - UNFINISHED)

    people = recomputed(commands.export("answers"), commands.export("forms"))
    assert len(people) == SEATED - UNFINISHED
    by_number = [people[nip] for nip, _ in exam.cards[: SEATED - UNFINISHED]]
    assert (by_number[0].index, by_number[0].answered) == (LOWEST, 0)
    assert by_number[1].index == HIGHEST
    assert by_number[2].areas["KD"] == LOWEST
    assert (by_number[3].index, by_number[3].band) == (Fraction(5, 2), "baik")
    assert len({one.index for one in by_number}) > SEATED // 2

    check_persons(people, units, commands.export("results"))
    check_figures(people, units, commands.say("results", EVENT, "--json"))
    printed = commands.say("results", EVENT)
    index = half_up(mean([one.index for one in people.values()]), 1)
    assert f"Indeks       {index}".replace(".", ",") in printed
    again = commands.say("score", EVENT)
    assert again == f"{EVENT}: {len(people)} scored, 0 new, 0 changed, 0 withdrawn\n"


@pytest.mark.parametrize("words", [(), ("--follow", EVENT)])
async def test_scoring_wants_an_event_or_follows_all(words: tuple[str, ...]) -> None:
    done = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [sys.executable, "-m", "app.cli", "score", *words],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(b"serentak: Name the event")
