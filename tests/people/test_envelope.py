"""Somebody in an envelope: opened by whoever has the secret, for this sitting alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.envelope import Envelope
from app.people.model import Participant

ONE = Participant("198609262015052001", "Siti", "PNS", "09.01", "P", date(1986, 9, 26))
KEY = b"k" * 32


@given(
    st.text(max_size=200).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)),
    st.dates(),
)
def test_who_goes_in_comes_out(name: str, born: date) -> None:
    person = Participant(ONE.nip, name, "NON_ASN", "09.01", "L", born)
    envelope = Envelope(KEY)
    assert envelope.open(envelope.seal(person, "0" * 12), "0" * 12) == person


def test_it_is_one_word_and_tells_nothing() -> None:
    first, second = (Envelope(KEY).seal(ONE, "0" * 12) for _ in range(2))
    assert first != second
    for sealed in (first, second):
        assert not set(sealed) & set(" \n:")
        assert ONE.nip not in sealed


@pytest.mark.parametrize(
    ("key", "sitting", "cut"),
    [(b"j" * 32, "0" * 12, 0), (KEY, "1" * 12, 0), (KEY, "0" * 12, 4), (KEY, "0" * 12, 99999)],
)
def test_another_secret_sitting_or_text_does_not_open_it(
    key: bytes, sitting: str, cut: int
) -> None:
    sealed = Envelope(KEY).seal(ONE, "0" * 12)
    with pytest.raises(ValueError, match=r"sealed for|Nonce|padding|."):
        Envelope(key).open(sealed[cut:], sitting)
