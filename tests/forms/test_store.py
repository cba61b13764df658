"""Forms in a real Postgres."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.forms.model import FormLine, form_of, to_layout
from app.forms.store import layout_of, layouts_of, save_forms
from app.forms.tables import forms
from app.operations.demo import seed_demo
from tests.emptied import emptied

ONE = form_of([FormLine("LD-01", "s", ("a", "b"))])
OTHER = form_of([FormLine("LD-02", "s", ("b", "a"))])
LARGEST = 2**60 - 1


@pytest.mark.asyncio
async def test_a_form_is_kept_with_its_id(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = (await seed_demo(conn, b"key", 0, people=94)).number
        layouts = {1: to_layout(ONE), LARGEST: to_layout(OTHER)}
        await save_forms(conn, event, layouts, blueprint_version=1)
        assert await layouts_of(conn, event) == layouts
        assert await layout_of(conn, event, LARGEST) == to_layout(OTHER)
        assert await layout_of(conn, event, 2) is None
        ids = await conn.scalars(select(forms.c.form_id).order_by(forms.c.sitting))
        assert ids.all() == [ONE.form_id, OTHER.form_id]


@pytest.mark.asyncio
async def test_a_form_that_stands_is_never_replaced(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = (await seed_demo(conn, b"key", 0, people=94)).number
        await save_forms(conn, event, {1: to_layout(ONE)}, blueprint_version=1)
        again = {1: to_layout(OTHER), 2: to_layout(OTHER)}
        await save_forms(conn, event, again, blueprint_version=2)
        kept = await layouts_of(conn, event)
    assert kept == {1: to_layout(ONE), 2: to_layout(OTHER)}


@pytest.mark.asyncio
async def test_nothing_to_keep_is_nothing_done(record: AsyncEngine) -> None:
    async with emptied(record) as conn:
        event = (await seed_demo(conn, b"key", 0, people=94)).number
        await save_forms(conn, event, {}, blueprint_version=1)
        assert await layouts_of(conn, event) == {}
