"""``python -m loadtest.boards URL``: opens and closes boards while the orders' people sit."""

import asyncio
import sys
from typing import Final

import uvloop

from app.kit import clock
from loadtest.boards.entrance import come_in, units_of
from loadtest.boards.notes import Window, write
from loadtest.boards.window import Board, Seen, paths
from loadtest.orders import Orders

WHOLE: Final = 10
PARTS: Final = 490
PAIRS: Final = 3
_OPENING_S: Final = 4.0
"""Within which all boards are opened, as after a restart of the server."""


async def main(url: str) -> None:
    """Wait until everybody sits; then, three times, a while without boards and one with them."""
    orders = Orders.given()
    token = come_in(url, orders.folder)
    units = units_of(url, token, orders.event)
    await asyncio.sleep(orders.tempo.arrive_s)
    span_s = orders.tempo.sit_s / (2 * PAIRS)
    windows = []
    for _ in range(PAIRS):
        windows.append(await _without(span_s))
        write(orders.folder, windows)
        windows.append(await _beside(url, token, paths(orders.event, units, WHOLE, PARTS), span_s))
        write(orders.folder, windows)


async def _without(span_s: float) -> Window:
    began_ms = clock.now_ms()
    await asyncio.sleep(span_s)
    return Window(began_ms, clock.now_ms(), 0)


async def _beside(url: str, token: str, streams: list[str], span_s: float) -> Window:
    began_ms, seen = clock.now_ms(), Seen()
    boards = [
        Board(url, path, token, seen, timed=number < WHOLE) for number, path in enumerate(streams)
    ]
    watching = [
        asyncio.create_task(board.watch(_OPENING_S * number / len(boards)))
        for number, board in enumerate(boards)
    ]
    await asyncio.sleep(span_s)
    ended_ms = clock.now_ms()
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    return Window(
        began_ms,
        ended_ms,
        boards=seen.open - seen.lost,
        told=seen.told,
        lost=seen.lost,
        refused=seen.refused,
        shown=seen.shown,
    )


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
