"""D7: two devices, two tabs, two people on one computer; late saves against the seal."""

import asyncio
from random import Random

from app.proctoring.model import Scope, order
from app.proctoring.service import Actions
from loadtest.faults import crowd
from loadtest.faults.exchange import Broken
from loadtest.faults.ground import Event, Ground
from loadtest.faults.page import Page, unless_refused
from loadtest.faults.rule import sealed_digest
from loadtest.journal import Change
from loadtest.protocol import Refused

ROUNDS = 50  # between two waits for the record: each seal is a run of its own there
IN_ONE_EVENT = 250  # rounds: each reopening leaves a seal behind, which every later one looks at
SUPERSEDED, SEALED, TOKEN_INVALID = "superseded-device", "sealed", "token-invalid"


async def takeovers(ground: Ground) -> None:
    """Let people wander between two devices, each with two tabs, all of them typing."""
    event = await ground.event()
    phones = await ground.seat(event)
    await asyncio.gather(
        *(
            _wander(ground, event, phone, ground.chance("wander", n))
            for n, phone in enumerate(phones)
        )
    )
    await ground.judge(event)


async def _wander(ground: Ground, event: Event, phone: Page, drawn: Random) -> None:
    office = ground.page(event, phone.person)
    devices = [phone, office]
    tabs = [ground.tab(phone), ground.tab(office)]
    here = phone
    for _ in range(ground.size.takeovers):
        if drawn.random() < 0.3:  # noqa: PLR2004 - go to the other one
            here = devices[here is phone]
            await here.enter()
            if not here.choices:
                await here.start()
                tabs[1].choices = here.choices
            ground.count("takeovers")
        other = devices[here is phone]
        doing = [crowd.act(here, drawn), crowd.act(tabs[here is office], drawn)]
        if other.choices:
            doing.append(_left_behind(other, drawn))
        await asyncio.gather(*doing)
    last = devices[here is phone]
    if last.choices and last.book.unsent():
        await last.hand_over_late()
    await crowd.finish(here)


async def _left_behind(page: Page, drawn: Random) -> None:
    """Type on a device that was replaced: it is refused, and what it holds goes to ``late``."""
    crowd.write(page, drawn)
    if await unless_refused(page.send, SUPERSEDED) and drawn.random() < 0.5:  # noqa: PLR2004
        await page.hand_over_late()


async def one_computer(ground: Ground) -> None:
    """Let two people sit at one computer, over one connection; neither token opens the other's."""
    event = await ground.event()
    wires = [ground.house.wire() for _ in range(ground.devices)]
    first = await ground.seat(event, wires=wires)
    second = await ground.seat(event, wires=wires)
    drawn = ground.chance("one computer")
    for _ in range(5):
        await asyncio.gather(crowd.answer(first, drawn, 2), crowd.answer(second, drawn, 2))
    for one, other in zip(first, second, strict=True):
        path = f"/sittings/{other.book.sitting}/answers"
        reply = await one.wire.ask("POST", path, one.book.token, {})
        if reply.problem != TOKEN_INVALID:
            ground.fail(f"a token opened another's sitting: {reply.status}")
    ground.failures += await ground.finish([*first, *second])
    await ground.judge(event)


async def races(ground: Ground) -> None:
    """Let a save race the submit; whoever wins, the seal covers exactly what was stored.

    Staff reopen everybody after each round.
    """
    rounds = -(-ground.size.races // ground.devices)
    for first in range(0, rounds, IN_ONE_EVENT):
        await _races_of_one_event(ground, range(first, min(rounds, first + IN_ONE_EVENT)))


async def _races_of_one_event(ground: Ground, turns: range) -> None:
    event = await ground.event()
    pages = await ground.seat(event)
    seats = [(page, ground.tab(page)) for page in pages]
    for turn in turns:
        if turn > turns.start:
            await _reopen(ground, event, turn)
        if turn % ROUNDS == ROUNDS - 1:
            await ground.recorded(event)
        await asyncio.gather(
            *(
                _race(ground, page, tab, ground.chance("race", turn, n))
                for n, (page, tab) in enumerate(seats)
            )
        )
        ground.count("races", len(pages))
    await ground.judge(event)


async def _race(ground: Ground, page: Page, tab: Page, drawn: Random) -> None:
    page.person.sealed_s = None
    crowd.write(page, drawn)
    await page.send()
    before = dict(page.book.newest)
    late = crowd.write(page, drawn)
    page.book.newest = before  # the submit comes from a tab that does not know of it
    saved, receipt = await asyncio.gather(_save(tab, late, drawn), _submit(page, drawn))
    if saved:
        before[late.item] = late
    if receipt["digest"] != sealed_digest(before.values()):
        page.breach(f"the seal {receipt['code']} does not cover exactly what was stored")
    page.book.newest = before
    ground.count("saved_before_the_seal", saved)
    if not saved:
        page.book.journal.pop(late.rev, None)
        if drawn.random() < 0.1:  # noqa: PLR2004 - some hand it over late
            await page.ask("POST", "/late", {"changes": []})


async def _save(tab: Page, late: Change, drawn: Random) -> bool:
    """Save, a little later; tell whether it was stored."""
    await asyncio.sleep(drawn.uniform(0, 0.004))
    try:
        results = await tab.post([late])
    except Refused as refused:
        if refused.reply.problem != SEALED:
            raise
        return False
    return results[late.rev] in {"stored", "same"}


async def _submit(page: Page, drawn: Random) -> dict[str, object]:
    await asyncio.sleep(drawn.uniform(0, 0.004))
    page.person.receipts.clear()
    return await page.submit()


async def _reopen(ground: Ground, event: Event, turn: int) -> None:
    wanted = order(
        "reopen",
        Scope("everybody", event=event.id),
        action=f"race-{turn}",
        actor="harness",
        minutes=60,
        reason="race",
    )
    async with ground.house.stores() as held:
        done = await Actions(held.room, held.secrets.nip, held.signer, held.secrets.pin).act(wanted)
    if done.count("failed"):
        raise Broken(f"not reopened: {done.failures}")
