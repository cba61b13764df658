"""The journal where the device's database breaks in the middle, and when it comes back."""

import pytest

from tests.pages.core import Tab, tab
from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Each is switched on and off by `broken`; what is open stays open.
_BREAKS = """
window.broken = '';
const { put } = IDBObjectStore.prototype;
IDBObjectStore.prototype.put = function (...given) {
  if (broken === 'full') {
    Promise.resolve().then(() => this.transaction.abort()).catch(() => {});
    return new EventTarget();
  }
  return put.apply(this, given);
};
const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function (...given) {
  if (broken === 'gone' || (broken === 'lost' && this.seen)) {
    throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
  }
  if (broken === '') this.seen = true;
  return transaction.apply(this, given);
};
const { get } = IDBObjectStore.prototype;
IDBObjectStore.prototype.get = function (...given) {
  if (broken === 'silent') return new EventTarget();
  return get.apply(this, given);
};
"""


async def seated(hall: Hall) -> Tab:
    one = await tab(hall)
    await one.page.context.add_init_script(_BREAKS)
    await one.page.reload()
    await one.sits_down(await hall.card())
    await one.page.route("**/api/v1/**", lambda route: route.abort())
    await one.answers(0)
    return one


@pytest.mark.parametrize("how", ["full", "gone", "silent"])
async def test_a_database_that_breaks_loses_no_tap(hall: Hall, how: str) -> None:
    one = await seated(hall)
    await one.does("broken = it", how)
    await one.answers(1, 2)
    await one.answers(1, option=1)
    assert await one.does("return [session.durable, session.unsent]") == [False, 3]
    # It comes back: what memory had alone is written, under revs that nobody else has.
    await one.does("broken = ''; session.journal.failedAt = -1e9")
    await one.answers(3)
    assert await one.does("return [session.durable, session.unsent]") == [True, 4]
    journal = await one.journal()
    assert len({entry["rev"] for entry in journal["entries"]}) == 5
    await one.page.unroute("**/api/v1/**")
    await one.does("session.sender.wake()")
    await one.waits("session.unsent === 0")
    await hall.drained()
    assert len(await hall.held(one.sitting)) == 4


async def test_what_memory_alone_has_is_sent(hall: Hall) -> None:
    one = await seated(hall)
    await one.does("broken = 'gone'")
    await one.answers(1)
    await one.page.unroute("**/api/v1/**")
    await one.does("session.sender.wake()")
    await one.waits("session.unsent === 0")
    assert await one.does("return session.durable") is False
    await one.does("await session.submit()")
    await one.waits("session.state === 'recorded'")
    assert await one.does("return session.receipt.answered") == 2


async def test_a_connection_that_is_lost_is_opened_again(hall: Hall) -> None:
    one = await seated(hall)
    await one.does("broken = 'lost'")
    await one.answers(1)
    assert await one.does("return session.durable") is True
    assert len((await one.journal())["entries"]) == 2


async def test_what_the_browser_throws_away_is_put_back(hall: Hall) -> None:
    one = await seated(hall)
    await one.does(
        """const open = indexedDB.open('serentak');
        await new Promise((done) => { open.onsuccess = done; });
        const all = open.result.transaction(['sittings', 'entries', 'things'], 'readwrite');
        for (const name of ['sittings', 'entries', 'things']) all.objectStore(name).clear();
        await new Promise((done) => { all.oncomplete = done; });
        open.result.close();"""
    )
    await one.answers(1)
    journal = await one.journal()
    assert len(journal["entries"]) == 2
    await one.again()
    assert await one.does("return [session.unsent, session.form.items.length]") == [2, 50]


async def test_a_tab_that_was_away_does_not_bring_back_who_has_left(hall: Hall) -> None:
    one = await seated(hall)
    await one.does(
        """const { Journal } = await core('journal');
        await new Journal(session.id).wipe();"""
    )
    async with one.page.expect_navigation():
        await one.page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    assert await one.journal() == {"record": None, "entries": []}


async def test_memory_alone_tabs_count_under_gens_of_their_own(hall: Hall) -> None:
    """Each has a journal that the other cannot see; no rev is spent twice."""
    one = await tab(hall)
    await one.page.context.add_init_script(
        "Object.defineProperty(window, 'indexedDB', { value: undefined })"
    )
    await one.page.reload()
    await one.sits_down(await hall.card())
    two = await tab(hall, one.page.context)
    await two.opens(one.sitting)
    await two.waits("session.form")
    assert await two.does("return [session.durable, session.leading]") == [False, True]
    for turn in range(4):
        await one.answers(turn, option=turn % 2)
        await two.answers(turn, turn + 4, option=2)
        for each in (one, two):
            await each.waits("session.unsent === 0 && !session.sender.running")
    await one.does("await session.refresh()")
    await one.answers(0, option=3)
    await one.waits("session.unsent === 0")
    await hall.drained()
    held = await hall.held(one.sitting)
    assert len(held) == 8
    first = await one.does("return [session.form.items[0].id, session.form.items[0].options[3].id]")
    assert held[first[0]] == (first[1], False)
