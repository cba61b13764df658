"""An exam's day: Postgres away, two devices, one PC for two, a server away at the end."""

import asyncio

import httpx
import pytest
from sqlalchemy import text, update

from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.kit.redis import LIBRARY, ask
from app.operations.demo import DEMO_PARTITIONS
from app.operations.recovery import recover
from app.operations.sweeper import keep_sweeping
from app.sittings.tables import sittings
from tests.exam import API, EVENT, Exam
from tests.journey.phone import DeviceSupersededError, Phone
from tests.journey.recording import drained, recording, seated, until
from tests.journey.rule import receipts_verify, the_rule_holds
from tests.servers import Servers

pytestmark = pytest.mark.asyncio


def tag_of(phone: Phone) -> str:
    return partition_tag(EVENT, partition_of(sitting_from_text(phone.sitting), DEMO_PARTITIONS))


async def set_deadline(exam: Exam, phone: Phone, ms_from_now: int) -> None:
    """Move the deadline where the room asks, and in the record, which knows the start."""
    seconds, micros = (await ask(exam.stores.room, ("TIME",)))[0]
    deadline = int(seconds) * 1000 + int(micros) // 1000 + ms_from_now
    tag = tag_of(phone)
    await ask(
        exam.stores.room,
        ("HSET", f"sit:{tag}:{phone.sitting}", "dl", deadline),
        ("ZADD", f"due:{tag}", deadline, phone.sitting),
        atomic=True,
    )
    async with exam.stores.record.begin() as conn:
        number = sitting_from_text(phone.sitting)
        moved = update(sittings).where(sittings.c.id == number).values(deadline=deadline)
        await conn.execute(moved)


async def is_ready(exam: Exam) -> bool:
    return (await exam.http.get("/health/ready")).status_code == httpx.codes.OK


async def test_login_start_save_submit_and_resume_work_with_postgres_stopped(
    exam: Exam, servers: Servers
) -> None:
    async with recording(exam):
        try:
            await servers.stop("postgres")
            phones = await seated(exam, 0, 1, 2)
            for phone in phones:
                assert await phone.save(0, 0) == "stored"
                assert await phone.save(0, 1) == "stored"
            other = Phone(exam.http, phones[0].nip, phones[0].pin)
            await other.enter()
            resumed = (await other.look())["answers"]
            assert resumed == {
                entry.item: {"rev": entry.rev, "value": entry.value, "flagged": False}
                for entry in phones[0].map.values()
            }
            for phone in phones[1:]:
                assert (await phone.submit())["state"] == "sealed"
            assert await is_ready(exam)
            lag = (await exam.http.get("/health/recorder")).json()
            assert lag["lag_entries"] == await exam.unflushed() > 0
        finally:
            await servers.start("postgres")
        await drained(exam)
    await the_rule_holds(exam.stores, [*phones, other])
    for phone in phones[1:]:
        await receipts_verify(exam.stores, exam.http, phone)
        assert (await phone.look())["state"] == "recorded"


async def test_a_seal_that_was_lost_comes_back_with_its_receipt(exam: Exam) -> None:
    """Sealed while Postgres was away, then Redis wiped: the page still holds its receipt."""
    (phone,) = await seated(exam, 0)
    await exam.flush()
    await phone.save(0, 0)
    await phone.save(1, 1)
    receipt = (await phone.submit())["receipt"]
    await exam.stores.room.flushall()
    await recover(exam.stores, EVENT)
    again = await phone.submit()
    assert again["receipt"] == receipt
    assert again["state"] == "sealed"
    await exam.flush()
    await the_rule_holds(exam.stores, [phone])
    await receipts_verify(exam.stores, exam.http, phone)


async def test_the_older_backlog_of_a_phone_arrives_last_and_changes_nothing_newer(
    exam: Exam,
) -> None:
    (phone,) = await seated(exam, 0)
    await phone.save(0, 0)
    for item in range(4):
        phone.write(item, 1)  # without a network

    pc = Phone(exam.http, phone.nip, phone.pin)
    await pc.enter()
    for item in (0, 1):
        assert await pc.save(item, 2) == "stored"

    with pytest.raises(DeviceSupersededError):
        await phone.send()
    await phone.enter()  # the card again, an hour later
    assert await phone.send() == ["superseded", "superseded", "stored", "stored"]
    standing = (await phone.look())["answers"]
    values = {item: list(phone.choices)[item] for item in range(4)}
    assert [standing[values[item]]["value"] for item in range(4)] == [
        phone.choices[values[0]][2],
        phone.choices[values[1]][2],
        phone.choices[values[2]][1],
        phone.choices[values[3]][1],
    ]
    await exam.flush()
    await the_rule_holds(exam.stores, [phone, pc])


async def test_what_a_replaced_phone_had_not_sent_is_kept_apart(exam: Exam) -> None:
    (phone,) = await seated(exam, 0)
    for item in range(3):
        phone.write(item, 1)
    pc = Phone(exam.http, phone.nip, phone.pin)
    await pc.enter()
    await pc.save(0, 2)
    with pytest.raises(DeviceSupersededError):
        await phone.send()
    assert await phone.hand_over_late() == 3
    await pc.submit()
    await exam.flush()
    await the_rule_holds(exam.stores, [phone, pc])
    await receipts_verify(exam.stores, exam.http, pc)


async def test_two_people_on_one_pc_never_mix(exam: Exam) -> None:
    browser, items = exam.http, []
    people = []
    for nip, pin in exam.cards[:2]:
        body = {"nip": nip, "pin": pin, "device": "office-pc", "cookie": True}
        entered = (await browser.post(f"{API}/login", json=body)).json()
        assert "token" not in entered
        people.append(entered)
    for entered in people:
        path = f"{API}/sittings/{entered['sitting']}"
        assert (await browser.post(f"{path}/start")).json()["state"] == "open"
        items.append((await browser.get(f"{path}/form")).json()["items"])
    for value, (entered, form) in zip("ab", zip(people, items, strict=True), strict=True):
        change = {"item": form[0]["id"], "rev": (entered["gen"] << 20) + 1, "value": value}
        path = f"{API}/sittings/{entered['sitting']}"
        saved = await browser.post(f"{path}/answers", json={"changes": [change]})
        assert saved.json()["results"][0]["result"] == "stored"
    for value, entered in zip("ab", people, strict=True):
        seen = (await browser.get(f"{API}/sittings/{entered['sitting']}")).json()
        assert [answer["value"] for answer in seen["answers"].values()] == [value]
    cookies = {cookie.path: cookie.value for cookie in browser.cookies.jar}
    mine, theirs = (f"{API}/sittings/{entered['sitting']}" for entered in people)
    foreign = {"Authorization": f"Bearer {cookies[theirs]}"}
    refused = await browser.get(mine, headers=foreign)
    assert refused.status_code == httpx.codes.UNAUTHORIZED
    await exam.holds()


async def test_a_server_away_across_the_deadline_gives_the_time_back(
    exam: Exam, servers: Servers
) -> None:
    phones = await seated(exam, 0, 1, 2)
    sweeping = asyncio.create_task(keep_sweeping(exam.stores))
    try:
        async with recording(exam):
            for phone in phones:
                await phone.save(0, 0)
            await drained(exam)
            for phone in phones:
                await set_deadline(exam, phone, 2000)
            before = (await phones[0].look())["deadline"]
            await servers.stop("valkey")
            await asyncio.sleep(5.5)
            await servers.start("valkey")
            for phone in phones:
                assert await phone.save(1, 1) == "stored"
                assert phone.last["state"] == "open"
                assert phone.last["deadline"] >= before + 5000
            await phones[0].submit()
            await drained(exam)
        await the_rule_holds(exam.stores, phones)
        async with exam.stores.record.connect() as conn:
            assert await conn.scalar(text("SELECT count(*) FROM seals")) == 1
    finally:
        sweeping.cancel()
        await asyncio.wait([sweeping])
        if "valkey" not in servers._running:
            await servers.start("valkey")


async def test_the_sweeper_that_comes_first_after_a_gap_seals_nobody(exam: Exam) -> None:
    (phone,) = await seated(exam, 0)
    await phone.save(0, 0)
    tag = tag_of(phone)
    gone = 60_000
    *_, swept = await ask(
        exam.stores.room,
        ("HINCRBY", f"room:{tag}", "opens", -2 * gone),
        ("HINCRBY", f"room:{tag}", "stamp", -gone),
        ("HSET", f"sit:{tag}:{phone.sitting}", "dl", 1),
        ("ZADD", f"due:{tag}", 1, phone.sitting),
        ("FCALL", LIBRARY.name("sweep"), 1, f"room:{tag}", 100, exam.stores.signer.current),
        atomic=True,
    )
    assert swept[1] == 0
    assert (await phone.look())["state"] == "open"


async def test_whose_time_has_run_out_is_handed_in_with_what_is_there(exam: Exam) -> None:
    phones = await seated(exam, 0, 1)
    for phone in phones:
        await phone.save(0, 0)
        await phone.save(1, 1)
    phones[0].write(2, 2)  # typed, not sent in time
    grace = int(await exam.stores.room.hget(f"room:{tag_of(phones[0])}", "grace") or 0)
    await set_deadline(exam, phones[0], -grace - 1000)
    sweeping = asyncio.create_task(keep_sweeping(exam.stores))
    try:
        async with recording(exam):
            await until(lambda: _state(phones[0]), "recorded")
            assert await _state(phones[1]) == "open"
            handed_in = await phones[0].submit()
            assert {one["result"] for one in handed_in["results"]} == {"same", "kept"}
            assert handed_in["receipt"]["answered"] == 2
            await drained(exam)
    finally:
        sweeping.cancel()
        await asyncio.wait([sweeping])
    await the_rule_holds(exam.stores, phones)
    await receipts_verify(exam.stores, exam.http, phones[0])


async def _state(phone: Phone) -> str:
    return str((await phone.look())["state"])
