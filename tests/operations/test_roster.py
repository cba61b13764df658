"""The roster of an event that goes on: walk-ins, moves, imports, and the room that follows."""

import asyncio
import dataclasses
import json
import random
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from app.answers.tables import answer_log, answers, flush_mark
from app.exams.live import read_cards
from app.exams.model import Event
from app.exams.store import create_event
from app.forms.tables import forms
from app.kit.errors import OpsError
from app.kit.ids import account_key, sitting_number, sitting_text
from app.kit.redis import ask, time_ms
from app.kit.secrets import card_pin
from app.operations.cards import card_of, reissue
from app.operations.priming import known_event, prime
from app.operations.recovery import recover
from app.operations.reflow import reflow
from app.operations.roster import Newcomer, add_person, import_roster, move_person
from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.roster_file import RosterFile, read_roster
from app.people.tables import org_units, participants
from app.reports.service import results
from app.sittings.tables import room_log, roster_log, sittings
from tests.exam import EVENT, PEOPLE, Device, Exam
from tests.people.roster_files import A_ROW, a_file, rows_of
from tests.refusals import refusal
from tests.sittings.staff import eventually, seated, set_room, sitting_fields

pytestmark = pytest.mark.asyncio

WALK_IN = Newcomer("198609262015051001", "Siti Aminah", "09.01")
OTHERS = demo_people(demo_units(), total=94, event="another")
WRONG = (401, "bad-credentials")


async def unit_of(exam: Exam, nip: str) -> str:
    """Return the code of the unit in which somebody sits, as the record has it."""
    card = await card_of(exam.stores, EVENT, number_of(exam, nip))
    return card.unit


def number_of(exam: Exam, nip: str) -> int:
    return sitting_number(exam.stores.secrets.nip, EVENT, nip)


async def counted(exam: Exam, code: str) -> Counter[str]:
    """Return how many sittings the room's counters see in a unit, by state."""
    unit = json.loads(await exam.stores.room.hget(f"units:{EVENT}", code) or "{}").get("id")
    found: Counter[str] = Counter()
    for card in await read_cards(exam.stores.room):
        for tag in card.tags():
            for name, count in (await exam.stores.room.hgetall(f"tally:{tag}")).items():
                of, _, state = str(name).partition(":")
                if of == f"u{unit}" and int(count):
                    found[state] += int(count)
    return found


async def added(exam: Exam, newcomer: Newcomer = WALK_IN) -> tuple[Device, bool]:
    """Add somebody; return a device in their hands, and whether they are new."""
    event, number, is_new = await add_person(exam.stores, EVENT, newcomer, "meja 3")
    card = await card_of(exam.stores, event, number)
    return replace(exam.device(), nip=card.nip, pin=card.pin), is_new


def roster(*rows: dict[str, str]) -> RosterFile:
    """Read rows as a file."""
    found = read_roster(a_file(rows))
    assert found.faults == []
    return found


def demo_row(exam: Exam, person: int, **cells: str) -> dict[str, str]:
    """Return the row of somebody who sits in the demo event, with some other cells."""
    nip, _ = exam.cards[person]
    people = demo_people(demo_units(), total=PEOPLE, event=EVENT)
    (known,) = [one for one in people if one.nip == nip]
    (row,) = rows_of([known], demo_units())
    return row | {name.replace("_", " "): cell for name, cell in cells.items()}


async def test_a_walk_in_enters_with_the_next_request_in_the_middle_of_the_exam(
    exam: Exam,
) -> None:
    writing = await seated(exam)
    await exam.flush()
    before = await counted(exam, "09.01")
    device, is_new = await added(exam)
    assert is_new
    assert await counted(exam, "09.01") == before + Counter(n=1)
    entered = await device.login()
    assert entered["participant"]["name"] == "Siti Aminah"
    await device.start()
    assert len(device.items) == 50
    assert await device.save(device.change(device.items[0])) == ["stored"]
    assert await writing.save(writing.change(writing.items[0])) == ["stored"]
    await device.submit()
    assert await counted(exam, "09.01") == before + Counter(s=1)
    await exam.holds()


async def test_it_is_written_down_who_let_them_in_and_that_they_walked_in(exam: Exam) -> None:
    await added(exam)
    async with exam.stores.record.connect() as conn:
        number = number_of(exam, WALK_IN.nip)
        walked = select(sittings.c.id).where(sittings.c.walk_in)
        assert list(await conn.scalars(walked)) == [number]
        found = await results(conn, EVENT)
        assert (found.funnel.registered, found.funnel.walk_ins, found.target) == (
            PEOPLE + 1,
            1,
            PEOPLE,
        )
        (row,) = (await conn.execute(select(roster_log))).all()
    assert (row.actor, row.act, row.sitting, row.detail) == ("meja 3", "add", number, "09.01")
    assert abs(row.at - await time_ms(exam.stores.room)) < 60_000


async def test_adding_somebody_again_changes_nothing(exam: Exam) -> None:
    device, _ = await added(exam)
    await device.login()
    again, is_new = await added(exam)
    assert not is_new
    assert again.pin == device.pin
    assert (await device.ok("GET", ""))["state"] == "admitted"
    assert (await again.login())["sitting"] == device.sitting


async def test_somebody_of_the_roster_needs_no_name(exam: Exam) -> None:
    nip, pin = exam.cards[5]
    device, is_new = await added(exam, Newcomer(nip))
    assert (is_new, device.pin) == (False, pin)


async def test_several_desks_add_people_at_once(exam: Exam) -> None:
    people = [
        Newcomer(f"198609262015051{nth:03d}", f"Peserta {'ABCDE'[nth]}", "09.01")
        for nth in range(1, 5)
    ]
    found = await asyncio.gather(*(added(exam, one) for one in people))
    for device, is_new in found:
        assert is_new
        assert (await device.login())["state"] == "admitted"


@pytest.mark.parametrize(
    ("newcomer", "said"),
    [
        (replace(WALK_IN, unit="77"), "There is no unit '77'"),
        (replace(WALK_IN, name=None), "say --name too"),
        (replace(WALK_IN, name=None, unit=None), "say --name, --unit too"),
        (replace(WALK_IN, status="PPPK", nip="198609262015053001"), "no number of a PPPK"),
        (replace(WALK_IN, nip="123456789012345678"), "no number of a PNS or PPPK"),
        (replace(WALK_IN, status="NON_ASN"), "begin with 99"),
        (replace(WALK_IN, nip="990000000000000001"), "say --sex, --birth-date too"),
    ],
)
async def test_who_cannot_be_added_is_told_why_and_nothing_is_changed(
    exam: Exam, newcomer: Newcomer, said: str
) -> None:
    with pytest.raises(OpsError, match=said):
        await add_person(exam.stores, EVENT, newcomer, "meja 3")
    async with exam.stores.record.connect() as conn:
        assert await conn.scalar(select(roster_log.c.id)) is None
        assert len(list(await conn.scalars(select(sittings.c.id)))) == PEOPLE


async def test_nobody_is_added_to_an_event_that_is_over(exam: Exam) -> None:
    await set_room(exam, closes=await time_ms(exam.stores.room) - 1000)
    with pytest.raises(OpsError, match="is over"):
        await add_person(exam.stores, EVENT, WALK_IN, "meja 3")
    nip, _ = exam.cards[0]
    await move_person(exam.stores, EVENT, nip, "09.01", "meja 3")
    assert await unit_of(exam, nip) == "09.01"


async def test_a_move_while_somebody_writes_is_seen_everywhere(exam: Exam) -> None:
    device = await seated(exam)
    old = await unit_of(exam, device.nip)
    before = await counted(exam, old), await counted(exam, "09.02")
    _, was, now = await move_person(exam.stores, EVENT, device.nip, "09.02", "meja 3")
    assert (was.unit, now.unit) == (old, "09.02")
    assert await counted(exam, old) == before[0] - Counter(o=1)
    assert await counted(exam, "09.02") == before[1] + Counter(o=1)
    names = {unit.code: unit.name for unit in demo_units()}
    assert (await device.ok("GET", ""))["participant"]["unit"] == names["09.02"]
    assert await device.save(device.change(device.items[0])) == ["stored"]
    await device.submit()
    assert await counted(exam, "09.02") == before[1] + Counter(s=1)
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        units = {unit.code: unit for unit in (await results(conn, EVENT)).units}
    assert units["09.02"].funnel.submitted == 1
    await move_person(exam.stores, EVENT, device.nip, old, "meja 3")
    assert await counted(exam, old) == before[0] - Counter(o=1) + Counter(s=1)
    await exam.holds()


async def test_who_does_not_sit_there_cannot_be_moved(exam: Exam) -> None:
    with pytest.raises(OpsError, match="does not sit in kukar-2023"):
        await move_person(exam.stores, EVENT, WALK_IN.nip, "09.01", "meja 3")


async def test_a_lost_card_opens_nothing_and_the_new_one_does(exam: Exam) -> None:
    device = await seated(exam)
    for _ in range(12):  # somebody tries, and is held up
        await replace(device, pin="000000000000").try_login()
    card = await reissue(exam.stores, EVENT, "meja 3", nip=device.nip)
    assert (card.number, card.name) == (2, (await device.ok("GET", ""))["participant"]["name"])
    assert card.pin != device.pin
    assert card.printed_pin.replace(" ", "") == card.pin
    assert len(card.printed_pin) == 14
    assert refusal(await replace(device, nonce="thief").try_login()) == WRONG
    assert await device.save(device.change(device.items[0])) == ["stored"]  # who is in stays in
    found = replace(device, pin=card.pin, nonce="new phone")
    assert (await found.login())["answered"] == 1
    await exam.holds()


async def test_a_card_is_found_by_its_sitting_too(exam: Exam) -> None:
    device = exam.newcomer()
    await device.login()
    card = await reissue(exam.stores, None, "meja 3", sitting=device.sitting)
    assert card.nip == device.nip
    again = await reissue(exam.stores, None, "meja 3", sitting=device.sitting)
    assert (again.number, again.pin == card.pin) == (3, False)
    for asked in ({}, {"nip": device.nip, "sitting": device.sitting}):
        with pytest.raises(OpsError, match="--nip or --sitting"):
            await reissue(exam.stores, EVENT, "meja 3", **asked)
    with pytest.raises(OpsError, match="is no sitting"):
        await reissue(exam.stores, EVENT, "meja 3", sitting="x")
    with pytest.raises(OpsError, match="does not sit in"):
        await reissue(exam.stores, EVENT, "meja 3", sitting="0" * 12)


async def test_a_room_that_was_lost_comes_back_with_all_of_it(exam: Exam) -> None:
    device, _ = await added(exam)
    await device.login()
    await device.start()
    nip, pin = exam.cards[3]
    await move_person(exam.stores, EVENT, nip, "09.02", "meja 3")
    card = await reissue(exam.stores, EVENT, "meja 3", nip=nip)
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert refusal(await replace(exam.device(3), pin=pin).try_login()) == WRONG
    moved = await replace(exam.device(3), pin=card.pin).try_login()
    assert moved.json()["participant"]["unit"] == {u.code: u.name for u in demo_units()}["09.02"]
    assert (await device.login())["state"] == "open"
    await exam.holds()


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
        await move_person(self.exam.stores, EVENT, nip, self.units[nip], "meja 3")

    async def reissue(self, nip: str) -> None:
        self.pins[nip] = (await reissue(self.exam.stores, EVENT, "meja 3", nip=nip)).pin

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
    await move_person(exam.stores, EVENT, nip, "09.02", "meja 3")
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
    await move_person(exam.stores, EVENT, nip, "09.02", "meja 3")
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


async def test_people_who_are_imported_in_the_middle_of_the_exam_enter_at_once(
    exam: Exam,
) -> None:
    await seated(exam)
    await exam.flush()
    file = roster(*rows_of(OTHERS[:20], demo_units()))
    done = await import_roster(exam.stores, EVENT, file, "bkpsdm")
    assert (done.people.new, done.enrolled, done.moved, done.absent) == (20, 20, 0, PEOPLE)
    for person in OTHERS[:20:7]:
        card = await card_of(exam.stores, EVENT, number_of(exam, person.nip))
        device = replace(exam.device(), nip=card.nip, pin=card.pin)
        await device.login()
        await device.start()
        assert await device.save(device.change(device.items[0])) == ["stored"]
    async with exam.stores.record.connect() as conn:
        assert not (await conn.scalars(select(sittings.c.id).where(sittings.c.walk_in))).all()
    await exam.holds()


async def test_a_file_moves_renames_and_leaves_alone(exam: Exam) -> None:
    device = await seated(exam)
    old = await unit_of(exam, device.nip)
    (person,) = [nth for nth, (nip, _) in enumerate(exam.cards) if nip == device.nip]
    await exam.device(person + 2).login()
    file = roster(
        demo_row(exam, person, UNOR_ID="X9", UNOR_NAMA="Dinas Baru"),
        demo_row(exam, person + 1, NAMA="Nama Baru"),
        demo_row(exam, person + 2),
    )
    before = await counted(exam, old)
    done = await import_roster(exam.stores, EVENT, file, "bkpsdm")
    assert (done.people.new, done.people.changed, done.people.unchanged) == (0, 2, 1)
    assert (done.units.new, done.enrolled, done.moved, done.absent) == (1, 0, 1, PEOPLE - 3)
    assert await counted(exam, "X9") == Counter(o=1)
    assert (await counted(exam, old))["o"] == before["o"] - 1
    assert (await device.ok("GET", ""))["participant"]["unit"] == "Dinas Baru"
    renamed = await exam.device(person + 1).login()
    assert renamed["participant"]["name"] == "Nama Baru"
    again = await import_roster(exam.stores, EVENT, file, "bkpsdm")
    assert (again.people.unchanged, again.enrolled, again.moved, again.caught_up) == (3, 0, 0, 0)
    await exam.holds()


async def test_a_unit_that_is_renamed_is_renamed_for_all_who_sit_in_it(exam: Exam) -> None:
    device = await seated(exam)
    code = await unit_of(exam, device.nip)
    (person,) = [nth for nth, (nip, _) in enumerate(exam.cards) if nip != device.nip][:1]
    row = demo_row(exam, person) | {"UNOR ID": code, "UNOR NAMA": "Nama Baru"}
    await import_roster(exam.stores, EVENT, roster(row), "bkpsdm")
    assert (await device.ok("GET", ""))["participant"]["unit"] == "Nama Baru"
    units = await exam.stores.room.hgetall(f"units:{EVENT}")
    assert json.loads(units[code])["name"] == "Nama Baru"


async def test_a_dry_run_says_the_same_and_changes_nothing(exam: Exam) -> None:
    file = roster(
        *rows_of(OTHERS[:20], demo_units()), demo_row(exam, 0, UNOR_ID="X", UNOR_NAMA="Y")
    )
    dry = await import_roster(exam.stores, EVENT, file, "bkpsdm", dry_run=True)
    async with exam.stores.record.connect() as conn:
        assert await conn.scalar(select(roster_log.c.id)) is None
        assert await conn.scalar(select(org_units.c.id).where(org_units.c.code == "X")) is None
    done = await import_roster(exam.stores, EVENT, file, "bkpsdm")
    assert done == replace(dry, caught_up=21)


async def test_an_import_that_breaks_leaves_nothing_behind(exam: Exam) -> None:
    await set_room(exam, closes=await time_ms(exam.stores.room) - 1000)
    file = roster(demo_row(exam, 0, NAMA="Nama Baru"), *rows_of(OTHERS[:3], demo_units()))
    with pytest.raises(OpsError, match="is over: 3 people would come too late"):
        await import_roster(exam.stores, EVENT, file, "bkpsdm")
    async with exam.stores.record.connect() as conn:
        named = select(participants.c.id).where(participants.c.name == "Nama Baru")
        assert await conn.scalar(named) is None
    await exam.holds()


async def test_a_real_event_and_a_demo_hold_the_same_number_for_two_people(exam: Exam) -> None:
    stores, real = exam.stores, "penilaian-2024"
    async with stores.record.begin() as conn:
        demo = await known_event(conn, EVENT)
        values = {field.name: getattr(demo, field.name) for field in dataclasses.fields(Event)}
        await create_event(conn, Event(**values | {"id": real, "demo": False, "target": 2}))
    await prime(stores, real, await time_ms(stores.room))
    nip, pin = exam.cards[0]
    row = A_ROW | {"UNOR ID": "01.01", "UNOR NAMA": "Dinas Sungguhan"}
    people = roster(
        row | {"NIP BARU": nip, "NAMA": "Orang Sungguhan"}, row | {"NIP BARU": WALK_IN.nip}
    )
    with pytest.raises(OpsError, match="Say which event with --event: kukar-2023, penilaian-2024"):
        await import_roster(stores, None, people, "bkpsdm")
    done = await import_roster(stores, real, people, "bkpsdm")
    assert (done.people.new, done.enrolled, done.units.new) == (2, 2, 1)
    sitting = sitting_text(sitting_number(stores.secrets.nip, real, nip))
    theirs = card_pin(stores.secrets.pin, sitting, 1)

    async def is_open() -> bool:
        return (await exam.device(0).try_login(pin=theirs)).status_code == 200

    await eventually(is_open)
    living = await replace(exam.device(0), pin=theirs).login()
    assert living["participant"]["name"] == "Orang Sungguhan"
    invented = await replace(exam.device(0), pin=pin).login()
    assert invented["event"]["id"] == EVENT
    assert invented["participant"]["name"] != "Orang Sungguhan"
    async with stores.record.connect() as conn:
        assert [unit.code for unit in (await results(conn, real)).units] == ["01.01"]
        assert len((await results(conn, EVENT)).units) == 94
    await exam.holds()
