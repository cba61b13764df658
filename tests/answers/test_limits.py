"""A room that cannot promise anything says so: memory full, weak settings, Redis away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from app.kit.redis import REQUIRED
from app.operations.demo import DEMO_PARTITIONS
from tests.exam import Exam, app_on
from tests.refusals import refusal
from tests.sittings.staff import eventually, log_lines, seated

pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def setting(day: Exam, name: str, value: str) -> AsyncIterator[None]:
    """Change a setting of Redis, and put it back."""
    before = str((await day.stores.room.config_get(name))[name])
    await day.stores.room.config_set(name, value)
    try:
        yield
    finally:
        await day.stores.room.config_set(name, before)


async def test_with_memory_full_nothing_is_called_stored_and_it_goes_on_by_itself(
    day: Exam,
) -> None:
    device, fresh, done = await seated(day), day.newcomer(), await seated(day)
    change = device.change(device.items[0])
    logged = await log_lines(day, device)
    async with setting(day, "maxmemory", "1mb"):
        refused = await device.call("POST", "/answers", {"changes": [change]})
        assert refusal(refused) == (503, "busy")
        assert int(refused.headers["retry-after"]) > 0
        assert refusal(await fresh.try_login()) == (503, "busy")
        assert await log_lines(day, device) == logged
        assert (await device.ok("GET", ""))["answers"] == {}
        # What empties the memory, or ends a sitting, still goes.
        assert (await done.submit())["state"] == "sealed"
        await day.flush()
        assert (await done.ok("GET", ""))["state"] == "recorded"
    assert await device.save(change) == ["stored"]
    await fresh.login()
    await day.holds()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("appendfsync", "everysec"),
        ("appendfsync", "no"),
        ("no-appendfsync-on-rewrite", "yes"),
        ("save", "3600 1"),
        ("maxmemory", "0"),
        ("maxmemory-policy", "allkeys-lru"),
    ],
)
async def test_a_redis_that_may_lose_answers_is_not_opened_on(
    day: Exam, name: str, value: str
) -> None:
    assert name in {*REQUIRED, "maxmemory"}

    async with setting(day, name, value), closed_app(day) as http:
        ready = await http.get("/health/ready")
        assert ready.status_code == 503
        assert name in ready.json()["fault"]
        assert (await http.get("/health/live")).status_code == 200
        device = day.newcomer()
        device.http = http
        assert refusal(await device.try_login()) == (503, "busy")


@asynccontextmanager
async def closed_app(day: Exam) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an app that does not become ready."""
    async with app_on(day.settings, ready=False) as http:
        await asyncio.sleep(0.1)
        yield http


async def test_it_opens_by_itself_once_the_settings_are_right(day: Exam) -> None:
    async with setting(day, "appendfsync", "everysec"):
        going = closed_app(day)
        http = await going.__aenter__()
        assert (await http.get("/health/ready")).status_code == 503

    async def is_ready() -> bool:
        return (await http.get("/health/ready")).status_code == 200

    await eventually(is_ready)
    await going.__aexit__(None, None, None)


async def test_who_says_so_by_name_may_open_on_a_volatile_redis(day: Exam) -> None:
    volatile = day.settings.model_copy(update={"allow_volatile_redis": True})
    async with setting(day, "appendfsync", "everysec"), app_on(volatile) as http:
        assert (await http.get("/health/ready")).json() == {"status": "ready"}


async def test_health_tells_how_far_the_record_is_behind(day: Exam) -> None:
    device = await seated(day)
    await day.flush()
    lag = (await day.http.get("/health/recorder")).json()
    assert (lag["lag_entries"], lag["lag_ms"], len(lag["partitions"])) == (0, 0, DEMO_PARTITIONS)
    await device.save(device.change(device.items[0]), device.change(device.items[1]))
    lag = (await day.http.get("/health/recorder")).json()
    assert lag["lag_entries"] == 2
    assert lag["lag_ms"] >= 0
    (mine,) = [part for part in lag["partitions"] if part["entries"]]
    assert mine["partition"] == day.tag(device).strip("{}")
    assert mine["open"] is True


async def test_live_needs_nothing(day: Exam) -> None:
    nowhere = day.settings.model_copy(update={"redis_url": "unix:///nowhere/valkey.sock"})
    async with app_on(nowhere, ready=False) as http:
        assert (await http.get("/health/live")).json() == {"status": "live"}
        assert (await http.get("/health/ready")).status_code == 503
        device = day.newcomer()
        device.http = http
        assert refusal(await device.try_login()) == (503, "busy")
