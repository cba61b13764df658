"""Outages over the calls: who is told, what is proposed, and what the chief confirms."""

import asyncio
from typing import Any

import orjson
import pytest

from app.kit.redis import ask
from app.people.staff.model import Role, Scope
from tests.exam import EVENT, Device, Exam
from tests.people.staff.builders import STAFF, Staffer, hired, seated
from tests.proctoring.outages.cutting import began_long_ago, cut_off, server_away
from tests.refusals import refusal

pytestmark = pytest.mark.asyncio

MINUTE = 60_000
OUTAGES = f"/events/{EVENT}/outages"
ROOM = "7"


async def at_work(exam: Exam, count: int) -> list[Device]:
    devices = [await exam.seated(n) for n in range(count)]
    await began_long_ago(exam, devices)
    return devices


async def in_a_room(exam: Exam, devices: list[Device]) -> None:
    room = {"name": "Ruang 7", "venue": "SMAN 1"}
    await ask(exam.stores.room, ("HSET", f"rooms:{EVENT}", ROOM, orjson.dumps(room)))
    for device in devices:
        key = f"sit:{exam.tag(device)}:{device.sitting}"
        await ask(exam.stores.room, ("HSET", key, "rm", ROOM))


async def told(staffer: Staffer, count: int = 1, **so: object) -> list[dict[str, Any]]:
    """Return the outages, as soon as there are so many and the board has heard that it is so."""
    for _ in range(120):
        found: list[dict[str, Any]] = (await staffer.ok("GET", OUTAGES))["outages"]
        if len(found) == count and all(one[name] == so[name] for one in found for name in so):
            return found
        await asyncio.sleep(0.25)
    raise AssertionError(found)


async def deadlines(devices: list[Device]) -> list[int]:
    return [int((await one.ok("GET", ""))["deadline"]) for one in devices]


async def credit(staffer: Staffer, outage: str, minutes: int) -> dict[str, Any]:
    done: dict[str, Any] = await staffer.ok(
        "POST", f"{OUTAGES}/{outage}/credit", {"minutes": minutes}
    )
    return done


async def test_a_room_that_fell_silent_is_given_its_time_back_once(exam: Exam) -> None:
    devices = await at_work(exam, 12)
    hit, others = devices[:5], devices[5:]
    await in_a_room(exam, hit)
    chief = await seated(exam, await hired(exam, Role.PROCTOR))
    await chief.ok("GET", OUTAGES)
    (first, *_) = await cut_off(exam, hit, 4 * MINUTE)
    (outage,) = await told(chief, hit=5)
    assert outage["scope"] == {"kind": "room", "id": ROOM, "name": "Ruang 7"}
    assert (outage["cause"], outage["to"], outage["from"]) == ("network", None, first)
    assert (outage["hit"], outage["still_away"], outage["of"], outage["waiting"]) == (5, 5, 5, 5)
    assert sorted(outage["sittings"]) == sorted(one.sitting for one in hit)
    assert not outage["credited"]

    for device in hit[:4]:
        await device.save()
    await hit[4].submit()
    before = await deadlines(hit[:4] + others)
    done = await credit(chief, outage["id"], 6)
    assert (done["done"], done["failed"]) == (4, 0)
    after = await deadlines(hit[:4] + others)
    moved = [new - old for new, old in zip(after, before, strict=True)]
    assert moved == [6 * MINUTE] * 4 + [0] * len(others)
    notices = (await hit[0].ok("GET", ""))["notices"]
    assert notices[-1]["text"] == (
        "Waktu Anda ditambah 6 menit. Alasan: Waktu diganti karena gangguan jaringan di ruang Anda."
    )

    again = await credit(chief, outage["id"], 9)
    assert (again["done"], again["again"]) == (0, 4)
    assert await deadlines(hit[:4] + others) == after
    (known,) = await told(chief, still_away=0)
    assert (known["id"], known["credited"], known["given"]) == (outage["id"], True, 6)
    assert (known["still_away"], known["waiting"]) == (0, 0)
    assert known["to"] is not None
    await exam.flush()
    log = await chief.ok("GET", "/audit-log")
    what = [line["what"] for line in log["entries"]]
    assert (what.count("event.credit"), what.count("sitting.extend")) == (1, 4)


async def test_two_who_confirm_at_once_give_one_credit(exam: Exam) -> None:
    hit = await at_work(exam, 6)
    chiefs = [await seated(exam, await hired(exam)) for _ in range(2)]
    await chiefs[0].ok("GET", OUTAGES)
    await cut_off(exam, hit, 4 * MINUTE)
    (outage,) = await told(chiefs[0], hit=6)
    before = await deadlines(hit)
    await asyncio.gather(
        *(credit(chief, outage["id"], n) for chief, n in zip(chiefs, (5, 8), strict=True))
    )
    moved = {new - old for new, old in zip(await deadlines(hit), before, strict=True)}
    assert len(moved) == 1
    assert moved <= {5 * MINUTE, 8 * MINUTE}


async def test_only_the_chief_gives_it_and_who_sits_elsewhere_is_not_told(exam: Exam) -> None:
    devices = await at_work(exam, 12)
    await in_a_room(exam, devices[:5])
    chief = await seated(exam, await hired(exam))
    proctors = [
        await seated(exam, await hired(exam, Role.PROCTOR, scopes=(Scope(EVENT, "room", name),)))
        for name in (ROOM, "8")
    ]
    await chief.ok("GET", OUTAGES)
    await cut_off(exam, devices[:5], 4 * MINUTE)
    (outage,) = await told(chief, hit=5)
    (mine,) = await told(proctors[0])
    assert mine["id"] == outage["id"]
    assert await told(proctors[1], 0) == []
    path = f"{STAFF}{OUTAGES}/{outage['id']}/credit"
    for staffer in (proctors[0], await seated(exam, await hired(exam, Role.VIEWER))):
        assert refusal(await staffer.call("POST", path, {"minutes": 5})) == (403, "not-allowed")
    nowhere = await chief.call("POST", f"{STAFF}{OUTAGES}/1-x/credit", {"minutes": 5})
    assert refusal(nowhere) == (404, "not-found")
    for minutes in (0, 601, "5"):
        bad = await chief.call("POST", path, {"minutes": minutes})
        assert bad.status_code == 422


async def test_the_servers_own_gap_proposes_nothing(exam: Exam) -> None:
    devices = await at_work(exam, 6)
    chief = await seated(exam, await hired(exam))
    await chief.ok("GET", OUTAGES)
    await cut_off(exam, devices, 6 * MINUTE)
    await server_away(exam, 5 * MINUTE)
    (outage,) = await told(chief)
    assert (outage["cause"], outage["minutes"], outage["credited"]) == ("server", 0, True)
    assert (outage["hit"], outage["waiting"]) == (6, 0)
    path = f"{STAFF}{OUTAGES}/{outage['id']}/credit"
    assert refusal(await chief.call("POST", path, {"minutes": 5}))[0] == 400
