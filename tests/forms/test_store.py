"""Forms in a real Postgres."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.bank.shipped import shipped_bank
from app.bank.store import save_instrument
from app.exams.model import Event
from app.exams.store import create_event
from app.forms.model import FormLine, form_of, to_layout
from app.forms.pool import PoolItem
from app.forms.store import all_pools, kept_form, kept_pool, layouts_of, save_forms, standing_pool
from app.forms.tables import forms
from tests.emptied import emptied

ONE = form_of([FormLine("LD-01", "s", ("a", "b"))])
OTHER = form_of([FormLine("LD-02", "s", ("b", "a"))])
LARGEST = 2**60 - 1
POOL = [PoolItem(f"LD-0{nth}", "single", "LD", "mudah", ("a", "b")) for nth in (1, 2)]


async def an_event(conn: AsyncConnection) -> int:
    """Make an event whose forms may be of two versions of its blueprint; return its number."""
    bank = shipped_bank()
    await save_instrument(conn, bank.instrument, bank.document)
    event = Event(
        id="uji",
        title="Uji",
        mode="open",
        demo=True,
        instrument_id=bank.instrument.id,
        instrument_version=bank.instrument.version,
        blueprint=bank.instrument.blueprint,
        opens_at=0,
        closes_at=1,
        duration_ms=1,
        grace_ms=0,
        partitions=1,
        target=0,
    )
    return (await create_event(conn, event)).number


@pytest.mark.asyncio
async def test_a_form_is_kept_with_its_id(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await an_event(conn)
        await standing_pool(conn, event, 1, POOL)
        layouts = {1: to_layout(ONE), LARGEST: to_layout(OTHER)}
        await save_forms(conn, event, layouts, blueprint_version=1)
        assert await layouts_of(conn, event) == layouts
        kept = await kept_form(conn, event, LARGEST)
        assert kept is not None
        assert (kept.layout, kept.blueprint_version) == (to_layout(OTHER), 1)
        assert await kept_form(conn, event, 2) is None
        ids = await conn.scalars(select(forms.c.form_id).order_by(forms.c.sitting))
        assert ids.all() == [ONE.form_id, OTHER.form_id]


@pytest.mark.asyncio
async def test_a_form_that_stands_is_never_replaced(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await an_event(conn)
        await standing_pool(conn, event, 1, POOL)
        await standing_pool(conn, event, 2, POOL)
        await save_forms(conn, event, {1: to_layout(ONE)}, blueprint_version=1)
        again = {1: to_layout(OTHER), 2: to_layout(OTHER)}
        await save_forms(conn, event, again, blueprint_version=2)
        kept = await layouts_of(conn, event)
    assert kept == {1: to_layout(ONE), 2: to_layout(OTHER)}


@pytest.mark.asyncio
async def test_nothing_to_keep_is_nothing_done(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await an_event(conn)
        await save_forms(conn, event, {}, blueprint_version=1)
        assert await layouts_of(conn, event) == {}


@pytest.mark.asyncio
async def test_the_pool_that_is_kept_first_stands(record: AsyncEngine) -> None:
    grown = [*POOL, PoolItem("LD-03", "single", "LD", "mudah", ("a", "b"))]
    async with emptied(record) as conn:
        event = await an_event(conn)
        assert await kept_pool(conn, event, 1) == []
        assert await standing_pool(conn, event, 1, POOL) == POOL
        assert await standing_pool(conn, event, 1, grown) == POOL
        assert await standing_pool(conn, event, 2, grown) == grown
        assert await kept_pool(conn, event, 1) == POOL
        assert await all_pools(conn) == [(event, POOL), (event, grown)]


@pytest.mark.asyncio
async def test_no_form_without_the_pool_that_it_was_drawn_from(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = await an_event(conn)
        with pytest.raises(IntegrityError):
            await save_forms(conn, event, {1: to_layout(ONE)}, blueprint_version=1)
