"""A room for browser tests: it hands out people and devices, acts as staff, looks at the record."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Error, Playwright
from sqlalchemy import text, update

from app.kit.ids import partition_of, partition_tag, sitting_from_text
from app.kit.redis import ask, time_ms
from app.operations.audit import audit
from app.operations.cards import demo_cards
from app.operations.demo import DEMO_PARTITIONS
from app.operations.stores import Stores
from app.sittings.tables import sittings
from tests.exam import EVENT
from tests.journey.house import ROOT, House, behind, opened
from tests.journey.recording import until
from tests.pages.browser import FLAGS, INDONESIA, PC, PHONE, Screen, Watch, found_chromium
from tests.pages.phone import Card, Phone
from tests.pages.wire import Wire

_HELD = """
SELECT code, value, flagged FROM answers JOIN items ON items.id = answers.item
WHERE sitting = :sitting
"""
_LATE = """
SELECT code, value FROM late_answers JOIN items ON items.id = late_answers.item
WHERE sitting = :sitting
"""


class Hall:
    """Made for one test. ``http`` speaks to the app, ``stores`` to room and record."""

    def __init__(
        self,
        house: House,
        browser: Browser,
        stores: Stores,
        http: httpx.AsyncClient,
        devices: AsyncExitStack,
    ) -> None:
        self.house = house
        self.browser = browser
        self.stores = stores
        self.http = http
        self._devices = devices
        self._watches: list[Watch] = []
        self._cards: list[tuple[str, str]] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, house: House, browser: Browser) -> AsyncIterator["Hall"]:
        """Open it; all its devices are closed in the end."""
        async with opened(house) as (stores, http), AsyncExitStack() as devices:
            hall = cls(house, browser, stores, http, devices)
            await until(hall.is_ready, wanted=True)
            yield hall

    async def is_ready(self) -> bool:
        """Do the doors stand open? A test before may have killed somebody."""
        try:
            reply = await self.http.get("/health/ready")
        except httpx.TransportError:
            return False
        return reply.status_code == httpx.codes.OK

    def nothing_was_wrong(self) -> None:
        """Expect no error on any console, no uncaught one, no request to another origin."""
        faults = [fault for watch in self._watches for fault in watch.faults]
        assert not faults, "\n".join(faults)

    def expects_missing(self, path: str) -> None:
        """Take it that a page asks for an address where nothing is."""
        for watch in self._watches:
            watch.missing.add(path)

    # People and devices

    async def card(self) -> Card:
        """Return the card of somebody whom no test has met."""
        self._cards = self._cards or await demo_cards(self.stores, EVENT, self.house.everybody)
        (person,) = self.house.people(1)
        return Card(*self._cards[person])

    async def phone(self, card: Card | None = None, screen: Screen = PHONE, **more: Any) -> Phone:  # noqa: ANN401 - Playwright's options
        """Return a device in the hands of a newcomer, or of who holds that card."""
        wire = await self.wire()
        options: dict[str, Any] = {**INDONESIA, **screen, "base_url": wire.address, **more}
        context = await self.browser.new_context(**options)
        self._devices.push_async_callback(context.close)
        phone = await self.device(context, card, wire, options["base_url"])
        phone.by_thumb = options.get("has_touch", False)
        return phone

    async def pc(self, card: Card | None = None, **more: Any) -> Phone:  # noqa: ANN401 - the same
        """Return an office PC."""
        return await self.phone(card, PC, **more)

    async def wire(self) -> Wire:
        """Return a network of its own for a device."""
        return await self._devices.enter_async_context(Wire.to(self.house.address))

    async def device(
        self,
        context: BrowserContext,
        card: Card | None = None,
        wire: Wire | None = None,
        address: str | None = None,
    ) -> Phone:
        """Return a page of a browser as a device; what it does wrong is noticed."""
        self._watches.append(Watch(context, address or (wire or self.house).address))
        context.set_default_timeout(15_000)
        page = context.pages[0] if context.pages else await context.new_page()
        return Phone(page, card or await self.card(), http=self.http, wire=wire)

    @asynccontextmanager
    async def own_browser(
        self, playwright: Playwright, folder: Path, wire: Wire
    ) -> AsyncIterator[BrowserContext]:
        """Run a browser process of its own that keeps what it has in a folder."""
        options: dict[str, Any] = {**INDONESIA, **PHONE, "base_url": wire.address}
        context = await playwright.chromium.launch_persistent_context(
            folder, executable_path=found_chromium(), args=list(FLAGS), **options
        )
        try:
            yield context
        finally:
            with suppress(Error):  # it may have been killed
                await context.close()

    # Staff and fate

    async def act(self, *words: str) -> None:
        """Run ``serentak act`` as staff would."""
        outside = {
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DATA_DIR": str(self.house.settings.data_dir),
        }
        acting = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.cli", "act", *words),
            cwd=ROOT,
            env={**os.environ, **outside},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await acting.communicate()
        assert acting.returncode == 0, said.decode()

    async def wipe_the_room(self) -> None:
        """Take everything from Redis; the recorder notices and recovers by itself."""
        await self.stores.room.flushall()
        await until(self._has_all_doors, wanted=True)

    async def _has_all_doors(self) -> bool:
        tags = (partition_tag(EVENT, number) for number in range(DEMO_PARTITIONS))
        return all(await ask(self.stores.room, *(("EXISTS", f"room:{tag}") for tag in tags)))

    async def set_deadline(self, phone: Phone, ms_from_now: int) -> None:
        """Move the deadline where the room asks, and in the record, which knows the start."""
        await self.drained()
        deadline = await time_ms(self.stores.room) + ms_from_now
        async with self.stores.record.begin() as conn:
            mine = sittings.c.id == sitting_from_text(phone.sitting)
            await conn.execute(update(sittings).where(mine).values(deadline=deadline))
        tag = tag_of(phone.sitting)
        await ask(
            self.stores.room,
            # After somebody was killed, in a test before, nobody is late for a while.
            ("HSET", f"room:{tag}", "mercy", 0),
            ("HSET", f"sit:{tag}:{phone.sitting}", "dl", deadline),
            ("ZADD", f"due:{tag}", deadline, phone.sitting),
            atomic=True,
        )

    async def grace_ms(self, phone: Phone) -> int:
        """Return how long after the deadline answers are still taken."""
        return int(await self.stores.room.hget(f"room:{tag_of(phone.sitting)}", "grace") or 0)

    async def is_sealed(self, phone: Phone) -> None:
        """Wait until the sitting has been handed in, by whomever."""
        key = f"sit:{tag_of(phone.sitting)}:{phone.sitting}"

        async def state() -> bool:
            return int(await self.stores.room.hget(key, "sl") or 0) > 0

        await until(state, wanted=True)

    # What stands in Postgres

    async def drained(self) -> None:
        """Wait until the record has everything."""
        await until(lambda: behind(self.http), 0)

    async def held(self, sitting: str) -> dict[str, tuple[Any, bool]]:
        """Return what the record holds: item → value, ragu-ragu; what says nothing is left out."""
        rows = await self._read(_HELD, sitting)
        held = {row.code: (json.loads(row.value), row.flagged) for row in rows}
        return {item: answer for item, answer in held.items() if answer != (None, False)}

    async def kept_late(self, sitting: str) -> dict[str, Any]:
        """Return what came too late and is kept apart."""
        return {row.code: json.loads(row.value) for row in await self._read(_LATE, sitting)}

    async def record_holds(self, phone: Phone) -> None:
        """Expect the record to hold exactly what this device showed, and no difference anywhere."""
        wanted = phone.shown_answers()
        await self.drained()
        assert await self.held(phone.sitting) == wanted
        found = await audit(self.stores, EVENT)
        assert found.differences == 0, [rule.line() for rule in found.rules if rule.differences]

    async def _read(self, sql: str, sitting: str) -> Any:  # noqa: ANN401 - rows
        async with self.stores.record.connect() as conn:
            return (await conn.execute(text(sql), {"sitting": sitting_from_text(sitting)})).all()


def tag_of(sitting: str) -> str:
    """Return the hash tag of a sitting's partition."""
    return partition_tag(EVENT, partition_of(sitting_from_text(sitting), DEMO_PARTITIONS))
