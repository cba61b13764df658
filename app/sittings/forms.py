"""The form as a participant gets it: the layout of the sitting, the texts of the bank."""

from collections import OrderedDict
from typing import Any, Final, cast

import orjson

from app.kit.errors import RoomRecovering
from app.kit.line import Line
from app.sittings.live import Sittings, pairs
from app.sittings.model import Ref
from app.sittings.service import refused

_KEPT: Final = 256


class FormDesk:
    """Puts forms together. The texts of an event's bank are read once; forms never change."""

    def __init__(self, line: Line, sittings: Sittings) -> None:
        self._line = line
        self._sittings = sittings
        self._banks: dict[str, dict[str, Any]] = {}
        self._made: OrderedDict[str, bytes] = OrderedDict()

    async def form(self, ref: Ref) -> tuple[str, bytes]:
        """Return the form's id and its JSON.

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
            made = orjson.dumps(assemble(layout, await self._bank(ref.event)))
            self._made[form_id] = made
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return form_id, made

    async def _bank(self, event: str) -> dict[str, Any]:
        held = self._banks.get(event)
        if held is None:
            flat = cast("list[str]", await self._line.command("HGETALL", f"bank:{event}"))
            held = {name: orjson.loads(text) for name, text in pairs(flat).items()}
            self._banks[event] = held
        return held


def assemble(layout: str, bank: dict[str, Any]) -> dict[str, Any]:
    """Put a form together: ``bank`` maps item → its texts, and ``sections`` → their titles.

    Items and options stand in the order of the layout; what a layout names is in the bank.
    """
    head, *lines = layout.rstrip("\n").split("\n")
    items = [_item(line, bank) for line in lines]
    used = {item.get("section") for item in items}
    sections = [section for section in bank["sections"] if section["id"] in used]
    return {"id": head.removeprefix("#"), "items": items, "sections": sections}


def _item(line: str, bank: dict[str, Any]) -> dict[str, Any]:
    code, _, order = line.split(" ")
    item = dict(bank[code])
    if item.get("options"):
        texts = {option["id"]: option for option in item["options"]}
        item["options"] = [texts[option] for option in order.partition(";")[0].split(",")]
    return item
