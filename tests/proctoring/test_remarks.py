"""Remarks of staff: kept in the room and in the record, told to nobody but staff."""

import asyncio
from typing import Any

import pytest

from app.operations.recovery import recover
from app.people.audit_log.model import Wanted
from app.people.audit_log.store import read
from app.proctoring.details import details_of
from app.proctoring.live import Place
from app.proctoring.model import Outcome, Scope
from tests.answers.misfortunes import back_up, put_back
from tests.exam import EVENT, PEOPLE, Device, Exam
from tests.proctoring.builders import carried_out, standing
from tests.servers import Servers
from tests.sittings.staff import seated, sitting_fields

pytestmark = pytest.mark.asyncio


async def remarked(exam: Exam, device: Device, text: str = "Berbisik.", **more: Any) -> Outcome:  # noqa: ANN401 - of an order
    given = {"text": text, "category": "conduct", "severity": 1} | more
    done = await carried_out(exam, "flag", Scope("sitting", device.sitting, EVENT), **given)
    (outcome,) = done.outcomes
    return outcome


async def remarks_of(exam: Exam, device: Device) -> list[dict[str, Any]]:
    place = Place(exam.tag(device), device.sitting)
    found: list[dict[str, Any]] = (await details_of(exam.stores.room, place))["remarks"]
    return found


async def counted(exam: Exam, device: Device) -> tuple[str, str]:
    fields = await sitting_fields(exam, device)
    return fields.get("rn", ""), fields.get("rs", "")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_remark_is_kept_with_who_when_and_how_grave(day: Exam) -> None:
    device = await seated(day)
    assert await counted(day, device) == ("", "")
    assert (await remarked(day, device, severity=2)).result == "done"
    await remarked(day, device, 'Kartu tertukar: "A"\\B', category="identity", severity=1)
    first, second = await remarks_of(day, device)
    assert await counted(day, device) == ("2", "2")
    assert (first["who"], first["category"], first["severity"]) == ("pengawas-1", "conduct", 2)
    assert (first["text"], second["text"]) == ("Berbisik.", 'Kartu tertukar: "A"\\B')
    assert 0 < first["at"] <= second["at"]
    assert "action" not in first


@pytest.mark.asyncio(loop_scope="module")
async def test_the_participant_is_not_told(day: Exam) -> None:
    device = await seated(day)
    await remarked(day, device)
    assert (await device.ok("POST", "/answers"))["notices"] == []
    assert "remark" not in str(await device.ok("GET", "")).lower()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("state", ["admitted", "open", "paused", "sealed"])
async def test_something_is_remarked_in_every_state(day: Exam, state: str) -> None:
    device = await standing(day, state)
    outcome = await remarked(day, device)
    assert (outcome.result, outcome.state) == ("done", state)


@pytest.mark.asyncio(loop_scope="module")
async def test_many_taps_at_once_are_one_remark(day: Exam) -> None:
    device = await seated(day)
    action = f"{device.sitting}-once"
    taps = await asyncio.gather(*(remarked(day, device, action=action) for _ in range(8)))
    assert sorted(one.result for one in taps) == ["again"] * 7 + ["done"]
    assert len(await remarks_of(day, device)) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_a_sitting_has_fifty_remarks_at_the_most(day: Exam) -> None:
    device = await seated(day)
    for _ in range(50):
        assert (await remarked(day, device)).result == "done"
    before = await sitting_fields(day, device)
    assert (await remarked(day, device)).result == "failed"
    assert await sitting_fields(day, device) == before
    assert len(await remarks_of(day, device)) == 50


@pytest.mark.asyncio(loop_scope="module")
async def test_the_audit_log_tells_category_and_severity(day: Exam) -> None:
    device = await seated(day)
    await remarked(day, device, "Membuka ponsel.", severity=3)
    await day.holds()
    async with day.stores.record.connect() as conn:
        found = await read(conn, Wanted(what="sitting.flag", whom=f"sitting:{device.sitting}"))
    (entry,) = (row.entry() for row in found.rows)
    assert entry.why == "Membuka ponsel."
    assert (entry.after["category"], entry.after["severity"]) == ("conduct", 3)


@pytest.mark.asyncio(loop_scope="module")
async def test_everybody_is_remarked_at_once(day: Exam) -> None:
    device = await seated(day)
    done = await carried_out(day, "flag", text="Listrik padam.", category="network", severity=2)
    assert done.count("done") >= PEOPLE - 1  # one has fifty
    assert [one["text"] for one in await remarks_of(day, device)] == ["Listrik padam."]


async def test_remarks_survive_a_lost_room_in_their_order(exam: Exam) -> None:
    device = await seated(exam)
    for n in range(3):
        await remarked(exam, device, f"Catatan {n}", severity=1 + n % 2, action=f"r-{n}")
    before = await remarks_of(exam, device)
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert await remarks_of(exam, device) == before
    assert await counted(exam, device) == ("3", "2")
    assert (await remarked(exam, device, action="r-1")).result == "again"
    await remarked(exam, device, "Catatan baru")
    assert [one["text"] for one in await remarks_of(exam, device)][-1] == "Catatan baru"
    await exam.holds()


async def test_remarks_survive_a_record_that_was_set_back(exam: Exam) -> None:
    device = await seated(exam)
    await remarked(exam, device, "Sebelum")
    await exam.flush()
    backup = await back_up(exam)
    await remarked(exam, device, "Sesudah", severity=3)
    await exam.flush()
    before = await remarks_of(exam, device)
    await put_back(exam, backup)
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert await remarks_of(exam, device) == before
    assert await counted(exam, device) == ("2", "3")
    await exam.holds()


async def test_with_postgres_away_something_is_remarked(exam: Exam, servers: Servers) -> None:
    device = await seated(exam)
    await servers.stop("postgres")
    try:
        assert (await remarked(exam, device)).result == "done"
        assert len(await remarks_of(exam, device)) == 1
    finally:
        await servers.start("postgres")
    await exam.holds()
