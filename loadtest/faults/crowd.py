"""How participants behave while things break: they answer, go on, and hand in."""

import asyncio
from collections.abc import Sequence
from random import Random

from loadtest.faults.asking import PATIENCE_S, Claimed
from loadtest.faults.page import Page
from loadtest.journal import Change
from loadtest.protocol import GaveUp, Refused

ITEMS = 12  # of the form are answered again and again, so that newer meets older
ACTS = ("answer", "backlog", "again", "beat", "reconcile")
WEIGHTS = (70, 10, 10, 6, 4)
SEALED, RECORDED = "sealed", "recorded"
STAY_S = 0.2


def write(page: Page, chance: Random) -> Change:
    """Answer an item, or clear it."""
    items = list(page.choices)[:ITEMS]
    item = items[chance.randrange(len(items))]
    value = None if chance.random() < 0.05 else chance.choice(page.choices[item])  # noqa: PLR2004
    return page.book.write(item, value, flagged=chance.random() < 0.1)  # noqa: PLR2004


async def act(page: Page, chance: Random) -> None:
    """Do one thing that a page does."""
    match chance.choices(ACTS, WEIGHTS)[0]:
        case "answer":
            write(page, chance)
            await page.send()
        case "backlog":  # written without a line
            for _ in range(chance.randint(2, 8)):
                write(page, chance)
            await page.send()
        case "again":  # sent once more, as after a reply that got lost
            standing = list(page.book.newest.values())
            if standing:
                await _again(page, chance.sample(standing, min(3, len(standing))))
        case "reconcile":
            await page.come_back()
        case _:
            await page.send()


async def _again(page: Page, batch: Sequence[Change]) -> None:
    try:
        await page.post(batch)
    except Claimed:  # there is more to be said now
        await page.send()


async def sit(
    page: Page, chance: Random, done: asyncio.Event, pause_s: float, most: int = 0
) -> None:
    """Answer until it is over, or so often (0: no end), then hand in."""
    acts = 0
    while not done.is_set() and (not most or acts < most):
        await act(page, chance)
        acts += 1
        await asyncio.sleep(chance.uniform(0, 2 * pause_s))
    await finish(page)
    if page.forgetful:
        await stay(page)


async def answer(pages: Sequence[Page], chance: Random, times: int = 10) -> None:
    """Let everybody do so many things, all at the same time."""

    async def some(page: Page, drawn: Random) -> None:
        for _ in range(times):
            await act(page, drawn)

    await asyncio.gather(*(some(page, Random(chance.random())) for page in pages))  # noqa: S311 - repeatable


async def finish(page: Page) -> None:
    """Look what the server lacks, and hand in; the second time gives the standing receipt."""
    await page.come_back()
    first = await page.submit()
    second = await page.submit()
    if first != second:
        page.breach(f"two receipts of one seal: {first['code']}, {second['code']}")


async def stay(page: Page) -> None:
    """Keep the receipt on the screen until it says that it is recorded, as the page asks people to.

    A room that has lost the seal meanwhile is handed everything again.
    """
    async with asyncio.timeout(PATIENCE_S):
        while (state := (await page.look())["state"]) != RECORDED:
            if state != SEALED:
                await finish(page)
            await asyncio.sleep(STAY_S)


async def together(doing: Sequence["asyncio.Task[None]"]) -> list[str]:
    """Wait for all; return what broke, in words."""
    said = []
    for outcome in await asyncio.gather(*doing, return_exceptions=True):
        if isinstance(outcome, GaveUp):
            said.append(f"gave up: {outcome}")
        elif isinstance(outcome, Refused):
            said.append(f"refused: {outcome}")
        elif isinstance(outcome, Exception):
            said.append(f"{type(outcome).__name__}: {outcome}")
    return said
