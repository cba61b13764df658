"""An event's figures and its raw answers come out of the record as they went in."""

import csv
import io
import json

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.bank.tables import items
from app.kit.errors import OpsError
from app.reports.model import Funnel, Share
from app.reports.service import export_answers, results
from app.scoring.service import score
from app.sittings.tables import sittings
from tests.scoring.days import Day, a_day

pytestmark = pytest.mark.asyncio

NOW = 1_691_140_000_000


def right_by_person(person: int, item: str) -> str | None:
    """Person p has p of ten items of every area right; the first of all has cleared the others."""
    if int(item[3:]) < person % 11:
        return '"b"'
    return "null" if person == 0 else '"a"'


async def a_scored_day(record: AsyncEngine, people: int, units: int, target: int = 0) -> Day:
    async with record.begin() as conn:
        day = await a_day(conn, right_by_person, people=people, units=units, target=target)
    await score(record, day.event_id, NOW)
    return day


async def exported(record: AsyncEngine, day: Day) -> bytes:
    file = io.BytesIO()
    async with record.begin() as conn:
        await export_answers(conn, day.event_id, file)
    return file.getvalue()


async def test_the_figures_are_those_of_the_people(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=22, units=2, target=30)
    async with record.begin() as conn:
        found = await results(conn, day.event_id)
    assert found.participation == Share(22, 30)
    assert found.funnel.scored == found.index.people == 22
    assert (found.target, found.funnel.registered, found.outdated) == (30, 22, 0)
    assert found.index.value == found.areas[0].mean.value == 2.5
    assert [area.code for area in found.areas] == ["LD", "KK", "KR", "KD", "PM"]
    # p of ten right stand at 1 + 3p/10: below 1.75 for p = 0..2, 2.5 from p = 5, 3.25 from p = 8
    assert [band.people for band in found.bands] == [6, 4, 6, 6]
    assert [unit.funnel.participation for unit in found.units] == [Share(11, 11)] * 2
    assert [unit.funnel.scored for unit in found.units] == [11, 11]


async def test_who_has_not_handed_in_counts_as_assigned_only(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=11, units=1)
    one = (sittings.c.event == day.event) & (sittings.c.id == day.sittings[10])
    async with record.begin() as conn:
        await conn.execute(update(sittings).where(one).values(state="o"))
        found = await results(conn, day.event_id)
    assert found.participation == found.units[0].funnel.participation == Share(10, 11)
    assert found.funnel == Funnel(11, 0, 0, 10, 10)
    assert found.index.value is not None
    assert found.index.value < 2.5


async def test_before_anybody_has_come_there_are_lines_without_means(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=2, units=2)
    async with record.begin() as conn:
        await conn.execute(
            update(sittings).where(sittings.c.event == day.event).values(state="n", seal=0)
        )
        found = await results(conn, day.event_id)
    assert found.participation == Share(0, 2)
    assert found.index.value is None
    assert len(found.units) == 2


async def test_the_export_is_csv_with_canonical_json_values(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=2, units=1)
    content = await exported(record, day)
    lines = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert b"\r" not in content
    assert content.startswith(b"nip,item,rev,value,flagged,sealed\n")
    assert len(lines) == 100
    assert lines == sorted(lines, key=lambda line: (line["nip"], line["item"]))
    codes = sorted(day.items)
    assert lines[0] == {
        "nip": day.nips[0],
        "item": codes[0],
        "rev": str(list(day.items).index(codes[0]) + 1),
        "value": "null",
        "flagged": "false",
        "sealed": "true",
    }
    assert {json.loads(line["value"]) for line in lines} == {None, "a", "b"}
    assert sum(line["flagged"] == "true" for line in lines) == 2


async def test_the_same_record_is_exported_to_the_same_bytes(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=3, units=2)
    assert await exported(record, day) == await exported(record, day)


async def test_an_open_sitting_is_exported_as_not_sealed(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=1, units=1)
    async with record.begin() as conn:
        await conn.execute(update(sittings).where(sittings.c.event == day.event).values(state="o"))
    assert (await exported(record, day)).count(b",false\n") == 50


async def test_scores_recomputed_from_the_raw_export_are_the_stored_ones(
    record: AsyncEngine,
) -> None:
    day = await a_scored_day(record, people=22, units=1)
    right: dict[tuple[str, str], int] = {}
    for line in csv.DictReader(io.StringIO((await exported(record, day)).decode())):
        place = (line["nip"], line["item"][:2])
        right[place] = right.get(place, 0) + (line["value"] == '"b"')
    async with record.begin() as conn:
        found = await results(conn, day.event_id)
    for area in found.areas:
        scores = [1 + 3 * n / 10 for (_, of), n in right.items() if of == area.code]
        assert float(area.mean.value or 0) == pytest.approx(sum(scores) / 22, abs=1e-12)


async def test_an_event_nobody_knows_is_an_error(record: AsyncEngine) -> None:
    async with record.begin() as conn:
        with pytest.raises(OpsError, match="no event"):
            await results(conn, "nowhere")
        with pytest.raises(OpsError, match="no event"):
            await export_answers(conn, "nowhere", io.BytesIO())


async def test_walk_ins_and_who_has_begun_are_counted(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=11, units=2, target=10)
    last = (sittings.c.event == day.event) & (sittings.c.id == day.sittings[10])
    begun = (sittings.c.event == day.event) & (sittings.c.id != day.sittings[0])
    async with record.begin() as conn:
        await conn.execute(update(sittings).where(last).values(walk_in=True))
        await conn.execute(update(sittings).where(begun).values(started_at=NOW))
        found = await results(conn, day.event_id)
    assert found.funnel == Funnel(11, 1, 10, 11, 11)
    assert found.participation == Share(11, 10)
    assert found.funnel.participation == Share(11, 11)
    assert [unit.funnel.walk_ins for unit in found.units] == [1, 0]


async def test_results_by_keys_that_were_mended_since_are_counted(record: AsyncEngine) -> None:
    day = await a_scored_day(record, people=5, units=1)
    mended = items.c.code == next(iter(day.items))
    async with record.begin() as conn:
        await conn.execute(update(items).where(mended).values(key="c", revision=2))
        assert (await results(conn, day.event_id)).outdated == 5
    await score(record, day.event_id, NOW)
    async with record.begin() as conn:
        assert (await results(conn, day.event_id)).outdated == 0
