"""Tokens prove themselves: event, partition, sitting and gen under an HMAC, no store is asked."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from app.kit.errors import Problem
from app.kit.ids import partition_tag
from app.sittings.model import Ref

_CACHED: Final = 50_000
_PARTS: Final = 5


class TokenInvalid(Problem):
    """The token is missing, forged, or speaks for another sitting."""

    type = "token-invalid"
    status = 401
    title = "Masuk kembali diperlukan"
    detail = "Sesi ini tidak dikenali. Masuk kembali dengan NIP dan PIN kartu Anda."


class Tokens:
    """Issues and checks tokens. Checked ones are remembered, since a proof does not change.

    ``instance`` tells one priming of an event from another, so that a token of the rehearsal is
    none on the day.
    """

    def __init__(self, key: bytes, instance: Callable[[str], str]) -> None:
        self._key = key
        self._instance = instance
        self._known: dict[str, tuple[Ref, str]] = {}

    def issue(self, ref: Ref) -> str:
        """Return the token of a sitting's gen."""
        said = f"v1.{ref.event}.{ref.partition}.{ref.sitting}.{ref.gen}"
        return f"{said}.{self._mac(said, self._instance(ref.event))}"

    def check(self, token: str, sitting: str) -> Ref:
        """Return what the token proves.

        Raises:
            TokenInvalid: when it is forged or not of this sitting.
            RoomRecovering: when its event is not in the room (yet).
        """
        known = self._known.get(token)
        if known is None or known[1] != self._instance(known[0].event):
            known = self._read(token)
        if known[0].sitting != sitting:
            raise TokenInvalid
        return known[0]

    def _read(self, token: str) -> tuple[Ref, str]:
        said, _, mac = token.rpartition(".")
        parts = said.split(".")
        if len(parts) != _PARTS:
            raise TokenInvalid
        _, event, partition, sitting, gen = parts
        instance = self._instance(event)
        if not hmac.compare_digest(mac.encode(), self._mac(said, instance).encode()):
            raise TokenInvalid
        ref = Ref(sitting, event, int(partition), partition_tag(event, int(partition)), int(gen))
        if len(self._known) >= _CACHED:
            self._known.clear()
        self._known[token] = ref, instance
        return ref, instance

    def _mac(self, said: str, instance: str) -> str:
        mac = hmac.digest(self._key, f"{said}|{instance}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac[:18]).decode()
