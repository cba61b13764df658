"""What a participant reads when staff have done something."""

import pytest

from app.proctoring.model import KINDS, Kind
from app.proctoring.notices import notice
from tests.proctoring.builders import an_order


@pytest.mark.parametrize("kind", KINDS)
def test_every_action_is_told_in_whole_sentences(kind: Kind) -> None:
    said = notice(an_order(kind))
    assert said[0].isupper()
    assert said[-1] == "."
    assert "{" not in said


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
