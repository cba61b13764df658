"""The modules of `core/` by themselves: a page without screens, in a real browser."""

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import BrowserContext, Page

from tests.pages.hall import Hall
from tests.pages.phone import Card, Phone

_PRELUDE: Final = """
window.core = (name) => import(
  document.querySelector('script[type=module]').src.replace(/door\\/.*/, `core/${name}.js`));
window.until = async (look, ms = 30000) => {
  for (const end = Date.now() + ms; ; await new Promise((go) => setTimeout(go, 20))) {
    if (look()) return;
    if (Date.now() > end) throw new Error(`in vain: ${look}`);
  }
};
"""


@dataclass
class Tab:
    """A tab that runs the core. ``session`` is at hand in what it is told to do."""

    page: Page
    sitting: str = ""

    @property
    def phone(self) -> Phone:
        """Return it as the hall knows devices."""
        return Phone(self.page, card=Card("", ""), sitting=self.sitting)

    async def does(self, script: str, argument: object = None) -> Any:  # noqa: ANN401 - JSON
        """Run the body of an asynchronous function; ``it`` is the argument."""
        return await self.page.evaluate(f"async (it) => {{ {script} }}", argument)

    async def enters(self, card: Card) -> None:
        """Log in, as the door does."""
        self.sitting = await self.does(
            "return (await core('entrance')).login(it)", {"nip": card.nip, "pin": card.pin}
        )

    async def opens(self, sitting: str = "") -> None:
        """Open the session, as the page of a sitting does."""
        self.sitting = sitting or self.sitting
        await self.does(
            "window.session = await (await core('session')).openSession(it)", self.sitting
        )

    async def starts(self) -> None:
        """Set the clock running; what screens would wait for is there."""
        await self.does("await session.start(); await until(() => session.form)")

    async def sits_down(self, card: Card) -> None:
        """Log in, open and start."""
        await self.enters(card)
        await self.opens()
        await self.starts()

    async def answers(self, *numbers: int, option: int = 0) -> None:
        """Choose an option of the items with these numbers, from 0."""
        await self.does(
            """for (const number of it.numbers) {
              const item = session.form.items[number];
              await session.choose(item.id, item.options[it.option].id);
            }""",
            {"numbers": numbers, "option": option},
        )

    async def waits(self, condition: str) -> None:
        """Wait until this expression over ``session`` holds."""
        await self.does(f"await until(() => {condition})")

    async def journal(self) -> dict[str, Any]:
        """Return what IndexedDB holds of this sitting, as somebody else would read it."""
        held: dict[str, Any] = await self.does(
            """const open = indexedDB.open('serentak');
            await new Promise((done, failed) => { open.onsuccess = done; open.onerror = failed; });
            const stores = open.result.transaction(['sittings', 'entries']);
            const all = (name) => new Promise((done) => {
              stores.objectStore(name).getAll().onsuccess = ({ target }) => done(target.result);
            });
            const mine = (one) => one.sitting === it;
            const [records, entries] = [await all('sittings'), await all('entries')];
            open.result.close();
            return { record: records.find(mine) || null, entries: entries.filter(mine) };""",
            self.sitting,
        )
        return held

    async def again(self) -> None:
        """Load the page anew and open the sitting again."""
        await self.page.reload()
        await self.opens()


async def tab(hall: Hall, context: BrowserContext | None = None) -> Tab:
    """Return a tab at the door, in a browser of its own or in that one."""
    context = context or (await hall.phone()).page.context
    await context.add_init_script(_PRELUDE)
    blank = [page for page in context.pages if page.url == "about:blank"]
    page = blank[0] if blank else await context.new_page()
    await page.goto("/")
    return Tab(page)
