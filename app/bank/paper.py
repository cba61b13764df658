"""What of the bank a participant may see: texts without keys, weights or rationales."""

from collections.abc import Iterable

import orjson

from app.bank.model import Instrument, Item

SECTIONS = "sections"
"""Stands among the item codes, none of which can be this word: a code has a digit in it."""


def item_text(item: Item) -> bytes:
    """Return one item's JSON: id, type, stem, options in the bank's order, pictures, section."""
    text: dict[str, object] = {
        "id": item.code,
        "type": item.type,
        "stem": item.stem,
        "options": [{"id": option.id, "text": option.text} for option in item.options],
        "section": item.domain,
    }
    if item.media:
        text["media"] = item.media
    return orjson.dumps(text)


def section_texts(instrument: Instrument) -> bytes:
    """Return the JSON of the sections: a list of id and title, in the instrument's order."""
    return orjson.dumps(
        [{"id": domain.code, "title": domain.name} for domain in instrument.domains]
    )


def paper(instrument: Instrument, items: Iterable[Item]) -> dict[str, bytes]:
    """Return all texts of an event: by item code, and the sections under `SECTIONS`."""
    return {
        **{item.code: item_text(item) for item in items},
        SECTIONS: section_texts(instrument),
    }
