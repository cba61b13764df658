"""The room follows the record, in whatever order things happen, whoever dies meanwhile."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from app.answers.tables import answer_log, answers, flush_mark
from app.exams.live import read_cards
from app.forms.tables import forms
from app.kit.errors import OpsError
from app.kit.ids import account_key
from app.kit.redis import ask
from app.operations.cards import reissue
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.operations.roster import move_person
from app.people.audit_log.model import Actor
from app.people.demo_units import demo_units
from app.people.newcomer import Newcomer
from app.people.tables import participants
from app.sittings.tables import room_log, sittings
from tests.exam import EVENT, Device, Exam
from tests.operations.desk import (
    added,
    number_of,
    unit_of,
)
from tests.refusals import refusal
from tests.sittings.staff import sitting_fields

pytestmark = pytest.mark.asyncio

WRONG = (401, "bad-credentials")


async def recounted(exam: Exam) -> tuple[Counter[str], Counter[str]]:
    """Return what the room's counters say, and what they should: one a unit and state."""
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for card in await read_cards(exam.stores.room):
        for tag in card.tags():
            tally, sids = await ask(
                exam.stores.room, ("HGETALL", f"tally:{tag}"), ("SMEMBERS", f"index:{tag}")
            )
            said.update({name: int(count) for name, count in tally.items()})
            for place in await ask(
                exam.stores.room, *(("HMGET", f"sit:{tag}:{sid}", "un", "st") for sid in sids)
            ):
                true[f"u{place[0]}:{place[1]}"] += 1
    return +said, true


class Desk:
    """Does one thing after the other, by chance, and knows what must be true then."""

    def __init__(self, exam: Exam, seed: int) -> None:
        self.exam = exam
        self.chance = random.Random(seed)  # noqa: S311 - the same days again and again
        self.pins = dict(exam.cards[:6])
        self.units: dict[str, str] = {}
        self._codes = [unit.code for unit in demo_units() if unit.parent]

    async def add(self, _: str) -> None:
        code = self.chance.choice(self._codes)
        nip = f"198609262015051{len(self.pins):03d}"
        device, _new = await added(self.exam, Newcomer(nip, "Siti", code))
        self.pins[nip], self.units[nip] = device.pin, code

    async def move(self, nip: str) -> None:
        self.units[nip] = self.chance.choice(self._codes)
        await move_person(self.exam.stores, EVENT, nip, self.units[nip], Actor("meja 3"))

    async def reissue(self, nip: str) -> None:
        self.pins[nip] = (await reissue(self.exam.stores, EVENT, Actor("meja 3"), nip=nip)).pin

    async def write(self, nip: str) -> None:
        device = self.holding(nip)
        if (await device.login())["state"] in {"sealed", "recorded"}:
            return
        await device.start()
        await device.save(device.change(device.items[0]))
        if self.chance.random() < 0.5:
            await device.submit()

    async def lose_the_room(self, _: str) -> None:
        await self.exam.flush()
        await self.exam.stores.room.flushall()
        await recover(self.exam.stores, EVENT)

    def holding(self, nip: str) -> Device:
        return replace(self.exam.device(), nip=nip, pin=self.pins[nip])


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_in_whatever_order_people_come_move_and_lose_their_cards(
    exam: Exam, seed: int
) -> None:
    desk = Desk(exam, seed)
    deeds = (desk.add, desk.move, desk.move, desk.reissue, desk.write, desk.lose_the_room)
    for _ in range(40):
        await desk.chance.choice(deeds)(desk.chance.choice(list(desk.pins)))
        said, true = await recounted(exam)
        assert said == true
    for nip, unit in desk.units.items():
        assert await unit_of(exam, nip) == unit
    for nip in desk.pins:
        await desk.holding(nip).login()
    await exam.holds()


async def test_a_room_that_was_lost_comes_back_with_all_of_it(exam: Exam) -> None:
    device, _ = await added(exam)
    await device.login()
    await device.start()
    nip, pin = exam.cards[3]
    await move_person(exam.stores, EVENT, nip, "09.02", Actor("meja 3"))
    card = await reissue(exam.stores, EVENT, Actor("meja 3"), nip=nip)
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert refusal(await replace(exam.device(3), pin=pin).try_login()) == WRONG
    moved = await replace(exam.device(3), pin=card.pin).try_login()
    assert moved.json()["participant"]["unit"] == {u.code: u.name for u in demo_units()}["09.02"]
    assert (await device.login())["state"] == "open"
    await exam.holds()


async def test_who_was_lost_with_an_old_record_is_found_again_by_adding_them(exam: Exam) -> None:
    device, _ = await added(exam)
    await device.login()
    await device.start()
    assert await device.save(device.change(device.items[0])) == ["stored"]
    await exam.flush()
    number = number_of(exam, device.nip)
    async with exam.stores.record.begin() as conn:  # as a backup of before they came would be
        for table in (answers, answer_log, room_log, forms):
            await conn.execute(delete(table).where(table.c.sitting == number))
        await conn.execute(delete(sittings).where(sittings.c.id == number))
        await conn.execute(delete(participants).where(participants.c.nip == device.nip))
        await conn.execute(update(flush_mark).values(ms=0, seq=0))
    with pytest.raises(OpsError, match="add them again"):
        await reflow(exam.stores, EVENT)
    again, is_new = await added(exam)
    assert is_new
    await reflow(exam.stores, EVENT)
    assert await device.save(device.change(device.items[1])) == ["stored"]
    assert (await again.login())["answered"] == 2
    await exam.holds()


async def test_what_a_crash_left_undone_is_done_by_the_same_command(exam: Exam) -> None:
    device, _ = await added(exam)
    nip, _ = exam.cards[3]
    moved = exam.device(3)
    await moved.login()
    before = await sitting_fields(exam, moved)
    await move_person(exam.stores, EVENT, nip, "09.02", Actor("meja 3"))
    # As if the command had died once the record was committed: the room knows nothing of it.
    await device.login()
    tag = exam.tag(device)
    await ask(
        exam.stores.room,
        ("DEL", account_key(exam.stores.secrets.nip, device.nip), f"sit:{tag}:{device.sitting}"),
        ("HINCRBY", f"tally:{tag}", f"u{before['un']}:m", 0),
        ("HSET", f"sit:{exam.tag(moved)}:{moved.sitting}", "un", before["un"]),
    )
    found = await exam.audit()
    assert {rule.name for rule in found.rules if rule.differences} >= {
        "units and cards are in the room as in the record"
    }
    await move_person(exam.stores, EVENT, nip, "09.02", Actor("meja 3"))
    again, _ = await added(exam)
    assert (await again.login())["sitting"] == device.sitting
    await exam.holds()


async def test_a_room_that_cannot_take_it_gets_it_from_the_same_command_later(
    exam: Exam,
) -> None:
    room = exam.stores.room
    (held,) = (await room.config_get("maxmemory")).values()
    await room.config_set("maxmemory", 1)
    try:
        with pytest.raises(OpsError, match="The record is changed, the room could not be"):
            await added(exam)
    finally:
        await room.config_set("maxmemory", str(held))
    device, is_new = await added(exam)
    assert not is_new
    await device.login()
    await device.start()
    await exam.holds()
