"""Redis loses everything mid-exam: the record and the living devices bring it back."""

import asyncio
import shutil

import pytest

from app.operations.recovery import recover
from tests.exam import EVENT, Exam
from tests.journey.recording import drained, epoch_of, recording, seated, until
from tests.journey.rule import receipts_verify, the_rule_holds
from tests.servers import Servers

pytestmark = pytest.mark.asyncio


async def test_after_flushall_the_recorder_recovers_and_devices_claim_and_reconcile(
    exam: Exam,
) -> None:
    phones = await seated(exam, 0, 1, 2, 3)
    async with recording(exam):
        for phone in phones:
            await phone.save(0, 0)
            await phone.save(1, 1, flagged=True)
        await drained(exam)
        for phone in phones:
            await phone.save(0, 2)
        await exam.stores.room.flushall()

        for phone in phones:
            assert await phone.save(2, 3) == "stored"
            await phone.come_back()
        assert await epoch_of(exam) == 2
        for phone in phones:
            standing = (await phone.look())["answers"]
            assert {item: a["value"] for item, a in standing.items()} == {
                item: entry.value for item, entry in phone.map.items()
            }
            await phone.submit()
        await drained(exam)
    await the_rule_holds(exam.stores, phones)
    for phone in phones:
        await receipts_verify(exam.stores, exam.http, phone)
        assert phone.claims == 1
        assert phone.typed_pins == 1


async def test_what_postgres_never_had_comes_back_from_the_journals(exam: Exam) -> None:
    phones = await seated(exam, 0, 1, 2)
    for phone in phones:
        for item in range(5):
            await phone.save(item, item)
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    for phone in phones:
        assert await phone.come_back() != []
        await phone.submit()
    await exam.flush()
    await the_rule_holds(exam.stores, phones)


async def test_a_lost_data_folder_is_built_again(exam: Exam, servers: Servers) -> None:
    phones = await seated(exam, 0, 1, 2)
    folder = exam.settings.data_dir / "valkey"
    async with recording(exam):
        for phone in phones:
            await phone.save(0, 0)
        await drained(exam)
        for phone in phones:
            await phone.save(1, 1)
        try:
            await servers.kill("valkey")
            shutil.rmtree(folder)
        finally:
            await servers.restart("valkey")
        for phone in phones:
            await phone.save(2, 2)
            await phone.come_back()
            await phone.submit()
        await drained(exam)
    await the_rule_holds(exam.stores, phones)


async def test_saving_goes_on_through_a_flushall(exam: Exam) -> None:
    phones = await seated(exam, *range(6))
    async with recording(exam):

        async def busy(phone_number: int) -> None:
            phone = phones[phone_number]
            for n in range(40):
                await phone.save(n % 10, n)
                await asyncio.sleep(0.01)
            await phone.come_back()
            await phone.submit()

        saving = [asyncio.create_task(busy(n)) for n in range(len(phones))]
        await asyncio.sleep(0.15)
        await exam.stores.room.flushall()
        await asyncio.gather(*saving)
        await until(lambda: epoch_of(exam), 2)
        await drained(exam)
    await the_rule_holds(exam.stores, phones)
    for phone in phones:
        await receipts_verify(exam.stores, exam.http, phone)
