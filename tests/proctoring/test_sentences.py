"""What a shell reads in English a proctor reads in Indonesian: every sentence stands in both."""

import re
from pathlib import Path
from string import Formatter

import pytest

import app.proctoring
from app.proctoring.model import KINDS, BadOrder
from app.proctoring.sentences import _SENTENCES, said
from app.proctoring.sentences import KINDS as WORDS

PARTS = {
    "given": "two words",
    "kind": "extend",
    "minutes": 601,
    "most": 600,
    "sign": "U+0000",
    "length": 281,
    "there": "kukar",
    "name": "1.02",
    "where": "unit '1'",
    "place": "unit ini",
    "event": "kukar",
    "either": "a or b",
    "salah_satu": "a atau b",
    "sentence": "OOM.",
}
SAID_IN_CODE = re.compile(r"(?:BadOrder|said)\(\s*f?\"([a-z{}'? -]+)\"")


@pytest.mark.parametrize("what", _SENTENCES)
def test_a_sentence_stands_in_both_languages(what: str) -> None:
    for text in (sentence := said(what, **PARTS)):
        assert text
        assert not [name for _, name, _, _ in Formatter().parse(text) if name]
    assert sentence.english != sentence.indonesian


def test_every_kind_has_a_word() -> None:
    assert set(WORDS) == set(KINDS)


def test_whatever_is_said_somewhere_stands_in_the_table() -> None:
    room = Path(app.proctoring.__file__).parent
    named = {what for file in room.rglob("*.py") for what in SAID_IN_CODE.findall(file.read_text())}
    assert {what for what in named if "{" not in what} <= set(_SENTENCES)
    assert len(named) > 10
    for what in ("minutes", "text", "undoes"):
        assert {f"{what}-needed", f"{what}-too-much"} <= set(_SENTENCES)
    for what in ("text", "reason"):
        assert {f"{what}-unprintable", f"{what}-empty", f"{what}-long"} <= set(_SENTENCES)
    for what in ("unit", "room", "wave"):
        assert {f"unknown-{what}", f"unknown-{what}-alike"} <= set(_SENTENCES)


def test_a_bad_order_carries_both() -> None:
    bad = BadOrder("minutes-bounds", minutes=0, most=600)
    assert str(bad) == "0 minutes will not do: 1 to 600."
    assert bad.said.indonesian == "0 menit tidak dapat: pilih 1 sampai 600 menit."
