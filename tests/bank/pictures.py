"""Small pictures of every kind, made from their parts."""

import base64
import struct
import zlib
from pathlib import Path

LOSSY = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
LOSSLESS = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")


def chunk(name: bytes, content: bytes = b"") -> bytes:
    """Return a chunk of a PNG."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png(width: int = 3, height: int = 2, *between: bytes) -> bytes:
    """Return a grey PNG; ``between`` are chunks before its pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * min(width, 9) for _ in range(min(height, 9))))
    parts = (chunk(b"IHDR", head), *between, chunk(b"IDAT", pixels), chunk(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def segment(letter: int, content: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return bytes([0xFF, letter]) + struct.pack(">H", len(content) + 2) + content


def jpeg(width: int = 3, height: int = 2, *between: bytes, frame: int = 0xC0) -> bytes:
    """Return a JPEG's outline; ``between`` are segments before its size."""
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    tables = segment(0xDB, bytes(65)) + segment(0xC4, bytes(20))
    return b"\xff\xd8" + b"".join((*between, tables, segment(frame, size))) + b"\xff\xd9"


def webp(width: int = 3, height: int = 2, flags: int = 0) -> bytes:
    """Return the outline of an extended WebP."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes([flags, 0, 0, 0]) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def hang(folder: Path, body: bytes, name: str = "peta.png") -> None:
    """Put a picture beside a bank's items."""
    (folder / "media").mkdir(exist_ok=True)
    (folder / "media" / name).write_bytes(body)
