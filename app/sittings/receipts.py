"""Receipts: an Ed25519 signature over everything that was sealed, which anyone can check.

Deterministic: from the same seal and the same answers the same receipt is made again, by the app
from the room and by the recorder from the record.
"""

import base64
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from typing_extensions import override

from app.kit.errors import OpsError
from app.kit.ids import SITTING_LETTERS
from app.sittings.model import Seal

_SIGNATURE_LETTERS: Final = 8
_CODE_MOST: Final = 80
_DIGITS: Final = 5  # of a number in a code


@dataclass(frozen=True, slots=True)
class Code:
    """What a receipt's code says: where the sitting stands, which seal, how the signature begins.

    Written ``event number-partition-sitting-epoch.seal-signature``, e.g.
    ``1-03-k3j4h5g6f7d8-1.1-mzxw6ytb``.
    """

    event: int
    partition: int
    sitting: str
    epoch: int
    seal: int
    prefix: str

    @override
    def __str__(self) -> str:
        where = f"{self.event}-{self.partition:02d}-{self.sitting}"
        return f"{where}-{self.epoch}.{self.seal}-{self.prefix}"


def parse_code(text: str) -> Code | None:
    """Read a code as people type it: case and spaces do not matter; None when it is none."""
    fields = text.strip().lower().replace(" ", "").split("-")
    if len(fields) != len(Code.__slots__) - 1 or len(text) > _CODE_MOST:
        return None
    event, partition, sitting, seal, prefix = fields
    epoch, dot, number = seal.partition(".")
    digits = (event, partition, epoch, number)
    if not dot or not all(
        part.isascii() and part.isdigit() and len(part) <= _DIGITS for part in digits
    ):
        return None
    if len(sitting) != SITTING_LETTERS or not sitting.isalnum():
        return None
    return Code(int(event), int(partition), sitting, int(epoch), int(number), prefix)


def signed_bytes(event: str, sitting: str, seal: Seal, text: str) -> bytes:
    """Return what is signed: five lines that name the seal, then the sealed text itself."""
    head = f"serentak-receipt-1\n{event}\n{sitting}\n{seal.name}\n{seal.at}\n"
    return (head + text).encode()


class MissingKey(OpsError):
    """A seal names a key that this installation does not hold; nothing is recorded without it."""


class Receipts:
    """Signs and checks with the installation's keys; a seal names the key it was made under."""

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        self.current = current
        self._keys = {
            key_id: Ed25519PrivateKey.from_private_bytes(seed) for key_id, seed in keys.items()
        }

    def sign(self, event: str, sitting: str, seal: Seal, text: str) -> bytes:
        """Return the signature under the key that the seal names.

        Raises:
            MissingKey: when that key is not held.
        """
        key = self._keys.get(seal.key_id)
        if key is None:
            raise MissingKey(
                f"The receipt key {seal.key_id} is missing: put the retired key's file back into "
                "the secrets folder, as receipt-<any name>.key."
            )
        return key.sign(signed_bytes(event, sitting, seal, text))

    def key_that_signed(
        self, event: str, sitting: str, seal: Seal, text: str, signature: bytes
    ) -> str | None:
        """Return the id of the key under which the signature holds, or None."""
        said = signed_bytes(event, sitting, seal, text)
        for key_id, key in self._keys.items():
            try:
                key.public_key().verify(signature, said)
            except InvalidSignature:
                continue
            return key_id
        return None

    def public_keys(self) -> list[dict[str, str]]:
        """Return all public keys as they are published."""
        return [
            {
                "id": key_id,
                "algorithm": "Ed25519",
                "public": encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)),
            }
            for key_id, key in self._keys.items()
        ]


def code_prefix(signature: bytes) -> str:
    """Return the first letters of a signature as they stand in a code."""
    return base64.b32encode(signature[:5]).decode().lower()[:_SIGNATURE_LETTERS]


def encode(raw: bytes) -> str:
    """Return bytes as they travel in JSON: base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes | None:
    """Read base64url without padding; None when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
