"""The shipped items as a careful editor would read them, one by one."""

import re
from collections import Counter

import pytest

from app.bank.model import DIFFICULTIES, Item
from app.bank.shipped import shipped_bank

BANK = shipped_bank()
ITEMS = BANK.items
DOMAINS = BANK.instrument.domains
LETTERS = "abcd"
NEGATIONS = re.compile(r"\b(tidak|kecuali|bukan|jangan|salah(?! satu))\b", re.IGNORECASE)


def words(text: str) -> set[str]:
    """Return the telling words of a text: longer than four letters, in lower case."""
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 4}


def question(item: Item) -> str:
    """Return what is asked: the last sentence of the stem."""
    return re.split(r"(?<=[.?!]) ", item.stem)[-1]


def test_every_area_has_thirty_items_and_eight_of_each_difficulty() -> None:
    areas = Counter(item.domain for item in ITEMS)
    cells = Counter((item.domain, item.difficulty) for item in ITEMS)
    for domain in DOMAINS:
        assert areas[domain.code] >= 30
        for level in DIFFICULTIES:
            assert cells[domain.code, level] >= 8, f"{domain.code} {level}"


def test_every_competence_has_five_items() -> None:
    asked = Counter((item.domain, item.competence) for item in ITEMS)
    known = {(domain.code, each.code) for domain in DOMAINS for each in domain.competences}
    assert len(known) == 21
    assert set(asked) == known
    assert min(asked.values()) >= 5


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_an_item_is_written_out(item: Item) -> None:
    assert "".join(option.id for option in item.options) == LETTERS
    assert item.stem.endswith("?")
    assert len(item.stem) <= 320
    assert item.rationale.endswith(".")
    assert not re.search(r"[.?!] (?=[A-Z])", item.rationale), "one sentence"
    assert max(len(option.text) for option in item.options) <= 90
    for option in item.options:
        assert not option.text.endswith((".", ";", "?"))
    for text in (item.stem, item.rationale, *(option.text for option in item.options)):
        assert text == " ".join(text.split())


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_a_negated_question_says_so_in_capitals(item: Item) -> None:
    for found in NEGATIONS.findall(question(item)):
        assert found.isupper(), question(item)


def test_few_questions_are_negated() -> None:
    negated = [item.code for item in ITEMS if NEGATIONS.search(question(item))]
    assert len(negated) <= 0.05 * len(ITEMS), negated


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_no_option_is_all_or_none_of_the_others(item: Item) -> None:
    for option in item.options:
        assert not re.search(r"\b(semua|tidak ada).*(benar|di atas|salah)\b", option.text.lower())


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_no_option_stands_out_by_its_length(item: Item) -> None:
    lengths = [len(option.text) for option in item.options]
    assert max(lengths) - min(lengths) <= 14


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_the_stem_does_not_give_the_key_away_by_its_words(item: Item) -> None:
    stem = words(item.stem)
    shared = {option.id: len(words(option.text) & stem) for option in item.options}
    others = max(count for option, count in shared.items() if option != item.key)
    assert shared[item.key] <= others + 2


def test_codes_carry_their_area() -> None:
    for item in ITEMS:
        assert re.fullmatch(rf"{item.domain}-\d\d", item.code)
