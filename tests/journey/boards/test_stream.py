"""What comes by a board's stream: at once, together, without gap, and nothing twice."""

import asyncio
import time
from itertools import pairwise
from random import Random

import pytest

from app.proctoring.board import live, stream
from tests.journey.boards.board import PATH
from tests.journey.boards.place import Place, saving
from tests.people.staff.builders import STAFF

pytestmark = pytest.mark.asyncio


async def test_a_stream_begins_at_once_and_is_not_held_up(place: Place) -> None:
    board = await place.board()
    (device,) = await place.devices(1)
    reader, writer = await asyncio.open_connection("127.0.0.1", place.house.settings.port)
    writer.write(
        f"GET {PATH}/stream HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
        f"Authorization: Bearer {board.staffer.cookie}\r\n\r\n".encode()
    )
    async with asyncio.timeout(2):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        first = await reader.readuntil(b"\n\n")
    assert "content-type: text/event-stream" in head
    assert "x-accel-buffering: no" in head
    assert "cache-control: no-store, no-transform" in head
    assert "content-encoding" not in head
    assert b"event: reload\ndata: {}" in first  # it named no cursor
    await device.save(device.change(device.items[0]))
    saved_s = time.monotonic()
    async with asyncio.timeout(4):
        while device.sitting.encode() not in await reader.readuntil(b"\n\n"):
            pass
    assert time.monotonic() - saved_s < 2.5
    writer.close()


async def test_changes_come_together_and_no_more_often_than_once_a_second(place: Place) -> None:
    board = await place.board()
    devices = await place.devices(3)
    async with saving(devices, 0.02):
        await board.listen(5.0)
    told = [number for numbers in board.numbers.values() for number in numbers]
    assert 2 <= len(told) <= 7
    await place.as_it_is(board)


async def test_a_board_of_a_unit_hears_of_its_own_people_alone(place: Place) -> None:
    mine, other = await place.devices(2)
    whole = await place.board()
    place_of = {sitting: row["unit"] for sitting, row in whole.rows.items()}
    units = (await whole.staffer.ok("GET", PATH.removeprefix(STAFF)))["units"]
    code = next(unit["code"] for unit in units if unit["id"] == place_of[mine.sitting])
    board = await place.board(query=f"unit={code}")
    async with saving([mine, other]):
        await board.listen(3.0)
    assert mine.sitting in board.rows
    assert {row["unit"] for row in board.rows.values()} == {place_of[mine.sitting]}


async def test_wherever_a_stream_is_cut_there_is_no_gap_and_nothing_twice(place: Place) -> None:
    devices = await place.devices(6)
    await place.both_load()
    board = await place.board()
    chance = Random(7)  # noqa: S311 - the same cuts again and again
    async with saving(devices):
        for _ in range(14):
            await board.listen(chance.uniform(0.0, 1.6))
            await asyncio.sleep(chance.choice([0.0, 0.0, chance.uniform(0.0, 1.2)]))
    await place.as_it_is(board)
    for numbers in board.numbers.values():  # across all cuts, and both processes
        assert all(after == before + 1 for before, after in pairwise(numbers)), numbers
    assert board.reloads <= 2  # a process that had not heard its first message yet


async def test_where_nothing_is_told_a_line_of_comment_comes(place: Place) -> None:
    board = await place.board()
    await place.stores.room.set(live.READER, "nobody", px=int(stream.BEAT_S * 2000))
    try:
        await asyncio.sleep(1.1)
        async with asyncio.timeout(2 * stream.BEAT_S):
            async with board.listening() as events:
                async for event in events:
                    if event == "":
                        break
    finally:
        await place.stores.room.delete(live.READER)
