"""What is a NIP, what is none, and what is merely doubtful."""

from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.model import Sex
from app.people.nip import (
    NipError,
    clean_nip,
    nip_digits,
    nip_doubts,
    own_number,
    parse_nip,
    whole_number,
)

A_NIP = "198609262015051001"
A_NI_PPPK = "199001152022212003"


def test_a_nip_tells_birth_start_and_sex() -> None:
    nip = parse_nip(A_NIP, "PNS")
    assert nip.birth_date == date(1986, 9, 26)
    assert (nip.start_year, nip.start_month, nip.sex, nip.serial) == (2015, 5, "L", 1)


def test_a_ni_pppk_has_no_month_of_appointment() -> None:
    nip = parse_nip(A_NI_PPPK, "PPPK")
    assert (nip.start_year, nip.start_month, nip.sex, nip.serial) == (2022, None, "P", 3)


def test_a_ni_pppk_is_no_nip() -> None:
    with pytest.raises(NipError, match="bukan bulan: 21") as refused:
        parse_nip(A_NI_PPPK, "PNS")
    assert refused.value.reason == "start-month"


@pytest.mark.parametrize(
    "typed", ["'" + A_NIP, "19860926 201505 1 001", f"  {A_NIP}\n", "'19860926 2015 05 1 001"]
)
def test_what_typing_and_spreadsheets_add_is_dropped(typed: str) -> None:
    assert nip_digits(typed) == A_NIP


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("1.98609262015051E+17", "not-digits"),
        ("19860926201505100O", "not-digits"),
        ("١٩٨٦٠٩٢٦٢٠١٥٠٥١٠٠١", "not-digits"),
        ("19860926201505100", "length"),
        (A_NIP + "0", "length"),
        ("198602302015051001", "birth-date"),
        ("000009262015051001", "birth-date"),
        ("990101012015051001", "birth-date"),
        ("198609262015131001", "start-month"),
        ("198609262015001001", "start-month"),
        ("198609262015053001", "sex"),
    ],
)
def test_what_is_no_nip_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(NipError) as refused:
        parse_nip(text, "PNS")
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "cell", ["1.98609262015051E+17", "1,98609E+17", "2e17", "198609262015051000"]
)
def test_a_number_that_went_through_a_spreadsheet_as_one_is_refused(cell: str) -> None:
    with pytest.raises(NipError, match="Ubah format kolom") as refused:
        whole_number(cell)
    assert refused.value.reason == "spreadsheet"


def test_the_agency_gives_numbers_to_staff_without_a_nip() -> None:
    assert own_number("99 0000 0000 0000 0042") == "990000000000000042"
    with pytest.raises(NipError) as refused:
        own_number(A_NIP)
    assert refused.value.reason == "own-number"


def test_what_disagrees_with_the_roster_is_a_doubt_and_no_error() -> None:
    nip = parse_nip("198609261999051001", "PNS")
    doubts = nip_doubts(nip, birth_date=date(1986, 9, 25), sex="P")
    assert [doubt.split()[0] for doubt in doubts] == ["Tanggal", "Jenis", "Menurut"]
    assert nip_doubts(parse_nip(A_NIP, "PNS"), birth_date=date(1986, 9, 26), sex="L") == []


@given(
    birth=st.dates(date(1940, 1, 1), date(2010, 12, 31)),
    year=st.integers(1960, 2030),
    status=st.sampled_from(("PNS", "PPPK")),
    middle=st.integers(0, 99),
    sex=st.sampled_from(("L", "P")),
    serial=st.integers(0, 999),
)
def test_every_number_that_is_put_together_comes_apart_again(
    birth: date,
    year: int,
    status: Literal["PNS", "PPPK"],
    middle: int,
    sex: Sex,
    serial: int,
) -> None:
    month = middle % 12 + 1 if status == "PNS" else middle
    text = f"{birth:%Y%m%d}{year}{month:02d}{1 if sex == 'L' else 2}{serial:03d}"
    nip = parse_nip(text, status)
    assert (nip.birth_date, nip.start_year, nip.sex, nip.serial) == (birth, year, sex, serial)
    assert nip.start_month == (month if status == "PNS" else None)


@given(st.text(max_size=24))
def test_any_text_is_either_18_digits_or_refused(text: str) -> None:
    try:
        digits = nip_digits(text)
    except NipError as refused:
        assert str(refused)  # noqa: PT017 - either outcome is right
    else:
        assert len(digits) == 18
        assert digits == clean_nip(text)
