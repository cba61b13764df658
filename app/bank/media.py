"""Pictures of items: read from files, checked by what they are, kept under a digest of them."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.bank.model import Medium
from app.bank.reading import Part

BYTES_MOST: Final = 300_000
"""A phone on 400 kbit/s waits six seconds for it."""
_SIDE_MOST: Final = 4096
_PIXELS_MOST: Final = 4_000_000
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DIGEST_LETTERS: Final = 32

MEDIA_TYPES: Final = ("image/png", "image/jpeg", "image/webp")

Size = tuple[int, int]


class PictureFault(ValueError):
    """What is wrong with the bytes of a picture, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture as it is kept and sent. ``id`` is a digest of ``body``."""

    id: str
    type: str
    body: bytes


class MediaFolder:
    """The pictures beside a bank's items; ``files`` are those that were asked for, by id."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, MediaFile] = {}
        self._folder = folder

    def medium(self, part: Part) -> Medium:
        """Return what an item says of a picture: ``{file = "name.png", alt = "text"}``.

        Raises:
            ContentError: there is no such file, it is no picture that travels, a text is missing.
        """
        name, alt = part.text("file"), part.text("alt")
        part.end()
        path = self._folder / name
        if not _NAME.fullmatch(name):
            raise part.fault("'file' must be the plain name of a file in the folder 'media'")
        if path.is_symlink() or not path.is_file():
            raise part.fault(f"there is no file {path}")
        if path.stat().st_size > BYTES_MOST:
            raise part.fault(f"the picture has more than {BYTES_MOST // 1000} kB")
        body = path.read_bytes()
        try:
            kind, (width, height) = kind_and_size(body)
        except PictureFault as fault:
            raise part.fault(str(fault)) from None
        digest = hashlib.sha256(body).hexdigest()[:_DIGEST_LETTERS]
        self.files[digest] = MediaFile(digest, kind, body)
        return Medium(digest, alt, width, height)


def medium_text(file: MediaFile) -> str:
    """Return a picture as it stands in the room, where everything is text: ``type;base64``."""
    return f"{file.type};{base64.b64encode(file.body).decode()}"


def parse_medium(text: str) -> tuple[str, bytes]:
    """Return media type and body of what `medium_text` made."""
    kind, _, body = text.partition(";")
    return kind, base64.b64decode(body)


def kind_and_size(body: bytes) -> tuple[str, Size]:
    """Return media type and (width, height) in pixels of a PNG, JPEG or WebP picture.

    Raises:
        PictureFault: it is none of these, cut short, too large for a phone, moves, or carries a
            camera's notes (they may name a place, and turn the picture).
    """
    for start, (kind, read) in _KINDS.items():
        if body.startswith(start):
            try:
                width, height = read(body)
            except IndexError:
                raise PictureFault("the picture is cut short") from None
            if not (0 < width <= _SIDE_MOST and 0 < height <= _SIDE_MOST):
                raise PictureFault(f"the picture must be 1 to {_SIDE_MOST} pixels wide and high")
            if width * height > _PIXELS_MOST:
                raise PictureFault(f"the picture has more than {_PIXELS_MOST // 10**6} megapixels")
            return kind, (width, height)
    raise PictureFault("the picture must be PNG, JPEG or WebP, whatever its name says")


def _number(body: bytes, at: int, length: int, *, little: bool = False) -> int:
    part = body[at : at + length]
    if len(part) < length:
        raise IndexError
    return int.from_bytes(part, "little" if little else "big")


def _png(body: bytes) -> Size:
    """Chunks: length, name, content, checksum. The first, IHDR, has the size."""
    if body[12:16] != b"IHDR" or not body.endswith(b"IEND\xaeB`\x82"):
        raise IndexError
    at = 8
    while (name := body[at + 4 : at + 8]) not in {b"IDAT", b"IEND"}:
        if name == b"acTL":
            raise PictureFault("the picture moves")
        if name == b"eXIf":
            raise PictureFault("the picture carries a camera's notes: save it without")
        at += 12 + _number(body, at, 4)
    return _number(body, 16, 4), _number(body, 20, 4)


def _jpeg(body: bytes) -> Size:
    """Segments: FF, letter, length. C0 to CF has the size, but for C4, C8 and CC: tables."""
    if not body.endswith(b"\xff\xd9"):
        raise IndexError
    at = 2
    while True:
        if body[at] != 0xFF:  # noqa: PLR2004 - what every segment begins with
            raise IndexError
        letter = body[at + 1]
        if body[at + 4 : at + 8] == b"Exif" and letter == 0xE1:  # noqa: PLR2004 - APP1
            raise PictureFault("the picture carries a camera's notes: save it without")
        if letter in range(0xC0, 0xD0) and letter not in {0xC4, 0xC8, 0xCC}:
            return _number(body, at + 7, 2), _number(body, at + 5, 2)
        at += 2 + _number(body, at + 2, 2)


def _webp(body: bytes) -> Size:
    """RIFF, length, WEBP, then a chunk of one of three kinds, each with the size elsewhere."""
    if body[8:12] != b"WEBP" or _number(body, 4, 4, little=True) + 8 != len(body):
        raise IndexError
    match body[12:16]:
        case b"VP8 ":
            masked = _number(body, 26, 2, little=True), _number(body, 28, 2, little=True)
            return masked[0] & 0x3FFF, masked[1] & 0x3FFF
        case b"VP8L":
            bits = _number(body, 21, 4, little=True)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            flags = body[20]
            if flags & 0x02:
                raise PictureFault("the picture moves")
            if flags & 0x08:
                raise PictureFault("the picture carries a camera's notes: save it without")
            return (
                _number(body, 24, 3, little=True) + 1,
                _number(body, 27, 3, little=True) + 1,
            )
        case _:
            raise IndexError


_KINDS: Final[dict[bytes, tuple[str, Callable[[bytes], Size]]]] = {
    b"\x89PNG\r\n\x1a\n": ("image/png", _png),
    b"\xff\xd8": ("image/jpeg", _jpeg),
    b"RIFF": ("image/webp", _webp),
}
