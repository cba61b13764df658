"""``python -m loadtest.boards URL [URL]``: opens and closes boards while the orders' people sit.

The second address is of a web process that serves boards alone: then the processes that saves go
through can be told from those that show boards.
"""

import asyncio
import sys
from typing import Final

import uvloop

from app.kit import clock
from app.kit.ending import end
from loadtest.boards.board import Board, Place
from loadtest.boards.entrance import come_in, units_of
from loadtest.boards.notes import APART, BESIDE, WITHOUT, Window, write
from loadtest.boards.probes import Probes
from loadtest.boards.shown import Seen
from loadtest.orders import Orders

WHOLE: Final = 10
PARTS: Final = 490
TIMED: Final = 3  # of the whole ones: to read what a browser reads costs a core's tenth for ten
ROUNDS: Final = 3
_ENTERING_S: Final = 5.0
_OPENING_S: Final = 4.0
"""Within which all boards are opened, as after a restart of the server."""


async def main(url: str, apart: str | None) -> None:
    """Wait until everybody sits; then, three times, a while without boards and one with them."""
    orders = Orders.given()
    watching: list[Board] = []

    def acknowledged(sitting: str, at_ms: int) -> None:
        for board in watching:
            board.acknowledged(sitting, at_ms)

    loop = asyncio.get_running_loop()
    all_sit_s = loop.time() + orders.tempo.arrive_s + _ENTERING_S
    probes = Probes(orders, url, acknowledged)
    writing = asyncio.create_task(probes.keep_writing())
    token = await asyncio.to_thread(come_in, url, orders.folder)
    units = await asyncio.to_thread(units_of, url, token, orders.event)
    await probes.enter()
    await asyncio.sleep(all_sit_s - loop.time())
    saving = asyncio.create_task(probes.keep_saving())
    kinds = [WITHOUT, BESIDE, *([APART] if apart else [])] * ROUNDS
    span_s = (orders.tempo.sit_s - 2 * _ENTERING_S) / len(kinds)
    windows: list[Window] = []
    try:
        for kind in kinds:
            at = apart if kind == APART and apart else url
            place = Place(at, orders.event, token, probes.sittings)
            windows.append(await _window(kind, place, units, watching, span_s))
            write(orders.folder, windows)
    finally:
        await end([saving, writing])
        probes.leave()


async def _window(
    kind: str, place: Place, units: list[str], watching: list[Board], span_s: float
) -> Window:
    """Let a while pass, with boards open unless it is one without."""
    began_ms, seen = clock.now_ms(), Seen()
    if kind != WITHOUT:
        wanted = [*[None] * WHOLE, *(units[number % len(units)] for number in range(PARTS))]
        watching += [
            Board(place, unit, seen, timed=unit is not None or number < TIMED)
            for number, unit in enumerate(wanted)
        ]
    showing = [
        asyncio.create_task(board.watch(_OPENING_S * number / len(watching)))
        for number, board in enumerate(watching)
    ]
    await asyncio.sleep(span_s)
    ended_ms, opened = clock.now_ms(), seen.open - seen.lost
    watching.clear()
    await end(showing)
    return Window(
        kind,
        began_ms,
        ended_ms,
        boards=opened,
        told=seen.told,
        lost=seen.lost,
        refused=seen.refused,
        unshown=seen.unshown,
        shown=seen.shown,
    )


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))  # noqa: PLR2004
