import pytest

from tests.exam import Exam


@pytest.mark.asyncio
async def test_an_answer_goes_from_the_device_to_the_record(exam: Exam) -> None:
    device = await exam.seated()
    assert await device.save(device.change(device.items[0], "b")) == ["stored"]
    done = await device.submit()
    assert done["receipt"]["answered"] == 1
    await exam.holds()
    assert (await device.ok("GET", ""))["state"] == "recorded"
