"""Reading a roster file: what is taken over, and what the operator is told of the rest."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.demo import demo_people
from app.people.demo_units import demo_units
from app.people.roster_file import LARGEST, RosterFile, read_roster
from app.people.roster_row import COLUMNS as READ
from app.people.roster_row import REQUIRED
from tests.people.roster_files import A_ROW, COLUMNS, a_file, rows_of

UNITS = demo_units()
PEOPLE = demo_people(UNITS, total=300, event="kukar-2023")
ROWS = rows_of(PEOPLE, UNITS)
NEVER_READ = ("NIK", "AGAMA", "NPWP", "NOMOR HP")


def a_row(**cells: str) -> dict[str, str]:
    """Return a row with some other cells; a space in a heading is written as _."""
    return A_ROW | {name.replace("_", " "): cell for name, cell in cells.items()}


def lines(found: RosterFile) -> list[str]:
    return [fault.line() for fault in found.faults]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_people_come_back_as_they_were_exported(delimiter: str, encoding: str) -> None:
    found = read_roster(a_file(ROWS, delimiter=delimiter, encoding=encoding))
    assert found.faults + found.doubts == []
    assert found.dropped == []
    assert found.rows == len(PEOPLE)
    assert found.people == [replace(person, grade=None) for person in PEOPLE]
    assert found.units == {unit.code: unit.name for unit in UNITS if unit.parent}


def test_every_column_that_the_tests_export_is_one_that_is_read() -> None:
    assert set(READ) == set(COLUMNS)


@given(st.permutations([*COLUMNS, *NEVER_READ]), st.sampled_from("_ /"))
def test_columns_are_found_by_their_headings_and_all_others_are_not_read(
    columns: list[str], space: str
) -> None:
    private = {column: f"=rahasia({column})" for column in NEVER_READ}
    content = a_file([A_ROW | private], columns).decode()
    head, _, rest = content.partition("\r\n")
    head = head.replace(" ", space)
    found = read_roster(f"{head if space == '/' else head.lower()}\r\n{rest}".encode())
    assert found.faults == []
    assert [person.nip for person in found.people] == [A_ROW["NIP BARU"]]
    assert len(found.dropped) == len(NEVER_READ)
    assert "rahasia" not in repr(found)


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"NIP_BARU": ""}, "NIP BARU", "NIP kosong. Isi 18 angka."),
        ({"NIP_BARU": "1.98609262015051E+17"}, "NIP BARU", "Ubah format kolom menjadi Teks"),
        ({"NIP_BARU": "1,98609E+17"}, "NIP BARU", "Ubah format kolom menjadi Teks"),
        ({"NIP_BARU": "198609262015051000"}, "NIP BARU", "berakhir 000"),
        ({"NIP_BARU": "19860926201505100"}, "NIP BARU", "yang tertulis 17 angka"),
        ({"NIP_BARU": "19860926201505100O"}, "NIP BARU", "hanya boleh berisi angka"),
        ({"NIP_BARU": "198613262015051001"}, "NIP BARU", "bukan tanggal lahir: 19861326"),
        ({"NIP_BARU": "990101012015051001"}, "NIP BARU", "bukan tanggal lahir: 99010101"),
        ({"NIP_BARU": "199001152022212003"}, "NIP BARU", "bukan bulan: 21"),
        ({"NAMA": ""}, "NAMA", "Nama kosong"),
        ({"NAMA": "-"}, "NAMA", "Nama kosong"),
        ({"NAMA": "12345"}, "NAMA", "bukan nama"),
        ({"NAMA": "=HYPERLINK(1)"}, "NAMA", "diawali = seperti rumus"),
        ({"NAMA": "'=1+1"}, "NAMA", "diawali = seperti rumus"),
        ({"NAMA": "+62 Ahmad"}, "NAMA", "diawali + seperti rumus"),
        ({"NAMA": "@SUM(A1)"}, "NAMA", "diawali @ seperti rumus"),
        ({"NAMA": "-Ahmad"}, "NAMA", "diawali - seperti rumus"),
        ({"NAMA": "#N/A"}, "NAMA", "galat spreadsheet"),
        ({"NAMA": "Ahm\u202ead"}, "NAMA", "tanda yang tidak terlihat"),
        ({"NAMA": "Ahm\x00ad"}, "NAMA", "tanda yang tidak terlihat"),
        ({"NAMA": "Ahm\ufffdad"}, "NAMA", "huruf yang rusak"),
        ({"NAMA": "A" * 201}, "NAMA", "lebih panjang dari 200 huruf"),
        ({"JENIS_KELAMIN": "X"}, "JENIS KELAMIN", "Isi L atau P"),
        ({"TANGGAL_LAHIR": "1986"}, "TANGGAL LAHIR", "Tulis seperti 26-09-1986"),
        ({"TANGGAL_LAHIR": "31681"}, "TANGGAL LAHIR", "Tulis seperti 26-09-1986"),
        ({"TANGGAL_LAHIR": "30-02-1986"}, "TANGGAL LAHIR", "bukan tanggal yang ada"),
        ({"STATUS_CPNS_PNS": ""}, "STATUS CPNS PNS", "Status kosong. Isi PNS, CPNS"),
        ({"STATUS_CPNS_PNS": "TNI"}, "STATUS CPNS PNS", "bukan status. Isi PNS, CPNS"),
        ({"JENIS_JABATAN_ID": "3"}, "JENIS JABATAN ID", "Isi 1 (struktural)"),
        ({"UNOR_ID": ""}, "UNOR ID", "Kode unit kosong"),
        ({"UNOR_ID": "8,0E+17"}, "UNOR ID", "dibaca spreadsheet sebagai bilangan"),
        ({"UNOR_NAMA": ""}, "UNOR NAMA", "Nama unit kosong"),
        ({"JABATAN_NAMA": "=1"}, "JABATAN NAMA", "rumus"),
        ({"SATUAN_KERJA": "@x"}, "SATUAN KERJA", "rumus"),
        (
            {"STATUS_CPNS_PNS": "NON ASN", "NIP_BARU": ""},
            "NIP BARU",
            "beri nomor sendiri, 18 angka yang diawali 99",
        ),
        (
            {"STATUS_CPNS_PNS": "NON ASN"},
            "NIP BARU",
            "diawali 99, diberikan oleh instansi sendiri, misalnya 990000000000000001",
        ),
        (
            {
                "STATUS_CPNS_PNS": "NON ASN",
                "NIP_BARU": "990000000000000001",
                "TANGGAL_LAHIR": "",
            },
            "TANGGAL LAHIR",
            "Tanggal lahir kosong",
        ),
        (
            {
                "STATUS_CPNS_PNS": "NON ASN",
                "NIP_BARU": "990000000000000001",
                "JENIS_KELAMIN": "",
            },
            "JENIS KELAMIN",
            "Jenis kelamin kosong",
        ),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named_with_its_row(
    cells: dict[str, str], column: str, said: str
) -> None:
    found = read_roster(a_file([*ROWS[:5], a_row(**cells), *ROWS[5:10]]))
    assert len(found.faults) == 1
    assert lines(found)[0].startswith(f"baris 7, kolom {column}: ")
    assert said in lines(found)[0]
    assert lines(found)[0].endswith((".", ")"))
    assert [person.nip for person in found.people] == [person.nip for person in PEOPLE[:10]]


FAULTY = {
    "NIP BARU": "1.98E+17",
    "NAMA": "=1",
    "JENIS KELAMIN": "?",
    "TANGGAL LAHIR": "kemarin",
    "STATUS CPNS PNS": "?",
    "JENIS JABATAN ID": "9",
    "JABATAN NAMA": "@",
    "GOL AKHIR NAMA": "+",
    "TINGKAT PENDIDIKAN NAMA": "=",
    "UNOR ID": "#REF!",
    "UNOR NAMA": "\x07",
    "SATUAN KERJA": "\x07",
    "ESELON NAMA": "=2",
}


@given(st.dictionaries(st.integers(0, 99), st.sets(st.sampled_from(COLUMNS), min_size=1)))
def test_whatever_is_bad_is_named_each_with_row_and_column(bad: dict[int, set[str]]) -> None:
    rows = [
        row | {column: FAULTY[column] for column in bad.get(nth, ())}
        for nth, row in enumerate(ROWS[:100])
    ]
    found = read_roster(a_file(rows))
    named = {(fault.row, fault.column) for fault in found.faults}
    assert named == {(nth + 2, column) for nth, columns in bad.items() for column in columns}
    assert len(found.faults) == len(named)
    assert len(found.people) == 100 - len(bad)


def test_a_number_that_stands_twice_is_named_with_both_rows() -> None:
    found = read_roster(a_file([*ROWS[:3], a_row(), *ROWS[3:5], a_row(NAMA="Lain")]))
    assert lines(found) == [
        "baris 8, kolom NIP BARU: NIP sama dengan baris 5. Hapus salah satunya."
    ]


def test_a_unit_has_one_name() -> None:
    rows = [a_row(), *ROWS[:2], a_row(NIP_BARU="198609262015051002", UNOR_NAMA="Dinas Lain")]
    (line,) = lines(read_roster(a_file(rows)))
    assert line == (
        "baris 5, kolom UNOR NAMA: Unit “A1” bernama “Dinas Kesehatan” di baris 2, tetapi di "
        "sini “Dinas Lain”. Samakan namanya."
    )


def test_what_disagrees_with_the_number_is_a_warning() -> None:
    row = a_row(JENIS_KELAMIN="P", TANGGAL_LAHIR="1986-09-25")
    found = read_roster(a_file([row]))
    assert found.faults == []
    assert [doubt.line() for doubt in found.doubts] == [
        "baris 2, kolom NIP BARU: Tanggal lahir 1986-09-25 tidak sama dengan NIP (1986-09-26).",
        "baris 2, kolom NIP BARU: Jenis kelamin P tidak sama dengan NIP (L).",
    ]
    assert (found.people[0].sex, found.people[0].birth_date) == ("P", date(1986, 9, 25))


@pytest.mark.parametrize("written", ["26-09-1986", "26/09/1986", "26-9-1986", "1986-09-26", ""])
def test_dates_are_read_as_they_are_written_here_or_from_the_number(written: str) -> None:
    (person,) = read_roster(a_file([a_row(TANGGAL_LAHIR=written, JENIS_KELAMIN="")])).people
    assert (person.birth_date, person.sex) == (date(1986, 9, 26), "L")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("'198609262015051001", "198609262015051001"),
        ("19860926 201505 1 001", "198609262015051001"),
        ("\u00a0198609262015051001 ", "198609262015051001"),
    ],
)
def test_what_spreadsheets_add_to_a_number_is_dropped(cell: str, said: str) -> None:
    (person,) = read_roster(a_file([a_row(NIP_BARU=cell)])).people
    assert person.nip == said


def test_staff_without_a_nip_have_numbers_of_the_agency() -> None:
    row = a_row(STATUS_CPNS_PNS="non-asn", NIP_BARU="990000000000000017")
    (person,) = read_roster(a_file([row])).people
    assert (person.nip, person.status) == ("990000000000000017", "NON_ASN")


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    rows = [a_row(NAMA="Ahmad\nFauzi"), {}, a_row(NIP_BARU="198609262015051002", NAMA="=1")]
    found = read_roster(a_file(rows))
    assert found.people[0].name == "Ahmad Fauzi"
    assert [fault.row for fault in found.faults] == [4]
    assert found.rows == 2


def test_units_hang_below_the_unit_that_all_their_rows_name() -> None:
    def row(nth: int, code: str, name: str, agency: str) -> dict[str, str]:
        return a_row(
            NIP_BARU=f"198609262015051{nth:03d}",
            UNOR_ID=code,
            UNOR_NAMA=name,
            SATUAN_KERJA=agency,
        )

    found = read_roster(
        a_file(
            [
                row(1, "A", "Dinas Kesehatan", "Pemerintah Kabupaten"),
                row(2, "A1", "Puskesmas Satu", "DINAS KESEHATAN"),
                row(3, "A11", "Pustu Satu", "Puskesmas Satu"),
                row(4, "B", "Badan Sendiri", "Badan Sendiri"),
                row(5, "C1", "Bidang Kembar", "Badan Sendiri"),
                row(6, "C2", "Bidang Kembar", "Badan Sendiri"),
                row(7, "D", "Seksi", "Bidang Kembar"),
                row(8, "E", "Ganda", "Dinas Kesehatan"),
                row(9, "E", "Ganda", "Badan Sendiri"),
            ]
        )
    )
    assert found.faults == []
    assert found.parents == {"A1": "A", "A11": "A1", "C1": "B", "C2": "B"}


def test_a_delimiter_in_a_bare_cell_is_noticed() -> None:
    content = a_file([a_row(NAMA="Ahmad Fauzi")]).replace(b"Ahmad Fauzi", b"Ahmad, S.Kom")
    (line,) = lines(read_roster(content))
    assert line.startswith("baris 2: Sel lebih banyak daripada judul kolom")


@pytest.mark.parametrize("missing", REQUIRED)
def test_a_column_that_lacks_is_named(missing: str) -> None:
    found = read_roster(a_file([A_ROW], [column for column in COLUMNS if column != missing]))
    assert lines(found) == [
        f"baris 1: Judul kolom tidak ditemukan: {missing}. Judul harus di baris pertama."
    ]


def test_a_heading_that_stands_twice_is_named() -> None:
    found = read_roster(a_file([A_ROW], [*COLUMNS, "nama"]))
    assert lines(found) == ["baris 1, kolom NAMA: Judul kolom ini ada dua kali. Hapus salah satu."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "baris 1: Judul kolom tidak ditemukan: NIP BARU, NAMA"),
        (b"PK\x03\x04 a workbook", "baris 1: Ini buku kerja spreadsheet, bukan CSV."),
        (a_file([]), "baris 2: Tidak ada pegawai"),
        (a_file([A_ROW], encoding="utf-16"), "baris 1: Huruf di sini tidak tersimpan sebagai"),
        (a_file([A_ROW, a_row(NAMA="Ang\xe9lique")], encoding="latin-1"), "baris 3: Huruf di sini"),
        (a_file([A_ROW]) + b'"a,b\r\nc', "baris 3: Tanda kutip tidak berpasangan"),
        (a_file([A_ROW]) + b'"a' + b"," * 200_000, "baris 3: Tanda kutip tidak berpasangan"),
        (b"x" * (LARGEST + 1), "baris 1: Berkas lebih besar dari 64 MB"),
    ],
    # Not by their content: every process would hand on names of 64 MB.
    ids=["empty", "workbook", "nobody", "utf-16", "latin-1", "quote", "long-quote", "too-large"],
)
def test_a_file_that_cannot_be_read_is_told_why(content: bytes, said: str) -> None:
    (line,) = lines(read_roster(content))
    assert line.startswith(said)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    head = a_file([])
    for given_ in (content, head + content):
        found = read_roster(given_)
        assert found.faults or found.people


@given(st.text(max_size=300))
def test_any_cell_is_taken_or_refused_and_never_shown_with_control_characters(text: str) -> None:
    found = read_roster(a_file([a_row(NAMA=text, NIP_BARU=text, UNOR_NAMA=text)]))
    for line in lines(found):
        assert line.isprintable()
