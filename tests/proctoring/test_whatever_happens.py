"""Orders while the room goes away, or is built again: nothing is done twice, nothing is lost."""

import asyncio
import json

import pytest
from sqlalchemy import select

from app.kit.errors import OpsError
from app.kit.redis import ask
from app.operations.demo import DEMO_PARTITIONS
from app.operations.recovery import recover
from app.proctoring.model import KINDS, Scope
from app.sittings.tables import room_log
from tests.exam import EVENT, PEOPLE, Exam
from tests.people.staff.builders import hired, seated
from tests.proctoring.builders import actions, an_order, carried_out, field_of_all
from tests.refusals import refusal
from tests.servers import Servers
from tests.sittings.staff import eventually

pytestmark = pytest.mark.asyncio

MINUTE = 60_000


async def close(exam: Exam, *partitions: int) -> None:
    """Close the doors of partitions, as a recovery does."""
    await ask(exam.stores.room, *(("DEL", f"room:{{{EVENT}.p{n:02d}}}") for n in partitions))


async def test_a_closed_room_is_named(exam: Exam) -> None:
    await close(exam, *range(DEMO_PARTITIONS))
    with pytest.raises(OpsError, match=f"The room of {EVENT} is closed"):
        await carried_out(exam, "pause")


async def test_a_sitting_whose_room_is_closed_failed(exam: Exam) -> None:
    device = await exam.seated()
    await close(exam, *range(DEMO_PARTITIONS))
    done = await carried_out(exam, "pause", Scope("sitting", device.sitting))
    assert done.failures == {"the room is closed, it is being recovered": 1}


async def test_what_was_done_before_a_recovery_is_not_done_again_after_it(exam: Exam) -> None:
    order = an_order("extend", minutes=5)
    assert (await actions(exam).act(order)).count("done") == PEOPLE
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert (await actions(exam).act(order)).count("again") == PEOPLE
    assert set((await field_of_all(exam, "ex")).values()) == {str(5 * MINUTE)}
    await exam.holds()


async def test_all_that_staff_did_is_in_the_record(exam: Exam) -> None:
    device = await exam.seated()
    refused = {"admit", "hold", "undo"}  # they are in the exam, and no act has the id of an_order
    for kind in KINDS:
        done = await carried_out(exam, kind, Scope("sitting", device.sitting))
        assert done.count("done") == (kind not in refused), kind
    told = [kind for kind in KINDS if kind not in refused]
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        wanted = select(room_log.c.kind, room_log.c.detail).order_by(room_log.c.ms, room_log.c.seq)
        lines = [(row.kind, row.detail) for row in await conn.execute(wanted)]
    acts = [line.split(" ") for kind, line in lines if kind == "t"]
    assert [act[0] for act in acts if act[-1] != "-"] == told
    assert {act[-2] for act in acts if act[-1] != "-"} == {"pengawas-1"}
    notices = [json.loads(line) for kind, line in lines if kind == "n"]
    assert [note["kind"] for note in notices] == told
    (reopened,) = [note for note in notices if note["kind"] == "reopen"]
    assert reopened["text"].endswith("Alasan: Listrik padam.")


async def test_a_proctor_helps_with_postgres_away(exam: Exam, servers: Servers) -> None:
    door, phone = exam.device(0), await exam.seated(1)
    await door.login()
    operator = await seated(exam, await hired(exam))
    orders = [
        ({"kind": "hold", "action": "h-1"}, door, "assigned"),
        ({"kind": "submit", "action": "s-1"}, phone, "sealed"),
        ({"kind": "undo", "action": "u-1", "undoes": "s-1"}, phone, "open"),
        ({"kind": "device", "action": "d-1"}, phone, "open"),
    ]
    await servers.stop("postgres")
    try:
        for act, device, state in orders:
            body = act | {"sittings": [device.sitting]}
            done = await operator.ok("POST", f"/events/{EVENT}/acts", body)
            (outcome,) = done["sittings"]
            assert (outcome["result"], outcome["state"]) == ("done", state)
            again = await operator.ok("POST", f"/events/{EVENT}/acts", body)
            assert (again["done"], again["again"]) == (0, 1)
        assert (await door.login())["state"] == "assigned"
        superseded = await phone.call("POST", "/answers", {})
        assert refusal(superseded) == (409, "superseded-device")
    finally:
        await servers.start("postgres")
    await exam.holds()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert (await door.login())["state"] == "assigned"
    assert refusal(await phone.call("POST", "/claim", {"device": phone.nonce})) == (
        409,
        "superseded-device",
    )


async def has_begun(exam: Exam) -> bool:
    return await exam.unflushed() > 0


async def test_redis_is_killed_while_everybody_is_extended(
    exam: Exam, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.proctoring.service._AT_ONCE", 1)
    order = an_order("extend", minutes=5)
    running = asyncio.create_task(actions(exam).act(order))
    await eventually(lambda: has_begun(exam))
    try:
        await servers.kill("valkey")
        broken = await running
    finally:
        await servers.start("valkey")
    assert broken.count("done") + broken.count("failed") == PEOPLE
    done = await actions(exam).act(order)
    assert done.count("done") + done.count("again") == PEOPLE
    assert done.count("again") >= broken.count("done")
    assert set((await field_of_all(exam, "ex")).values()) == {str(5 * MINUTE)}
    await exam.holds()
