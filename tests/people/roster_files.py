"""Roster files as an agency would export them, for tests."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from app.people.model import OrgUnit, Participant

COLUMNS = (
    "NIP BARU",
    "NAMA",
    "JENIS KELAMIN",
    "TANGGAL LAHIR",
    "STATUS CPNS PNS",
    "GOL AKHIR NAMA",
    "JENIS JABATAN ID",
    "JABATAN NAMA",
    "TINGKAT PENDIDIKAN NAMA",
    "UNOR ID",
    "UNOR NAMA",
    "SATUAN KERJA",
    "ESELON NAMA",
)
A_ROW = {
    "NIP BARU": "198609262015051001",
    "NAMA": "Ahmad Fauzi",
    "JENIS KELAMIN": "L",
    "TANGGAL LAHIR": "26-09-1986",
    "STATUS CPNS PNS": "PNS",
    "GOL AKHIR NAMA": "III/b",
    "JENIS JABATAN ID": "4",
    "JABATAN NAMA": "Pengelola Data",
    "TINGKAT PENDIDIKAN NAMA": "S-1",
    "UNOR ID": "A1",
    "UNOR NAMA": "Dinas Kesehatan",
    "SATUAN KERJA": "Dinas Kesehatan",
    "ESELON NAMA": "-",
}
_NUMBERED = {"struktural": "1", "fungsional": "2", "pelaksana": "4", None: ""}


def a_file(
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[str] = COLUMNS,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> bytes:
    """Return the rows as a file; a cell that a row does not have is empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue().encode(encoding)


def rows_of(people: Iterable[Participant], units: Iterable[OrgUnit]) -> list[dict[str, str]]:
    """Return people as the national system would export them."""
    known = {unit.code: unit for unit in units}
    above = {
        code: known[unit.parent].name if unit.parent else unit.name for code, unit in known.items()
    }
    return [
        {
            "NIP BARU": person.nip,
            "NAMA": person.name,
            "JENIS KELAMIN": {"L": "M", "P": "F"}[person.sex],
            "TANGGAL LAHIR": f"{person.birth_date:%d-%m-%Y}",
            "STATUS CPNS PNS": person.status.replace("_", " "),
            "GOL AKHIR NAMA": person.rank or "",
            "JENIS JABATAN ID": _NUMBERED[person.position_type],
            "JABATAN NAMA": person.position or "",
            "TINGKAT PENDIDIKAN NAMA": person.education or "",
            "UNOR ID": person.unit,
            "UNOR NAMA": known[person.unit].name,
            "SATUAN KERJA": above[person.unit],
            "ESELON NAMA": person.echelon or "",
        }
        for person in people
    ]
