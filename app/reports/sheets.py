"""Exports as CSV in UTF-8; lines end as Unix ends them."""

import csv
from collections.abc import AsyncIterable, Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO

from app.forms.model import from_layout
from app.reports.store import PersonForm, PersonResult

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def write_forms(forms: AsyncIterable[PersonForm], file: BinaryIO) -> int:
    """Write nip,place,item,options,sealed; return the number of rows.

    ``place`` counts from 1 in screen order, as ``options`` (of a matching item: ``a,b;x,y``) do.
    """
    sheet = _Sheet(file, ("nip", "place", "item", "options", "sealed"))
    async for form in forms:
        sealed = "true" if form.sealed else "false"
        for place, line in enumerate(from_layout(form.layout).lines, start=1):
            lists = [line.options, line.targets] if line.targets else [line.options]
            sheet.add(form.nip, place, line.item, ";".join(map(",".join, lists)), sealed)
    return sheet.rows


async def write_results(
    results: AsyncIterable[PersonResult], areas: Sequence[str], file: BinaryIO
) -> int:
    """Write a line a person: nip,unit,index,band, a column an area, points,maximum,answered,items.

    Scores as they are stored, unrounded; empty where there is none.
    """
    head = ("nip", "unit", "index", "band", *areas, "points", "maximum", "answered", "items")
    sheet = _Sheet(file, head)
    async for one in results:
        held = [one.areas[area] for area in areas]
        sheet.add(
            one.nip,
            _text(one.unit),
            _plain(one.index),
            one.band,
            *(area["score"] for area in held),
            _plain(one.points),
            _plain(one.maximum),
            sum(area["answered"] for area in held),
            sum(area["items"] for area in held),
        )
    return sheet.rows


class _Sheet:
    """Writes rows into a file of bytes."""

    def __init__(self, file: BinaryIO, head: Iterable[str]) -> None:
        self._file = file
        self._rows = csv.writer(self, lineterminator="\n")
        self._rows.writerow(head)
        self.rows = 0

    def add(self, *cells: object) -> None:
        """Write a row."""
        self._rows.writerow(cells)
        self.rows += 1

    def write(self, text: str) -> int:
        """Take the text of a row: what the csv writer writes to."""
        return self._file.write(text.encode())


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f").rstrip("0").rstrip(".")


def _text(cell: str) -> str:
    """Return a text that came from outside so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
