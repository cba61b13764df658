"""What `serentak run` finds on a machine, and what it makes there."""

import dataclasses

import pytest

from app.exams.model import Event
from app.exams.store import all_events, create_event
from app.opening import prepare, tell
from app.operations.priming import known_event
from tests.exam import EVENT, Exam

pytestmark = pytest.mark.asyncio


async def test_where_there_is_an_event_no_demo_is_made(exam: Exam) -> None:
    async with exam.stores.record.begin() as conn:
        demo = await known_event(conn, EVENT)
        values = {field.name: getattr(demo, field.name) for field in dataclasses.fields(Event)}
        await create_event(conn, Event(**values | {"id": "nyata", "demo": False}))
        await conn.exec_driver_sql("UPDATE events SET id = 'latihan' WHERE demo")
    said: list[str] = []
    await prepare(exam.settings, said.append)
    assert said == []
    async with exam.stores.record.connect() as conn:
        assert [event.id for event in await all_events(conn)] == ["latihan", "nyata"]
    await tell(exam.settings, said.append)
    assert [line.partition(":")[0] for line in said] == [
        "Serentak is open",
        "for staff",
    ]


async def test_a_demo_that_stands_is_left_alone_and_its_logins_are_told(exam: Exam) -> None:
    said: list[str] = []
    await prepare(exam.settings, said.append)
    assert said == []
    await tell(exam.settings, said.append)
    *told, link = said[3:]
    assert [line.split()[0] for line in told] == sorted(nip for nip, _ in exam.cards)[:3]
    assert link.endswith("/#{}.{}".format(*min(exam.cards)))
    await exam.holds()
