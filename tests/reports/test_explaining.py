"""How a form came about, from the record, for somebody who must answer for it."""

import json
import subprocess
import sys
from dataclasses import replace
from os import environ

import pytest
from sqlalchemy import delete, update

from app.bank.shipped import shipped_bank
from app.bank.store import save_items
from app.forms.draw import event_secret
from app.forms.model import from_layout
from app.forms.store import kept_form, layouts_of
from app.forms.tables import forms
from app.kit.errors import OpsError
from app.kit.ids import sitting_from_text, sitting_text
from app.operations.priming import known_event
from app.reports.explaining import ExplainedForm, explain_form
from app.sittings.tables import sittings
from tests.exam import EVENT, PEOPLE, Exam

BANK = shipped_bank()


async def a_sitting(exam: Exam) -> str:
    """Return some sitting of the event."""
    async with exam.stores.record.connect() as conn:
        event = await known_event(conn, EVENT)
        return sitting_text(min(await layouts_of(conn, event.number)))


async def explained(exam: Exam, sitting: str) -> ExplainedForm:
    """Explain a sitting's form as the command does."""
    async with exam.stores.record.connect() as conn:
        return await explain_form(conn, exam.stores.secrets.form, sitting)


@pytest.mark.asyncio
async def test_a_form_is_drawn_again_and_every_item_accounted_for(day: Exam) -> None:
    sitting = await a_sitting(day)
    found = await explained(day, sitting)
    async with day.stores.record.connect() as conn:
        event = await known_event(conn, EVENT)
        kept = await kept_form(conn, event.number, sitting_from_text(sitting))
    assert kept is not None
    form = from_layout(kept.layout)
    assert (found.event, found.form.form_id, found.form.lines) == (EVENT, form.form_id, form.lines)
    assert found.form.same_bytes
    bank = found.form.bank
    assert (bank.new, bank.gone, bank.changed, bank.same_form) == ((), (), (), True)
    told = [item for cell in found.form.cells for item in cell.items]
    assert sorted(item.code for item in told) == sorted(item.code for item in BANK.items)
    taken = {item.code for item in told if item.reason == "drawn"}
    assert taken == {line.item for line in form.lines}
    assert sum(item.expected for item in told) == 50


@pytest.mark.asyncio
async def test_it_is_told_how_often_items_really_stand_on_forms(exam: Exam) -> None:
    sitting = await a_sitting(exam)
    async with exam.stores.record.begin() as conn:
        event = await known_event(conn, EVENT)
        layouts = await layouts_of(conn, event.number)
        opened = sorted(layouts)[:30]
        await conn.execute(
            update(sittings).where(sittings.c.id.in_(opened)).values(started_at=event.opens_at)
        )
    shown = (await explained(exam, sitting)).shown
    assert (shown.forms, shown.opened) == (PEOPLE, 30)
    for item in BANK.items:
        having = {
            number
            for number, layout in layouts.items()
            if item.code in {line.item for line in from_layout(layout).lines}
        }
        assert shown.of(item.code) == (len(having), len(having.intersection(opened)))


@pytest.mark.asyncio
async def test_what_the_bank_became_since_is_told_and_changes_nothing(exam: Exam) -> None:
    sitting = await a_sitting(exam)
    first = BANK.items[0]
    new = [replace(item, code=f"{item.code}X") for item in BANK.items if item.domain == "LD"]
    revised = replace(first, revision=first.revision + 1, stem="Apa lagi?")
    async with exam.stores.record.begin() as conn:
        await save_items(conn, [revised])
    form = (await explained(exam, sitting)).form
    assert form.same_bytes
    assert (form.bank.changed, form.bank.same_form) == ((first.code,), True)
    async with exam.stores.record.begin() as conn:
        await save_items(conn, new)
    form = (await explained(exam, sitting)).form
    assert form.same_bytes
    assert len(form.bank.new) == 30
    assert not form.bank.same_form
    assert form.bank.fault is None


@pytest.mark.asyncio
async def test_a_form_that_was_tampered_with_is_found(exam: Exam) -> None:
    sitting = await a_sitting(exam)
    here = forms.c.sitting == sitting_from_text(sitting)
    async with exam.stores.record.begin() as conn:
        event = await known_event(conn, EVENT)
        kept = await kept_form(conn, event.number, sitting_from_text(sitting))
        assert kept is not None
        head, first, second, *rest = kept.layout.split("\n")
        swapped = "\n".join([head, second, first, *rest])
        await conn.execute(update(forms).where(here).values(layout=swapped))
    assert not (await explained(exam, sitting)).form.same_bytes
    async with exam.stores.record.begin() as conn:
        await conn.execute(update(forms).where(here).values(layout="#"))
    with pytest.raises(OpsError, match="cannot be read: a layout begins"):
        await explained(exam, sitting)
    async with exam.stores.record.begin() as conn:
        await conn.execute(delete(forms).where(here))
    with pytest.raises(OpsError, match=f"no form yet: run `serentak prime {EVENT}`"):
        await explained(exam, sitting)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("sitting", "sentence"),
    [("kukar", "is no sitting's id"), ("000000000000", "There is no sitting 000000000000")],
)
async def test_a_sitting_that_is_none_is_told(day: Exam, sitting: str, sentence: str) -> None:
    with pytest.raises(OpsError, match=sentence):
        await explained(day, sitting)


@pytest.mark.asyncio
async def test_the_command_prints_it_without_keys_and_secrets(exam: Exam) -> None:
    sitting = await a_sitting(exam)

    def said(*more: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "forms", "explain", sitting, *more],
            env={
                **environ,
                "DATA_DIR": str(exam.settings.data_dir),
                "DATABASE_URL": exam.settings.postgres_url.replace("+asyncpg", ""),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    status, text = said()
    assert status == 0, text
    assert "the same, byte by byte" in text
    assert "LD sedang: 4 of 10" in text
    machine_status, machine = said("--json")
    document = json.loads(machine)
    assert machine_status == 0
    assert document["same_bytes"]
    assert len(document["screen"]) == 50
    for secret in (exam.stores.secrets.form, event_secret(exam.stores.secrets.form, EVENT)):
        assert secret.hex() not in text + machine
    assert "key" not in machine.replace("keyed", "")
    assert set(document["cells"][0]["items"][0]) == {
        "item",
        "revision",
        "reason",
        "enemies",
        "place",
        "expected",
        "expected_exactly",
        "drawn",
        "opened",
    }
