"""A workbook of one sheet, as any spreadsheet opens it (XlsxWriter)."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int

_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same list is the same file
_UNSAID: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def workbook(
    title: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Cell]]
) -> bytes:
    """Return the file: a sheet with a line of headings that stays in sight, then the rows.

    ``title``: the sheet's name, at most 31 letters, digits and blanks; ``widths`` in letters. A
    text is never a formula nor a link, and one that begins like a formula is quoted too (a prefix
    that no one sees), so that it stays a text when somebody edits its cell.
    """
    import xlsxwriter  # noqa: PLC0415 - a web process that makes no list need not hold it

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        heading = book.add_format({"bold": True})
        quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, (text, width) in enumerate(zip(head, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, text, heading)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, column, value)
                else:
                    look = quoted if value.startswith(FORMULA) else None
                    sheet.write_string(number, column, _UNSAID.sub("", value), look)
    return file.getvalue()
