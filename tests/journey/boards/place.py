"""Where boards are open over real web processes, while devices save."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

import httpx
import psutil

from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.operations.demo import DEMO_PARTITIONS
from app.operations.stores import Stores
from app.people.staff.model import Role, Scope
from tests.exam import EVENT, Device
from tests.journey.boards.board import Board, TurnedAway
from tests.journey.house import House
from tests.people.staff.builders import hired, seated


def tag_of(device: Device) -> str:
    """Return the hash tag of a device's partition."""
    number = partition_of(sitting_from_text(device.sitting), DEMO_PARTITIONS)
    return partition_tag(EVENT, number)


class Place:
    """An installation with its stores and its app, as staff and devices work in it."""

    def __init__(
        self, house: House, stores: Stores, http: httpx.AsyncClient, cards: list[tuple[str, str]]
    ) -> None:
        self.house = house
        self.stores = stores
        self.http = http
        self._cards = cards

    @property
    def workers(self) -> list[psutil.Process]:
        """The web processes, without the one that only starts them."""
        children = psutil.Process(self.house.pid("app")).children()
        return [one for one in children if "spawn_main" in " ".join(one.cmdline())]

    @property
    def tags(self) -> list[str]:
        return [partition_tag(EVENT, number) for number in range(DEMO_PARTITIONS)]

    async def devices(self, count: int) -> list[Device]:
        """Return newcomers who have started."""
        found = []
        for person in self.house.people(count):
            device = Device(self.http, *self._cards[person], f"board-{person}")
            await device.login()
            await device.start()
            found.append(device)
        return found

    async def board(
        self, role: Role = Role.OPERATOR, query: str = "", scopes: tuple[Scope, ...] = ()
    ) -> Board:
        """Return somebody's board, loaded."""
        staffer = await seated(self, await hired(self, role, scopes=scopes))
        board = Board(staffer, self.house.address, query)
        await board.load()
        return board

    async def both_load(self) -> None:
        """Have each of the two web processes keep a model: who asks is served by either."""
        board = await self.board()
        for _ in range(12):
            await board.load()

    async def as_it_is(self, board: Board, within_s: float = 10.0) -> None:
        """Expect the board to come to show what the room holds; nobody saves any more."""
        limit_s = time.monotonic() + within_s
        fresh = Board(board.staffer, self.house.address)
        await fresh.load()
        while await self._lacks(fresh) or board.rows != fresh.rows:
            assert time.monotonic() < limit_s, await self._lacks(fresh)
            await hear(board, 1.0)
            with suppress(TurnedAway):
                await fresh.load()

    async def _lacks(self, fresh: Board) -> list[str]:
        """Return whose row is not as the room has it."""
        found = []
        for tag in self.tags:
            for sitting in map(str, await self.stores.room.smembers(f"index:{tag}")):
                state, answered = await self.stores.room.hmget(f"sit:{tag}:{sitting}", "st", "an")
                row = fresh.rows[sitting]
                if row["answered"] != int(answered or 0) or (row["state"] == "open") != (
                    state == "o"
                ):
                    found.append(sitting)
        return found

    async def has_all_doors(self) -> bool:
        """Does the room stand in all its partitions, after it was emptied?"""
        doors = [await self.stores.room.exists(f"room:{tag}") for tag in self.tags]
        return all(doors) and await self.serves()

    async def serves(self) -> bool:
        """Does it answer again, after somebody has died?"""
        try:
            return (await self.http.get("/health/ready")).is_success
        except (OSError, httpx.TransportError):
            return False


@asynccontextmanager
async def saving(devices: list[Device], pause_s: float = 0.05) -> AsyncIterator[None]:
    """Let answers change all the while; what fails while somebody is dead is tried again."""

    async def keep(device: Device, chance: Random) -> None:
        while True:
            with suppress(Exception):
                value = chance.choice(["a", "b", None])
                await device.save(device.change(chance.choice(device.items), value))
            await asyncio.sleep(pause_s * chance.random() * 2)

    chances = (Random(n) for n in range(len(devices)))  # noqa: S311 - repeatable
    pairs = zip(devices, chances, strict=True)
    tasks = [asyncio.create_task(keep(one, chance)) for one, chance in pairs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def hear(board: Board, seconds: float) -> None:
    """Listen so long, and come back when the process dies that one listens to."""
    until_s = time.monotonic() + seconds
    while (left_s := until_s - time.monotonic()) > 0:
        try:
            await board.listen(left_s)
        except (OSError, httpx.TransportError, TurnedAway):
            await asyncio.sleep(0.2)
