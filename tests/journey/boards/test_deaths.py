"""Who may die while boards are open: the reader, the room; boards are right again."""

import asyncio
import time
from functools import partial
from typing import Final

import pytest

from app.proctoring.board import live
from tests.journey.boards.board import Board
from tests.journey.boards.place import Place, hear, saving, tag_of
from tests.journey.recording import until

pytestmark = pytest.mark.asyncio

RIGHT_S: Final = 15.0
OFFICE_S: Final = live.HOLDING_MS / 1000 + 2.0


async def test_the_reader_is_killed_under_load_and_boards_are_right_again(place: Place) -> None:
    devices = await place.devices(6)
    await place.both_load()
    board = await place.board()
    killed_s = 0.0
    async with saving(devices):
        await hear(board, 2.5)
        before = reader = await place.stores.room.get(live.READER)
        assert before is not None
        for worker in place.workers:  # one of them is the reader
            killed_s = time.monotonic()
            worker.kill()
            await hear(board, OFFICE_S)
            reader = await place.stores.room.get(live.READER)
            if reader != before:
                break
        assert reader not in {before, None}
    await place.as_it_is(board, killed_s + RIGHT_S - time.monotonic())
    assert not [tag for tag in place.tags if await place.stores.room.exists(f"work:{tag}")]


async def test_what_a_dead_reader_had_taken_is_told_at_once_by_the_next(place: Place) -> None:
    (device,) = await place.devices(1)
    board = await place.board()
    await hear(board, 2.0)
    await device.save(device.change(device.items[0]))
    await hear(board, 2.5)
    tag = tag_of(device)
    # As one leaves it who dies between taking and telling: the mark is taken, the change untold.
    await place.stores.room.set(live.READER, "who died", px=2_000)
    await asyncio.sleep(1.2)
    await device.save(device.change(device.items[1]))
    await place.stores.room.rename(f"dirty:{tag}", f"work:{tag}")
    await hear(board, 5.0)
    assert board.rows[device.sitting]["answered"] == 2
    assert not await place.stores.room.exists(f"work:{tag}")


async def test_a_board_goes_on_when_redis_is_started_again(place: Place) -> None:
    devices = await place.devices(4)
    board = await place.board()
    async with saving(devices, 0.2):
        await hear(board, 2.0)
        listening = asyncio.create_task(hear(board, 8.0))
        await place.house.kill("valkey")
        await listening
    await until(place.serves, wanted=True)
    await place.as_it_is(board)
    assert "end" not in board.events


async def test_a_board_ends_with_its_session_when_the_room_is_emptied_and_the_next_is_right(
    place: Place,
) -> None:
    """Whether it says before that the doors are closed, is a matter of who looks first."""
    devices = await place.devices(4)
    for device in devices:
        await device.save(*(device.change(item) for item in device.items[:3]))
    board = await place.board()
    await hear(board, 2.0)
    listening = asyncio.create_task(board.until("end", within_s=15))
    await asyncio.sleep(1.5)
    await place.stores.room.flushall()
    await listening
    await until(place.has_all_doors, wanted=True)
    again = await place.board()
    await place.as_it_is(again)
    await until(partial(opened, again), wanted=True)
    assert [again.rows[device.sitting]["answered"] for device in devices] == [3] * 4


async def opened(board: Board) -> bool:
    """Are all doors open, as the board was told last?"""
    await hear(board, 1.5)
    return board.closed == []
