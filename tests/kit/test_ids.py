import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.ids import (
    account_key,
    partition_of,
    partition_tag,
    sitting_from_text,
    sitting_number,
    sitting_text,
)

KEY = b"k" * 32
NIP = "198609262015051001"
NUMBERS = st.integers(0, 2**60 - 1)


@given(NUMBERS)
def test_a_sitting_is_read_back_from_its_letters(number: int) -> None:
    text = sitting_text(number)
    assert len(text) == 12
    assert not set(text) & set("ilou")
    assert sitting_from_text(text) == number


@given(NUMBERS, NUMBERS)
def test_letters_sort_as_numbers_do(one: int, other: int) -> None:
    assert (sitting_text(one) < sitting_text(other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00000000000",
        "0000000000000",
        "00000000000i",
        "00000000000l",
        "00000000000o",
        "00000000000u",
        "00000000000A",
        "0000000_0000",
        "-00000000000",
        " 00000000000",
        "00000000000é",
        "00000000000٣",
    ],
)
def test_other_text_is_no_sitting(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        sitting_from_text(text)


def test_the_same_person_finds_the_same_sitting() -> None:
    assert sitting_number(KEY, "kukar-2023", NIP) == sitting_number(KEY, "kukar-2023", NIP)
    assert 0 <= sitting_number(KEY, "kukar-2023", NIP) < 2**60


def test_event_key_and_person_each_make_another_sitting() -> None:
    numbers = {
        sitting_number(KEY, "kukar-2023", NIP),
        sitting_number(KEY, "kukar-2024", NIP),
        sitting_number(b"x" * 32, "kukar-2023", NIP),
        sitting_number(KEY, "kukar-2023", NIP[:-1] + "2"),
    }
    assert len(numbers) == 4


def test_people_spread_over_the_partitions() -> None:
    placed = [partition_of(sitting_number(KEY, "e", str(nip)), 8) for nip in range(8000)]
    assert set(placed) == set(range(8))
    assert all(850 < placed.count(partition) < 1150 for partition in range(8))


def test_a_tag_keeps_the_keys_of_a_partition_in_one_slot() -> None:
    assert partition_tag("kukar-2023", 3) == "{kukar-2023.p03}"
    assert partition_tag("kukar-2023", 63) == "{kukar-2023.p63}"


def test_an_account_does_not_name_its_nip() -> None:
    key = account_key(KEY, NIP)
    assert NIP not in key
    assert key != account_key(b"x" * 32, NIP)
