"""Forms are drawn once, all of an event from the same items."""

import asyncio
import dataclasses
from dataclasses import replace

import pytest
from sqlalchemy import delete

from app.bank.shipped import shipped_bank
from app.bank.store import save_items
from app.exams.model import Event
from app.exams.store import create_event
from app.forms.store import kept_pool, layouts_of
from app.forms.tables import forms
from app.kit.redis import time_ms
from app.operations.enrolment import enrol_people
from app.operations.priming import draw_missing, known_event, prime
from tests.exam import EVENT, Exam


@pytest.mark.asyncio
async def test_who_comes_after_the_bank_has_grown_draws_from_the_same_items(exam: Exam) -> None:
    items = shipped_bank().items
    more = [replace(item, code=f"{item.code}X") for item in items]
    harder = replace(items[0], revision=items[0].revision + 1, difficulty="sulit")
    async with exam.stores.record.begin() as conn:
        event = await known_event(conn, EVENT)
        before = await layouts_of(conn, event.number)
        pool = await kept_pool(conn, event.number, event.blueprint.version)
        await save_items(conn, [*more, harder])
        late = sorted(before)[:20]
        await conn.execute(delete(forms).where(forms.c.sitting.in_(late)))
        assert await draw_missing(conn, event, exam.stores.secrets) == 20
        assert await layouts_of(conn, event.number) == before
        assert await kept_pool(conn, event.number, event.blueprint.version) == pool
    assert [item.code for item in pool] == sorted(item.code for item in items)


@pytest.mark.asyncio
async def test_events_can_be_primed_at_the_same_time(exam: Exam) -> None:
    stores, ids = exam.stores, ["pagi", "siang", "sore"]
    async with stores.record.begin() as conn:
        first = await known_event(conn, EVENT)
        values = {field.name: getattr(first, field.name) for field in dataclasses.fields(Event)}
        for one in ids:
            made = await create_event(conn, Event(**values | {"id": one}))
            await enrol_people(conn, stores.secrets.nip, made, [nip for nip, _ in exam.cards])
    now = await time_ms(stores.room)
    primed = await asyncio.gather(*(prime(stores, one, now) for one in ids))
    assert {one.sittings for one in primed} == {len(exam.cards)}
