"""A person, sealed: what stands in the room's log of somebody who came in, for the recorder alone.

Room and files hold no NIP in clear. Sealed with AES-GCM, under a key of the installation's and for
one sitting: what was cut out of another line does not open.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import asdict
from datetime import date
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.people.model import Participant

_NONCE_BYTES: Final = 12


class Envelope:
    """Seals people and opens them again; ``key``: the installation's secret of NIPs."""

    def __init__(self, key: bytes) -> None:
        self._sealing = AESGCM(hmac.digest(key, b"somebody who came in", hashlib.sha256))

    def seal(self, person: Participant, sitting: str) -> str:
        """Return a person as one word, sealed for a sitting of theirs."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._sealing.encrypt(nonce, orjson.dumps(asdict(person)), sitting.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, sitting: str) -> Participant:
        """Return the person.

        Raises:
            ValueError: it was sealed for another sitting, under another secret, or never.
        """
        held = base64.urlsafe_b64decode(sealed)
        try:
            text = self._sealing.decrypt(held[:_NONCE_BYTES], held[_NONCE_BYTES:], sitting.encode())
            said = orjson.loads(text)
            return Participant(**{**said, "birth_date": date.fromisoformat(said["birth_date"])})
        except (InvalidTag, TypeError, KeyError):
            raise ValueError("sealed for another sitting, or under another secret") from None
