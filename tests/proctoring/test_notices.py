"""What a participant reads when staff have done something."""

import pytest

from app.proctoring.model import KINDS, Kind, LastAct
from app.proctoring.notices import notice, notice_of_undoing
from tests.proctoring.builders import an_order


def is_whole(said: str) -> bool:
    return said[0].isupper() and said[-1] == "." and "{" not in said


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"undo", "card", "flag"}))
def test_every_action_is_told_in_whole_sentences(kind: Kind) -> None:
    assert is_whole(notice(an_order(kind)))


@pytest.mark.parametrize("before", "nmop")
@pytest.mark.parametrize("kind", ["admit", "hold", "extend", "pause", "resume", "submit"])
def test_every_undoing_is_told_in_whole_sentences(kind: str, before: str) -> None:
    last = LastAct(kind, before, 300_000, "order-0")
    said = notice_of_undoing(an_order("undo", reason="Keliru"), last)
    assert is_whole(said)
    assert said.endswith(" Alasan: Keliru.")
    assert ("5 menit" in said) == (kind == "extend")


@pytest.mark.parametrize("kind", ["message", "reopen", "device", "undo"])
def test_what_cannot_be_undone_has_no_notice(kind: str) -> None:
    assert notice_of_undoing(an_order("undo"), LastAct(kind, "o", 0, "order-0")) == ""


def test_who_was_not_admitted_before_the_hold_waits_on() -> None:
    held = {letter: LastAct("hold", letter, 0, "order-0") for letter in "nm"}
    said = {letter: notice_of_undoing(an_order("undo"), last) for letter, last in held.items()}
    assert "Tunggu" in said["n"]
    assert "dapat dimulai" in said["m"]


def test_an_extension_names_its_minutes() -> None:
    assert notice(an_order("extend", minutes=15)) == "Waktu Anda ditambah 15 menit."


@pytest.mark.parametrize(
    ("reason", "end"), [("Listrik padam", "Listrik padam."), ("Sudah siap?", "Sudah siap?")]
)
def test_the_reason_is_told_with_it(reason: str, end: str) -> None:
    said = notice(an_order("reopen", minutes=5, reason=reason))
    assert said == f"Ujian Anda dibuka kembali. Waktu Anda 5 menit. Alasan: {end}"


def test_a_message_is_told_as_it_was_written() -> None:
    assert notice(an_order("message", text="{minutes} <b>")) == "{minutes} <b>"
