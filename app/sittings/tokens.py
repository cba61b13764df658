"""Tokens prove themselves: event, partition, sitting and gen under an HMAC, no store is asked."""

import base64
import hashlib
import hmac
from typing import Final

from app.kit.errors import Problem
from app.kit.ids import partition_tag
from app.sittings.model import Ref

_CACHED: Final = 50_000


class TokenInvalid(Problem):
    """The token is missing, forged, or speaks for another sitting."""

    type = "token-invalid"
    status = 401
    title = "Masuk kembali diperlukan"
    detail = "Sesi ini tidak dikenali. Masuk kembali dengan NIP dan PIN kartu Anda."


class Tokens:
    """Issues and checks tokens. Checked ones are remembered, since a proof does not change."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, Ref] = {}

    def issue(self, ref: Ref) -> str:
        """Return the token of a sitting's gen."""
        said = f"v1.{ref.event}.{ref.partition}.{ref.sitting}.{ref.gen}"
        return f"{said}.{self._mac(said)}"

    def check(self, token: str, sitting: str) -> Ref:
        """Return what the token proves.

        Raises:
            TokenInvalid: when it is forged or not of this sitting.
        """
        ref = self._known.get(token) or self._read(token)
        if ref.sitting != sitting:
            raise TokenInvalid
        return ref

    def _read(self, token: str) -> Ref:
        said, _, mac = token.rpartition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(said).encode()):
            raise TokenInvalid
        _, event, partition, sitting, gen = said.split(".")
        ref = Ref(sitting, event, int(partition), partition_tag(event, int(partition)), int(gen))
        if len(self._known) >= _CACHED:
            self._known.clear()
        self._known[token] = ref
        return ref

    def _mac(self, said: str) -> str:
        mac = hmac.digest(self._key, said.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac[:18]).decode()
