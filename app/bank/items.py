"""The item files as `Item` values, and the rules an item must keep."""

from decimal import Decimal
from pathlib import Path
from typing import Final

from app.bank.media import MediaFolder
from app.bank.model import DIFFICULTIES, Instrument, Item, ItemType, Option
from app.bank.reading import ContentError, Part, all_faults, read_toml

ID_LETTERS: Final = 8
"""Longest id of an item or option: it travels with every answer."""
_LEAST_OPTIONS: Final = 2
_FILE_TYPES: Final[tuple[ItemType, ...]] = ("single",)
"""What a bank file can describe so far; forms and marking know the others."""


def read_items(folder: Path, instrument: Instrument, media: MediaFolder) -> list[Item]:
    """Read every ``*.toml`` of a folder, by file name, for the domains of an instrument.

    Pictures that items name are read from ``media``, and stand there afterwards.

    Raises:
        ContentError: naming file and item, a line for every item that breaks a rule.
    """
    items: list[Item] = []
    faults: list[ContentError] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            file = read_toml(path)
            domain = file.word("domain", [domain.code for domain in instrument.domains])
            parts = file.parts("items", "code")
            file.end()
        except ContentError as fault:
            faults.append(fault)
            continue
        for part in parts:
            try:
                item = _item(part, domain, instrument, media)
                if item.code in seen:
                    raise part.fault(f"the code stands in {seen[item.code]} already")
            except ContentError as fault:
                faults.append(fault)
                continue
            seen[item.code] = str(path)
            items.append(item)
    if faults:
        raise all_faults(faults)
    return items


def is_short_id(text: str) -> bool:
    """Tell whether a text may be an item's or option's id: 1–8 of ``A-Z a-z 0-9 -``."""
    return 0 < len(text) <= ID_LETTERS and text.isascii() and text.replace("-", "").isalnum()


def _item(part: Part, domain: str, instrument: Instrument, media: MediaFolder) -> Item:
    competences = [
        competence.code
        for of in instrument.domains
        if of.code == domain
        for competence in of.competences
    ]
    code = part.text("code")
    if not is_short_id(code) or not any(map(str.isdigit, code)):
        raise part.fault("a code is at most 8 letters, digits and hyphens, with a digit in it")
    options = _options(part.part("options"))
    item = Item(
        code=code,
        revision=part.integer("revision", least=1) if part.has("revision") else 1,
        type=part.word("type", _FILE_TYPES) if part.has("type") else "single",
        domain=domain,
        competence=part.word("competence", competences),
        difficulty=part.word("difficulty", DIFFICULTIES),
        stem=part.text("stem"),
        options=options,
        key=part.word("key", [option.id for option in options]),
        weight=part.decimal("weight") if part.has("weight") else Decimal(1),
        rationale=part.text("rationale"),
        media=tuple(map(media.medium, part.parts("media", "file"))) if part.has("media") else (),
    )
    if item.weight <= 0:
        raise part.fault("'weight' must be above 0")
    part.end()
    return item


def _options(part: Part) -> tuple[Option, ...]:
    """Read ``a = "text"`` or, for one that keeps its place, ``a = {text = "…", fixed = true}``."""
    options = []
    for name in part.names():
        if not is_short_id(name):
            raise part.fault(f"{name!r} is no option id")
        if part.is_table(name):
            detail = part.part(name)
            options.append(Option(name, detail.text("text"), fixed=detail.yes_or_no("fixed")))
            detail.end()
        else:
            options.append(Option(name, part.text(name)))
    if len(options) < _LEAST_OPTIONS:
        raise part.fault("an item needs two options at least")
    texts = [option.text.casefold() for option in options]
    if len(set(texts)) < len(texts):
        raise part.fault("two options have the same text")
    return tuple(options)
