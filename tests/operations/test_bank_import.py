"""A bank's files into the record: all of it or nothing, and drawn forms stay what they are."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.bank.reading import ContentError
from app.bank.shipped import CONTENT, shipped_bank
from app.bank.store import read_items
from app.bank.tables import instruments, items
from app.forms.model import FormFault
from app.forms.store import layouts_of
from app.operations.bank_import import import_bank
from app.operations.priming import draw_missing, known_event
from app.people.audit_log.chain import chain_key
from tests.exam import EVENT, Exam

KEY = chain_key(bytes(32))
ALL = len(shipped_bank().items)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped bank, to be changed."""
    return Path(shutil.copytree(CONTENT, tmp_path / "bank"))


def change(folder: Path, area: str, old: str, new: str) -> None:
    """Change one text in an area's file, or in the instrument."""
    path = folder / area if area.endswith(".toml") else folder / "items" / f"{area}.toml"
    text = path.read_text()
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1))


async def counts(record: AsyncEngine) -> tuple[int, int]:
    """Return how many instruments and items the record has."""
    async with record.connect() as conn:
        held = await conn.scalar(select(func.count()).select_from(instruments))
        return held or 0, await conn.scalar(select(func.count()).select_from(items)) or 0


@pytest.mark.asyncio
async def test_the_shipped_bank_comes_in_once(record: AsyncEngine) -> None:
    first = await import_bank(record, KEY)
    assert (first.instrument, first.instrument_is_new) == ("kukar-2023", True)
    assert (len(first.items.new), first.items.revised, first.items.unchanged) == (ALL, (), ())
    again = await import_bank(record, KEY)
    assert not again.instrument_is_new
    assert (again.items.new, again.items.revised) == ((), ())
    assert len(again.items.unchanged) == ALL
    assert again.only_in_record == ()
    assert again.touched == {}
    assert await counts(record) == (1, ALL)


@pytest.mark.asyncio
async def test_with_any_fault_nothing_comes_in(record: AsyncEngine, folder: Path) -> None:
    change(folder, "pemecahan-masalah", 'competence = "5.1"', 'competence = "1.1"')
    with pytest.raises(ContentError, match=r"pemecahan-masalah\.toml, PM-01: 'competence'"):
        await import_bank(record, KEY, folder)
    assert await counts(record) == (0, 0)


@pytest.mark.asyncio
async def test_a_bank_that_no_form_can_be_drawn_from_stays_out(
    record: AsyncEngine, folder: Path
) -> None:
    change(folder, "kukar-2023.toml", "exposure_cap = 0.45", "exposure_cap = 0.39")
    with pytest.raises(FormFault, match=r"exposure cap of 0\.39 allows: LD sedang \(4 of 10"):
        await import_bank(record, KEY, folder)
    assert await counts(record) == (0, 0)


@pytest.mark.asyncio
async def test_what_changed_without_a_number_of_its_own_is_refused(
    record: AsyncEngine, folder: Path
) -> None:
    await import_bank(record, KEY)
    change(folder, "kukar-2023.toml", 'title = "', 'title = "Lain: ')
    with pytest.raises(ContentError, match="raise its version"):
        await import_bank(record, KEY, folder)
    change(folder, "kukar-2023.toml", 'title = "Lain: ', 'title = "')
    change(folder, "keamanan-digital", 'stem = "', 'stem = "Lain: ')
    with pytest.raises(ContentError, match=r"Item KD-01 is stored as revision \d with another"):
        await import_bank(record, KEY, folder)


@pytest.mark.asyncio
async def test_what_the_files_lack_stays(record: AsyncEngine, folder: Path) -> None:
    await import_bank(record, KEY)
    path = folder / "items" / "literasi-data-dan-informasi.toml"
    head, *rest = path.read_text().split("[[items]]")
    path.write_text("[[items]]".join([head, *rest[1:]]))
    done = await import_bank(record, KEY, folder)
    assert done.only_in_record == ("LD-01",)
    assert await counts(record) == (1, ALL)


@pytest.mark.asyncio
async def test_drawn_forms_stay_and_their_events_are_told(exam: Exam, folder: Path) -> None:
    record = exam.stores.record
    (last,) = [item for item in shipped_bank().items if item.code == "KD-01"]
    change(folder, "keamanan-digital", last.stem, f"{last.stem[:-1]} hari ini?")
    path = folder / "items" / "keamanan-digital.toml"
    raised = f'code = "KD-01"\nrevision = {last.revision + 1}\n'
    text = path.read_text().replace('code = "KD-01"\n', raised, 1)
    path.write_text(text.replace(f"{raised}revision = {last.revision}\n", raised))
    async with record.connect() as conn:
        event = await known_event(conn, EVENT)
        before = await layouts_of(conn, event.number)
    done = await import_bank(record, KEY, folder)
    assert done.items.revised == ("KD-01",)
    assert done.touched == {EVENT: ("KD-01",)}
    async with record.begin() as conn:
        assert await draw_missing(conn, event, exam.stores.secrets) == 0
        assert await layouts_of(conn, event.number) == before


@pytest.mark.asyncio
async def test_an_item_of_drawn_forms_never_becomes_another_one(exam: Exam, folder: Path) -> None:
    path = folder / "items" / "keamanan-digital.toml"
    path.write_text(path.read_text().replace("options.d = ", "options.e = ").replace('"d"', '"e"'))
    with pytest.raises(ContentError, match=rf"Item KD-01 is one that forms of event {EVENT} are"):
        await import_bank(exam.stores.record, exam.stores.chain, folder)
    async with exam.stores.record.connect() as conn:
        held = await read_items(conn, shipped_bank().instrument)
    assert {item.options[3].id for item in held} == {"d"}
