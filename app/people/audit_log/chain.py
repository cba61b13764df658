"""The chain: each row's hash covers the row, its number and the hash of the row before it.

The hash is an HMAC-SHA256 under a key of the installation: whoever edits the database, but does not
hold the key, cannot make a row that fits. What is hashed are the row's own texts, as they stand: no
store rewrites them on the way.
"""

import hashlib
import hmac
from dataclasses import dataclass, fields
from typing import Final, NewType

import orjson

from app.kit.json import canonical
from app.people.audit_log.model import Entry

ChainKey = NewType("ChainKey", bytes)
"""Made by `chain_key`, from nothing else."""

START: Final = bytes(32)
"""What the first row follows."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it stands in the record: ``before`` and ``after`` are canonical JSON texts.

    ``previous`` repeats the hash of the row before, so that a row can be checked by itself.
    """

    number: int
    at: int
    who: str
    role: str
    what: str
    whom: str
    why: str
    where: str
    before: str
    after: str
    source: str
    previous: bytes
    hash: bytes

    def entry(self) -> Entry:
        """Return what was written."""
        texts = ("who", "role", "what", "whom", "why", "where", "source")
        said = {name: getattr(self, name) for name in texts}
        return Entry(at=self.at, before=_read(self.before), after=_read(self.after), **said)

    def fits(self, key: ChainKey, number: int | None = None) -> bool:
        """Tell whether this row was written so, under its own number or another one."""
        return hmac.compare_digest(self.hash, _hash(key, self, number or self.number))


COLUMNS: Final = tuple(column.name for column in fields(Row))


def chain_key(staff: bytes) -> ChainKey:
    """Return the key of the chain, derived from the staff's secret."""
    return ChainKey(hmac.digest(staff, b"audit log", hashlib.sha256))


def written(key: ChainKey, number: int, previous: bytes, entry: Entry) -> Row:
    """Return an entry as the row of this number.

    Raises:
        TypeError: before or after cannot be said in JSON.
    """
    row = Row(
        number=number,
        at=entry.at,
        who=entry.who,
        role=entry.role,
        what=entry.what,
        whom=entry.whom,
        why=entry.why,
        where=entry.where,
        before=canonical(entry.before),
        after=canonical(entry.after),
        source=entry.source,
        previous=previous,
        hash=b"",
    )
    made = {name: getattr(row, name) for name in COLUMNS}
    return Row(**(made | {"hash": _hash(key, row, number)}))


def head_text(number: int, digest: bytes) -> str:
    """Return a head as it is written into the session minutes: ``number:hash``."""
    return f"{number}:{digest.hex()}"


def parse_head(text: str) -> tuple[int, bytes]:
    """Read ``number:hash``.

    Raises:
        ValueError: it is no head.
    """
    number, colon, digest = text.strip().partition(":")
    held = bytes.fromhex(digest)
    if not colon or len(held) != len(START) or not number.isdecimal():
        raise ValueError(text)
    return int(number), held


def _hash(key: ChainKey, row: Row, number: int) -> bytes:
    said = [number, *(getattr(row, name) for name in COLUMNS[1:-2]), row.previous.hex()]
    return hmac.digest(key, b"serentak-audit-log-1\n" + orjson.dumps(said), hashlib.sha256)


def _read(text: str) -> dict[str, object]:
    try:
        held = orjson.loads(text)
    except orjson.JSONDecodeError:  # somebody has edited it: it is shown as it stands
        held = None
    return held if isinstance(held, dict) else {"?": text}
