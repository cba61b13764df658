"""The flusher: who dies between COMMIT and trim, who is slow, and what Postgres refuses as data."""

import asyncio

import pytest
from sqlalchemy import select, update
from typing_extensions import override

from app.answers.flusher import Flusher
from app.answers.ledger import Mark
from app.answers.partition import Partition
from app.answers.tables import dead_letter, flush_mark
from app.kit.redis import ask
from app.operations.partitions import read_partitions
from app.operations.recorder import Recorder
from tests.exam import EVENT, Device, Exam
from tests.journey.recording import drained, recording

pytestmark = pytest.mark.asyncio


class KilledError(Exception):
    """The flusher is no more."""


class DiesBeforeTheTrim(Flusher):
    """Commits, and does not live to tell the room."""

    @override
    async def _say(self, place: Partition, mark: Mark, recorded: dict[int, str]) -> None:
        raise KilledError


class SpeaksLate(Flusher):
    """Commits, and tells the room only when another flusher has gone further."""

    def __init__(self, exam: Exam) -> None:
        stores = exam.stores
        signer, chain, envelope = stores.signer, stores.chain, stores.envelope
        super().__init__(stores.record, stores.room, signer, chain, 500, envelope=envelope)
        self.committed = asyncio.Event()
        self.may_speak = asyncio.Event()

    @override
    async def _say(self, place: Partition, mark: Mark, recorded: dict[int, str]) -> None:
        self.committed.set()
        await self.may_speak.wait()
        await super()._say(place, mark, recorded)


def flusher(exam: Exam, kind: type[Flusher] = Flusher, rows: int = 500) -> Flusher:
    stores = exam.stores
    signer, chain, envelope = stores.signer, stores.chain, stores.envelope
    return kind(stores.record, stores.room, signer, chain, rows, envelope=envelope)


async def place_of(exam: Exam, device: Device) -> Partition:
    async with exam.stores.record.connect() as conn:
        places = await read_partitions(conn, EVENT)
    return next(place for place in places if place.tag == exam.tag(device))


async def dead_letters(exam: Exam) -> list[str]:
    async with exam.stores.record.connect() as conn:
        return list(await conn.scalars(select(dead_letter.c.line).order_by(dead_letter.c.id)))


async def test_who_dies_between_commit_and_trim_leaves_nothing_undone(exam: Exam) -> None:
    device = await exam.seated()
    await device.save(device.change(device.items[0]), device.change(device.items[1]))
    await device.submit()
    with pytest.raises(KilledError):
        await flusher(exam, DiesBeforeTheTrim).flush(await place_of(exam, device))
    assert await exam.unflushed() > 0
    assert (await device.ok("GET", ""))["state"] == "sealed"

    await exam.holds()
    assert await exam.unflushed() == 0
    assert (await device.ok("GET", ""))["state"] == "recorded"


async def test_what_comes_after_such_a_death_is_recorded_too(exam: Exam) -> None:
    device = await exam.seated()
    place = await place_of(exam, device)
    for item in device.items[:4]:
        await device.save(device.change(item))
        with pytest.raises(KilledError):
            await flusher(exam, DiesBeforeTheTrim).flush(place)
    await device.save(device.change(device.items[0], None))
    await exam.holds()


async def test_who_dies_before_commit_leaves_everything_in_the_log(exam: Exam) -> None:
    device = await exam.seated()
    await device.save(device.change(device.items[0]))
    before = await exam.unflushed()
    async with exam.stores.record.connect() as locked, locked.begin():
        await locked.execute(select(dead_letter).with_for_update())
        flushing = asyncio.create_task(flusher(exam).flush(await place_of(exam, device)))
        await asyncio.sleep(0)
        flushing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await flushing
    assert await exam.unflushed() == before
    await exam.holds()


async def test_flushed_never_falls_when_a_slower_flusher_speaks_last(exam: Exam) -> None:
    device = await exam.seated()
    place = await place_of(exam, device)
    slow, quick = SpeaksLate(exam), flusher(exam)
    slow_turn = asyncio.create_task(slow.flush(place))
    await slow.committed.wait()
    await device.save(device.change(device.items[0]))
    await quick.flush(place)
    slow.may_speak.set()
    await slow_turn
    await quick.flush(place)  # no alarm that the room was set back
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        assert set(await conn.scalars(select(flush_mark.c.epoch))) == {1}


async def test_a_partition_in_other_hands_is_left_alone(exam: Exam) -> None:
    device = await exam.seated()
    place = await place_of(exam, device)
    async with exam.stores.record.connect() as other, other.begin():
        await other.execute(
            select(flush_mark).where(flush_mark.c.partition == place.partition).with_for_update()
        )
        assert (await flusher(exam).flush(place)).entries == 0
    assert (await flusher(exam).flush(place)).entries > 0


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("nonsense", id="no line of ours"),
        pytest.param('a {sid} XX-99:68720525399:"a":0', id="an item the bank does not have"),
        pytest.param('a {sid} {item}:68720525399:"\x00":0', id="a value that no text may hold"),
        pytest.param('a {sid} {item}:99999999999999999999:"a":0', id="a rev beyond a bigint"),
        pytest.param("t {sid} login o x", id="a transition cut short"),
    ],
)
async def test_what_postgres_refuses_is_set_aside_alone(exam: Exam, line: str) -> None:
    device = await exam.seated()
    await device.save(*(device.change(item) for item in device.items[:5]))
    bad = line.format(sid=device.sitting, item=device.items[7])
    await ask(exam.stores.room, ("XADD", f"log:{exam.tag(device)}", "*", "d", bad))
    await device.save(*(device.change(item, "b") for item in device.items[5:10]))

    await exam.flush()
    assert await dead_letters(exam) == [bad.replace("\x00", "\\0")]
    found = {rule.name: rule.differences for rule in (await exam.audit()).rules}
    assert {name for name, differences in found.items() if differences} == {"no dead letters"}
    await device.save(device.change(device.items[0], "c"))
    await exam.flush()
    assert len(await dead_letters(exam)) == 1


async def test_a_rev_that_was_spent_on_another_answer_changes_nothing(exam: Exam) -> None:
    device = await exam.seated()
    spent = device.change(device.items[0])
    await device.save(spent)
    await exam.flush()
    bad = f'a {device.sitting} {device.items[5]}:{spent["rev"]}:"b":0'
    await ask(exam.stores.room, ("XADD", f"log:{exam.tag(device)}", "*", "d", bad))
    await exam.flush()
    assert len(await dead_letters(exam)) == 1
    found = {rule.name: rule.differences for rule in (await exam.audit()).rules}
    assert {name for name, differences in found.items() if differences} == {"no dead letters"}


async def test_a_log_that_is_empty_for_long_only_moves_the_stamp(exam: Exam) -> None:
    device = await exam.seated()
    await exam.flush()
    async with exam.stores.record.begin() as conn:
        await conn.execute(update(flush_mark).values(stamp=flush_mark.c.stamp - 60_000))
        before = set(await conn.scalars(select(flush_mark.c.stamp)))
    assert (await flusher(exam).flush(await place_of(exam, device))).entries == 0
    async with exam.stores.record.connect() as conn:
        assert max(await conn.scalars(select(flush_mark.c.stamp))) > max(before) + 30_000


async def test_the_same_line_twice_is_recorded_once(exam: Exam) -> None:
    device = await exam.seated()
    change = device.change(device.items[0])
    await device.save(change)
    await exam.flush()
    again = f'a {device.sitting} {change["item"]}:{change["rev"]}:"a":0'
    await ask(exam.stores.room, ("XADD", f"log:{exam.tag(device)}", "*", "d", again))
    await exam.holds()


async def test_two_recorders_share_the_partitions(exam: Exam) -> None:
    devices = [await exam.seated(person) for person in range(4)]
    async with recording(exam), recording(exam):
        for n in range(15):
            for device in devices:
                await device.save(device.change(device.items[n % 5], "abcd"[n % 4]))
        for device in devices:
            await device.submit()
        await drained(exam)
    await exam.holds()
    async with exam.stores.record.connect() as conn:
        assert set(await conn.scalars(select(flush_mark.c.epoch))) == {1}


async def test_a_log_longer_than_a_batch_drains_in_order(exam: Exam) -> None:
    device = await exam.seated()
    for value in "abcd" * 5:
        await device.save(*(device.change(item, value) for item in device.items[:5]))
    recorder = Recorder(exam.stores, rows=7, seconds=0)
    while await recorder.turn():
        pass
    await exam.holds()
