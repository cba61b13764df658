"""Reads what a device sends: the shape, the revisions, and whether each value is possible.

A fault of shape refuses the request, with a JSON pointer each. A change that can be told apart but
cannot be (unknown item, impossible value, a generation that has not come) is ``invalid`` on its
own: it blocks neither the others nor a submit.
"""

from dataclasses import dataclass, field
from typing import Any, Final, cast

import orjson

from app.answers.model import possible
from app.kit.errors import InvalidRequest
from app.sittings.live import Entry
from app.sittings.model import GEN_EPOCH, REV_BITS, REV_LIMIT

CHANGES_MOST: Final = 512
EVENTS_MOST: Final = 256
_DETAIL_MOST: Final = 512
_TYPE_MOST: Final = 32
_LOWEST_REV: Final = GEN_EPOCH << REV_BITS

UNKNOWN_ITEM: Final = "butir tidak ada dalam paket soal ini"
IMPOSSIBLE: Final = "nilai tidak mungkin untuk butir ini"
FOREIGN_REV: Final = "revisi di luar generasi yang berlaku"

_LETTERS: Final = {
    "S": "stored",
    "=": "same",
    "u": "superseded",
    "c": "conflict",
    "l": "kept",
    "x": "invalid",
}


@dataclass(slots=True)
class Read:
    """What was read.

    ``results`` has an entry a change, in order; those to be weighed by the room hold no result yet,
    and ``open`` says where they stand.
    """

    entries: list[Entry] = field(default_factory=list)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    open: list[dict[str, Any]] = field(default_factory=list)
    seen: int = 0

    def settle(self, letters: str) -> list[dict[str, Any]]:
        """Fill in what the room said, a letter for each change and event that was sent."""
        for result, letter in zip(self.open, letters, strict=True):
            result["result"] = _LETTERS[letter]
        return self.results


def decode(body: bytes) -> dict[str, Any]:
    """Decode a body that must be a JSON object; an empty body is an empty object.

    Raises:
        InvalidRequest: when it is anything else.
    """
    if not body:
        return {}
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise fault("", "isi bukan JSON yang sah") from None
    if document.__class__ is not dict:
        raise fault("", "isi harus sebuah objek JSON")
    return cast("dict[str, Any]", document)


def fault(pointer: str, said: str) -> InvalidRequest:
    """Return the problem of one fault of shape."""
    return InvalidRequest(faults=[{"pointer": pointer, "detail": said}])


def read_save(document: dict[str, Any], layout: str, gen: int) -> Read:
    """Read a save: ``{changes, events, seen?}``.

    Raises:
        InvalidRequest: with every fault of shape in it.
    """
    read, faults = Read(), []
    seen = document.get("seen", 0)
    if seen.__class__ is int and 0 <= seen < REV_LIMIT:
        read.seen = seen
    else:
        faults.append({"pointer": "/seen", "detail": "harus bilangan bulat"})
    for n, change in enumerate(_list(document, "changes", CHANGES_MOST, faults)):
        shape = _shape(change, "item", f"/changes/{n}")
        if shape:
            faults += shape
        else:
            _weigh(read, change["item"], change, layout, gen)
    for n, event in enumerate(_list(document, "events", EVENTS_MOST, faults)):
        shape = _shape(event, "type", f"/events/{n}") or _event_faults(event, f"/events/{n}")
        if shape:
            faults += shape
        else:
            _take_event(read, event, gen)
    if faults:
        raise InvalidRequest(faults=faults)
    return read


def read_map(answers: object, layout: str, gen: int) -> Read:
    """Read a submit's map ``{item: {rev, value, flagged?}}``; no entry can fail the submit.

    Raises:
        InvalidRequest: when it is no map at all, or larger than any form.
    """
    if not isinstance(answers, dict):
        raise fault("/answers", "harus sebuah objek: butir ke jawaban")
    if len(answers) > CHANGES_MOST:
        raise fault("/answers", f"paling banyak {CHANGES_MOST} butir")
    read = Read()
    for item, answer in answers.items():
        if _shape({**answer, "item": item} if isinstance(answer, dict) else None, "item", ""):
            rev = answer.get("rev") if isinstance(answer, dict) else None
            rev = rev if isinstance(rev, int | float | str) else None  # never echo a deep nest
            read.results.append(_invalid(item, rev, "bentuk jawaban tidak sesuai"))
        else:
            _weigh(read, item, answer, layout, gen)
    return read


def read_revs(document: dict[str, Any]) -> dict[str, int]:
    """Read a reconcile: ``{items: {item: rev}}``.

    Raises:
        InvalidRequest: with every fault of shape in it.
    """
    items = document.get("items")
    if not isinstance(items, dict) or len(items) > CHANGES_MOST:
        raise fault("/items", "harus sebuah objek: butir ke revisi")
    faults = [
        {"pointer": f"/items/{_escape(item)}", "detail": "revisi harus bilangan bulat positif"}
        for item, rev in items.items()
        if rev.__class__ is not int or not 0 < rev < REV_LIMIT
    ]
    if faults:
        raise InvalidRequest(faults=faults)
    return items


def _list(
    document: dict[str, Any], name: str, most: int, faults: list[dict[str, str]]
) -> list[Any]:
    found = document.get(name)
    if found is None:
        return []
    if found.__class__ is not list:
        faults.append({"pointer": f"/{name}", "detail": "harus sebuah daftar"})
        return []
    if len(found) > most:
        faults.append({"pointer": f"/{name}", "detail": f"paling banyak {most} entri"})
        return []
    return found


def _shape(change: object, name: str, pointer: str) -> list[dict[str, str]]:
    """Return the faults of a change or event; a healthy one costs two looks."""
    if change.__class__ is not dict:
        return [{"pointer": pointer, "detail": "harus sebuah objek"}]
    held = cast("dict[str, Any]", change)
    rev, text, flagged = held.get("rev"), held.get(name), held.get("flagged", False)
    if (
        rev.__class__ is int
        and 0 < rev < REV_LIMIT
        and text.__class__ is str
        and flagged.__class__ is bool
    ):
        return []
    faults = []
    if rev.__class__ is not int or not 0 < rev < REV_LIMIT:
        faults.append({"pointer": f"{pointer}/rev", "detail": "harus bilangan bulat 1 … 2^53-1"})
    if text.__class__ is not str:
        faults.append({"pointer": f"{pointer}/{name}", "detail": "harus teks"})
    if flagged.__class__ is not bool:
        faults.append({"pointer": f"{pointer}/flagged", "detail": "harus true atau false"})
    return faults


def _weigh(read: Read, item: str, change: dict[str, Any], layout: str, gen: int) -> None:
    rev = change["rev"]
    if rev >> REV_BITS > gen or rev < _LOWEST_REV:
        read.results.append(_invalid(item, rev, FOREIGN_REV))
        return
    try:
        value = possible(layout, item, change.get("value"))
    except KeyError:
        read.results.append(_invalid(item, rev, UNKNOWN_ITEM))
        return
    if value is None:
        read.results.append(_invalid(item, rev, IMPOSSIBLE))
        return
    result = {"item": item, "rev": rev}
    read.results.append(result)
    read.open.append(result)
    read.entries.append((item, str(rev), value, "1" if change.get("flagged") else "0"))


def _take_event(read: Read, event: dict[str, Any], gen: int) -> None:
    rev = event["rev"]
    if rev >> REV_BITS > gen or rev < _LOWEST_REV:
        read.results.append({"rev": rev, "result": "invalid", "reason": FOREIGN_REV})
        return
    result = {"rev": rev}
    read.results.append(result)
    read.open.append(result)
    detail = orjson.dumps(event.get("detail")).decode()
    read.events.append((str(rev), event["type"], detail))


def _event_faults(event: dict[str, Any], pointer: str) -> list[dict[str, str]]:
    kind = event["type"]
    if not kind or len(kind) > _TYPE_MOST or not kind.isascii() or not _is_word(kind):
        said = f"harus kata pendek (a-z, 0-9, tanda hubung), paling panjang {_TYPE_MOST}"
        return [{"pointer": f"{pointer}/type", "detail": said}]
    try:
        detail = orjson.dumps(event.get("detail"))
    except TypeError:  # nested deeper than can be written down again
        detail = b"\\u0000"
    if len(detail) > _DETAIL_MOST or b"\\u0000" in detail:
        said = f"paling panjang {_DETAIL_MOST} byte, tanpa karakter NUL"
        return [{"pointer": f"{pointer}/detail", "detail": said}]
    return []


def _is_word(text: str) -> bool:
    return all(letter.isalnum() or letter in "-_" for letter in text)


def _invalid(item: str, rev: object, reason: str) -> dict[str, Any]:
    return {"item": item, "rev": rev, "result": "invalid", "reason": reason}


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
