"""What is exported for ops: every form's items in order, and a line a person."""

import csv
import io
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.forms.tables import forms
from app.kit.errors import OpsError
from app.people.tables import org_units
from app.reports.service import export_forms, export_results
from app.scoring.service import score
from app.sittings.tables import sittings
from tests.scoring.days import Day, a_day

pytestmark = pytest.mark.asyncio

NOW = 1_691_140_000_000
LAYOUT = "#0\nLD-01 s c,a,d,b\nKK-01 x a,b;x,y\nPM-01 n \n"


def right_by_person(person: int, item: str) -> str | None:
    """Person p has p of ten items of every area right, and has left the last one out."""
    if item[3:] == "09":
        return None
    return '"b"' if int(item[3:]) < person else '"a"'


async def a_scored_day(record: AsyncEngine) -> Day:
    async with record.begin() as conn:
        day = await a_day(conn, right_by_person, people=3, units=2)
    await score(record, day.event_id, NOW)
    return day


def read(file: io.BytesIO) -> list[dict[str, str]]:
    assert b"\r" not in file.getvalue()
    return list(csv.DictReader(io.StringIO(file.getvalue().decode(), newline="")))


async def test_forms_are_exported_item_by_item_in_screen_order(record: AsyncEngine) -> None:
    day = await a_scored_day(record)
    second = (forms.c.event == day.event) & (forms.c.sitting == day.sittings[1])
    file = io.BytesIO()
    async with record.begin() as conn:
        await conn.execute(update(forms).where(second).values(layout=LAYOUT))
        assert await export_forms(conn, day.event_id, file) == 50 + 3 + 50
    lines = read(file)
    assert file.getvalue().startswith(b"nip,place,item,options,sealed\n")
    assert [line["nip"] for line in lines] == [day.nips[0]] * 50 + [day.nips[1]] * 3 + [
        day.nips[2]
    ] * 50
    assert [tuple(line.values())[1:] for line in lines[50:53]] == [
        ("1", "LD-01", "c,a,d,b", "true"),
        ("2", "KK-01", "a,b;x,y", "true"),
        ("3", "PM-01", "", "true"),
    ]
    assert [line["item"] for line in lines[:50]] == list(day.items)


async def test_a_form_that_is_not_handed_in_says_so(record: AsyncEngine) -> None:
    day = await a_scored_day(record)
    first = (sittings.c.event == day.event) & (sittings.c.id == day.sittings[0])
    file = io.BytesIO()
    async with record.begin() as conn:
        await conn.execute(update(sittings).where(first).values(state="o"))
        await export_forms(conn, day.event_id, file)
    assert [line["sealed"] for line in read(file)[::50]] == ["false", "true", "true"]


async def test_results_are_exported_a_line_a_person_unrounded(record: AsyncEngine) -> None:
    day = await a_scored_day(record)
    file = io.BytesIO()
    async with record.begin() as conn:
        assert await export_results(conn, day.event_id, file) == 3
    lines = read(file)
    assert list(lines[0]) == [
        *("nip", "unit", "index", "band", "LD", "KK", "KR", "KD", "PM"),
        *("points", "maximum", "answered", "items"),
    ]
    assert [line["nip"] for line in lines] == day.nips
    assert [line["index"] for line in lines] == ["1", "1.3", "1.6"]
    assert [Decimal(line["PM"]) for line in lines] == [1, Decimal("1.3"), Decimal("1.6")]
    assert {(line["answered"], line["items"], line["maximum"]) for line in lines} == {
        ("45", "50", "50")
    }
    assert [line["points"] for line in lines] == ["0", "5", "10"]
    assert {line["band"] for line in lines} == {"kurang"}
    assert [line["unit"][-2:] for line in lines] == ["00", "01", "00"]


async def test_only_results_that_stand_are_exported(record: AsyncEngine) -> None:
    day = await a_scored_day(record)
    first = (sittings.c.event == day.event) & (sittings.c.id == day.sittings[0])
    file = io.BytesIO()
    async with record.begin() as conn:
        await conn.execute(update(sittings).where(first).values(state="o"))
        await export_results(conn, day.event_id, file)
    assert [line["nip"] for line in read(file)] == day.nips[1:]


async def test_no_cell_is_a_formula(record: AsyncEngine) -> None:
    day = await a_scored_day(record)
    file = io.BytesIO()
    async with record.begin() as conn:
        await conn.execute(update(org_units).values(code='=HYPERLINK("x")' + org_units.c.code))
        await export_results(conn, day.event_id, file)
    assert all(line["unit"].startswith("'=") for line in read(file))


async def test_an_event_nobody_knows_is_an_error(record: AsyncEngine) -> None:
    async with record.begin() as conn:
        for export in (export_forms, export_results):
            with pytest.raises(OpsError, match="no event"):
                await export(conn, "nowhere", io.BytesIO())
