"""What is called how: units and rooms by what staff type."""

import pytest

from app.proctoring.model import BadOrder
from app.proctoring.whom import Named, chosen

THERE = [
    Named("7", frozenset({"1.02.01", "Bagian Straße"}), "1.02.01 (Bagian Straße)"),
    Named("8", frozenset({"1.02.02", "Bagian Umum"}), "1.02.02 (Bagian Umum)"),
    Named("9", frozenset({"1.02.03", "Bagian Umum"}), "1.02.03 (Bagian Umum)"),
]


@pytest.mark.parametrize("name", ["1.02.01", "Bagian Straße", " BAGIAN STRASSE "])
def test_large_and_small_letters_are_the_same(name: str) -> None:
    assert chosen("unit", name, THERE) == "7"


def test_what_is_called_so_twice_is_not_guessed() -> None:
    with pytest.raises(BadOrder, match=r"^Several are called 'Bagian Umum': say 1.02.02 .* or 1.0"):
        chosen("unit", "Bagian Umum", THERE)


def test_what_comes_near_is_suggested() -> None:
    with pytest.raises(BadOrder, match=r"no unit '1.2.01'. Did you mean 1.02.01 \(Bagian Straße\)"):
        chosen("unit", "1.2.01", THERE)


@pytest.mark.parametrize("there", [[], THERE])
def test_nothing_is_suggested_where_nothing_comes_near(there: list[Named]) -> None:
    with pytest.raises(BadOrder, match=r"^There is no unit 'xyz'\.$"):
        chosen("unit", "xyz", there)
