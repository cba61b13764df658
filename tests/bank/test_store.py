"""The bank in a real Postgres: what was stored once stays what it was."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.bank.model import Option
from app.bank.reading import ContentError
from app.bank.shipped import shipped_bank
from app.bank.store import (
    SavedItems,
    item_ids,
    read_instrument,
    read_items,
    save_instrument,
    save_items,
)
from app.bank.tables import competences, domains, items
from tests.emptied import emptied

BANK = shipped_bank()
INSTRUMENT = BANK.instrument
LD_01 = replace(next(item for item in BANK.items if item.code == "LD-01"), revision=1)


@pytest.mark.asyncio
async def test_an_instrument_comes_back_as_it_went(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        assert await save_instrument(conn, INSTRUMENT, BANK.document)
        assert not await save_instrument(conn, INSTRUMENT, BANK.document)
        again = await read_instrument(conn, "kukar-2023", 1)
        counts = [
            await conn.scalar(select(func.count()).select_from(table))
            for table in (domains, competences)
        ]
    assert again == INSTRUMENT
    assert counts == [5, 21]


@pytest.mark.asyncio
async def test_a_stored_version_never_changes(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_instrument(conn, INSTRUMENT, BANK.document)
        with pytest.raises(ContentError, match=r"kukar-2023 version 1 .* raise its version"):
            await save_instrument(conn, INSTRUMENT, {**BANK.document, "title": "Lain"})
        with pytest.raises(ContentError, match="version 2 is not in the record"):
            await read_instrument(conn, "kukar-2023", 2)


@pytest.mark.asyncio
async def test_items_come_back_as_they_went_with_their_integers(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        await save_items(conn, BANK.items)
        await save_items(conn, BANK.items)
        rows = await read_items(conn, INSTRUMENT)
        ids = await item_ids(conn)
        used = await conn.scalar(select(func.max(items.c.id)))
    assert {row.code: row.id for row in rows} == ids
    assert sorted(ids) == [row.code for row in rows] == sorted(item.code for item in BANK.items)
    assert used == len(BANK.items)
    by_code = {item.code: item for item in BANK.items}
    for row in rows:
        assert (row.stem, row.options, row.key, row.weight) == (
            by_code[row.code].stem,
            by_code[row.code].options,
            by_code[row.code].key,
            by_code[row.code].weight,
        )


@pytest.mark.asyncio
async def test_only_another_domain_is_left_out(record: AsyncEngine) -> None:
    other = replace(BANK.items[0], code="XX-01", domain="XX")
    async with emptied(record) as conn:
        await save_items(conn, [*BANK.items, other])
        rows = await read_items(conn, INSTRUMENT)
    assert len(rows) == len(BANK.items)


@pytest.mark.asyncio
async def test_a_changed_item_needs_a_higher_revision(record: AsyncEngine) -> None:
    item = LD_01
    changed = replace(item, stem="Apa lagi?")
    raised = replace(changed, revision=2, options=(*item.options[:3], Option("d", "X", fixed=True)))
    async with emptied(record) as conn:
        await save_items(conn, [item])
        before = await item_ids(conn)
        with pytest.raises(ContentError, match=r"Item LD-01 .* give it revision 2"):
            await save_items(conn, [changed])
        await save_items(conn, [raised])
        (row,) = await read_items(conn, INSTRUMENT)
        with pytest.raises(ContentError, match="give it revision 3"):
            await save_items(conn, [item])
        assert await item_ids(conn) == before
    assert row.stem == "Apa lagi?"
    assert row.options == raised.options


@pytest.mark.asyncio
async def test_what_becomes_of_items_is_told(record: AsyncEngine) -> None:
    one, two, three = (replace(LD_01, code=f"LD-9{nth}") for nth in range(3))
    better = replace(two, revision=4, stem="Apa lagi?")
    async with emptied(record) as conn:
        assert await save_items(conn, [one, two]) == SavedItems(("LD-90", "LD-91"), (), ())
        done = await save_items(conn, [one, better, three])
        assert done == SavedItems(("LD-92",), ("LD-91",), ("LD-90",))
        worse = [replace(one, stem="Lain?"), two]
        with pytest.raises(ContentError, match=r"(?s)^2 faults .* revision 2\..* revision 5\.$"):
            await save_items(conn, [*worse, replace(three, code="LD-93")])
        assert sorted(await item_ids(conn)) == ["LD-90", "LD-91", "LD-92"]
