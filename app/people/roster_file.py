"""Reading a roster file: CSV with the columns of the national personnel system's export.

Only those columns are read; everything else in the file (NIK, religion, tax number, telephone …)
is dropped unread, and its headings are told. Every bad row is named with the number under which
a spreadsheet shows it. Nothing here stores anything.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.people.model import Participant
from app.people.roster_cells import bare, heading, quoted
from app.people.roster_row import COLUMNS, NIP, REQUIRED, UNIT_NAME, Remark, Row, read_row

LARGEST: Final = 64 * 1024 * 1024
_DELIMITERS: Final = ",;\t"
_SNIFFED: Final = 10_000
_TOO_MANY: Final = (
    "Sel lebih banyak daripada judul kolom: ada tanda pemisah di dalam sel. Beri tanda kutip."
)
_WORKBOOK: Final = b"PK"
_SAVE_AS: Final = "Simpan dari spreadsheet sebagai “CSV UTF-8”."


@dataclass(slots=True)
class RosterFile:
    """What a file says. Where there are ``faults``, nothing of it may be taken over.

    ``rows``: those with content, without the headings. ``units``: name by code. ``parents``: the
    unit above, by code, where SATUAN KERJA names another unit of the file.
    ``dropped``: headings of the columns that were not read. ``doubts``: warnings.
    """

    rows: int = 0
    people: list[Participant] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
    doubts: list[Remark] = field(default_factory=list)


class _Unreadable(Exception):
    """The file cannot be read on from ``row``; the sentence (Indonesian) says why."""

    def __init__(self, row: int, said: str) -> None:
        super().__init__(said)
        self.remark = Remark(row, "", said)


def read_roster(content: bytes) -> RosterFile:
    """Read a file's content; whatever is wrong with it stands in ``faults``."""
    found = RosterFile()
    try:
        records = _records(_decoded(content))
        headings = next(records, [])
        places = _headings(headings, found)
        if not found.faults:
            _read_rows(records, places, len(headings), found)
    except _Unreadable as unreadable:
        found.faults.append(unreadable.remark)
    return found


def _read_rows(
    records: Iterable[list[str]], places: Mapping[str, int], width: int, found: RosterFile
) -> None:
    """Read the rows below the headings, and compare them with each other."""
    seen: dict[str, int] = {}
    named: dict[str, int] = {}
    agencies: dict[str, set[str]] = {}
    for number, record in enumerate(records, start=2):
        if not any(map(str.strip, record)):
            continue
        found.rows += 1
        if any(map(str.strip, record[width:])):
            found.faults.append(Remark(number, "", _TOO_MANY))
            continue
        padded = record + [""] * (width - len(record))
        row = read_row(number, {column: bare(padded[at]) for column, at in places.items()})
        first = seen.setdefault(row.nip, number) if row.nip else number
        if first != number:
            said = f"NIP sama dengan baris {first}. Hapus salah satunya."
            row.faults.append(Remark(number, NIP, said))
        _compare_unit(row, found.units, named, agencies)
        found.faults += row.faults
        found.doubts += row.doubts
        if row.person is not None:
            found.people.append(row.person)
    found.parents = _parents(found.units, agencies)
    if not found.rows:
        raise _Unreadable(2, "Tidak ada pegawai di bawah judul kolom.")


def _compare_unit(
    row: Row, units: dict[str, str], named: dict[str, int], agencies: dict[str, set[str]]
) -> None:
    if row.unit is None or row.unit_name is None:
        return
    name = units.setdefault(row.unit, row.unit_name)
    first = named.setdefault(row.unit, row.number)
    if name != row.unit_name:
        said = (
            f"Unit {quoted(row.unit)} bernama {quoted(name)} di baris {first}, tetapi di sini "
            f"{quoted(row.unit_name)}. Samakan namanya."
        )
        row.faults.append(Remark(row.number, UNIT_NAME, said))
    if row.agency:
        agencies.setdefault(row.unit, set()).add(row.agency.casefold())


def _parents(units: Mapping[str, str], agencies: Mapping[str, set[str]]) -> dict[str, str]:
    """Hang units below the one unit whose name all their rows give as SATUAN KERJA."""
    named: dict[str, list[str]] = {}
    for code, name in units.items():
        named.setdefault(name.casefold(), []).append(code)
    parents = {}
    for code, said in agencies.items():
        above = named.get(next(iter(said)), []) if len(said) == 1 else []
        if len(above) == 1 and above != [code]:
            parents[code] = above[0]
    return parents


def _decoded(content: bytes) -> str:
    if content.startswith(_WORKBOOK):
        raise _Unreadable(1, f"Ini buku kerja spreadsheet, bukan CSV. {_SAVE_AS}")
    if len(content) > LARGEST:
        raise _Unreadable(1, f"Berkas lebih besar dari {LARGEST // 1024 // 1024} MB. Pecah dua.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable(row, f"Huruf di sini tidak tersimpan sebagai UTF-8. {_SAVE_AS}") from None


def _records(text: str) -> Iterator[list[str]]:
    """Yield the rows, split by the delimiter under which most headings are known."""
    known = {
        delimiter: len(
            _known(next(csv.reader(io.StringIO(text[:_SNIFFED]), delimiter=delimiter), []))
        )
        for delimiter in _DELIMITERS
    }
    delimiter = max(known, key=lambda one: known[one])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader, None)
        except csv.Error:
            raise _Unreadable(
                number, "Tanda kutip tidak berpasangan mulai baris ini. Periksa tanda kutipnya."
            ) from None
        if record is None:
            return
        yield record


def _known(record: Iterable[str]) -> set[str]:
    return {heading(cell) for cell in record} & set(COLUMNS)


def _headings(record: list[str], found: RosterFile) -> dict[str, int]:
    """Return where each column stands; its headings are told in the report where dropped."""
    places: dict[str, int] = {}
    for place, cell in enumerate(record):
        column = heading(cell)
        if column not in COLUMNS:
            if cell.strip():
                found.dropped.append(quoted(" ".join(cell.split())))
        elif column in places:
            found.faults.append(
                Remark(1, column, "Judul kolom ini ada dua kali. Hapus salah satu.")
            )
        else:
            places[column] = place
    missing = [column for column in REQUIRED if column not in places]
    if missing:
        said = f"Judul kolom tidak ditemukan: {', '.join(missing)}. Judul harus di baris pertama."
        found.faults.append(Remark(1, "", said))
    return places
