from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sittings.model import Ref
from app.sittings.tokens import TokenInvalid, Tokens

REF = Ref("0123456789ab", "kukar-2023", 3, "{kukar-2023.p03}", 65537)


def instance(event: str) -> str:
    return {"kukar-2023": "1691107200000"}.get(event, "")


TOKENS = Tokens(b"k" * 32, instance)


def test_a_token_proves_sitting_and_gen() -> None:
    token = TOKENS.issue(REF)
    assert TOKENS.check(token, REF.sitting) == REF
    assert Tokens(b"k" * 32, instance).check(token, REF.sitting) == REF
    assert "." in token
    assert token.isascii()


def test_a_token_is_good_for_its_own_sitting_only() -> None:
    with pytest.raises(TokenInvalid):
        TOKENS.check(TOKENS.issue(REF), "0123456789ac")


def test_a_token_of_another_installation_is_none() -> None:
    with pytest.raises(TokenInvalid):
        TOKENS.check(Tokens(b"x" * 32, instance).issue(REF), REF.sitting)


@pytest.mark.parametrize(
    "token", ["", ".", "v1", "v1.a.b.c.d.e", "a" * 500, "é.é", "v1....", "\x00"]
)
def test_other_text_is_no_token(token: str) -> None:
    with pytest.raises(TokenInvalid):
        TOKENS.check(token, REF.sitting)


@given(st.data())
def test_no_letter_of_a_token_can_be_changed(data: st.DataObject) -> None:
    token = TOKENS.issue(REF)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    forged = token[:place] + letter + token[place + 1 :]
    if forged != token:
        with pytest.raises(TokenInvalid):
            TOKENS.check(forged, REF.sitting)


def test_a_gen_cannot_be_raised_by_hand() -> None:
    said, _, mac = TOKENS.issue(REF).rpartition(".")
    with pytest.raises(TokenInvalid):
        TOKENS.check(f"{said.replace('65537', '65538')}.{mac}", REF.sitting)
    assert TOKENS.issue(replace(REF, gen=65538)) != TOKENS.issue(REF)


def test_a_token_of_the_rehearsal_is_none_on_the_day() -> None:
    rehearsal = Tokens(b"k" * 32, lambda _: "1691000000000")
    with pytest.raises(TokenInvalid):
        TOKENS.check(rehearsal.issue(REF), REF.sitting)
