"""Ids that travel: short, without a NIP, and the same for the same person at every drawing."""

import hashlib
import hmac

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u
# Python's own base 32 counts on with 0-9a-v; letters that are not of the alphabet stay no digits.
_TO_PYTHON = str.maketrans(_ALPHABET + "ilou_+- ", "0123456789abcdefghijklmnopqrstuv" + "~" * 8)
SITTING_LETTERS = 12
_SITTING_BITS = 5 * SITTING_LETTERS


def sitting_number(nip_key: bytes, event: str, nip: str) -> int:
    """Return the 60-bit id of this person's sitting: the same person finds the same sitting."""
    mac = hmac.digest(nip_key, f"sitting|{event}|{nip}".encode(), hashlib.sha256)
    return int.from_bytes(mac[:8], "big") >> (64 - _SITTING_BITS)


def sitting_text(number: int) -> str:
    """Return the 12 letters under which a sitting travels."""
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(_SITTING_BITS - 5, -1, -5))


def sitting_from_text(text: str) -> int:
    """Return the number of a sitting's 12 letters.

    Raises:
        ValueError: when the text is not 12 letters of the alphabet.
    """
    if len(text) != SITTING_LETTERS or not text.isascii() or text != text.lower():
        raise ValueError(text)
    return int(text.translate(_TO_PYTHON), 32)


def partition_of(number: int, partitions: int) -> int:
    """Return the partition of a sitting: its id is uniform, so the remainder is."""
    return number % partitions


def partition_tag(event: str, partition: int) -> str:
    """Return the hash tag that keeps a partition's keys in one slot, e.g. ``{kukar-2023.p00}``."""
    return f"{{{event}.p{partition:02d}}}"


def account_key(nip_key: bytes, nip: str) -> str:
    """Return the key under which a person's sittings stand, without naming the NIP."""
    mac = hmac.digest(nip_key, f"account|{nip}".encode(), hashlib.sha256)
    return f"acct:{mac[:12].hex()}"
