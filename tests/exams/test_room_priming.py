"""Priming: what the day needs goes into the room, and nothing that stands is overwritten."""

import json
from collections import Counter

import pytest
from sqlalchemy import insert, update

from app.exams.live import read_cards
from app.exams.tables import rooms, waves
from app.kit.errors import OpsError
from app.kit.ids import sitting_from_text
from app.kit.redis import ask, time_ms
from app.kit.secrets import pin_hash
from app.operations.demo import DEMO_PARTITIONS
from app.operations.priming import prime
from app.operations.recovery import recover
from app.sittings.tables import sittings
from tests.exam import EVENT, PEOPLE, Device, Exam
from tests.refusals import refusal
from tests.sittings.staff import (
    act,
    eventually,
    run_out,
    seated,
    set_room,
    sitting_fields,
    sweep,
)

pytestmark = pytest.mark.asyncio

HOUR = 3_600_000


async def place(exam: Exam, device: Device, *, room_pin: str, starts_at: int) -> None:
    """Give the participant of an event that is not primed yet a room with a PIN, and a wave."""
    number = sitting_from_text(device.sitting)
    async with exam.stores.record.begin() as conn:
        wave = await conn.scalar(
            insert(waves)
            .values(event=1, name="I", starts_at=starts_at, ends_at=starts_at + HOUR)
            .returning(waves.c.id)
        )
        door = pin_hash(exam.stores.secrets.pin, EVENT, room_pin)
        room = await conn.scalar(
            insert(rooms)
            .values(event=1, venue="Aula", name="R1", capacity=20, pin_hash=door)
            .returning(rooms.c.id)
        )
        await conn.execute(
            update(sittings).where(sittings.c.id == number).values(room_id=room, wave_id=wave)
        )


async def prime_anew(exam: Exam) -> None:
    """Empty the room as it was before the event was primed, and prime."""

    async def event_is_seen() -> bool:
        return bool((await exam.http.get("/health/recorder")).json()["partitions"])

    await exam.stores.room.flushall()
    await prime(exam.stores, EVENT, await time_ms(exam.stores.room))
    await eventually(event_is_seen)


async def test_priming_again_creates_nothing_and_overwrites_nothing(exam: Exam) -> None:
    device = await seated(exam)
    before = await sitting_fields(exam, device)
    again = await prime(exam.stores, EVENT, 1)
    assert (again.sittings, again.created, again.opened) == (PEOPLE, 0, 0)
    assert await sitting_fields(exam, device) == before
    assert await device.save(device.change(device.items[0])) == ["stored"]


async def test_an_event_that_has_begun_is_not_primed(exam: Exam) -> None:
    await seated(exam)
    await exam.flush()
    with pytest.raises(OpsError, match="serentak recover"):
        await prime(exam.stores, EVENT, 1)


async def test_what_is_missing_is_made_again_before_the_event_has_begun(exam: Exam) -> None:
    device = exam.newcomer()
    await device.login()
    await ask(exam.stores.room, ("DEL", f"sit:{exam.tag(device)}:{device.sitting}"))
    again = await prime(exam.stores, EVENT, 1)
    assert (again.created, again.opened) == (1, 0)
    assert (await exam.device(0).login())["state"] == "admitted"


async def test_rooms_with_pins_and_waves_are_primed_and_recovered(exam: Exam) -> None:
    device = exam.newcomer()
    await device.login()
    starts_at = await time_ms(exam.stores.room) + HOUR
    await place(exam, device, room_pin="2468", starts_at=starts_at)
    await prime_anew(exam)
    await set_room(exam, mode="hall")
    for _ in range(2):
        (room,) = (await exam.stores.room.hgetall(f"rooms:{EVENT}")).items()
        assert room[0] == (await sitting_fields(exam, device))["rm"]
        assert json.loads(room[1]) == {"name": "R1", "venue": "Aula"}
        (wave,) = (await exam.stores.room.hgetall(f"waves:{EVENT}")).items()
        assert wave[0] == (await sitting_fields(exam, device))["wv"]
        times = {"starts_at": starts_at, "ends_at": starts_at + HOUR}
        assert json.loads(wave[1]) == {"name": "I", **times}
        assert refusal(await device.try_login()) == (401, "bad-credentials")
        entered = await device.try_login(room_pin="2468")
        assert entered.json()["state"] == "admitted"  # the room's PIN is the invigilator's word
        assert entered.json()["opens_at"] == starts_at
        device._entered(entered.json())
        assert refusal(await device.call("POST", "/start")) == (403, "not-open")
        await exam.flush()
        await recover(exam.stores, EVENT)
        await set_room(exam, mode="hall")


async def test_the_room_knows_its_event(exam: Exam) -> None:
    (card,) = await read_cards(exam.stores.room)
    assert (card.id, card.mode, card.partitions) == (EVENT, "open", DEMO_PARTITIONS)
    assert len(card.tags()) == DEMO_PARTITIONS
    bank = await exam.stores.room.hgetall(f"bank:{EVENT}")
    assert not any('"key"' in text or '"weight"' in text for text in bank.values())


async def test_the_room_knows_the_units_of_its_people_by_their_codes(exam: Exam) -> None:
    before = await exam.stores.room.hgetall(f"units:{EVENT}")
    assert len(before) == 94
    assert json.loads(before["01.01"])["name"] == "Sekretariat Daerah"
    fields = await sitting_fields(exam, await seated(exam))
    assert int(fields["un"]) in {json.loads(unit)["id"] for unit in before.values()}
    await exam.flush()
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    assert await exam.stores.room.hgetall(f"units:{EVENT}") == before


async def test_the_counters_of_the_board_follow_every_transition(exam: Exam) -> None:
    sitters = [await seated(exam) for _ in range(6)]
    swept, paused, resumed, done, again, _ = sitters
    await exam.newcomer().login()
    await act(exam, paused, "pause")
    await act(exam, resumed, "pause")
    await act(exam, resumed, "resume")
    await done.submit()
    await again.submit()
    await act(exam, again, "reopen", ms=HOUR)
    await run_out(exam, swept)
    await sweep(exam, swept)
    expected = {"n": PEOPLE - 7, "m": 1, "o": 3, "p": 1, "s": 2}
    assert await tally(exam) == expected
    await exam.flush()
    await recover(exam.stores, EVENT)
    assert await tally(exam) == expected


async def tally(exam: Exam) -> dict[str, int]:
    """Return how many sittings the board counts in each state, over all units and partitions."""
    counted: Counter[str] = Counter()
    for card in await read_cards(exam.stores.room):
        for tag in card.tags():
            for name, count in (await exam.stores.room.hgetall(f"tally:{tag}")).items():
                counted[str(name).rpartition(":")[2]] += int(count)
    return {state: count for state, count in counted.items() if count}
