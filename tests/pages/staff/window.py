"""A browser window without script: cookies of its own, and forms as the page has them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx
from typing_extensions import override

from app.people.staff.guard import COOKIE
from tests.exam import Exam
from tests.people.staff.builders import PASSWORD, Staffer

ORIGIN = "http://exam.test"
SEE_OTHER = 303
VOID = {"input", "meta", "link", "br", "path"}


@dataclass
class SentForm:
    """A form of a page: where it goes, and what its fields hold, those with several values too."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def filled(self, given: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
        """Return what would be sent with other things typed; a field that is not there fails."""
        assert given.keys() <= self.names, f"{self.action} has only {sorted(self.names)}"
        kept = [(name, value) for name, value in self.fields if name not in given]
        for name, value in given.items():
            kept += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return kept


class PageRead(HTMLParser):
    """What stands on a page: forms, text, which fields are wrong and why, ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[SentForm] = []
        self.invalid: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.hidden: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._words: list[str] = []
        self._select = ""
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        assert tag != "script", "there is no script on a page of staff's"
        assert not [name for name in held if name == "style" or name.startswith("on")], attrs
        if tag not in VOID:
            self._open.append(held.get("id", ""))
        if "id" in held:
            assert held["id"] not in self.ids, f"twice: {held['id']}"
            self.ids[held["id"]] = ""
        if tag == "form":
            self.forms.append(SentForm(held["action"], held["method"]))
        if tag == "select":
            self._select = held["name"]
            self.forms[-1].names.add(held["name"])
        if tag == "option" and "selected" in held:
            self.forms[-1].fields.append((self._select, held["value"]))
        if tag in {"input", "button"} and held.get("name"):
            self._field(held)

    def _field(self, held: dict[str, str]) -> None:
        form, name, kind = self.forms[-1], held["name"], held.get("type", "text")
        form.names.add(name)
        if kind not in {"checkbox", "radio"} or "checked" in held:
            form.fields.append((name, held.get("value", "")))
        if kind == "hidden":
            self.hidden.setdefault(name, []).append(held["value"])
        if held.get("aria-invalid") == "true":
            self.invalid[name] = held["aria-describedby"].split()[0]
        if kind == "password":
            assert not held.get("value"), "a page repeats a password"

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._open.pop()

    @override
    def handle_data(self, data: str) -> None:
        self._words.append(data)
        for one in filter(None, self._open):
            self.ids[one] = " ".join((self.ids[one] + data).split())

    def fault(self, name: str) -> str:
        """Return what stands beside a field that is wrong."""
        return self.ids[self.invalid[name]]


class Window:
    """One browser at one place. ``page``: what is on it now."""

    def __init__(self, exam: Exam, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.http = httpx.AsyncClient(
            transport=transport or exam.http._transport,
            base_url=ORIGIN,
            headers={
                "Accept": "text/html",
                "User-Agent": "Mozilla/5.0 (Windows) Firefox/120.0",
            },
        )
        self.reply = httpx.Response(0)

    @property
    def page(self) -> PageRead:
        return PageRead(self.reply.text)

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def status(self) -> int:
        return self.reply.status_code

    @property
    def goes_to(self) -> str:
        """Where the reply sends the browser."""
        assert self.status == SEE_OTHER, (self.status, self.reply.text)
        return self.reply.headers["location"]

    async def open(self, path: str) -> httpx.Response:
        """Type an address."""
        return self._came(await self.http.get(path))

    async def follow(self) -> httpx.Response:
        """Go where the reply sends the browser, as often as it does."""
        while self.reply.status_code == SEE_OTHER:
            await self.open(self.reply.headers["location"])
        return self.reply

    async def send(
        self, action: str, headers: dict[str, str] | None = None, /, **typed: str | list[str]
    ) -> httpx.Response:
        """Fill in the form of this page that goes to an address, and send it."""
        found = [one for one in self.page.forms if one.action == action and one.method == "post"]
        names = typed.keys()
        form = next((one for one in found if names <= one.names), found[0] if found else None)
        assert form is not None, f"no form to {action} on this page: {self.text}"
        return await self.post(action, form.filled(typed), headers)

    async def post(
        self, path: str, pairs: list[tuple[str, str]], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send fields to an address, as a form of our own page does."""
        body = urlencode(pairs)
        own = {"Content-Type": "application/x-www-form-urlencoded", "Origin": ORIGIN}
        return self._came(
            await self.http.post(path, content=body, headers={**own, **(headers or {})})
        )

    async def signs_in(self, staffer: Staffer, password: str = PASSWORD, to: str = "/staf") -> None:
        """Come in by the page; a code is still to be shown where there is a second factor."""
        await self.open(f"/staf/masuk?ke={to}")
        await self.send("/staf/masuk", login=staffer.account.login, password=password)
        assert self.status == SEE_OTHER, self.text

    def sits_as(self, staffer: Staffer) -> "Window":
        """Take over a session that somebody has at hand."""
        self.http.cookies.set(COOKIE, staffer.cookie, domain="exam.test")
        return self

    def _came(self, reply: httpx.Response) -> httpx.Response:
        self.reply = reply
        assert reply.headers["referrer-policy"] == "same-origin"
        assert reply.headers["cache-control"] == "no-store"
        if reply.status_code != SEE_OTHER:
            policy = reply.headers["content-security-policy"]
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert re.search(r'<html lang="id">', reply.text)
            assert '<meta name="referrer" content="same-origin">' in reply.text
        return reply
