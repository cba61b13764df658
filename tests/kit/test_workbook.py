"""A workbook, read back as a spreadsheet reads it."""

import io
import re
from html import unescape
from zipfile import ZipFile

import pytest

from app.kit.workbook import workbook

_ROW = re.compile(r"<row>(.*?)</row>", re.DOTALL)
_CELL = re.compile(
    r'<c(?: t="inlineStr" s="(\d)")?>'
    r'(?:<v>(\d+)</v>|<is><t xml:space="preserve">(.*?)</t></is>)</c>',
    re.DOTALL,
)


def rows_of(file: bytes) -> list[list[str | int]]:
    """Return what stands in the rows of a workbook, its headings first."""
    with ZipFile(io.BytesIO(file)) as package:
        assert package.testzip() is None
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    return [
        [int(number) if number else unescape(text) for _, number, text in _CELL.findall(row)]
        for row in _ROW.findall(sheet)
    ]


def made(*rows: tuple[str | int, ...]) -> bytes:
    return workbook("Daftar", ("No", "Nama"), (5, 30), rows)


def test_texts_and_numbers_come_back_as_they_were() -> None:
    names = ["Ida Ayu", "O'Neil & <Sons>", ' "dua"  spasi ', "Nurhaliza 😀", "dua\nbaris"]
    rows = rows_of(made(*((n, name) for n, name in enumerate(names))))
    assert rows == [["No", "Nama"], *([n, name] for n, name in enumerate(names))]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+62", "-1", "@sum", "\tx"])
def test_nothing_is_a_formula(name: str) -> None:
    file = made((1, name))
    with ZipFile(io.BytesIO(file)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        styles = package.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert rows_of(file)[1] == [1, name]
    quoted = _CELL.findall(sheet)[-1][0]
    looks = re.findall(r"<xf [^>]*>", styles.partition("<cellXfs>")[2])
    assert 'quotePrefix="1"' in looks[int(quoted)]


def test_what_xml_cannot_say_is_left_out_and_nothing_is_an_escape() -> None:
    with ZipFile(io.BytesIO(made((1, "a\x00b\x1fc\ufffe"), (2, "_x0041_")))) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert ">abc</t>" in sheet
    assert ">_x005F_x0041_</t>" in sheet


def test_the_same_list_is_the_same_file_and_its_parts_are_all_named() -> None:
    assert made((1, "a")) == made((1, "a"))
    with ZipFile(io.BytesIO(made((1, "a")))) as package:
        kinds = package.read("[Content_Types].xml").decode()
        for path in package.namelist():
            named = f'PartName="/{path}"' in kinds or path.endswith(
                (".rels", "[Content_Types].xml")
            )
            assert named, path
