"""A workbook, read back as a spreadsheet reads it."""

import io
from zipfile import ZipFile

import openpyxl
import pytest

from app.kit.workbook import workbook


def rows_of(file: bytes) -> list[list[object]]:
    """Return what stands in the rows of a workbook, its headings first."""
    (sheet,) = openpyxl.load_workbook(io.BytesIO(file)).worksheets
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def made(*rows: tuple[str | int, ...]) -> bytes:
    return workbook("Daftar", ("No", "Nama"), (5, 30), rows)


def test_texts_and_numbers_come_back_as_they_were() -> None:
    names = ["Ida Ayu", "O'Neil & <Sons>", ' "dua"  spasi ', "Nurhaliza 😀", "dua\nbaris"]
    rows = rows_of(made(*((n, name) for n, name in enumerate(names))))
    assert rows == [["No", "Nama"], *([n, name] for n, name in enumerate(names))]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+62", "-1", "@sum", "\tx", "http://x"])
def test_nothing_is_a_formula_or_a_link(name: str) -> None:
    file = made((1, name))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(file)).worksheets
    cell = sheet["B2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)
    assert cell.quotePrefix == (not name.startswith("http"))


def test_what_xml_cannot_say_is_left_out_and_nothing_is_an_escape() -> None:
    rows = rows_of(made((1, "a\x00b\x1fc\ufffe"), (2, "_x0041_")))
    assert [row[1] for row in rows[1:]] == ["abc", "_x0041_"]


def test_the_same_list_is_the_same_file_and_whole() -> None:
    assert made((1, "a")) == made((1, "a"))
    with ZipFile(io.BytesIO(made((1, "a")))) as package:
        assert package.testzip() is None


def test_the_headings_stay_in_sight() -> None:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(made())).worksheets
    assert (sheet.title, sheet.freeze_panes) == ("Daftar", "A2")
