"""The core with a real server: what a device keeps, sends, forgets and tells; no screens.

The rules of the journal stand in test_rules.py, what a broken database does in test_journal.py.
"""

import json
import re
from typing import Any

import pytest
from playwright.async_api import APIResponse, Page, Request, Route
from sqlalchemy import text

from tests.exam import GEN
from tests.journey.recording import until
from tests.pages.core import Tab, tab
from tests.pages.hall import Hall, tag_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_API = "**/api/v1/**"
_WRONG_CLOCK = """
globalThis.wrongBy = 0;
const { now } = Date;
Date.now = () => now() + globalThis.wrongBy;
"""


async def seated(hall: Hall) -> Tab:
    one = await tab(hall)
    await one.sits_down(await hall.card())
    return one


async def cut_off(one: Tab) -> None:
    await one.page.route(_API, lambda route: route.abort())


async def connected(one: Tab) -> None:
    await one.page.unroute(_API)
    await one.does("session.sender.wake()")


async def saves(page: Page) -> list[Any]:
    """Note the bodies of the saves from now on; None is a heartbeat."""
    noted: list[Any] = []

    def note(request: Request) -> None:
        body = request.post_data
        if re.search("/(answers|late)$", request.url):
            noted.append(body and json.loads(body))

    page.on("request", note)
    return noted


async def test_a_tap_is_on_the_disk_before_it_counts_as_chosen(hall: Hall) -> None:
    one = await seated(hall)
    await cut_off(one)
    await one.answers(3)
    journal = await one.journal()
    gen = journal["record"]["gen"]
    (entry,) = journal["entries"]
    assert (entry["rev"], entry["at"]) == (gen * GEN + 1, None)
    assert journal["record"]["rev"] == entry["rev"]
    assert await one.does("return session.answer(session.form.items[3].id).saved") == "device"
    await connected(one)
    await one.waits("session.answer(session.form.items[3].id).saved === 'stored'")
    await hall.drained()
    assert await hall.held(one.sitting) == {entry["item"]: (entry["value"], False)}


async def test_what_was_not_sent_survives_a_reload_and_goes_under_the_same_rev(hall: Hall) -> None:
    one = await seated(hall)
    await cut_off(one)
    await one.answers(0, 1)
    await one.answers(0, option=1)
    before = await one.journal()
    await one.again()
    assert await one.does("return session.unsent") == 2
    assert await one.does("return session.form.items.length") == 50
    sent = await saves(one.page)
    await connected(one)
    await one.waits("session.unsent === 0")
    # Of an item only the newest, oldest rev first.
    (first,) = [body["changes"] for body in sent if body and "changes" in body]
    assert [change["rev"] for change in first] == [entry["rev"] for entry in before["entries"][1:]]
    await hall.drained()
    assert len(await hall.held(one.sitting)) == 2


async def test_a_reply_that_is_lost_is_asked_for_again(hall: Hall) -> None:
    one = await seated(hall)
    lost: list[APIResponse] = []

    async def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(await route.fetch())
            await route.abort()
        else:
            await route.continue_()

    await one.page.route("**/answers", lose)
    sent = await saves(one.page)
    await one.answers(0, 1, 2)
    await one.waits("session.unsent === 0")
    told = [await reply.json() for reply in lost]
    assert [[one["result"] for one in reply["results"]] for reply in told] == [
        ["stored"] * 3,
        ["same"] * 3,
    ]
    assert [body for body in sent if body] == [sent[0]] * 3
    await hall.drained()
    assert len(await hall.held(one.sitting)) == 3


async def test_entries_go_when_postgres_has_them(hall: Hall) -> None:
    one = await seated(hall)
    await one.answers(0, 1, 2)
    await one.waits("session.unsent === 0")
    await hall.drained()
    await one.does("await session.refresh(); session.sender.heardAt = -Infinity")
    await one.does("session.sender.schedule(0)")
    await one.waits("session.journal.entries.size === 0")
    journal = await one.journal()
    assert journal["entries"] == []
    assert len(journal["record"]["answers"]) == 3
    assert await one.does("return session.answers().size") == 3


async def test_heartbeats_are_empty_and_bodies_are_short(hall: Hall) -> None:
    one = await seated(hall)
    sent = await saves(one.page)
    await one.does("session.sender.heardAt = -Infinity; session.sender.schedule(0)")
    await one.waits("session.sender.heardAt > 0")
    await one.answers(0)
    await one.does("await session.flag(session.form.items[0].id, true)")
    await one.waits("session.unsent === 0")
    heartbeat, *rest = sent
    assert heartbeat is None
    changes = [change for body in rest for change in body["changes"]]
    assert set(changes[-1]) == {"item", "rev", "value", "flagged"}
    assert all(set(body) == {"changes"} for body in rest)


async def test_events_travel_with_the_answers_and_do_not_count_as_unsent(hall: Hall) -> None:
    one = await seated(hall)
    await cut_off(one)
    sent = await saves(one.page)
    await one.does(
        "session.note('focus-lost', { ms: 1200 }); session.note('long', 'x'.repeat(999))"
    )
    await one.answers(0)
    assert await one.does("return session.unsent") == 1
    await connected(one)
    await one.waits("session.unsent === 0")
    events = sent[-1]["events"]
    assert [(event["type"], event.get("detail")) for event in events] == [
        ("focus-lost", {"ms": 1200}),
        ("long", None),
    ]


async def test_two_tabs_count_as_one(hall: Hall) -> None:
    one = await seated(hall)
    two = await tab(hall, one.page.context)
    await two.opens(one.sitting)
    assert [await each.does("return session.leading") for each in (one, two)] == [True, False]
    await cut_off(one)
    many = """
      const work = [];
      for (let n = 0; n < 40; n += 1) {
        const item = session.form.items[n];
        work.push(session.choose(item.id, item.options[n % 2].id));
      }
      await Promise.all(work);
    """
    for each in (one, two, one, two):
        await each.page.evaluate(f"void (async () => {{ {many} }})()")
    await one.waits("session.journal.record.rev % 2 ** 20 === 160")
    await two.waits("session.unsent === 40")
    revs = [entry["rev"] for entry in (await one.journal())["entries"]]
    assert len(set(revs)) == len(revs) == 160
    await connected(one)
    for each in (one, two):
        await each.waits("session.unsent === 0")
    assert await one.does("return [...session.answers()]") == await two.does(
        "return [...session.answers()]"
    )


@pytest.mark.parametrize("without", ["locks", "locks and channel"])
async def test_older_browsers_share_by_lease(hall: Hall, without: str) -> None:
    one = await tab(hall)
    await one.page.context.add_init_script(
        "Object.defineProperty(navigator, 'locks', { value: undefined });"
        + ("delete window.BroadcastChannel;" if without == "locks and channel" else "")
    )
    await one.page.reload()
    await one.sits_down(await hall.card())
    two = await tab(hall, one.page.context)
    await two.opens(one.sitting)
    await two.answers(0)
    for each in (one, two):
        await each.waits("session.answers().size === 1 && session.unsent === 0")
    assert [await each.does("return session.leading") for each in (one, two)] == [True, False]
    await one.page.close()
    await two.answers(1)
    await two.waits("session.leading && session.unsent === 0")
    await two.again()
    await two.answers(2)
    await two.waits("session.unsent === 0 && session.answers().size === 3")


async def test_a_room_that_forgot_is_told_again_without_a_pin(hall: Hall) -> None:
    one = await seated(hall)
    await one.answers(*range(10))
    await one.waits("session.unsent === 0")
    gen = (await one.journal())["record"]["gen"]
    await hall.wipe_the_room()
    await one.does("session.sender.heardAt = -Infinity; session.sender.wake()")
    await one.waits(f"session.journal.record.gen > {gen} && session.unsent === 0")
    assert await one.does("return session.network") == "ok"
    await one.answers(10)
    await one.waits("session.unsent === 0")
    await hall.drained()
    assert len(await hall.held(one.sitting)) == 11


async def test_a_device_without_its_journal_claims_first(hall: Hall) -> None:
    one = await seated(hall)
    await one.answers(0)
    await one.waits("session.unsent === 0")
    held = (await one.journal())["record"]
    other = await tab(hall, one.page.context)
    await one.page.close()
    await other.does(
        """await new Promise((done) => {
          indexedDB.deleteDatabase('serentak').onsuccess = done; });"""
    )
    await other.opens(one.sitting)
    await other.waits("session.form")
    record = (await other.journal())["record"]
    assert record["gen"] == held["gen"] + 1
    await other.answers(1)
    await other.waits("session.unsent === 0")
    assert await other.does("return session.answers().size") == 2


async def test_the_device_that_was_replaced_gives_what_it_has_to_late(hall: Hall) -> None:
    card = await hall.card()
    one = await tab(hall)
    await one.sits_down(card)
    await cut_off(one)
    await one.answers(0, 1)
    two = await tab(hall)
    await two.enters(card)
    await two.opens()
    await two.waits("session.form")
    await two.answers(0, option=1)
    await two.waits("session.unsent === 0")
    await connected(one)
    await one.waits("session.phase === 'superseded' && session.late.kept === 2")
    assert await one.does("return [session.unsent, session.late.waiting]") == [0, 0]
    await hall.drained()
    assert len(await hall.kept_late(one.sitting)) == 2
    assert [flag for _, flag in (await hall.held(one.sitting)).values()] == [False]
    await one.again()
    assert await one.does("return session.phase") == "superseded"


async def test_one_that_cannot_be_taken_does_not_hold_up_the_others(hall: Hall) -> None:
    one = await seated(hall)
    await cut_off(one)
    await one.answers(*range(9))
    poison = await one.does("return session.form.items[4].id")

    async def choke(route: Route) -> None:
        if poison in (route.request.post_data or ""):
            problem = {
                "type": "/problems/invalid-request",
                "title": "",
                "status": 422,
                "detail": "",
            }
            await route.fulfill(status=422, json=problem)
        else:
            await route.continue_()

    await one.page.route("**/answers", choke)
    await connected(one)
    await one.waits("session.unsent === 0")
    assert await one.does("return session.answer(it).saved", poison) == "refused"
    await hall.drained()
    held = await hall.held(one.sitting)
    assert len(held) == 8
    assert poison not in held


async def test_where_two_journals_counted_alike_the_answer_goes_under_another_rev(
    hall: Hall,
) -> None:
    one = await seated(hall)
    path = f"/api/v1/sittings/{one.sitting}/answers"
    item, option = await one.does(
        "const [first] = session.form.items; return [first.id, first.options[1].id]"
    )
    rev = (await one.journal())["record"]["gen"] * GEN + 1
    change = {"item": item, "rev": rev, "value": option}
    reply = await one.page.context.request.post(path, data={"changes": [change]})
    assert (await reply.json())["results"][0]["result"] == "stored"
    await one.answers(0)
    await one.waits("session.unsent === 0 && session.journal.entries.size > 0")
    await hall.drained()
    value = await one.does("return session.form.items[0].options[0].id")
    assert await hall.held(one.sitting) == {item: (value, False)}


async def test_a_wrong_clock_hands_nothing_in(hall: Hall) -> None:
    one = await tab(hall)
    await one.page.context.add_init_script(_WRONG_CLOCK)
    await one.page.reload()
    await one.sits_down(await hall.card())
    await cut_off(one)
    for hours, is_up in ((-25, False), (25, False), (2, True)):
        await one.does("wrongBy = it * 36e5", hours)
        assert await one.does("return session.leftMs() === 0") is is_up
    await connected(one)
    await one.waits("session.leftMs() > 3500000")
    assert await one.does("return session.state") == "open"
    assert await one.does("return session.submitting") is None
    await one.again()  # with the clock right again: it seems to have gone back two hours
    assert await one.does("return Math.abs(session.leftMs() - 36e5) < 60000")


async def test_time_up_hands_in_by_itself(hall: Hall) -> None:
    one = await seated(hall)
    await one.answers(0)
    await one.waits("session.unsent === 0")
    await hall.set_deadline(one.phone, 2500)
    await one.answers(1)
    await one.waits("session.receipt && session.state === 'recorded'")
    assert await one.does("return session.receipt.answered") == 2
    journal = await one.journal()
    assert journal["entries"] == []
    assert journal["record"]["answers"] == {}


async def test_after_the_grace_answers_are_kept_late_and_the_receipt_comes(hall: Hall) -> None:
    one = await seated(hall)
    await one.answers(0)
    await one.waits("session.unsent === 0")
    await cut_off(one)
    await one.answers(1, 2)
    await hall.stores.room.hset(f"room:{tag_of(one.sitting)}", "mercy", 0)
    await hall.set_deadline(one.phone, -await hall.grace_ms(one.phone) - 1000)
    await connected(one)
    await one.waits("session.receipt && session.late.kept === 2 && session.unsent === 0")
    assert await one.does("return session.receipt.answered") == 1
    await hall.drained()
    assert len(await hall.kept_late(one.sitting)) == 2


async def test_a_deadline_that_moved_while_nobody_could_tell(hall: Hall) -> None:
    one = await seated(hall)
    await hall.set_deadline(one.phone, 1500)
    await one.answers(0)
    await one.waits("session.leftMs() < 1500")
    await cut_off(one)
    await one.waits("session.submitting === 'wanted' || session.leftMs() === 0")
    await hall.set_deadline(one.phone, 600_000)
    await connected(one)
    await one.waits("session.leftMs() > 500000")
    assert await one.does("return [session.state, session.submitting]") == ["open", None]


async def test_a_wish_to_hand_in_outlives_a_reload_without_a_network(hall: Hall) -> None:
    one = await seated(hall)
    await cut_off(one)
    await one.answers(0, 1)
    await one.does("await session.submit()")
    assert await one.does("return [session.submitting, await session.leave()]") == ["wanted", False]
    await one.again()
    assert await one.does("return session.submitting") == "wanted"
    await connected(one)
    await one.waits("session.state === 'recorded'")
    assert await one.does("return session.receipt.answered") == 2


async def test_a_pause_holds_what_is_unsent(hall: Hall) -> None:
    one = await seated(hall)
    await cut_off(one)
    await one.answers(0)
    await hall.act("pause", "--sitting", one.sitting)
    await connected(one)
    await one.waits("session.state === 'paused' && session.leftMs() > 3500000")
    assert await one.does("return session.unsent") == 1
    assert await one.does("return session.notices.map((one) => one.kind)") == ["pause"]
    await hall.act("resume", "--sitting", one.sitting)
    await one.does("session.sender.wake()")
    await one.does("session.sender.heardAt = -Infinity; session.sender.schedule(0)")
    await one.waits("session.state === 'open' && session.unsent === 0")


async def test_a_sitting_that_is_opened_again_goes_on(hall: Hall) -> None:
    one = await seated(hall)
    await one.answers(0)
    await one.does("await session.submit()")
    await one.waits("session.state === 'recorded'")
    first = await one.does("return session.receipt.code")
    await hall.act("reopen", "--sitting", one.sitting, "--minutes", "10", "--reason", "x", "--yes")
    await one.does("session.sender.heardAt = -Infinity; session.sender.schedule(0)")
    await one.waits("session.state === 'open' && session.receipt === null")
    assert await one.does("return session.answers().size") == 1
    await one.answers(1)
    await one.does("await session.submit()")
    await one.waits("session.state === 'recorded'")
    assert await one.does("return session.receipt.code") != first
    assert await one.does("return session.receipt.answered") == 2


async def test_who_is_handed_in_by_staff_sees_the_receipt(hall: Hall) -> None:
    one = await seated(hall)
    await one.answers(0)
    await one.waits("session.unsent === 0")
    await hall.act("submit", "--sitting", one.sitting, "--yes")
    await one.answers(1)
    await one.waits("session.receipt && session.late.kept === 1")
    assert await one.does("return session.receipt.answered") == 1


async def test_a_token_that_is_gone_leaves_the_journal_alone(hall: Hall) -> None:
    card = await hall.card()
    one = await tab(hall)
    await one.sits_down(card)
    await cut_off(one)
    await one.answers(0)
    cookies = await one.page.context.cookies()
    await one.page.context.clear_cookies()
    await connected(one)
    await one.waits("session.phase === 'lost'")
    assert await one.does("return [session.unsent, await session.leave()]") == [1, False]
    held = await one.does("return (await core('entrance')).unfinished()")
    assert [(each["sitting"], each["unsent"]) for each in held] == [(one.sitting, 1)]
    assert cookies
    # The door stands open in another tab: both go on.
    door = await tab(hall, one.page.context)
    await door.enters(card)
    await one.waits("session.phase === 'live' && session.unsent === 0")


async def test_leaving_leaves_nothing_and_the_next_gen_is_another(hall: Hall) -> None:
    card = await hall.card()
    one = await tab(hall)
    await one.sits_down(card)
    two = await tab(hall, one.page.context)
    await two.opens(one.sitting)
    await one.answers(0)
    await one.waits("session.unsent === 0")
    gen = (await one.journal())["record"]["gen"]
    await one.does(
        "caches.open('old').then((one) => one.put(`/ujian/${it}`, new Response('x')))", one.sitting
    )
    async with one.page.expect_navigation(), two.page.expect_navigation():
        assert await one.does("return session.leave()") is True
    left = await one.journal()
    assert left == {"record": None, "entries": []}
    assert await one.does("return (await (await caches.open('old')).keys()).length") == 0
    assert await one.does("return (await core('entrance')).unfinished()") == []
    assert await one.page.context.cookies() == []
    await one.enters(card)
    await one.opens()
    assert (await one.journal())["record"]["gen"] == gen + 1
    assert await one.does("return session.answers().size") == 1


async def test_a_seal_that_the_room_lost_comes_back_with_the_receipt(hall: Hall) -> None:
    """The recorder is held up, so that the seal stands in Redis alone; then Redis is wiped."""
    one = await seated(hall)
    await one.answers(0, 1)
    await one.waits("session.unsent === 0")
    await hall.drained()
    async with hall.stores.record.connect() as conn, conn.begin():
        await conn.execute(text("SELECT 1 FROM flush_mark FOR UPDATE"))
        await one.does("await session.submit()")
        await one.waits("session.state === 'sealed'")
        code = await one.does("return session.receipt.code")
        await hall.stores.room.flushall()
    await until(hall.is_ready, wanted=True)
    await one.does("session.sender.heardAt = -Infinity; session.sender.wake()")
    await one.waits("session.state === 'recorded'")
    assert await one.does("return session.receipt.code") == code


async def test_after_a_rehearsal_nothing_of_it_goes_into_the_exam(hall: Hall) -> None:
    """As an event that was primed anew looks: the same life, and nobody has started."""
    one = await seated(hall)
    await cut_off(one)
    await one.answers(0)
    full = await one.does("return JSON.parse(JSON.stringify(session.sitting))")
    full.pop("started_at")
    fresh = {**full, "state": "admitted", "rev": 0, "answers": {}, "notices": []}
    await one.does("await new (await core('journal')).Journal(session.id).enter(it)", fresh)
    journal = await one.journal()
    assert journal["entries"] == []
    assert journal["record"]["rev"] == 0


async def test_a_tab_that_does_not_send_knows_of_the_network_too(hall: Hall) -> None:
    one = await seated(hall)
    two = await tab(hall, one.page.context)
    await two.opens(one.sitting)
    await cut_off(one)
    await two.answers(0)
    for each in (one, two):
        await each.waits("session.network === 'offline' && session.unsent === 1")
    await connected(one)
    for each in (one, two):
        await each.waits("session.network === 'ok' && session.unsent === 0")
