"""Each item type in a real browser: what a person does gives a value that the server takes.

The modules stand on a page by themselves; what they hand over is noted, kept after a while as the
journal would keep it, and only then painted.
"""

from typing import Any, Final, get_args

import pytest
from playwright.async_api import Locator, Page, Request, Route, expect

from app.answers.model import canonical_value
from app.bank.model import ItemType
from app.forms.model import LETTER_OF
from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROWS: Final = ("single", "true_false", "likert", "situational")
OPTIONS: Final = [
    {"id": "a", "text": "Surat"},
    {"id": "b", "text": "Tabel <b>angka</b>"},
    {"id": "c", "text": "Paparan"},
]
TARGETS: Final = [{"id": "x", "text": "Pengolah kata"}, {"id": "y", "text": "Lembar kerja"}]
PICTURE: Final = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"/>'
_SHOW: Final = """async ([item, value]) => {
  const base = document.querySelector('script[type=module]').src.replace(/door\\/.*/, '');
  const { find, load } = await import(`${base}items/registry.js`);
  const render = find(item.type) || (await load(item.type));
  const sheet = document.createElement('main');
  const stem = sheet.appendChild(document.createElement('p'));
  stem.id = 'stem';
  stem.textContent = 'Apa yang paling tepat?';
  window.given = [];
  window.keep = () => {};
  window.slow = false;
  window.made = render(item, async (given) => {
    window.given.push(given);
    await (window.slow ? new Promise((done) => { window.keep = done; }) : 0);
    window.made.paint(given);
  }, 'sitting');
  sheet.append(window.made.element);
  document.body.textContent = '';
  document.body.append(sheet);
  window.made.paint(value);
}"""


class Sheet:
    """An item by itself on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._item: dict[str, Any] = {}

    async def shows(self, kind: str, value: object = None) -> None:
        """Show an item of this type with this answer."""
        self._item = {"id": "I-1", "type": kind, "stem": "", "options": OPTIONS}
        if kind == "matching":
            self._item["targets"] = TARGETS
        if kind == "hotspot":
            medium = {"id": "m", "alt": "Sebuah jendela", "width": 200, "height": 100}
            self._item |= {"options": None, "media": [medium]}
        await self.page.evaluate(_SHOW, [self._item, value])

    async def gave(self, *values: object) -> None:
        """Expect these values, each after the other, and that the server would take them."""
        await self.page.wait_for_function("(n) => given.length >= n", arg=len(values))
        assert await self.page.evaluate("given") == list(values)
        options = ["a", "b", "c;x", "y"] if self._item["type"] == "matching" else ["a", "b", "c"]
        for value in values:
            assert canonical_value(LETTER_OF[self._item["type"]], options, value) is not None

    async def is_slow(self) -> None:
        """From now on nothing is kept before `keeps`."""
        await self.page.evaluate("slow = true")

    async def keeps(self) -> None:
        """Let the journal have what it waits for."""
        await self.page.evaluate("keep()")

    def row(self, n: int) -> Locator:
        return self.page.locator("label").nth(n)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)


async def sheet_of(hall: Hall, *, by_thumb: bool = True) -> Sheet:
    """Return a page on which items can be shown, on a phone or on a PC."""
    page = (await (hall.phone() if by_thumb else hall.pc())).page

    async def picture(route: Route, _: Request) -> None:
        await route.fulfill(content_type="image/svg+xml", body=PICTURE)

    await page.route("**/media/*", picture)
    await page.goto("/")
    return Sheet(page)


async def test_every_type_of_the_bank_has_its_module(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    for kind in get_args(ItemType):
        await sheet.shows(kind)
        await expect(sheet.page.get_by_text("belum dapat ditampilkan")).to_have_count(0)
    await sheet.shows("something new")
    await expect(sheet.page.get_by_text("Soal ini belum dapat ditampilkan")).to_be_visible()


async def test_one_of_several_is_painted_when_it_is_kept(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    radios = sheet.page.get_by_role("radiogroup", name="Apa yang paling tepat?").get_by_role(
        "radio"
    )
    for kind in ROWS:
        await sheet.shows(kind, "a")
        await expect(radios.nth(0)).to_be_checked()
        await sheet.is_slow()
        await sheet.row(1).tap()
        await sheet.gave("b")
        await expect(radios.nth(0)).to_be_checked()
        await expect(radios.nth(1)).not_to_be_checked()
        await sheet.keeps()
        await expect(radios.nth(1)).to_be_checked()
        await expect(radios.nth(0)).not_to_be_checked()
        await sheet.row(1).tap()
        await sheet.gave("b")


async def test_the_text_of_an_option_is_text(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("single")
    await expect(sheet.row(1)).to_have_text("Tabel <b>angka</b>")


async def test_radio_buttons_by_keyboard(hall: Hall) -> None:
    sheet = await sheet_of(hall, by_thumb=False)
    await sheet.shows("single")
    keys = sheet.page.keyboard
    await keys.press("Tab")
    await keys.press("Space")
    await sheet.gave("a")
    await keys.press("ArrowDown")
    await sheet.gave("a", "b")
    await sheet.page.evaluate("made.pick(2)")
    await sheet.gave("a", "b", "c")
    await sheet.page.evaluate("made.pick(7)")
    await sheet.gave("a", "b", "c")
    await expect(sheet.page.get_by_role("radio").nth(2)).to_be_focused()


async def test_two_quick_taps_are_two_of_several(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("multiple")
    boxes = sheet.page.get_by_role("checkbox")
    await sheet.is_slow()
    await sheet.row(2).tap()
    await sheet.row(0).tap()
    await sheet.gave(["c"], ["a", "c"])
    await expect(sheet.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    await sheet.keeps()
    await expect(boxes.nth(0)).to_be_checked()
    await expect(boxes.nth(2)).to_be_checked()


async def test_the_last_one_taken_back_leaves_no_answer(hall: Hall) -> None:
    sheet = await sheet_of(hall, by_thumb=False)
    await sheet.shows("multiple", ["b"])
    await sheet.page.get_by_role("checkbox").nth(1).focus()
    await sheet.page.keyboard.press("Space")
    await sheet.gave(None)
    await expect(sheet.page.get_by_role("checkbox", checked=True)).to_have_count(0)


async def test_a_number_is_kept_when_typing_rests(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("numeric", "7")
    field = sheet.page.get_by_label("Jawaban Anda (angka)")
    await expect(field).to_have_value("7")
    await expect(field).to_have_attribute("inputmode", "decimal")
    await field.fill("")
    await field.press_sequentially("1.234,5")
    await sheet.gave("1.234,5")
    await field.fill("")
    await sheet.gave("1.234,5", None)


async def test_what_is_no_number_is_said_and_not_given(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("numeric", "7")
    field = sheet.page.get_by_label("Jawaban Anda (angka)")
    for text in ("dua", "1,2,3", "1/2", "--4", "1.23.4"):
        await field.fill(text)
        await expect(sheet.page.get_by_role("alert")).to_contain_text("Belum tersimpan")
        assert canonical_value("n", [], text) is None
        await field.fill("7")
        await expect(sheet.page.get_by_role("alert")).to_have_count(0)
    assert await sheet.page.evaluate("given") == []


async def test_a_number_half_typed_is_handed_over_when_the_item_is_left(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("numeric")
    await sheet.page.evaluate(
        """() => {
          const field = document.querySelector('input');
          field.value = '12,5';
          field.dispatchEvent(new Event('input'));
          made.flush();
        }"""
    )
    await sheet.gave("12,5")


async def test_an_order_is_set_by_its_buttons(hall: Hall) -> None:
    sheet = await sheet_of(hall, by_thumb=False)
    await sheet.shows("ordering")
    up = sheet.button("Naikkan: Paparan")
    await up.focus()
    for _ in range(3):  # the third finds it on top already
        await sheet.page.keyboard.press("Enter")
        await expect(up).to_be_focused()
    await sheet.gave(["a", "c", "b"], ["c", "a", "b"])
    await expect(sheet.page.get_by_role("listitem").first).to_contain_text("Paparan")
    await expect(up).to_have_attribute("aria-disabled", "true")
    await sheet.button("Turunkan: Surat").click()
    await sheet.gave(["a", "c", "b"], ["c", "a", "b"], ["c", "b", "a"])


async def test_an_order_that_is_right_already_can_be_said_to_be(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("ordering")
    await sheet.button("Urutan ini sudah benar").tap()
    await sheet.gave(["a", "b", "c"])
    await expect(sheet.button("Urutan ini sudah benar")).to_be_hidden()


async def test_pairs_are_chosen_and_taken_back(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("matching")
    first = sheet.page.get_by_label("Surat")
    await first.select_option("x")
    await expect(first).to_have_value("x")
    await sheet.page.get_by_label("Tabel").select_option("y")
    await first.select_option("")
    await sheet.page.get_by_label("Tabel").select_option("")
    await sheet.gave({"a": "x"}, {"a": "x", "b": "y"}, {"b": "y"}, None)


async def test_a_pair_is_shown_when_it_is_kept(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("matching", {"a": "y"})
    first = sheet.page.get_by_label("Surat")
    await sheet.is_slow()
    await first.select_option("x")
    await sheet.gave({"a": "x"})
    await expect(first).to_have_value("y")
    await sheet.keeps()
    await expect(first).to_have_value("x")


async def test_a_point_is_set_by_a_tap(hall: Hall) -> None:
    sheet = await sheet_of(hall)
    await sheet.shows("hotspot")
    picture = sheet.page.get_by_role("img", name="Sebuah jendela")
    box = await picture.bounding_box()
    assert box is not None
    await picture.tap(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    await sheet.page.wait_for_function("given.length")
    ((x, y),) = await sheet.page.evaluate("given")
    assert abs(x - 250) <= 10
    assert abs(y - 500) <= 10
    await sheet.gave([x, y])


async def test_a_point_is_moved_by_arrows_and_kept_when_they_rest(hall: Hall) -> None:
    sheet = await sheet_of(hall, by_thumb=False)
    await sheet.shows("hotspot", [20, 990])
    keys = sheet.page.keyboard
    await keys.press("Tab")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown", "Shift+ArrowUp"):
        await keys.press(key)
    await sheet.gave([0, 950])
