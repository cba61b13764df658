"""What may stand in the cells of a roster file, and what an operator is told of what may not.

Sentences are Indonesian: the operator of the agency reads them beside the spreadsheet.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from app.people.model import PositionType, Sex, Status

LONGEST: Final = 200
STATUSES: Final = "Isi PNS, CPNS, PPPK atau NON ASN."
_QUOTED: Final = 40
_NOTHING: Final = frozenset({"", "-", "--"})
_FORMULA: Final = "=+-@"
_SPREADSHEET_FAULT: Final = "#"
_LOST_LETTER: Final = "\ufffd"

_STATUS: Final[dict[str, Status]] = {
    "P": "PNS",
    "PNS": "PNS",
    "C": "PNS",
    "CPNS": "PNS",
    "PPPK": "PPPK",
    "PPPK PARUH WAKTU": "PPPK",
    "P3K": "PPPK",
    "NON ASN": "NON_ASN",
}
_SEX: Final[dict[str, Sex]] = {
    "L": "L",
    "M": "L",
    "LAKI LAKI": "L",
    "PRIA": "L",
    "P": "P",
    "F": "P",
    "PEREMPUAN": "P",
    "WANITA": "P",
}
_POSITION_TYPE: Final[dict[str, PositionType]] = {
    "1": "struktural",
    "2": "fungsional",
    "4": "pelaksana",
}
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})")
_SPREADSHEET_NUMBER: Final = re.compile(r"[0-9]([.,][0-9]+)?E[+][0-9]+")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


class CellFault(ValueError):
    """A cell that cannot be taken; the sentences (Indonesian) say what is wrong and what to do."""


def bare(cell: str) -> str:
    """Return a cell without what surrounds its content; a dash alone is nothing.

    Dropped: white space around and beyond one space inside, and the apostrophe by which a
    spreadsheet marks a text.
    """
    text = " ".join(unicodedata.normalize("NFC", cell).split()).removeprefix("'").lstrip()
    return "" if text in _NOTHING else text


def heading(cell: str) -> str:
    """Return a heading as headings are compared: capitals, everything else one space."""
    return " ".join(re.findall(r"[A-Z0-9]+", cell.upper()))


def quoted(text: str) -> str:
    """Return a cell's text as it may be shown in a terminal: short, without control characters."""
    shown = "".join(letter if letter.isprintable() else "·" for letter in text)
    return f"“{shown[:_QUOTED]}…”" if len(shown) > _QUOTED else f"“{shown}”"


def plain_text(text: str) -> str:
    """Return a bare cell's text.

    What a spreadsheet would run as a formula is refused, not rewritten: whoever exports the
    roster again gets back what was imported, and no name of a person begins so.

    Raises:
        CellFault: it is a formula, a spreadsheet's error, too long, or holds what cannot be seen.
    """
    if text.startswith(tuple(_FORMULA)):
        raise CellFault(
            f"{quoted(text)} diawali {text[0]} seperti rumus spreadsheet. Hapus tanda itu."
        )
    if text.startswith(_SPREADSHEET_FAULT):
        raise CellFault(f"{quoted(text)} adalah galat spreadsheet. Isi kembali nilainya.")
    if not text.isprintable():
        raise CellFault(f"{quoted(text)} berisi tanda yang tidak terlihat. Ketik ulang isinya.")
    if _LOST_LETTER in text:
        raise CellFault(
            f"{quoted(text)} berisi huruf yang rusak. Simpan ulang berkas sebagai CSV UTF-8."
        )
    if len(text) > LONGEST:
        raise CellFault(f"{quoted(text)} lebih panjang dari {LONGEST} huruf. Persingkat.")
    return text


def unit_code(text: str) -> str:
    """Return a unit's code.

    Raises:
        CellFault: it is no plain text, or a spreadsheet took it for a number.
    """
    if _SPREADSHEET_NUMBER.fullmatch(text):
        raise CellFault(
            f"{quoted(text)} dibaca spreadsheet sebagai bilangan. Ubah format kolom menjadi Teks, "
            "lalu isi kembali dari sumbernya."
        )
    return plain_text(text)


def person_name(text: str) -> str:
    """Return a name.

    Raises:
        CellFault: it has no letter, or is no plain text.
    """
    if not any(letter.isalpha() for letter in plain_text(text)):
        raise CellFault(f"{quoted(text)} bukan nama. Isi nama lengkap.")
    return text


def status_of(text: str) -> Status:
    """Return the status that a cell names.

    Raises:
        CellFault: it names none.
    """
    try:
        return _STATUS[heading(text)]
    except KeyError:
        raise CellFault(f"{quoted(text)} bukan status. {STATUSES}") from None


def sex_of(text: str) -> Sex:
    """Return the sex that a cell names.

    Raises:
        CellFault: it names none.
    """
    try:
        return _SEX[heading(text)]
    except KeyError:
        raise CellFault(f"{quoted(text)} bukan jenis kelamin. Isi L atau P.") from None


def position_type_of(text: str) -> PositionType:
    """Return the kind of position by its number in the national system.

    Raises:
        CellFault: there is no such number.
    """
    try:
        return _POSITION_TYPE[text]
    except KeyError:
        raise CellFault(
            f"{quoted(text)} bukan jenis jabatan. Isi 1 (struktural), 2 (fungsional) atau "
            "4 (pelaksana)."
        ) from None


def date_of(text: str) -> date:
    """Return a date written as DD-MM-YYYY, DD/MM/YYYY or YYYY-MM-DD.

    Raises:
        CellFault: it is no date, or not so written.
    """
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        raise CellFault(f"{quoted(text)} tidak terbaca sebagai tanggal. Tulis seperti 26-09-1986.")
    try:
        return date(year, month, day)
    except ValueError:
        raise CellFault(f"{quoted(text)} bukan tanggal yang ada di kalender.") from None
