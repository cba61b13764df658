"""Which orders can be given: each says what it needs, and nothing unprintable reaches a screen."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proctoring.model import KINDS, Acted, BadOrder, Kind, Outcome, Scope
from app.proctoring.sentences import said
from tests.proctoring.builders import EVERYBODY, an_order

VISIBLE = st.text(
    st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u202e"),
    min_size=1,
    max_size=100,
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_ordered(kind: Kind) -> None:
    assert an_order(kind).kind == kind


def test_an_order_from_a_shell_is_one_of_ops() -> None:
    shell = an_order("pause", actor="shell:root")
    assert (shell.actor, shell.role, shell.where) == ("shell:root", "ops", "")
    board = an_order("pause", role="proctor", where="10.1.2.3")
    assert (board.role, board.where) == ("proctor", "10.1.2.3")


@pytest.mark.parametrize("minutes", [1, 600])
def test_minutes_from_one_to_six_hundred_are_given(minutes: int) -> None:
    assert an_order("extend", minutes=minutes).minutes == minutes


@pytest.mark.parametrize("kind", ["extend", "reopen"])
@pytest.mark.parametrize("minutes", [-1, 0, 601])
def test_other_minutes_are_refused(kind: Kind, minutes: int) -> None:
    with pytest.raises(BadOrder, match=f"^{minutes} minutes will not do: 1 to 600"):
        an_order(kind, minutes=minutes)


@pytest.mark.parametrize(
    ("kind", "more", "sentence"),
    [
        ("extend", {"minutes": None}, "extend needs minutes"),
        ("pause", {"minutes": 5}, "pause takes no minutes"),
        ("message", {"text": None}, "message needs text"),
        ("resume", {"text": "x"}, "resume takes no text"),
        ("reopen", {"reason": None}, "reopen needs a reason"),
        ("reopen", {"reason": " "}, "The reason is empty"),
        ("message", {"reason": "x"}, "message takes no reason"),
        ("message", {"text": " \u200d "}, "The text is empty"),
        ("message", {"text": "x" * 281}, "The text is 281 letters long, 280 at the most"),
        ("submit", {"reason": "x" * 201}, "The reason is 201 letters long, 200 at the most"),
        ("message", {"text": "a\nb"}, r"cannot be printed: U\+000A"),
        ("message", {"text": "a\x00b"}, r"cannot be printed: U\+0000"),
        ("message", {"text": "a\udcffb"}, r"cannot be printed: U\+DCFF"),
        ("message", {"text": "a\u202eb"}, r"cannot be printed: U\+202E"),
        ("pause", {"action": "two words"}, "The action id 'two words' will not do"),
        ("pause", {"action": ""}, "The action id '' will not do"),
        ("undo", {"undoes": None}, "undo needs the id of the act"),
        ("undo", {"undoes": "two words"}, "The action id 'two words' will not do"),
        ("hold", {"undoes": "a-1"}, "hold takes back nothing"),
        ("hold", {"minutes": 5}, "hold takes no minutes"),
        ("device", {"text": "x"}, "device takes no text"),
        ("pause", {"actor": "x" * 41}, "The name of who does it"),
        ("pause", {"actor": "-"}, "The name of who does it '-' will not do"),
    ],
)
def test_what_nobody_could_carry_out_is_refused_in_a_sentence(
    kind: Kind, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadOrder, match=sentence):
        an_order(kind, **more)


@given(VISIBLE)
def test_a_message_in_any_script_is_kept_as_it_is_written(text: str) -> None:
    assert an_order("message", text=f"  {text} ").text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["<b>tebal</b>", "👩\u200d🏫 halo", "ꦱꦸꦒꦼꦁ", "{minutes} %s"])
def test_nothing_in_a_message_means_anything(text: str) -> None:
    assert an_order("message", text=text).text == text


def test_everybody_is_meant_only_in_an_event_that_is_named() -> None:
    with pytest.raises(BadOrder, match="Name the event"):
        Scope("everybody")


def test_what_came_of_an_order_is_counted() -> None:
    outcomes = [
        Outcome("a", "done", "open", 1),
        Outcome("b", "again", "open", 1),
        Outcome("c", "state", "sealed"),
        Outcome("d", "state", "sealed"),
        Outcome("e", "state", "absent"),
        Outcome("f", "failed", why=said("away")),
    ]
    document = Acted(an_order("pause", EVERYBODY, action="a-1"), "event", outcomes).document()
    assert [document[name] for name in ("action", "done", "again", "failed")] == ["a-1", 1, 1, 1]
    assert document["not_applicable"] == {"sealed": 2, "absent": 1}
