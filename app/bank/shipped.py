"""A bank in readable files: an instrument and, beside it, its items. One ships with the product."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.bank.instruments import instrument_from_part
from app.bank.items import read_items
from app.bank.media import MediaFile, MediaFolder
from app.bank.model import Instrument, Item
from app.bank.reading import ContentError, read_toml

CONTENT: Final = Path(__file__).with_name("content")


@dataclass(frozen=True, slots=True)
class Bank:
    """An instrument, the document it was read from, the items of its domains, their pictures."""

    instrument: Instrument
    document: Mapping[str, object]
    items: tuple[Item, ...]
    media: tuple[MediaFile, ...]


def read_bank(folder: Path = CONTENT) -> Bank:
    """Read a folder that holds ``INSTRUMENT.toml``, of any name, and ``items/*.toml``.

    Pictures that items name are in ``media/``.

    Whether forms can be drawn from it is not looked at here: see `app.forms.plan`.

    Raises:
        ContentError: with a line for every fault of the items.
    """
    file = read_toml(_instrument_file(folder))
    document = dict(file.table)
    instrument = instrument_from_part(file)
    media = MediaFolder(folder / "media")
    items = tuple(read_items(folder / "items", instrument, media))
    if not items:
        raise ContentError(f"{folder / 'items'}: there are no items in *.toml files.")
    return Bank(instrument, document, items, tuple(media.files.values()))


def shipped_bank() -> Bank:
    """Read the Kukar instrument and the items that ship with it."""
    return read_bank()


def _instrument_file(folder: Path) -> Path:
    found = sorted(folder.glob("*.toml"))
    if len(found) != 1:
        names = f": {', '.join(path.name for path in found)}" if found else ""
        raise ContentError(
            f"{folder}: one instrument in a *.toml file is expected beside the folder 'items', "
            f"there are {len(found)}{names}."
        )
    return found[0]
