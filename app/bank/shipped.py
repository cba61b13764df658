"""Where the shipped instrument and items are, read and checked together."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.bank.instruments import instrument_from_part
from app.bank.items import read_items
from app.bank.model import Instrument, Item
from app.bank.reading import ContentError, read_toml

CONTENT: Final = Path(__file__).with_name("content")


@dataclass(frozen=True, slots=True)
class Bank:
    """An instrument, the document it was read from, and the items of its domains."""

    instrument: Instrument
    document: Mapping[str, object]
    items: tuple[Item, ...]


def read_bank(instrument_file: Path, items_folder: Path) -> Bank:
    """Read an instrument and its items.

    Raises:
        ContentError: also when the bank holds fewer items than a cell of the blueprint asks for.
    """
    file = read_toml(instrument_file)
    document = dict(file.table)
    instrument = instrument_from_part(file)
    items = tuple(read_items(items_folder, instrument))
    for cell in instrument.blueprint.cells:
        place = (cell.domain, cell.difficulty)
        held = sum((item.domain, item.difficulty) == place for item in items)
        if held < cell.count:
            raise ContentError(
                f"{items_folder}: the blueprint of {instrument_file.name} asks for {cell.count} "
                f"items of {cell.domain} {cell.difficulty}, the bank has {held}."
            )
    return Bank(instrument, document, items)


def shipped_bank() -> Bank:
    """Read the Kukar instrument and the items that ship with it."""
    return read_bank(CONTENT / "kukar-2023.toml", CONTENT / "items")
