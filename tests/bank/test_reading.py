"""What a bank file may not hold, and how it is told."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from app.bank.instruments import (
    blueprint_document,
    blueprint_from_part,
    instrument_from_document,
    plain_document,
)
from app.bank.model import Option
from app.bank.paper import SECTIONS, paper
from app.bank.reading import ContentError, Part
from app.bank.shipped import CONTENT, Bank, read_bank, shipped_bank

ITEM = """\
domain = "LD"
[[items]]
code = "LD-01"
competence = "1.1"
difficulty = "mudah"
stem = "Apa?"
options.a = "Ini"
options.b = "Itu"
key = "b"
rationale = "Begitu."
"""
INSTRUMENT = (CONTENT / "kukar-2023.toml").read_text()


def read(folder: Path, *, instrument: str = INSTRUMENT, items: str = ITEM) -> Bank:
    """Read a bank of these two files."""
    (folder / "items").mkdir()
    (folder / "kukar.toml").write_text(instrument)
    (folder / "items" / "literasi.toml").write_text(items)
    return read_bank(folder)


def test_the_shipped_instrument_is_what_was_published() -> None:
    instrument = shipped_bank().instrument
    assert len(instrument.domains) == 5
    assert sum(len(domain.competences) for domain in instrument.domains) == 21
    assert {domain.weight for domain in instrument.domains} == {Decimal(1)}
    cuts = [(band.lower, band.upper) for band in instrument.bands]
    assert cuts == [
        (1, Decimal("1.75")),
        (Decimal("1.75"), Decimal("2.5")),
        (Decimal("2.5"), Decimal("3.25")),
        (Decimal("3.25"), 4),
    ]
    assert instrument.cut_source.startswith("(i)")
    assert (instrument.timing.duration_ms, instrument.timing.grace_ms) == (3_600_000, 60_000)
    assert instrument.pass_mark is None
    assert instrument.blueprint.length == 50
    assert instrument.blueprint.exposure_cap == Decimal("0.45")


def test_an_instrument_survives_the_record() -> None:
    bank = shipped_bank()
    document = json.loads(json.dumps(plain_document(bank.document)))
    assert instrument_from_document(document, "the record") == bank.instrument


def test_a_blueprint_survives_the_record() -> None:
    instrument = shipped_bank().instrument
    document = json.loads(json.dumps(blueprint_document(instrument.blueprint)))
    again = blueprint_from_part(Part("the record", document), instrument.domains)
    assert again == instrument.blueprint


def test_a_bank_is_an_instrument_and_its_items(tmp_path: Path) -> None:
    bank = read(tmp_path)
    assert bank.instrument == shipped_bank().instrument
    (item,) = bank.items
    assert (item.code, item.revision, item.key, item.weight) == ("LD-01", 1, "b", Decimal(1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('key = "b"', 'key = "c"'), "LD-01: 'key' must be one of a, b, not 'c'"),
        (('code = "LD-01"\n', ""), "items 1: 'code' is missing"),
        (("LD-01", "LD-000001"), "a code is at most 8 letters"),
        (("LD-01", "sections"), "with a digit in it"),
        (('"1.1"', '"2.1"'), "'competence' must be one of 1.1, 1.2, 1.3, not '2.1'"),
        (("mudah", "gampang"), "must be one of mudah, sedang, sulit, not 'gampang'"),
        (('"Apa?"', '" "'), "'stem' must be a printable text"),
        (('"Apa?"', '"A\\u0000"'), "'stem' must be a printable text"),
        (('"Apa?"', "7"), "'stem' must be a printable text, not 7"),
        (('"Itu"', '"ini"'), "two options have the same text"),
        (('options.b = "Itu"\n', ""), "an item needs two options at least"),
        (("options.b", "options.terlalupanjang"), "'terlalupanjang' is no option id"),
        (("rationale", "rasionale"), "'rationale' is missing"),
        (("stem =", "bobot = 2\nstem ="), "unknown name 'bobot'"),
        (("stem =", "weight = 0\nstem ="), "'weight' must be above 0"),
        (("stem =", "revision = true\nstem ="), "'revision' must be a whole number from 1 up"),
        (("stem =", 'type = "essay"\nstem ='), "'type' must be one of single"),
        (('"LD"', '"XX"'), "'domain' must be one of LD, KK, KR, KD, PM, not 'XX'"),
        (("rationale", "= ="), "Invalid"),
    ],
)
def test_a_fault_is_told_with_file_and_item(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(ContentError) as refused:
        read(tmp_path, items=ITEM.replace(*change))
    assert "literasi.toml" in str(refused.value)
    assert sentence in str(refused.value)


def test_an_item_stands_once(tmp_path: Path) -> None:
    twice = ITEM + ITEM.partition("\n")[2]
    with pytest.raises(ContentError, match=r"LD-01: the code stands in .*literasi\.toml already"):
        read(tmp_path, items=twice)


def test_an_option_may_keep_its_place(tmp_path: Path) -> None:
    fixed = ITEM.replace('options.b = "Itu"', 'options.b = { text = "Itu", fixed = true }')
    (item,) = read(tmp_path, items=fixed).items
    assert item.options == (Option("a", "Ini"), Option("b", "Itu", fixed=True))


def test_all_faults_of_the_items_are_told_at_once(tmp_path: Path) -> None:
    other = ITEM.partition("\n")[2].replace("LD-01", "LD-02").replace("mudah", "gampang")
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "aneh.toml").write_text("domain = 7")
    (tmp_path / "items" / "rusak.toml").write_text("= =")
    (tmp_path / "items" / "literasi.toml").write_text(ITEM.replace("1.1", "9.9") + other)
    (tmp_path / "kukar.toml").write_text(INSTRUMENT)
    with pytest.raises(ContentError) as refused:
        read_bank(tmp_path)
    first, *lines = str(refused.value).splitlines()
    assert first == "4 faults in the bank:"
    for line, told in zip(
        lines,
        ("aneh.toml: 'domain'", "literasi.toml, LD-01: 'comp", "LD-02: 'diff", "rusak.toml: In"),
        strict=True,
    ):
        assert told in line


def swap(old: str, new: str) -> Callable[[str], str]:
    """Return a change of the shipped instrument; the old text must be in it."""
    assert old in INSTRUMENT
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (swap("cuts = [1.75, 2.50", "cuts = [2.50, 1.75"), "'cuts' must rise"),
        (swap("3.25]", "4.0]"), "'cuts' must rise and lie inside the scale"),
        (swap(", 3.25]", "]"), "2 cuts make 3 bands, not 4"),
        (swap("maximum = 4", "maximum = 1"), "'minimum' must be below 'maximum'"),
        (swap('bands = "i"', 'bands = "x"'), "sources: 'bands' must be one of n, s, i, a"),
        (swap('scale = "a"', 'scala = "a"'), "sources: 'scale' is missing"),
        (swap('pass_mark = "none"', "pass_mark = 5"), "'pass_mark' 5 is not on the scale"),
        (swap('policy = "zero"', 'policy = "half"'), "'policy' must be one of zero, exclude"),
        (swap("LD = {", "XX = {"), "cells: unknown name 'XX'"),
        (swap("mudah = 3", "mudah = -3"), "'mudah' must be a whole number from 0 up"),
        (swap("mudah = 3", "ringan = 3"), "unknown name 'ringan'"),
        (swap('code = "1.2"', 'code = "1.1"'), "the code '1.1' is used twice"),
        (swap("weight = 1", "weight = 0"), "'weight' must be above 0"),
        (swap("exposure_cap = 0.45", "exposure_cap = 1.5"), "'exposure_cap' must be above 0"),
        (swap("version = 1\ntitle", "version = 0\ntitle"), "'version' must be a whole number"),
        (swap("duration_minutes = 60", "duration_minutes = nan"), "must be a whole number"),
        (swap("minimum = 1", "minimum = nan"), "'minimum' must be a number"),
    ],
)
def test_an_instrument_that_does_not_fit_is_refused(
    tmp_path: Path, change: Callable[[str], str], sentence: str
) -> None:
    with pytest.raises(ContentError) as refused:
        read(tmp_path, instrument=change(INSTRUMENT))
    assert "kukar.toml" in str(refused.value)
    assert sentence in str(refused.value)


def test_a_folder_without_a_bank_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nowhere: one instrument .* there are 0\.$"):
        read_bank(tmp_path / "nowhere")
    (tmp_path / "kukar.toml").write_text(INSTRUMENT)
    with pytest.raises(ContentError, match="items: there are no items"):
        read_bank(tmp_path)
    (tmp_path / "lain.toml").write_text(INSTRUMENT)
    with pytest.raises(ContentError, match=r"there are 2: kukar\.toml, lain\.toml\."):
        read_bank(tmp_path)


def test_a_paper_shows_texts_and_no_key() -> None:
    bank = shipped_bank()
    texts = paper(bank.instrument, bank.items)
    assert len(texts) == len(bank.items) + 1
    first = json.loads(texts["LD-01"])
    assert set(first) == {"id", "type", "stem", "options", "section"}
    assert all(set(option) == {"id", "text"} for option in first["options"])
    assert json.loads(texts[SECTIONS])[4] == {"id": "PM", "title": "Pemecahan masalah"}
    everything = b"".join(texts.values()).decode()
    assert not any(item.rationale in everything for item in bank.items)
    assert '"key"' not in everything
