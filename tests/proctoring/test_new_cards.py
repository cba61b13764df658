"""A lost card is replaced from the board: the old PIN opens nothing, the new one does, at once."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.kit.ids import sitting_from_text, sitting_number, sitting_text
from app.operations.cards import card_of, reissue
from app.operations.catching_up import catch_up
from app.operations.priming import known_event
from app.operations.recovery import recover
from app.people.audit_log.model import Actor, Wanted
from app.people.audit_log.store import read
from app.proctoring.model import NewCard, Outcome, Scope
from app.sittings.tables import sittings
from tests.answers.misfortunes import back_up, put_back
from tests.exam import EVENT, Device, Exam
from tests.proctoring.builders import carried_out, standing
from tests.refusals import refusal
from tests.servers import Servers
from tests.sittings.staff import log_lines, seated, set_fields, sitting_fields

pytestmark = pytest.mark.asyncio

WRONG = (401, "bad-credentials")
DESK = Actor("meja 3")


async def renewed(exam: Exam, device: Device, **more: str) -> Outcome:
    done = await carried_out(exam, "card", Scope("sitting", device.sitting, EVENT), **more)
    (outcome,) = done.outcomes
    return outcome


def card_in(outcome: Outcome) -> NewCard:
    assert outcome.card is not None
    return outcome.card


def holding(device: Device, card: NewCard, nonce: str = "new phone") -> Device:
    return replace(device, pin=card.pin.replace(" ", ""), nonce=nonce)


async def recorded(exam: Exam, device: Device) -> int:
    async with exam.stores.record.connect() as conn:
        number = sitting_from_text(device.sitting)
        wanted = select(sittings.c.card).where(sittings.c.id == number)
        return int(await conn.scalar(wanted) or 0)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_old_pin_opens_nothing_and_the_new_one_does(day: Exam) -> None:
    device = await seated(day)
    for _ in range(12):  # somebody tries, and is held up
        await replace(device, pin="000000000000").try_login()
    outcome = await renewed(day, device)
    assert (outcome.result, outcome.state) == ("done", "open")
    card = card_in(outcome)
    assert (card.number, len(card.pin), card.pin.count(" ")) == (2, 14, 2)
    assert refusal(await replace(device, nonce="thief").try_login()) == WRONG
    assert await device.save(device.change(device.items[0])) == ["stored"]  # who is in stays in
    assert "notices" not in device.last or device.last["notices"] == []
    assert (await holding(device, card).login())["answered"] == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_act_again_tells_the_same_pin_and_makes_no_card(day: Exam) -> None:
    device = await seated(day)
    first = await renewed(day, device, action=f"{device.sitting}-once")
    before = await sitting_fields(day, device)
    again = await renewed(day, device, action=f"{device.sitting}-once")
    assert (first.result, again.result) == ("done", "again")
    assert again.card == first.card
    assert await sitting_fields(day, device) == before


@pytest.mark.asyncio(loop_scope="module")
async def test_many_taps_at_once_make_one_card_and_two_acts_make_two(day: Exam) -> None:
    device = await seated(day)
    taps = await asyncio.gather(
        *(renewed(day, device, action=f"{device.sitting}-{n % 2}") for n in range(8))
    )
    assert sorted(one.result for one in taps) == ["again"] * 6 + ["done"] * 2
    assert {card_in(one).number for one in taps if one.result == "done"} == {2, 3}
    last = card_in(await renewed(day, device, action=f"{device.sitting}-0"))
    assert last.number == 3
    assert (await holding(device, last).login())["state"] == "open"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("state", ["admitted", "open", "paused", "sealed"])
async def test_a_card_is_renewed_in_every_state(day: Exam, state: str) -> None:
    device = await standing(day, state)
    outcome = await renewed(day, device)
    assert (outcome.state, card_in(outcome).number) == (state, 2)


@pytest.mark.asyncio(loop_scope="module")
async def test_there_is_an_end_to_the_cards_of_a_sitting(day: Exam) -> None:
    device = await seated(day)
    held = await sitting_fields(day, device)
    await set_fields(day, device, cn=9999)
    outcome = await renewed(day, device)
    assert outcome.result == "failed"
    assert outcome.why is not None
    assert "as many" in outcome.why.english
    assert (await sitting_fields(day, device))["ph"] == held["ph"]
    await set_fields(day, device, cn=held["cn"])


@pytest.mark.asyncio(loop_scope="module")
async def test_the_pin_stands_in_no_log_and_no_entry(day: Exam) -> None:
    device = await seated(day)
    card = card_in(await renewed(day, device, reason="Kartu hilang"))
    lines = "\n".join(await log_lines(day, device))
    assert f'"card":{card.number}' in lines
    await day.holds()
    async with day.stores.record.connect() as conn:
        told = (
            await read(conn, Wanted(what="sitting.card", whom=f"sitting:{device.sitting}"))
        ).rows
        everything = (
            await conn.execute(text("SELECT string_agg(detail, ' ') FROM room_log"))
        ).all()
    entry = told[0].entry()
    assert (entry.why, entry.after["card"]) == ("Kartu hilang", 2)
    for said in (lines, str(told), str(everything)):
        assert card.pin not in said
        assert card.pin.replace(" ", "") not in said


@pytest.mark.asyncio(loop_scope="module")
async def test_the_record_hears_of_it_and_never_falls(day: Exam) -> None:
    device = await seated(day)
    await renewed(day, device)
    await renewed(day, device)
    await day.flush()
    assert await recorded(day, device) == 3
    async with day.stores.record.begin() as conn:
        await conn.execute(
            text("UPDATE sittings SET card = 7 WHERE id = :id"),
            {"id": sitting_from_text(device.sitting)},
        )
    await renewed(day, device)
    await day.flush()
    assert await recorded(day, device) == 7
    await caught_up(day, device)
    await day.holds()


async def caught_up(exam: Exam, device: Device) -> None:
    async with exam.stores.record.connect() as conn:
        event = await known_event(conn, EVENT)
    await catch_up(exam.stores, event, [sitting_from_text(device.sitting)])


@pytest.mark.asyncio(loop_scope="module")
async def test_catching_up_puts_no_older_card_back(day: Exam) -> None:
    device = await seated(day)
    card = card_in(await renewed(day, device))
    await caught_up(day, device)  # the record does not know of the card yet
    assert (await holding(device, card).login())["state"] == "open"
    await day.flush()
    await caught_up(day, device)
    assert (await holding(device, card, "another").login())["state"] == "open"
    await day.holds()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_card_from_the_shell_follows_the_one_of_the_room(day: Exam) -> None:
    device = await seated(day)
    await renewed(day, device)
    await renewed(day, device)
    card = await reissue(day.stores, EVENT, DESK, sitting=device.sitting)
    assert card.number == 4  # above the room's, of which the record has not heard
    assert (await replace(device, pin=card.pin, nonce="new").login())["state"] == "open"
    newer = card_in(await renewed(day, device))
    assert newer.number == 5
    printed = await card_of(day.stores, EVENT, sitting_from_text(device.sitting))
    assert (printed.number, printed.printed_pin) == (5, newer.pin)
    await day.holds()


async def test_a_card_survives_a_lost_room(exam: Exam) -> None:
    device = await seated(exam)
    card = card_in(await renewed(exam, device, action="lost-1"))
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert refusal(await replace(device, nonce="thief").try_login()) == WRONG
    await holding(device, card).login()
    again = await renewed(exam, device, action="lost-1")
    assert (again.result, again.card) == ("again", card)
    await exam.holds()


async def test_a_card_survives_a_record_that_was_set_back(exam: Exam) -> None:
    device = await seated(exam)
    await exam.flush()
    backup = await back_up(exam)
    card = card_in(await renewed(exam, device))
    stranger = exam.device(40)  # of whom the log says nothing yet but the card
    number = sitting_number(exam.stores.secrets.nip, EVENT, stranger.nip)
    stranger.sitting = sitting_text(number)
    theirs = card_in(await renewed(exam, stranger))
    await exam.flush()
    await put_back(exam, backup)
    await exam.flush()
    assert (await recorded(exam, device), await recorded(exam, stranger)) == (2, 2)
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    await holding(device, card).login()
    await holding(stranger, theirs).login()
    await exam.holds()


async def test_with_postgres_away_a_card_is_renewed(exam: Exam, servers: Servers) -> None:
    device = await seated(exam)
    await servers.stop("postgres")
    try:
        card = card_in(await renewed(exam, device))
        assert refusal(await replace(device, nonce="thief").try_login()) == WRONG
        await holding(device, card).login()
    finally:
        await servers.start("postgres")
    await exam.holds()
    assert await recorded(exam, device) == 2
