"""A room loses its network: the board says so, the chief gives the time back, the clocks move."""

import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from playwright.async_api import Route, expect

from app.kit.redis import ask, time_ms
from app.people.staff.model import Role, Scope
from loadtest.faults.proxy import Proxy, Weather
from tests.exam import EVENT
from tests.pages.axe import too_wide, violations
from tests.pages.hall import Hall, tag_of
from tests.pages.phone import Phone
from tests.pages.staff.office import Desk, Office
from tests.pages.staff.test_staff_accessible import NARROW, WIDE
from tests.people.staff.builders import hired, seated

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BOARD = f"/staf/papan/{EVENT}"
OUTAGES = f"**/api/v1/staff/events/{EVENT}/outages"
MINUTE = 60_000
ROOM = "31"
EARLIER_MS = 4 * MINUTE


async def at_the_board(office: Office, role: Role = Role.PROCTOR, **more: Any) -> Desk:  # noqa: ANN401 - of an account
    desk = await office.desk()
    await office.sits(desk, await seated(office, await hired(office, role, **more)))
    await desk.page.goto(BOARD)
    await expect(desk.page.get_by_text("Terhubung")).to_be_visible()
    return desk


async def in_a_room(hall: Hall, phones: Sequence[Phone]) -> None:
    """Let them sit in a room of their own, and have begun an hour ago."""
    room = orjson.dumps({"name": "Ruang 31", "venue": "SMAN 1 Tenggarong"})
    await ask(hall.stores.room, ("HSET", f"rooms:{EVENT}", ROOM, room))
    for phone in phones:
        key = f"sit:{tag_of(phone.sitting)}:{phone.sitting}"
        await ask(
            hall.stores.room,
            ("HSET", key, "rm", ROOM),
            ("HINCRBY", key, "sa", -60 * MINUTE),
            ("HINCRBY", key, "os", -60 * MINUTE),
        )


async def leave_the_room(hall: Hall, phones: Sequence[Phone]) -> None:
    """Let all be as other tests expect it."""
    await ask(hall.stores.room, ("HDEL", f"rooms:{EVENT}", ROOM))
    for phone in phones:
        key = f"sit:{tag_of(phone.sitting)}:{phone.sitting}"
        await ask(hall.stores.room, ("HDEL", key, "rm", "aw"), ("HINCRBY", key, "sa", 60 * MINUTE))


async def time_passes(hall: Hall, phones: Sequence[Phone]) -> None:
    """Let the room have heard of them last some minutes ago: nobody waits for it."""
    for phone in phones:
        tag = tag_of(phone.sitting)
        key = f"sit:{tag}:{phone.sitting}"
        await ask(
            hall.stores.room,
            ("HINCRBY", key, "sn", -EARLIER_MS),
            ("SADD", f"dirty:{tag}", phone.sitting),
        )


async def left_s(phone: Phone) -> int:
    parts = (await phone.time_left().inner_text()).split(":")
    return sum(int(part) * 60**place for place, part in enumerate(reversed(parts)))


async def test_a_room_without_network_is_given_its_time_back(hall: Hall, office: Office) -> None:
    weather, chance = Weather(), Random(7)  # noqa: S311 - a network's moods
    async with AsyncExitStack() as held:
        proxy = await held.enter_async_context(
            Proxy(office.house.settings.port, weather, chance).listening()
        )
        phones = [await hall.phone(base_url=f"http://127.0.0.1:{proxy.port}") for _ in range(3)]
        for phone in phones:
            await phone.sit_down()
            await phone.answer(1, 0)
            await phone.is_stored()
        await in_a_room(hall, phones)
        held.push_async_callback(leave_the_room, hall, phones)
        desk = await at_the_board(office)
        band = desk.page.get_by_role("region", name="Gangguan").get_by_role("article")
        await expect(band).to_have_count(0)

        weather.clear.clear()  # nothing passes any more, and nobody is told
        await time_passes(hall, phones)
        await expect(band).to_have_count(1, timeout=90_000)
        await expect(band.get_by_role("heading")).to_have_text("Gangguan jaringan di Ruang 31")
        await expect(band).to_contain_text("semua 3 peserta")
        await expect(band).to_contain_text("Belum ada yang kembali.")

        weather.clear.set()
        for phone in phones:
            await phone.answer(2, 1)
            await phone.is_stored()
        await expect(band).to_contain_text("Semua sudah kembali.", timeout=90_000)

        before = [await left_s(phone) for phone in phones]
        await band.get_by_role("button", name="Ganti waktu").click()
        for phone in phones:
            name = (await phone.look())["participant"]["name"]
            await expect(band).to_contain_text(name)
        await band.get_by_label("Berapa menit diganti?").fill("15")
        await band.get_by_role("button", name="Ganti 15 menit untuk 3 peserta").dblclick()
        await expect(band).to_contain_text("Sudah diganti 15 menit.", timeout=60_000)

        for phone, was in zip(phones, before, strict=True):
            await phone.answer(3, 1)
            await phone.is_stored()
            notice = phone.page.get_by_text("Waktu diganti karena gangguan jaringan di ruang Anda.")
            await expect(notice.first).to_be_visible()
            assert 14 * 60 < await left_s(phone) - was <= 15 * 60
        proctor = await at_the_board(office, scopes=(Scope(EVENT, "room", ROOM),))
        await proctor.page.get_by_text("Gangguan sebelumnya (1)").click()
        await proctor.says("Sudah diganti 15 menit.")


def outage(now: int, **more: object) -> dict[str, object]:
    """Return what the server tells of an outage that has just ended."""
    return {
        "id": "1-a",
        "scope": {"kind": "room", "id": "3", "name": "Ruang 3"},
        "cause": "network",
        "from": now - 9 * MINUTE,
        "to": now - 2 * MINUTE,
        "hit": 18,
        "still_away": 0,
        "of": 20,
        "minutes": 8,
        "sittings": [],
        "credited": False,
        "given": 0,
        "waiting": 18,
    } | more


def every_kind(now: int, names: Sequence[str]) -> list[dict[str, object]]:
    dinas = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
    network = {
        "kind": "network",
        "id": "36.81.22.0/24",
        "name": f"36.81.22.0/24 ({dinas}, Ruang 7)",
    }
    unit, everybody = (
        {"kind": "unit", "id": "9", "name": dinas},
        {"kind": "everybody", "id": "", "name": ""},
    )
    server = {"cause": "server", "scope": everybody, "minutes": 0, "credited": True, "waiting": 0}
    return [
        outage(now, id="1-a", sittings=list(names)),
        outage(now, id="2-b", scope=unit, to=None, still_away=18),
        outage(now, id="3-c", scope=network, hit=20, still_away=4),
        outage(now, id="4-d", **server, to=None, hit=10_303, of=10_303),
        outage(now, id="5-e", credited=True, given=8, waiting=2),
        outage(now, id="6-f", **server, hit=10_303, of=10_303),
        outage(now, id="7-g", scope=everybody, credited=True, given=12, waiting=0),
    ]


async def test_every_kind_of_outage_is_for_everybody(office: Office) -> None:
    desk = await office.desk()
    staffer = await seated(office, await hired(office))
    await office.sits(desk, staffer)
    board = await staffer.ok("GET", f"/events/{EVENT}/board")
    names = [row[0] for row in board["rows"][:14]]
    now = await time_ms(office.stores.room)

    async def told(route: Route) -> None:
        body = orjson.dumps({"outages": every_kind(now, names)})
        await route.fulfill(body=body, content_type="application/json")

    await desk.page.route(OUTAGES, told)
    await desk.page.goto(BOARD)
    found: dict[str, object] = {}

    async def look(name: str) -> None:
        for size in (WIDE, NARROW):
            await desk.page.set_viewport_size(size)
            if folder := os.environ.get("SCREENSHOTS"):
                picture = Path(folder) / f"staf-{name}-{size['width']}.png"
                await desk.page.screenshot(path=picture, full_page=True)
            if worse := await violations(desk.page):
                found[f"{name} {size['width']}"] = worse
        if wide := await too_wide(desk.page):
            found[f"{name} too wide"] = wide
        await desk.page.set_viewport_size(WIDE)

    bands = desk.page.get_by_role("region", name="Gangguan").get_by_role("article")
    await expect(bands.first).to_be_visible()
    await look("gangguan")
    await desk.page.get_by_text("Gangguan sebelumnya (2)").click()
    await bands.first.get_by_role("button", name="Ganti waktu").click()
    await expect(bands.first).to_contain_text(" dan 6 peserta lain.")
    await bands.first.get_by_label("Berapa menit diganti?").fill("900")
    await desk.page.keyboard.press("Enter")
    await expect(bands.first.get_by_text("Tulis 1 sampai 600 menit.")).to_be_visible()
    await look("gangguan-ganti")
    assert found == {}
