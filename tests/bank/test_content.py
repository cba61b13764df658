"""The shipped items as a careful editor would read them."""

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations
from math import comb

import pytest

from app.bank.model import DIFFICULTIES, Item
from app.bank.shipped import shipped_bank

BANK = shipped_bank()
ITEMS = BANK.items
DOMAINS = BANK.instrument.domains
LETTERS = "abcd"
NEGATIONS = re.compile(r"\b(tidak|kecuali|bukan|salah)\b", re.IGNORECASE)


def words(text: str) -> set[str]:
    """Return the telling words of a text: longer than four letters, in lower case."""
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 4}


def test_there_are_60_items_12_an_area_4_a_difficulty() -> None:
    assert len(ITEMS) == 60
    cells = Counter((item.domain, item.difficulty) for item in ITEMS)
    assert cells == {(domain.code, level): 4 for domain in DOMAINS for level in DIFFICULTIES}


def test_every_competence_is_asked() -> None:
    asked = {(item.domain, item.competence) for item in ITEMS}
    known = {(domain.code, each.code) for domain in DOMAINS for each in domain.competences}
    assert asked == known
    assert len(known) == 21


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_an_item_is_written_out(item: Item) -> None:
    assert "".join(option.id for option in item.options) == LETTERS
    assert item.stem.endswith("?")
    assert item.rationale.endswith(".")
    assert item.rationale.count(". ") == 0, "one sentence"
    assert len(item.stem) <= 320
    assert max(len(option.text) for option in item.options) <= 90
    for option in item.options:
        assert option.text == option.text.strip()
        assert not option.text.endswith((".", ";"))
    assert "  " not in item.stem


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_a_negated_question_says_so_in_capitals(item: Item) -> None:
    question = re.split(r"(?<=[.?!]) ", item.stem)[-1]
    for found in NEGATIONS.findall(question):
        assert found.isupper(), question


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_no_option_is_all_or_none_of_the_others(item: Item) -> None:
    for option in item.options:
        assert not re.search(r"\b(semua|tidak ada).*(benar|di atas|salah)\b", option.text.lower())


def test_keys_stand_as_often_in_every_place() -> None:
    assert Counter(item.key for item in ITEMS) == dict.fromkeys(LETTERS, 15)
    for domain in DOMAINS:
        keys = Counter(item.key for item in ITEMS if item.domain == domain.code)
        assert keys == dict.fromkeys(LETTERS, 3)


def test_the_key_is_neither_longest_nor_shortest_more_often_than_chance() -> None:
    longest = shortest = 0
    for item in ITEMS:
        lengths = {option.id: len(option.text) for option in item.options}
        longest += lengths[item.key] == max(lengths.values())
        shortest += lengths[item.key] == min(lengths.values())
    # Ties count against us. Chance alone passes these limits in 19 of 20 banks of 60.
    limit = next(
        n
        for n in range(61)
        if sum(comb(60, k) * 3 ** (60 - k) for k in range(n + 1)) >= 0.95 * 4**60
    )
    assert longest <= limit
    assert shortest <= limit


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


def test_no_two_items_are_the_same_or_nearly() -> None:
    for one, other in combinations(ITEMS, 2):
        alike = SequenceMatcher(None, one.stem.lower(), other.stem.lower()).quick_ratio()
        if alike > 0.7:
            alike = SequenceMatcher(None, one.stem.lower(), other.stem.lower()).ratio()
            assert alike < 0.7, f"{one.code} and {other.code}"
        mine, theirs = words(one.stem), words(other.stem)
        assert len(mine & theirs) <= 0.5 * len(mine | theirs), f"{one.code} and {other.code}"


def test_no_option_stands_in_two_items() -> None:
    texts = Counter(option.text.lower() for item in ITEMS for option in item.options)
    assert [text for text, times in texts.items() if times > 1] == []


def test_codes_carry_their_area() -> None:
    for item in ITEMS:
        assert re.fullmatch(rf"{item.domain}-\d\d", item.code)
