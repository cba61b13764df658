"""Reading an Indonesian civil servant's number.

A NIP (PNS) is 18 digits: birth YYYYMMDD, start of service YYYYMM, sex 1 or 2, serial of three.
A NI PPPK has the year of appointment and two free digits where the NIP has year and month.
A number is refused only for what makes it no number at all; what merely disagrees with the
other columns of a roster is a warning, because real registers contain such people.

Other staff have no NIP. The agency gives them numbers of its own, 18 digits from 99 on: no year of
birth begins so, and they are stored, typed and printed like any NIP.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.people.model import Sex

LENGTH: Final = 18
MONTHS: Final = 12
YOUNGEST_START: Final = 17
"""Below this age at appointment a number is doubtful."""

OWN_NUMBERS: Final = "99"
"""How numbers begin that the agency gives to staff without a NIP."""

Reason = Literal[
    "empty", "spreadsheet", "not-digits", "length", "birth-date", "start-month", "sex", "own-number"
]

_CENTURIES: Final = ("19", "20")
_SPREADSHEET_NUMBER: Final = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+]?[0-9]+")
_CUT: Final = (
    "spreadsheet membacanya sebagai bilangan dan membuang angka belakangnya. Ubah format kolom "
    "menjadi Teks, lalu isi kembali dari sumbernya."
)


class NipError(ValueError):
    """A text that is no NIP; ``reason`` for programs, the message (Indonesian) for people."""

    def __init__(self, reason: Reason, message: str) -> None:
        """Keep the reason beside the sentence."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Nip:
    """The parts of a number."""

    text: str
    status: Literal["PNS", "PPPK"]
    birth_date: date
    start_year: int
    start_month: int | None
    """None for a PPPK, whose number has no month."""
    sex: Sex
    serial: int


def clean_nip(unsafe_text: str) -> str:
    """Drop what typing and spreadsheets add: spaces anywhere and a leading apostrophe."""
    return "".join(unsafe_text.split()).removeprefix("'")


def nip_digits(unsafe_text: str) -> str:
    """Return the cleaned 18 digits or raise `NipError` (empty, not-digits, length).

    This is all that a login checks: the account decides the rest.
    """
    text = clean_nip(unsafe_text)
    if not text:
        raise NipError("empty", "NIP kosong.")
    if not (text.isascii() and text.isdigit()):
        raise NipError("not-digits", "NIP hanya boleh berisi angka.")
    if len(text) != LENGTH:
        message = f"NIP harus {LENGTH} angka, yang tertulis {len(text)} angka."
        raise NipError("length", message)
    return text


def whole_number(unsafe_text: str) -> str:
    """Return the cleaned 18 digits of a number that no spreadsheet has cut.

    A spreadsheet that takes it for a number keeps 15 digits; serial 000 occurs nowhere else.

    Raises:
        NipError: empty, spreadsheet, not-digits, length.
    """
    text = clean_nip(unsafe_text)
    if _SPREADSHEET_NUMBER.fullmatch(text):
        raise NipError("spreadsheet", f"Tertulis {text}: {_CUT}")
    text = nip_digits(text)
    if text.endswith("000"):
        raise NipError("spreadsheet", f"NIP {text} berakhir 000: {_CUT}")
    return text


def own_number(unsafe_text: str) -> str:
    """Return a number that the agency gave to somebody who has no NIP.

    Raises:
        NipError: as `whole_number`, and own-number.
    """
    text = whole_number(unsafe_text)
    if not text.startswith(OWN_NUMBERS):
        raise NipError(
            "own-number",
            f"Nomor pegawai non-ASN harus {LENGTH} angka yang diawali {OWN_NUMBERS}, diberikan "
            f"oleh instansi sendiri, misalnya {OWN_NUMBERS}{1:0{LENGTH - 2}d}.",
        )
    return text


def parse_nip(unsafe_text: str, status: Literal["PNS", "PPPK"]) -> Nip:
    """Take a number apart, as a NIP or as a NI PPPK; raises `NipError`."""
    text = nip_digits(unsafe_text)
    try:
        if not text.startswith(_CENTURIES):
            raise ValueError(text)  # noqa: TRY301 - said once, below
        born = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        message = f"Delapan angka pertama NIP bukan tanggal lahir: {text[:8]}."
        raise NipError("birth-date", message) from None
    month = int(text[12:14]) if status == "PNS" else None
    if month is not None and not 1 <= month <= MONTHS:
        message = f"Angka ke-13 dan ke-14 NIP bukan bulan: {text[12:14]}."
        raise NipError("start-month", message)
    if text[14] not in "12":
        message = f"Angka ke-15 NIP harus 1 (laki-laki) atau 2 (perempuan), bukan {text[14]}."
        raise NipError("sex", message)
    return Nip(
        text=text,
        status=status,
        birth_date=born,
        start_year=int(text[8:12]),
        start_month=month,
        sex="L" if text[14] == "1" else "P",
        serial=int(text[15:]),
    )


def nip_doubts(nip: Nip, *, birth_date: date, sex: Sex) -> list[str]:
    """Warnings (Indonesian) where a number disagrees with the roster's other columns."""
    doubts = []
    if nip.birth_date != birth_date:
        doubts.append(
            f"Tanggal lahir {birth_date.isoformat()} tidak sama dengan NIP "
            f"({nip.birth_date.isoformat()})."
        )
    if nip.sex != sex:
        doubts.append(f"Jenis kelamin {sex} tidak sama dengan NIP ({nip.sex}).")
    if nip.start_year < nip.birth_date.year + YOUNGEST_START:
        doubts.append(f"Menurut NIP, diangkat tahun {nip.start_year} pada usia yang terlalu muda.")
    return doubts
