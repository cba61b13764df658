"""The oldest browsers that are promised: everything that they do not have is taken away.

Of what MDN's data says that one of them lacks, nothing is left in this one. Syntax and styles are
the linters' matter.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journey.house import ROOT
from tests.pages.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DATA = ROOT / ".venv" / "node" / "node_modules" / "@mdn" / "browser-compat-data" / "data.json"
BROWSERS = (ROOT / "app" / "pages" / "browsers.mjs").read_text()
TAKE_AWAY = """(() => {
  const kept = new Set(%s);
  for (const [type, member, isStatic] of %s) {
    try {
      if (!member) { if (!kept.has(type)) delete globalThis[type]; continue; }
      const holder = globalThis[type] && (isStatic ? globalThis[type] : globalThis[type].prototype);
      if (holder && !kept.has(member)) delete holder[member];
    } catch { /* it cannot be taken */ }
  }
})()"""
# What Playwright itself needs in the page.
KEPT = ["BigInt64Array", "BigUint64Array", "WeakRef", "checkVisibility"]


def floor() -> dict[str, float]:
    """Return the oldest version of each browser, as the linters have it."""
    found = re.search(r"const floor = \{(.+?)\};", BROWSERS)
    assert found is not None
    pairs = (pair.split(":") for pair in found[1].split(","))
    return {name.strip(): float(version) for name, version in pairs}


def had(support: Any, oldest: float) -> bool:  # noqa: ANN401 - MDN's
    """Did a browser have it then, without a prefix or a setting?"""
    for since in support if isinstance(support, list) else [support]:
        added = re.match(r"≤?(\d+(\.\d+)?)", str(since.get("version_added")))
        plain = not since.get("prefix") and not since.get("flags")
        if added and plain and float(added[1]) <= oldest:
            return True
    return False


def newer() -> Iterator[tuple[str, str, bool]]:
    """Yield interface, member ("" for itself), is it static?, of what one of them lacks."""
    oldest = floor()
    data = json.loads(DATA.read_bytes())

    def lacks(entry: dict[str, Any]) -> bool:
        support = entry["__compat"]["support"]
        return not all(had(support[name], oldest[name]) for name in oldest if name in support)

    builtins = data["javascript"]["builtins"]
    for types in (data["api"], builtins, builtins["Intl"]):
        for type_, members in types.items():
            if "__compat" in members and lacks(members):
                yield type_, "", False
            for name, entry in members.items():
                if name != "__compat" and "__compat" in entry and lacks(entry):
                    plain = name.removesuffix("_static")
                    # MDN does not mark what belongs to a built-in itself: both places are tried.
                    yield type_, plain, True
                    if plain == name:
                        yield type_, plain, False


async def test_the_whole_exam_without_anything_newer(hall: Hall) -> None:
    gone = list(newer())
    assert len(gone) > 1000
    phone = await hall.phone()
    await phone.page.context.add_init_script(TAKE_AWAY % (json.dumps(KEPT), json.dumps(gone)))
    await phone.open()
    taken = (
        "typeof BroadcastChannel + typeof navigator.locks + typeof [].at + typeof structuredClone"
    )
    assert await phone.page.evaluate(taken) == "undefined" * 4
    await phone.log_in()
    await phone.get_ready()
    await phone.start()
    for number in range(1, 4):
        await phone.answer(number, number)
    await phone.doubts(2)
    await phone.is_stored()
    await phone.has_settled()
    await phone.loses_network()
    await phone.answer(4, 0)
    await phone.page.reload()
    await phone.has_unsent(1)
    await phone.finds_network()
    await phone.reads_everything()
    await phone.finish()
    await phone.receipt()
    await hall.record_holds(phone)
