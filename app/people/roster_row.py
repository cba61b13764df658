"""One row of a roster file: the columns that are read, and the person that they describe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from app.people.model import Participant
from app.people.nip import Nip, NipError, nip_doubts, own_number, parse_nip, whole_number
from app.people.roster_cells import (
    STATUSES,
    CellFault,
    date_of,
    person_name,
    plain_text,
    position_type_of,
    sex_of,
    status_of,
    unit_code,
)

T = TypeVar("T")

NIP: Final = "NIP BARU"
NAME: Final = "NAMA"
SEX: Final = "JENIS KELAMIN"
BORN: Final = "TANGGAL LAHIR"
STATUS: Final = "STATUS CPNS PNS"
RANK: Final = "GOL AKHIR NAMA"
POSITION_TYPE: Final = "JENIS JABATAN ID"
POSITION: Final = "JABATAN NAMA"
EDUCATION: Final = "TINGKAT PENDIDIKAN NAMA"
UNIT: Final = "UNOR ID"
UNIT_NAME: Final = "UNOR NAMA"
AGENCY: Final = "SATUAN KERJA"
ECHELON: Final = "ESELON NAMA"

REQUIRED: Final = (NIP, NAME, STATUS, UNIT, UNIT_NAME)
"""Sex and birth date may lack: a NIP tells them."""

COLUMNS: Final = (*REQUIRED, SEX, BORN, RANK, POSITION_TYPE, POSITION, EDUCATION, AGENCY, ECHELON)


@dataclass(frozen=True, slots=True)
class Remark:
    """What an operator should know of a cell. ``row`` as a spreadsheet counts: the headings are 1.

    ``column`` is empty where it concerns the whole row or file.
    """

    row: int
    column: str
    said: str

    def line(self) -> str:
        """Return it as it is printed."""
        place = f"baris {self.row}, kolom {self.column}" if self.column else f"baris {self.row}"
        return f"{place}: {self.said}"


@dataclass(slots=True)
class Row:
    """What a row says; ``person`` is None where one of its cells is at fault.

    ``nip``, ``unit``, ``unit_name`` and ``agency`` are there as far as they could be read, since
    they are compared with other rows.
    """

    number: int
    nip: str | None = None
    unit: str | None = None
    unit_name: str | None = None
    agency: str | None = None
    person: Participant | None = None
    faults: list[Remark] = field(default_factory=list)
    doubts: list[Remark] = field(default_factory=list)


def read_row(number: int, cells: Mapping[str, str]) -> Row:
    """Read a row's bare cells, by column; every cell at fault is named."""
    row = Row(number)
    take = _Taking(row, cells)
    name = take(NAME, person_name, empty="Nama kosong. Isi nama lengkap.")
    status = take(STATUS, status_of, empty=f"Status kosong. {STATUSES}")
    nip: Nip | None = None
    if status == "PNS" or status == "PPPK":  # noqa: PLR1714 - so that mypy sees it
        nip = take(NIP, lambda text: parse_nip(whole_number(text), status), empty=_NO_NIP)
        row.nip = nip.text if nip else None
    else:
        rule = own_number if status == "NON_ASN" else whole_number
        row.nip = take(NIP, rule, empty=_NO_NUMBER if status == "NON_ASN" else _NO_NIP)
    has_none = status == "NON_ASN"
    sex = take(SEX, sex_of, empty="Jenis kelamin kosong. Isi L atau P." if has_none else "")
    born = take(
        BORN, date_of, empty="Tanggal lahir kosong. Tulis seperti 26-09-1986." if has_none else ""
    )
    if nip is not None:
        sex, born = sex or nip.sex, born or nip.birth_date
        row.doubts = [
            Remark(number, NIP, said) for said in nip_doubts(nip, birth_date=born, sex=sex)
        ]
    row.unit = take(UNIT, unit_code, empty="Kode unit kosong. Isi kode unit kerja.")
    row.unit_name = take(UNIT_NAME, plain_text, empty="Nama unit kosong. Isi nama unit kerja.")
    row.agency = take(AGENCY, plain_text)
    position_type = take(POSITION_TYPE, position_type_of)
    position, education = take(POSITION, plain_text), take(EDUCATION, plain_text)
    rank, echelon = take(RANK, plain_text), take(ECHELON, plain_text)
    if row.faults or not (name and status and row.nip and row.unit and sex and born):
        return row
    row.person = Participant(
        nip=row.nip,
        name=name,
        status=status,
        unit=row.unit,
        sex=sex,
        birth_date=born,
        education=education,
        position_type=position_type,
        position=position,
        echelon=echelon,
        rank=rank,
    )
    return row


_NO_NIP: Final = "NIP kosong. Isi 18 angka."
_NO_NUMBER: Final = (
    "Nomor kosong. Pegawai non-ASN tidak punya NIP: beri nomor sendiri, 18 angka yang diawali 99."
)


class _Taking:
    """Takes cells by their rules, and notes which are at fault."""

    def __init__(self, row: Row, cells: Mapping[str, str]) -> None:
        self._row = row
        self._cells = cells

    def __call__(self, column: str, rule: Callable[[str], T], *, empty: str = "") -> T | None:
        """Return what a cell says; None where it is at fault, or empty and may be."""
        text = self._cells.get(column, "")
        try:
            if text:
                return rule(text)
            if empty:
                raise CellFault(empty)  # noqa: TRY301 - noted like any other
        except (CellFault, NipError) as fault:
            self._row.faults.append(Remark(self._row.number, column, str(fault)))
        return None
