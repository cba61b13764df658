"""Pictures of items, for those who have the item before them."""

import asyncio
from collections import OrderedDict
from typing import Final, cast

from app.bank.media import parse_medium
from app.kit.errors import NotFound
from app.kit.line import Line
from app.kit.packed import Packed
from app.sittings.forms import FormDesk
from app.sittings.model import Ref

_BYTES_KEPT: Final = 64_000_000


class MediaDesk:
    """Gives pictures out. They never change, since an id is a digest; what is asked for is kept."""

    def __init__(self, line: Line, forms: FormDesk) -> None:
        self._line = line
        self._forms = forms
        self._kept: OrderedDict[str, Packed] = OrderedDict()
        self._bytes = 0
        self._reading = asyncio.Lock()

    async def medium(self, ref: Ref, wanted: str) -> Packed:
        """Return a picture of an item of this sitting's form.

        Raises:
            NotFound: no item of this form has it; else as `FormDesk.form`.
        """
        form = await self._forms.form(ref)
        if wanted not in form.media:
            raise NotFound
        async with self._reading:  # a hall that sees an item at once has it read once
            return self._kept.get(wanted) or await self._read(ref.event, wanted)

    async def _read(self, event: str, wanted: str) -> Packed:
        text = cast("str | None", await self._line.command("HGET", f"media:{event}", wanted))
        if text is None:
            raise NotFound
        kind, body = parse_medium(text)
        made = self._kept[wanted] = Packed(body, kind, level=0, tag=wanted)
        self._bytes += len(body)
        while self._bytes > _BYTES_KEPT:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone.plain)
        return made
