"""Lost cards: the new one opens, the old one does not."""

from dataclasses import replace

import pytest

from app.kit.errors import OpsError
from app.operations.cards import reissue
from app.people.audit_log.model import Actor
from tests.exam import EVENT, Exam
from tests.refusals import refusal
from tests.sittings.staff import seated

pytestmark = pytest.mark.asyncio

WRONG = (401, "bad-credentials")


async def test_a_lost_card_opens_nothing_and_the_new_one_does(exam: Exam) -> None:
    device = await seated(exam)
    for _ in range(12):  # somebody tries, and is held up
        await replace(device, pin="000000000000").try_login()
    card = await reissue(exam.stores, EVENT, Actor("meja 3"), nip=device.nip)
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
    card = await reissue(exam.stores, None, Actor("meja 3"), sitting=device.sitting)
    assert card.nip == device.nip
    again = await reissue(exam.stores, None, Actor("meja 3"), sitting=device.sitting)
    assert (again.number, again.pin == card.pin) == (3, False)
    for asked in ({}, {"nip": device.nip, "sitting": device.sitting}):
        with pytest.raises(OpsError, match="--nip or --sitting"):
            await reissue(exam.stores, EVENT, Actor("meja 3"), **asked)
    with pytest.raises(OpsError, match="is no sitting"):
        await reissue(exam.stores, EVENT, Actor("meja 3"), sitting="x")
    with pytest.raises(OpsError, match="does not sit in"):
        await reissue(exam.stores, EVENT, Actor("meja 3"), sitting="0" * 12)
