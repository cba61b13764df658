"""Forms in a real Postgres."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.forms.model import FormLine, form_of, to_layout
from app.forms.pool import PoolItem
from app.forms.store import kept_form, layouts_of, save_forms
from app.forms.tables import forms, pools
from app.operations.demo import seed_demo
from tests.emptied import emptied

ONE = form_of([FormLine("LD-01", "s", ("a", "b"))])
OTHER = form_of([FormLine("LD-02", "s", ("b", "a"))])
LARGEST = 2**60 - 1
POOL = [PoolItem(f"LD-0{nth}", "single", "LD", "mudah", ("a", "b")) for nth in (1, 2)]


@pytest.mark.asyncio
async def test_a_form_is_kept_with_its_id(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = (await seed_demo(conn, b"key", 0, people=94)).number
        layouts = {1: to_layout(ONE), LARGEST: to_layout(OTHER)}
        await save_forms(conn, event, layouts, blueprint_version=1, pool=POOL)
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
        event = (await seed_demo(conn, b"key", 0, people=94)).number
        await save_forms(conn, event, {1: to_layout(ONE)}, blueprint_version=1, pool=POOL)
        again = {1: to_layout(OTHER), 2: to_layout(OTHER)}
        await save_forms(conn, event, again, blueprint_version=2, pool=POOL[:1])
        kept = await layouts_of(conn, event)
    assert kept == {1: to_layout(ONE), 2: to_layout(OTHER)}


@pytest.mark.asyncio
async def test_nothing_to_keep_is_nothing_done(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = (await seed_demo(conn, b"key", 0, people=94)).number
        await save_forms(conn, event, {}, blueprint_version=1, pool=POOL)
        assert await layouts_of(conn, event) == {}


@pytest.mark.asyncio
async def test_a_form_keeps_the_pool_that_it_was_drawn_from(record: AsyncEngine) -> None:
    grown = [*POOL, PoolItem("LD-03", "single", "LD", "mudah", ("a", "b"))]
    async with emptied(record) as conn:
        event = (await seed_demo(conn, b"key", 0, people=94)).number
        await save_forms(conn, event, {1: to_layout(ONE)}, blueprint_version=1, pool=POOL)
        await save_forms(conn, event, {2: to_layout(ONE)}, blueprint_version=1, pool=POOL)
        await save_forms(conn, event, {3: to_layout(ONE)}, blueprint_version=1, pool=grown)
        kept = [await kept_form(conn, event, sitting) for sitting in (1, 2, 3)]
        listings = await conn.scalar(select(func.count()).select_from(pools))
    assert [form and list(form.items) for form in kept] == [POOL, POOL, grown]
    assert kept[0] == kept[1] != kept[2]
    assert listings == 2
