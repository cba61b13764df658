"""The form of who walks in is, byte for byte, what priming would have drawn."""

import json

import pytest
from sqlalchemy import delete, select, text

from app.exams.store import read_event
from app.forms.store import layouts_of
from app.forms.tables import forms
from app.kit.ids import sitting_from_text, sitting_text
from app.kit.redis import ask
from app.operations.priming import draw_missing, prime
from app.operations.recovery import recover
from app.proctoring.arrivals.drawing import Drawings
from app.proctoring.arrivals.problems import NotDrawable
from tests.exam import EVENT, PEOPLE, Exam
from tests.proctoring.arrivals.builders import let_in, place_of, proctor, tried
from tests.refusals import refusal

pytestmark = pytest.mark.asyncio


def drawings(exam: Exam) -> Drawings:
    return Drawings(exam.stores.room, exam.stores.secrets.form)


async def test_every_form_that_priming_drew_comes_out_again(exam: Exam) -> None:
    async with exam.stores.record.connect() as conn:
        number = await conn.scalar(text("SELECT number FROM events"))
        primed = await layouts_of(conn, number or 0)
    assert len(primed) == PEOPLE
    drawing = await drawings(exam).of(EVENT)
    assert {sitting: drawing.form(sitting_text(sitting)) for sitting in primed} == primed


async def test_who_walked_in_has_the_form_that_priming_would_draw(exam: Exam) -> None:
    done = await let_in(await proctor(exam))
    await exam.flush()
    tag, sitting = place_of(exam)
    (held,) = await ask(exam.stores.room, ("GET", f"form:{tag}:{sitting}"))
    mine = forms.c.sitting == sitting_from_text(done["sitting"])
    wanted = select(forms.c.layout, forms.c.form_id, forms.c.blueprint_version).where(mine)
    async with exam.stores.record.connect() as conn:
        walked = (await conn.execute(wanted)).one()
        await conn.execute(delete(forms).where(mine))
        event = await read_event(conn, EVENT)
        assert event is not None
        assert await draw_missing(conn, event, exam.stores.secrets) == 1
        assert (await conn.execute(wanted)).one() == walked
    assert walked.layout == held


async def test_a_bank_that_grew_since_draws_no_other_forms(exam: Exam) -> None:
    before = (await drawings(exam).of(EVENT)).form("0" * 12)
    async with exam.stores.record.begin() as conn:
        await conn.execute(text("UPDATE items SET code = code || 'x' WHERE code LIKE 'LD-%'"))
    await recover(exam.stores, EVENT)
    assert (await drawings(exam).of(EVENT)).form("0" * 12) == before


async def test_a_plan_is_made_once_and_anew_where_the_document_changes(exam: Exam) -> None:
    held = drawings(exam)
    first = await held.of(EVENT)
    assert await held.of(EVENT) is first
    async with exam.stores.record.begin() as conn:
        await conn.execute(text("UPDATE events SET opens_at = opens_at + 1"))
    await prime(exam.stores, EVENT, 0)
    assert await held.of(EVENT) is first
    await ask(exam.stores.room, ("APPEND", f"draw:{EVENT}", " "))
    assert await held.of(EVENT) is not first


@pytest.mark.parametrize("text", [None, "", "{}", '{"recipe": "{}", "opens": {}}', "no cells"])
async def test_what_makes_no_form_is_refused_with_a_sentence(exam: Exam, text: str | None) -> None:
    key = f"draw:{EVENT}"
    (standing,) = await ask(exam.stores.room, ("GET", key))
    if text == "no cells":  # a pool in which nothing is
        document = json.loads(standing)
        document["recipe"] = json.dumps(json.loads(document["recipe"]) | {"pool": ""})
        text = json.dumps(document)
    await ask(exam.stores.room, ("DEL", key) if text is None else ("SET", key, text))
    with pytest.raises(NotDrawable):
        await drawings(exam).of(EVENT)
    assert refusal(await tried(await proctor(exam))) == (503, "not-drawable")
