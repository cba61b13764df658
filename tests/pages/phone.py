"""A candidate's device as a person uses it: everything is found by its role and its name.

What the page showed as chosen is noted, since that is what the record must hold in the end.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx
from playwright.async_api import Locator, Page, expect

from app.kit import clock
from app.kit.secrets import in_fours
from tests.pages.wire import Wire

_SITTING: Final = re.compile(r"/ujian/([^/#?]+)")
_ITEM: Final = re.compile(r"^Soal (\d+) dari (\d+)$")
_CELL: Final = re.compile(r"^Soal (\d+), (.+)$")
_NAMES: Final = "(all) => all.map((one) => one.getAttribute('aria-label'))"
_SETTLES: Final = """async () => {
  const fetched = () => performance.getEntriesByType("resource").some(
    ({ name, responseEnd }) => name.endsWith("/exam/lists.js") && responseEnd);
  const kept = async () => {
    const urls = [];
    for (const name of await caches.keys())
      urls.push(...(await (await caches.open(name)).keys()).map(({ url }) => url));
    return ["/exam/lists.js", "/exam/end.js", "/ujian/"].every((end) =>
      urls.some((url) => url.endsWith(end))) && navigator.serviceWorker.controller;
  };
  while (!(isSecureContext ? await kept() : fetched()))
    await new Promise((go) => setTimeout(go, 50));
}"""
_STANDING: Final = """() => [
  document.querySelector("h1").innerText,
  Array.from(document.querySelectorAll("input[type=radio]:checked"), (one) =>
    one.closest("label").innerText),
  document.querySelector("input[type=checkbox]").checked,
]"""


@dataclass(frozen=True)
class Card:
    """What a participant brings."""

    nip: str
    pin: str


@dataclass
class Phone:
    """One device. ``shown``: item's number → option's text or None, ragu-ragu."""

    page: Page
    card: Card
    sitting: str = ""
    form: list[dict[str, Any]] = field(default_factory=list)
    shown: dict[int, tuple[str | None, bool]] = field(default_factory=dict)
    by_thumb: bool = False
    http: httpx.AsyncClient | None = None
    wire: Wire | None = None

    async def tab(self) -> "Phone":
        """Return another tab of this browser, of the same person."""
        return replace(self, page=await self.page.context.new_page())

    async def comes_to_the_front(self) -> None:
        """Show this tab, and hide the others of its window."""
        await self.page.bring_to_front()

    async def holds_its_clock(self) -> None:
        """Let time pass at will later; told before the page opens."""
        await self.page.clock.install(time=clock.now_ms() / 1000)

    async def lets_pass(self, seconds: float) -> None:
        """Let time pass on this device alone."""
        await self.page.clock.fast_forward(int(seconds * 1000))

    # Finding

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    def title(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def options(self) -> Locator:
        return self.page.get_by_role("radio")

    def row(self, option: int) -> Locator:
        """Return the whole row of an option, which is what a thumb hits."""
        return self.page.get_by_role("radiogroup").locator("label").nth(option)

    def doubt(self) -> Locator:
        return self.page.get_by_role("checkbox", name="Ragu-ragu")

    def time_left(self) -> Locator:
        return self.page.get_by_role("timer", name="Sisa waktu")

    def save_state(self) -> Locator:
        return self.page.get_by_role("banner").get_by_role("status")

    async def press(self, what: str | Locator) -> None:
        """Press a button as this device can: by thumb or by mouse."""
        target = self.button(what) if isinstance(what, str) else what
        await (target.tap() if self.by_thumb else target.click())

    async def is_at(self, title: str | re.Pattern[str]) -> None:
        """Expect a screen by its heading."""
        await expect(self.title()).to_have_text(title)

    # At the door

    async def open(self) -> None:
        """Open the login page."""
        await self.page.goto("/")

    async def log_in(self) -> None:
        """Type what the card says, and enter."""
        await self.page.get_by_label("NIP", exact=True).press_sequentially(self.card.nip)
        await self.page.get_by_label("PIN kartu").press_sequentially(in_fours(self.card.pin))
        await self.press("Masuk")
        await self.entered()

    async def scan(self) -> None:
        """Open the link in the card's QR code."""
        await self.page.goto(f"/#{self.card.nip}.{self.card.pin}")
        await self.entered()

    async def entered(self) -> None:
        """Wait for the page of the sitting."""
        await self.page.wait_for_url(_SITTING)
        found = _SITTING.search(self.page.url)
        assert found is not None
        self.sitting = found[1]

    async def get_ready(self) -> None:
        """Read, practise, let the device be looked at, up to the button that starts."""
        await self.is_at("Sebelum mulai")
        start, onward = self.button("Mulai ujian"), self.button("Lanjut")
        await expect(start.or_(onward)).to_be_visible()
        while not await start.is_visible():
            await self.press(onward)
            await expect(start.or_(onward)).to_be_visible()

    async def start(self) -> None:
        """Start the clock and see the first item."""
        await self.press("Mulai ujian")
        await self.is_at(_ITEM)
        await self.read_form()

    async def sit_down(self) -> None:
        """From the card to the first item."""
        await self.scan()
        await self.is_at("Sebelum mulai")
        await self.press("Lewati petunjuk")
        await self.start()

    async def resume(self) -> None:
        """Enter with the card where the exam goes on already."""
        await self.scan()
        await self.is_at(_ITEM)
        await self.read_form()

    async def read_form(self) -> None:
        """Learn which option of which item stands behind a text."""
        self.form = (await self._asked("/form"))["items"]

    async def look(self) -> dict[str, Any]:
        """Return the sitting as the server tells this device."""
        return await self._asked("")

    async def _asked(self, path: str) -> dict[str, Any]:
        """Ask beside the page, with its token: no network of its own is needed, nothing counted."""
        here = f"/api/v1/sittings/{self.sitting}"
        cookies = await self.page.context.cookies()
        token = next(one["value"] for one in cookies if one.get("path") == here)
        assert self.http is not None
        reply = await self.http.get(here + path, headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == httpx.codes.OK, reply.text
        document: dict[str, Any] = reply.json()
        return document

    async def has_settled(self) -> None:
        """Wait until the page has fetched what only a device without a network would miss."""
        await self.page.evaluate(_SETTLES)

    # Its network

    def address(self) -> str:
        """Return under which address this device knows the server."""
        assert self.wire is not None
        return self.wire.address

    async def loses_network(self) -> None:
        """Cut it off: nothing comes through, and the browser knows."""
        assert self.wire is not None
        self.wire.cut()
        await self.page.context.set_offline(offline=True)

    async def finds_network(self) -> None:
        """Let it be connected again."""
        assert self.wire is not None
        await self.wire.mend()
        await self.page.context.set_offline(offline=False)

    # In the exam

    async def at(self) -> int:
        """Return the number of the item on the screen."""
        await self.is_at(_ITEM)
        found = _ITEM.match(await self.title().inner_text())
        assert found is not None
        return int(found[1])

    async def go_to(self, number: int) -> None:
        """Bring an item on the screen, by the nearest way."""
        here = await self.at()
        if number == here + 1:
            await self.press("Berikutnya")
        elif number == here - 1:
            await self.press("Sebelumnya")
        elif number != here:
            await self.press("Daftar soal")
            await self.press(self.button(re.compile(rf"^Soal {number}, ")))
        await self.is_at(re.compile(rf"^Soal {number} dari "))

    async def choose(self, option: int) -> None:
        """Tap the nth option (from 0) of this item, and see it chosen."""
        await self.press(self.row(option))
        await expect(self.options().nth(option)).to_be_checked()
        await self.note()

    async def answer(self, number: int, option: int) -> None:
        """Go to an item and choose."""
        await self.go_to(number)
        await self.choose(option)

    async def doubts(self, number: int) -> None:
        """Go to an item and mark it as ragu-ragu."""
        await self.go_to(number)
        await self.press(self.page.locator("label", has_text="Ragu-ragu"))
        await expect(self.doubt()).to_be_checked()
        await self.note()

    async def clear(self, number: int) -> None:
        """Go to an item and take the answer back."""
        await self.go_to(number)
        await self.press("Hapus jawaban")
        await expect(self.page.get_by_role("radio", checked=True)).to_have_count(0)
        await self.note()

    async def note(self) -> None:
        """Note what stands on the screen for this item."""
        title, texts, doubtful = await self.page.evaluate(_STANDING)
        found = _ITEM.match(title)
        assert found is not None, title
        assert len(texts) <= 1
        self.shown[int(found[1])] = (texts[0] if texts else None, doubtful)

    async def reads_everything(self) -> None:
        """Note what stands on the screen, from nothing: the list, and each item it has marks on."""
        self.shown.clear()
        await self.press("Daftar soal")
        await self.is_at("Daftar soal")
        cells = self.page.get_by_role("list").get_by_role("button", name=_CELL)
        found = [_CELL.match(name) for name in await cells.evaluate_all(_NAMES)]
        assert len(found) == len(self.form)
        await self.press("Kembali ke soal")
        for cell in found:
            assert cell is not None
            if cell[2] != "belum dijawab":
                await self.go_to(int(cell[1]))
                await expect(self.options().first).to_be_visible()
                await self.note()
                assert self.shown[int(cell[1])] != (None, False)

    def shown_answers(self) -> dict[str, tuple[str | None, bool]]:
        """Return what was shown as the record holds it: item → value, ragu-ragu."""
        found = {}
        for number, (chosen, doubtful) in self.shown.items():
            item = self.form[number - 1]
            values = {option["text"]: option["id"] for option in item["options"]}
            if chosen is not None or doubtful:
                found[item["id"]] = (None if chosen is None else values[chosen], doubtful)
        return found

    # What it says

    async def is_stored(self) -> None:
        """Expect it to say that the server has everything."""
        await expect(self.save_state()).to_have_text("Tersimpan ✓")

    async def has_unsent(self, count: int) -> None:
        """Expect it to say how much the server does not have."""
        await expect(self.save_state()).to_have_text(f"Belum terkirim: {count}")

    async def says(self, words: str | re.Pattern[str], role: Any = "status") -> None:  # noqa: ANN401 - Playwright's roles
        """Expect these words in a status (or an alert)."""
        await expect(self.page.get_by_role(role).filter(has_text=words).first).to_be_visible()

    # The end

    async def review(self) -> None:
        """Go to the review."""
        await self.press("Daftar soal")
        await self.press("Periksa jawaban")
        await self.is_at("Periksa jawaban")

    async def hand_in(self) -> None:
        """Hand in from the review, saying yes once."""
        await self.press("Kumpulkan")
        await self.is_at("Kumpulkan sekarang?")
        await self.press("Ya, kumpulkan")

    async def finish(self) -> None:
        """Review, hand in, and wait until it is recorded."""
        await self.review()
        await self.hand_in()
        await self.is_recorded()

    async def is_recorded(self) -> None:
        """Expect the receipt, and the record to have everything."""
        done = self.title().filter(has_text="Ujian sudah dikumpulkan")
        await expect(done).to_be_visible(timeout=30_000)  # the pause before a last try may be long
        await self.says("Tercatat ✓")

    async def receipt(self) -> str:
        """Return the receipt's code, as it stands on the screen."""
        link = self.page.get_by_role("link", name="Periksa keaslian tanda terima")
        path = await link.get_attribute("href")
        assert path is not None
        code = path.rpartition("/")[2]
        await expect(self.page.get_by_text(code, exact=True)).to_be_visible()
        return code
