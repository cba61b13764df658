"""The form as a participant gets it: the layout of the sitting, the texts of the bank."""

from collections import OrderedDict
from typing import Any, Final, cast

import orjson

from app.kit.errors import RoomRecovering
from app.kit.line import Line
from app.kit.packed import Packed
from app.sittings.live import Sittings, pairs
from app.sittings.model import Ref
from app.sittings.service import refused

_KEPT: Final = 256
_LEVEL: Final = 1  # each form is compressed for one person: cheap goes before small
_LINES_MOST: Final = 20_000  # a bank of 150 items with four options has 3,600


class _Bank:
    """The texts of an event: item → its texts, the sections, and each line's JSON once made."""

    def __init__(self, texts: dict[str, Any]) -> None:
        self.sections: list[dict[str, str]] = texts.pop("sections")
        self._items: dict[str, dict[str, Any]] = texts
        self._lines: dict[str, bytes] = {}

    def section_of(self, line: str) -> str | None:
        """Return the section of a line's item."""
        return cast("str | None", self._items[line.partition(" ")[0]].get("section"))

    def media_of(self, line: str) -> list[str]:
        """Return the ids of the pictures of a line's item."""
        return [medium["id"] for medium in self._items[line.partition(" ")[0]].get("media", ())]

    def json_of(self, line: str) -> bytes:
        """Return the item of a layout's line, its options in the line's order."""
        made = self._lines.get(line)
        if made is None:
            if len(self._lines) >= _LINES_MOST:
                self._lines.clear()
            made = self._lines[line] = orjson.dumps(self._item(line))
        return made

    def _item(self, line: str) -> dict[str, Any]:
        code, _, order = line.split(" ")
        item = dict(self._items[code])
        if item.get("options"):
            texts = {option["id"]: option for option in item["options"]}
            item["options"] = [texts[option] for option in order.partition(";")[0].split(",")]
        return item


class MadeForm(Packed):
    """A form as it travels, and the ids of the pictures that its items name."""

    def __init__(self, layout: str, bank: _Bank) -> None:
        head, *lines = layout.rstrip("\n").split("\n")
        form_id = head.removeprefix("#")
        super().__init__(
            _assembled(form_id, lines, bank), "application/json", level=_LEVEL, tag=form_id
        )
        self.media = frozenset(medium for line in lines for medium in bank.media_of(line))


class FormDesk:
    """Puts forms together. The texts of an event's bank are read once; forms never change."""

    def __init__(self, line: Line, sittings: Sittings) -> None:
        self._line = line
        self._sittings = sittings
        self._banks: dict[str, _Bank] = {}
        self._made: OrderedDict[str, MadeForm] = OrderedDict()

    async def form(self, ref: Ref) -> MadeForm:
        """Return the form's JSON, told apart from others by the form's id.

        Raises:
            NotOpen, Sealed, Closed: outside of a running sitting; the refusals of a token.
        """
        view = await self._sittings.read(ref)
        if view.fields["st"] not in {"o", "p"}:
            raise refused(view)
        form_id = view.fields["fm"]
        made = self._made.get(form_id)
        if made is None:
            layout = await self._sittings.layout(ref)
            if layout is None:
                raise RoomRecovering
            made = self._made[form_id] = MadeForm(layout, await self._bank(ref.event))
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made

    async def _bank(self, event: str) -> _Bank:
        held = self._banks.get(event)
        if held is None:
            flat = cast("list[str]", await self._line.command("HGETALL", f"bank:{event}"))
            held = _Bank({name: orjson.loads(text) for name, text in pairs(flat).items()})
            self._banks[event] = held
        return held


def _assembled(form_id: str, lines: list[str], bank: _Bank) -> bytes:
    """Put a form together: items and options in the layout's order; its items are in the bank."""
    used = {bank.section_of(line) for line in lines}
    sections = [section for section in bank.sections if section["id"] in used]
    return b'{"id":%b,"items":[%b],"sections":%b}' % (
        orjson.dumps(form_id),
        b",".join(map(bank.json_of, lines)),
        orjson.dumps(sections),
    )
