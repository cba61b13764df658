"""The second factor: codes of six digits from an app on the phone (TOTP, RFC 6238).

Its secret is kept sealed (AES-GCM), so that a copy of the database makes no codes.
"""

import base64
import hashlib
import hmac
import os
from typing import Final

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.kit.errors import OpsError

STEP_S: Final = 30
_AROUND: Final = 1  # steps before and after: phones' clocks are off
_NONCE_BYTES: Final = 12
_ISSUER: Final = "Serentak"
CODE_DIGITS: Final = 6


class SecondFactors:
    """Makes secrets, seals them, and finds the step that a code belongs to."""

    def __init__(self, key: bytes) -> None:
        self._sealing = AESGCM(hmac.digest(key, b"second factor", hashlib.sha256))

    def new(self, login: str) -> str:
        """Return a new secret, sealed for this account."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._sealing.encrypt(nonce, pyotp.random_base32().encode(), login.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def secret(self, login: str, sealed: str) -> str:
        """Return a secret as an app takes it, in base 32.

        Raises:
            OpsError: it was sealed for another account, under another STAFF_KEY, or never.
        """
        try:
            held = base64.urlsafe_b64decode(sealed)
            opened = self._sealing.decrypt(held[:_NONCE_BYTES], held[_NONCE_BYTES:], login.encode())
        except (InvalidTag, ValueError):
            raise OpsError(
                f"The second factor of {login} was sealed under another STAFF_KEY: restore that "
                f"key, or give `serentak staff reset-factor {login}`."
            ) from None
        return opened.decode()

    def address(self, login: str, sealed: str) -> str:
        """Return the otpauth:// address that the QR code holds."""
        codes = pyotp.TOTP(self.secret(login, sealed))
        return codes.provisioning_uri(name=login, issuer_name=_ISSUER)

    def step_of(self, login: str, sealed: str, code: str, now_ms: int) -> int | None:
        """Return the time step whose code it is, one before and after included; None: of none."""
        typed = "".join(code.split())
        if len(typed) != CODE_DIGITS or not typed.isascii() or not typed.isdigit():
            return None
        codes = pyotp.TOTP(self.secret(login, sealed))
        now = now_ms // 1000 // STEP_S
        found = None
        for step in range(now - _AROUND, now + _AROUND + 1):
            if hmac.compare_digest(codes.at(step * STEP_S), typed):
                found = step
        return found
