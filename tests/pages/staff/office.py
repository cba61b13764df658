"""Where staff sit in browser tests: desks and phones, with a script in the browser or without."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.async_api import Browser, Locator, Page, expect
from typing_extensions import override

from app.operations.stores import Stores
from tests.journey.house import ROOT, House, opened
from tests.pages.browser import INDONESIA, PC, Screen, Watch
from tests.people.staff.builders import PASSWORD, Staffer, now

_TEMPORARY = re.compile(r"\b[2-9a-z]{4}(?:-[2-9a-z]{4}){3}\b")


class OwnPages(set[str]):
    """Chromium reports every refusal as an error on the console; staff's are pages to be read."""

    @override
    def __contains__(self, path: object) -> bool:
        return str(path).startswith("/staf")


@dataclass
class Desk:
    """One browser in the hands of somebody. Everything is found by its role and its name."""

    page: Page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def choice(self, name: str) -> Locator:
        """Return a button of a choice, by the word that its label begins with."""
        return self.page.get_by_role("radio", name=re.compile(rf"^{re.escape(name)}\b"))

    async def types(self, **labels: str) -> None:
        """Type into fields, by their labels with _ for a blank."""
        for label, text in labels.items():
            await self.page.get_by_label(label.replace("_", " "), exact=True).fill(text)

    async def presses(self, name: str) -> None:
        await self.button(name).click()

    async def is_at(self, heading: str | re.Pattern[str]) -> None:
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    async def says(self, words: str) -> None:
        await expect(self.page.get_by_text(words).first).to_be_visible()

    async def signs_in(self, login: str, password: str = PASSWORD) -> None:
        await self.page.goto("/staf")
        await self.is_at("Masuk staf")
        await self.types(Nama_pengguna=login, Kata_sandi=password)
        await self.presses("Masuk")

    async def chooses_password(self, old: str, new: str) -> None:
        await self.is_at("Pilih kata sandi Anda sendiri")
        await self.types(Kata_sandi_sementara=old, Kata_sandi_baru=new, Ulangi_kata_sandi_baru=new)
        await self.presses("Simpan kata sandi")

    async def shown_secret(self) -> str:
        """Return the key of the second factor, as it is typed where no camera is."""
        await self.page.get_by_text("Tidak dapat memindai?").click()
        return (await self.page.locator("p.code").inner_text()).replace(" ", "")

    async def shown_password(self) -> str:
        """Return a password that this page shows once."""
        found = _TEMPORARY.search(await self.page.locator(".slip").inner_text())
        assert found is not None
        return found[0]


class Office:
    """Made for one test; ``stores`` and ``http`` are the installation's."""

    def __init__(
        self,
        house: House,
        browser: Browser,
        stores: Stores,
        http: httpx.AsyncClient,
        held: AsyncExitStack,
    ) -> None:
        self.house = house
        self.stores = stores
        self.http = http
        self._browser = browser
        self._held = held
        self._watches: list[Watch] = []

    @classmethod
    @asynccontextmanager
    async def opened(cls, house: House, browser: Browser) -> AsyncIterator["Office"]:
        """Open it; all its desks are cleared in the end, and nothing may have gone wrong."""
        async with opened(house) as (stores, http), AsyncExitStack() as held:
            office = cls(house, browser, stores, http, held)
            yield office
            faults = [fault for watch in office._watches for fault in watch.faults]
            assert not faults, "\n".join(faults)

    async def desk(
        self,
        screen: Screen = PC,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        **more: Any,  # noqa: ANN401 - Playwright's options
    ) -> Desk:
        """Return a browser at a desk; ``host``, ``port``: by which it knows the server."""
        address = f"http://{host}:{port or self.house.settings.port}"
        options: dict[str, Any] = {**INDONESIA, **screen, "base_url": address, **more}
        context = await self._browser.new_context(**options)
        self._held.push_async_callback(context.close)
        context.set_default_timeout(15_000)
        watch = Watch(context, address)
        watch.missing = OwnPages()
        self._watches.append(watch)
        return Desk(await context.new_page())

    async def sits(self, desk: Desk, staffer: Staffer) -> None:
        """Put somebody at a desk who is in already."""
        base = f"http://127.0.0.1:{self.house.settings.port}"
        cookie = {"name": "serentak-staf", "value": staffer.cookie, "url": base}
        await desk.page.context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict of theirs

    async def code(self, staffer: Staffer) -> str:
        """Return what the phone shows now."""
        return staffer.code(await now(self))

    async def command(self, *words: str) -> str:
        """Run ``serentak`` at the server's shell; return what it said."""
        outside = {"DATABASE_URL": "", "REDIS_URL": ""}
        folder = {"DATA_DIR": str(self.house.settings.data_dir)}
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.cli", *words),
            cwd=ROOT,
            env={**os.environ, **outside, **folder},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await running.communicate()
        assert running.returncode == 0, said.decode()
        return said.decode()

    async def hires(self, login: str, name: str, role: str) -> str:
        """Make an account at the shell; return the password to begin with."""
        said = await self.command("staff", "create", login, "--name", name, "--role", role)
        found = _TEMPORARY.search(said)
        assert found is not None, said
        return found[0]
