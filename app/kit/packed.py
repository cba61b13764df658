"""A body that is sent many times: compressed once, and not sent again to who has it."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from fastapi import Request, Response

_OK: Final = 200
_UNCHANGED: Final = 304
_BETWEEN_TAGS: Final = re.compile(r"\s*,\s*|W/")  # a proxy may have called one weak
_REFUSED: Final = re.compile(r"\s*q=0(\.0*)?\s*")


def takes_gzip(accepted: str) -> bool:
    """Tell whether an ``Accept-Encoding`` takes gzip."""
    for one in accepted.split(","):
        name, _, weight = one.partition(";")
        if name.strip().lower() == "gzip":
            return not _REFUSED.fullmatch(weight)
    return False


class Packed:
    """A body, and its compressed form once somebody asks for it. ``level``: gzip's, 0 is none."""

    def __init__(self, body: bytes, media_type: str, *, level: int, tag: str | None = None) -> None:
        self.plain = body
        self.media_type = media_type
        self.tag = tag or hashlib.sha256(body).hexdigest()[:16]
        """What the ETag says, of any length; a digest of the body unless something else is one."""
        self._level = level

    @cached_property
    def small(self) -> bytes:
        """The body compressed; itself where that is no shorter."""
        if not self._level:
            return self.plain
        packed = gzip.compress(self.plain, self._level, mtime=0)
        return packed if len(packed) < len(self.plain) else self.plain

    def reply(self, request: Request, headers: Mapping[str, str], status: int = 200) -> Response:
        """Return it as this client takes it, or 304 where the client has it."""
        plain, small = f'"{self.tag}"', f'"{self.tag}-gzip"'
        out = {**headers, "Vary": "Accept-Encoding"}
        held = _BETWEEN_TAGS.split(request.headers.get("if-none-match", ""))
        for tag in (plain, small) if status == _OK else ():
            if tag in held:
                return Response(None, _UNCHANGED, {**out, "ETag": tag})
        if takes_gzip(request.headers.get("accept-encoding", "")) and self.small is not self.plain:
            packed = {**out, "ETag": small, "Content-Encoding": "gzip"}
            return Response(self.small, status, packed, media_type=self.media_type)
        return Response(self.plain, status, {**out, "ETag": plain}, media_type=self.media_type)
