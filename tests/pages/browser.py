"""A real browser, Debian's Chromium: few wishes of its own, every fault noticed."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Playwright, WebError

CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
IN_CI: Final = bool(os.environ.get("CI"))
LAN: Final = "ruang-ujian.test"
"""A name of this machine that browsers do not trust as they trust 127.0.0.1: plain HTTP."""
FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    f"--host-resolver-rules=MAP {LAN} 127.0.0.1",
)


class Screen(TypedDict, total=False):
    """What Playwright takes of a device."""

    viewport: Any
    has_touch: bool
    is_mobile: bool
    device_scale_factor: float
    user_agent: str
    color_scheme: Any


PHONE: Final = Screen(
    viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True, device_scale_factor=2
)
PC: Final = Screen(viewport={"width": 1366, "height": 768})
INDONESIA: Final = {"locale": "id-ID", "timezone_id": "Asia/Makassar"}


def found_chromium() -> str:
    """Return Chromium's path; a test without it is skipped, in CI it fails."""
    if found := shutil.which(CHROMIUM):
        return found
    sentence = "a browser test needs Chromium: apt-get install chromium"
    if IN_CI:
        pytest.fail(sentence)
    pytest.skip(sentence)


@asynccontextmanager
async def chromium(playwright: Playwright) -> AsyncIterator[Browser]:
    """Run a browser whose contexts leave nothing behind."""
    browser = await playwright.chromium.launch(
        executable_path=found_chromium(), args=list(FLAGS), chromium_sandbox=False
    )
    yield browser
    await browser.close()


# Without a network nobody can ask for a newer service worker.
_OF_THE_BROWSER: Final = {"An unknown error occurred when fetching the script."}


class Watch:
    """Notes what no page of ours may ever do; the test ends with a look at it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.faults: list[str] = []
        self.missing: set[str] = set()
        self._host = urlsplit(address).netloc
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        path = urlsplit(message.location["url"]).path
        if message.text.startswith("Failed to load resource"):
            # Chromium says so of every refusal and of a dead network, which pages handle. A server
            # at its limit, as a machine under tests may be, refuses assets too.
            dead = "net::ERR_" in message.text or "status of 503" in message.text
            if dead or path.startswith("/api/") or path in self.missing:
                return
        if message.text in _OF_THE_BROWSER:
            return
        self.faults.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"uncaught: {error.error}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._host:
            self.faults.append(f"request to another origin: {url}")
