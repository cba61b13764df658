"""What the page may cost (goal S8): bytes, the wait for the first item, the wait after a tap."""

import statistics
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page

from tests.pages.hall import Hall
from tests.pages.phone import Phone
from tests.pages.wire import Counted

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KB = 1024
HEARTBEAT_S = 25
ITEM_S = 72
STEP_S = 8
SLOW_NETWORK = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
SLOWER_CPU = 4
# The machine is shared, and noise only adds: of several figures the best is held against the goal.
FIRST_ITEM_MS = 2000
COLD_MS = 6000  # 3.3 to 4 s were measured; this only notices when it gets much worse
TAP_MS = 100


async def test_the_first_load(hall: Hall) -> None:
    """From an empty cache and the login page to the first item: 40 KB of pages, styles, scripts."""
    phone = await hall.phone()
    await phone.open()
    await phone.log_in()
    await phone.get_ready()
    await phone.start()
    counted = counted_of(phone)
    print(counted.table())
    pages = sum(size for kind, size in counted.body.items() if " api " not in kind)
    print(f"pages {pages / KB:.1f} KB, with what the API said {counted.bodies / KB:.1f} KB")
    assert pages <= 40 * KB
    assert not [kind for kind in counted.requests if "font" in kind or "woff" in kind]


async def test_an_hour_with_fifty_items(hall: Hall) -> None:
    """From the card to the receipt; each item takes 72 s, during which heartbeats go."""
    phone = await hall.phone()
    await phone.holds_its_clock()
    await phone.page.add_init_script(_COUNTS_FLYING)
    await phone.scan()
    await phone.get_ready()
    counted_of(phone).clear()
    await phone.start()
    for number in range(1, len(phone.form) + 1):
        await phone.answer(number, number % 4)
        await phone.is_stored()
        await an_item_takes_its_time(phone)
    await phone.finish()
    counted = counted_of(phone)
    saves = counted.requests["POST api answers"]
    print(counted.table())
    print(f"bodies {counted.bodies / KB:.1f} KB, with headers {counted.total / KB:.1f} KB")
    heartbeats = ITEM_S // HEARTBEAT_S * len(phone.form)
    assert saves >= len(phone.form) + heartbeats * 0.9, "the heartbeats are missing"
    assert counted.bodies <= 120 * KB
    assert counted.total <= 250 * KB
    await hall.record_holds(phone)


def counted_of(phone: Phone) -> Counted:
    assert phone.wire is not None
    return phone.wire.counted


async def an_item_takes_its_time(phone: Phone) -> None:
    """Let 72 s pass for the page, in steps, each of which waits for what was sent in it."""
    for _ in range(ITEM_S // STEP_S):
        await phone.lets_pass(STEP_S)
        await phone.page.evaluate(_ALL_IS_ANSWERED)


async def slowed(page: Page) -> CDPSession:
    """Put a page on a slow network and a slow processor, by Chromium's own throttling."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    return session


async def test_the_first_item_after_the_start(hall: Hall) -> None:
    """From the tap on "Mulai ujian" to the painted item."""

    async def measured() -> float:
        phone = await hall.phone()
        await phone.scan()
        await phone.get_ready()
        await slowed(phone.page)
        await phone.page.evaluate(_WHEN_AN_ITEM_STANDS)
        await phone.start()
        return await stood(phone)

    await best_of_three("first item after the start", measured, FIRST_ITEM_MS)


async def test_the_item_after_a_reload(hall: Hall) -> None:
    """From F5, or the address after the browser was closed, to the painted item."""
    phone = await hall.phone()
    await phone.sit_down()
    await slowed(phone.page)
    await phone.page.add_init_script(_WHEN_AN_ITEM_STANDS)

    async def measured() -> float:
        await phone.page.reload(wait_until="commit")
        await phone.at()
        return await stood(phone)

    await best_of_three("item after a reload", measured, FIRST_ITEM_MS)


async def test_the_first_item_on_a_device_that_has_nothing_yet(hall: Hall) -> None:
    """From the address to the painted item, nothing cached; HTTP/1.1, and a claim on the way."""

    async def measured() -> float:
        before = await hall.phone()
        await before.sit_down()
        state = await before.page.context.storage_state()
        phone = await hall.phone(before.card, base_url=before.address(), storage_state=state)
        await slowed(phone.page)
        await phone.page.add_init_script(_WHEN_AN_ITEM_STANDS)
        await phone.page.goto(f"/ujian/{before.sitting}", wait_until="commit")
        await phone.at()
        return await stood(phone)

    await best_of_three("first item, nothing cached", measured, COLD_MS)


async def best_of_three(what: str, measured: Callable[[], Awaitable[float]], most: float) -> None:
    found = sorted([await measured() for _ in range(3)])
    print(f"{what}: {[round(ms) for ms in found]} ms")
    assert found[0] <= most


async def stood(phone: Phone) -> float:
    ms: float = await phone.page.evaluate("window.stood")
    return ms


async def test_a_tap_is_painted(hall: Hall) -> None:
    """From the finger's touch to the frame in which the row stands as chosen."""
    phone = await hall.phone()
    await phone.sit_down()
    await slowed(phone.page)
    await phone.page.evaluate(_WHEN_A_CHOICE_IS_PAINTED)
    measured: list[float] = []
    for n in range(16):
        await phone.choose(n % 4)
        painted = await phone.page.wait_for_function("() => window.painted")
        measured.append(await painted.json_value())
    best, median = min(measured), statistics.median(measured)
    print(f"tap to painted choice: best {best:.0f} ms, median {median:.0f} ms of {len(measured)}")
    assert best <= TAP_MS


_COUNTS_FLYING: Any = """(() => {
  const real = fetch;
  window.flying = 0;
  window.fetch = (...given) => {
    window.flying += 1;
    return real(...given).finally(() => { window.flying -= 1; });
  };
})()"""
# The page does something with an answer before it sets its next timer.
_ALL_IS_ANSWERED: Any = """async () => {
  const pause = () => new Promise((go) => setTimeout(go, 15));
  for (let quiet = 0; quiet < 2; quiet = window.flying ? 0 : quiet + 1) await pause();
}"""
_WHEN_AN_ITEM_STANDS: Any = """(() => {
  let from = 0; // the page's own beginning, unless something is tapped
  addEventListener("pointerdown", (event) => { from = event.timeStamp; }, true);
  const look = () => {
    const title = document.querySelector("h1");
    if (title && title.textContent.startsWith("Soal ") && document.querySelector(".option input"))
      window.stood = performance.now() - from;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
_WHEN_A_CHOICE_IS_PAINTED: Any = """(() => {
  let from = 0;
  let before = null;
  addEventListener("pointerdown", (event) => {
    from = event.timeStamp;
    before = document.querySelector(".option input:checked");
    window.painted = undefined;
    const look = () => {
      const now = document.querySelector(".option input:checked");
      // What is there when a frame begins has been painted when the next one does.
      if (now && now !== before)
        requestAnimationFrame((at) => { window.painted = at - from; });
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
})()"""
