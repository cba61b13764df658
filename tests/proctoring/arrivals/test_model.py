"""Whatever is typed at the door is a person, or a sentence that says what to type."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.model import Participant
from app.people.staff.problems import Unfit
from app.proctoring.arrivals.model import at_the_door

NAMES = st.text() | st.sampled_from(["Siti Aminah, S.Pd.", "dr. I Gede O'Neill", "-", "''", "#N/A"])
NIPS = st.text(max_size=24) | st.from_regex(r"(19|99)[0-9]{16}", fullmatch=True)
WORDS = st.text(max_size=12) | st.sampled_from(["L", "P", "26-09-1986", "1986-09-26"])


def met(nip: str, name: str, sex: str, born: str) -> Participant | Unfit:
    try:
        return at_the_door(nip, name, "09.01", sex, born)
    except Unfit as unfit:
        return unfit


@given(NIPS, NAMES, WORDS, WORDS)
def test_it_is_a_person_or_a_sentence(nip: str, name: str, sex: str, born: str) -> None:
    found = met(nip, name, sex, born)
    if isinstance(found, Unfit):
        assert found.said.endswith(".")
        assert found.more["field"] in {"nip", "name", "sex", "birth_date"}
        return
    assert found.name.isprintable()
    assert any(letter.isalpha() for letter in found.name)
    assert (len(found.nip), found.nip.isdigit(), found.unit) == (18, True, "09.01")
    assert found.sex in {"L", "P"}


@pytest.mark.parametrize("name", ["  Siti   Aminah ", "'Siti Aminah", "Siti\tAminah"])
def test_a_name_is_kept_as_the_roster_keeps_it(name: str) -> None:
    person = at_the_door("198609262015052001", name, "09.01")
    assert person == Participant(
        "198609262015052001", "Siti Aminah", "PNS", "09.01", "P", date(1986, 9, 26)
    )
