"""When a board's stream ends: with somebody's rights, with the process; and who does not read."""

import asyncio
import os
import signal
import socket
import time
from typing import Final

import orjson
import psutil
import pytest

from app.people.staff.model import Role, Scope
from app.proctoring.board import live
from app.proctoring.board.model import HELD
from tests.exam import EVENT
from tests.journey.boards.board import PATH, Board
from tests.journey.boards.place import Place
from tests.journey.recording import until
from tests.people.staff.builders import hired, seated

pytestmark = pytest.mark.asyncio

ENDS_S: Final = 5.0
BUSY_S: Final = 3.0
"""What a machine may take for it that others keep busy."""
MEGABYTE: Final = 1 << 20
MESSAGES: Final = 500
"""More than what the kernel holds for a connection."""


@pytest.mark.parametrize("how", ["session", "account", "bounds", "role"])
async def test_it_ends_within_five_seconds_when_rights_end(place: Place, how: str) -> None:
    admin = await seated(place, await hired(place, Role.ADMIN, factor=True))
    scopes = (Scope(EVENT),)
    board = await place.board(Role.PROCTOR, scopes=scopes)
    login = board.staffer.account.login
    listening = asyncio.create_task(board.until("end", 3 * ENDS_S))
    await asyncio.sleep(1.5)
    changes: dict[str, dict[str, object]] = {
        "account": {"active": False},
        "bounds": {"scopes": [{"event": EVENT, "kind": "unit", "name": "U01"}]},
        "role": {"role": "author", "scopes": []},
    }
    if change := changes.get(how):
        version = (await admin.ok("GET", f"/accounts/{login}"))["version"]
        await admin.ok("PATCH", f"/accounts/{login}", {"version": version, **change})
    else:
        await board.staffer.ok("DELETE", "/session")
    ended_s = time.monotonic()
    await listening
    assert time.monotonic() - ended_s < ENDS_S + BUSY_S


async def test_a_board_that_does_not_read_costs_no_memory_without_bound(place: Place) -> None:
    board = await place.board()
    await place.stores.room.set(live.READER, "the test", px=180_000)
    await asyncio.sleep(1.2)
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", place.house.settings.port))
    deaf.sendall(
        f"GET {PATH}/stream?cursor={board.cursor} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {board.staffer.cookie}\r\n\r\n".encode()
    )
    try:
        sent = await flood(place, board, range(1, MESSAGES))
        before = resident(place)  # by now it holds what it holds for a board, and for a model
        sent += await flood(place, board, range(MESSAGES, 2 * MESSAGES))
        assert sent > 4 * MEGABYTE
        assert resident(place) - before < 16 * MEGABYTE
        heard = await asyncio.to_thread(hear_until, deaf, b"event: reload")
        assert heard < sent
    finally:
        deaf.close()
        await place.stores.room.delete(live.READER)


async def flood(place: Place, board: Board, numbers: range) -> int:
    """Tell of everybody again and again; return how many bytes, as rows about twice as many."""
    sent = 0
    for number in numbers:
        texts = [a_text(sitting, number) for sitting in board.rows]
        told = {"reader": "test", "number": number, "at": number, "closed": [], "gaps": []}
        message = orjson.dumps(told | {"texts": texts})
        await place.stores.room.publish(live.channel(EVENT), message)
        await asyncio.sleep(0.01)
        sent += len(message)
    return sent


def a_text(sitting: str, number: int) -> str:
    held = {"st": "o", "an": str(number % 50), "sn": str(number), "un": "1"}
    return "\t".join([sitting, *(held.get(field, "") for field in HELD)])


def hear_until(deaf: socket.socket, word: bytes) -> int:
    """Read at last, until a word comes; return how much came before."""
    deaf.settimeout(10)
    heard, tail = 0, b""
    while word not in tail:
        block = deaf.recv(1 << 16)
        assert block, "the stream ended"
        heard += len(block)
        tail = (tail + block)[-(1 << 17) :]
    return heard


def resident(place: Place) -> int:
    return sum(one.memory_info().rss for one in place.workers)


async def test_a_process_that_is_told_to_go_sends_its_boards_away_at_once(place: Place) -> None:
    boards = [await place.board() for _ in range(8)]

    async def listen(board: Board) -> None:
        async with board.listening() as events:
            async for _ in events:
                pass

    listening = [asyncio.create_task(listen(board)) for board in boards]
    await asyncio.sleep(1.5)
    app = psutil.Process(place.house.pid("app"))
    began_s = time.monotonic()
    os.kill(app.pid, signal.SIGTERM)
    await asyncio.gather(*listening)  # each ends as a reply ends, and is not torn
    assert time.monotonic() - began_s < 1.0 + BUSY_S
    await asyncio.to_thread(app.wait, 10)
    assert time.monotonic() - began_s < 4.0
    await until(place.serves, wanted=True)
    for board in boards[:2]:
        await place.as_it_is(board)
