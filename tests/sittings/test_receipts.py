from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from app.sittings.model import Seal
from app.sittings.receipts import (
    Code,
    Receipts,
    code_prefix,
    decode,
    encode,
    parse_code,
    signed_bytes,
)

TEXT = 'LD-01:68719476737:"b":0\n'
SEAL = Seal(1, 2, 1_700_000_000_000, 1, "d1", "now", "submit")
SIGNER = Receipts({"old": b"o" * 32, "now": b"n" * 32}, "now")
PLACE = ("kukar-2023", "0123456789ab")
CODE = Code(1, 3, "0123456789ab", 1, 2, "mzxw6ytb")


def test_the_same_seal_has_the_same_receipt() -> None:
    assert SIGNER.sign(*PLACE, SEAL, TEXT) == SIGNER.sign(*PLACE, SEAL, TEXT)


def test_anyone_can_check_a_receipt_with_the_published_key() -> None:
    signature = SIGNER.sign(*PLACE, SEAL, TEXT)
    (published,) = [key for key in SIGNER.public_keys() if key["id"] == "now"]
    assert published["algorithm"] == "Ed25519"
    key = Ed25519PublicKey.from_public_bytes(decode(published["public"]) or b"")
    key.verify(signature, signed_bytes(*PLACE, SEAL, TEXT))


@pytest.mark.parametrize(
    ("place", "seal", "text"),
    [
        (("kukar-2024", PLACE[1]), SEAL, TEXT),
        ((PLACE[0], "0123456789ac"), SEAL, TEXT),
        (PLACE, replace(SEAL, epoch=2), TEXT),
        (PLACE, replace(SEAL, number=1), TEXT),
        (PLACE, replace(SEAL, at=SEAL.at + 1), TEXT),
        (PLACE, SEAL, TEXT.replace('"b"', '"a"')),
        (PLACE, SEAL, TEXT.replace(":0\n", ":1\n")),
        (PLACE, SEAL, ""),
    ],
)
def test_a_receipt_holds_for_nothing_else(place: tuple[str, str], seal: Seal, text: str) -> None:
    signature = SIGNER.sign(*PLACE, SEAL, TEXT)
    assert SIGNER.key_that_signed(*PLACE, SEAL, TEXT, signature) == "now"
    assert SIGNER.key_that_signed(*place, seal, text, signature) is None


def test_a_receipt_of_a_retired_key_is_recognised() -> None:
    signature = SIGNER.sign(*PLACE, replace(SEAL, key_id="old"), TEXT)
    assert SIGNER.key_that_signed(*PLACE, SEAL, TEXT, signature) == "old"
    assert Receipts({"x": b"x" * 32}, "x").key_that_signed(*PLACE, SEAL, TEXT, signature) is None


def test_a_code_begins_as_its_signature_does() -> None:
    prefix = code_prefix(SIGNER.sign(*PLACE, SEAL, TEXT))
    assert len(prefix) == 8
    assert prefix == prefix.lower()


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        " {} ",
        "{}".upper(),
        "1-3-0123456789ab-1.2-mzxw6ytb",
        "1 - 03 - 0123456789AB-1.2-MZXW6YTB",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert parse_code(typed.format(CODE)) == CODE


@given(st.integers(1, 99999), st.integers(0, 63), st.integers(1, 99999), st.integers(1, 99999))
def test_a_code_is_read_back(event: int, partition: int, epoch: int, seal: int) -> None:
    code = Code(event, partition, "0123456789ab", epoch, seal, "mzxw6ytb")
    assert parse_code(str(code)) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----",
        "1-03-0123456789ab-1.2",
        "1-03-0123456789ab-12-mzxw6ytb",
        "1-03-0123456789-1.2-mzxw6ytb",
        "1-03-0123456789a*-1.2-mzxw6ytb",
        "x-03-0123456789ab-1.2-mzxw6ytb",
        "1-٣-0123456789ab-1.2-mzxw6ytb",
        "1-03-0123456789ab-1.-mzxw6ytb",
        "123456-03-0123456789ab-1.2-mzxw6ytb",
        "1-03-0123456789ab-1.2-mzxw6ytb-x",
        "1-03-0123456789ab-1.2-" + "m" * 100,
    ],
)
def test_other_text_is_no_code(text: str) -> None:
    assert parse_code(text) is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    parse_code(text)
    decode(text)


@given(st.binary())
def test_bytes_travel_in_json_and_back(raw: bytes) -> None:
    assert decode(encode(raw)) == raw
