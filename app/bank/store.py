"""All SQL of the bank. Callers own the transaction.

What was once stored under an instrument's version stays what it was: results refer to it. An item
has one text and one key at a time; another content of the same revision is refused, a higher
revision takes its place. Storing the same again does nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank.instruments import instrument_from_document, plain_document
from app.bank.media import MediaFile
from app.bank.model import Instrument, Item, ItemRow, Medium, Option
from app.bank.reading import ContentError, all_faults
from app.bank.tables import competences, domains, instruments, items, media


@dataclass(frozen=True, slots=True)
class SavedItems:
    """What became of given items, by code."""

    new: tuple[str, ...]
    revised: tuple[str, ...]
    unchanged: tuple[str, ...]


async def save_instrument(
    conn: AsyncConnection, instrument: Instrument, document: Mapping[str, object]
) -> bool:
    """Store a version of an instrument with its domains and competences; False: it stands already.

    Raises:
        ContentError: when this version is stored with another content.
    """
    plain = plain_document(document)
    stored = await _document(conn, instrument.id, instrument.version)
    if stored is not None:
        if stored != plain:
            raise ContentError(
                f"Instrument {instrument.id} version {instrument.version} is stored with another "
                "content: raise its version."
            )
        return False
    head = {
        "id": instrument.id,
        "version": instrument.version,
        "title": instrument.title,
        "framework": instrument.framework,
        "document": plain,
    }
    await conn.execute(insert(instruments), head)
    of = {"instrument_id": instrument.id, "instrument_version": instrument.version}
    domain_rows = [
        {**of, "code": domain.code, "name": domain.name, "weight": domain.weight, "ordinal": nth}
        for nth, domain in enumerate(instrument.domains, start=1)
    ]
    await conn.execute(insert(domains), domain_rows)
    pairs = [(domain, each) for domain in instrument.domains for each in domain.competences]
    competence_rows = [
        {**of, "domain_code": domain.code, "code": each.code, "name": each.name, "ordinal": nth}
        for nth, (domain, each) in enumerate(pairs, start=1)
    ]
    await conn.execute(insert(competences), competence_rows)
    return True


async def save_items(conn: AsyncConnection, given: Iterable[Item]) -> SavedItems:
    """Insert new items and take over higher revisions.

    Raises:
        ContentError: a line for every item that changed without a higher revision, or has a lower.
    """
    stored = {row.code: row for row in map(_item, await conn.execute(_items()))}
    faults: list[ContentError] = []
    new, revised, unchanged = [], [], []
    for item in given:
        held = stored.get(item.code)
        if held is None:
            new.append(item)
        elif item.revision > held.revision:
            revised.append(item)
        elif item.revision == held.revision and _row(item) == _row(held):
            unchanged.append(item)
        else:
            faults.append(
                ContentError(
                    f"Item {item.code} is stored as revision {held.revision} with another content: "
                    f"give it revision {held.revision + 1}."
                )
            )
    if faults:
        raise all_faults(faults)
    if new or revised:
        await conn.execute(_upsert(), [_row(item) for item in new + revised])
    return SavedItems(*(tuple(item.code for item in some) for some in (new, revised, unchanged)))


async def save_media(conn: AsyncConnection, files: Iterable[MediaFile]) -> None:
    """Keep pictures; one that stands already is the same."""
    for file in files:
        row = {"id": file.id, "type": file.type, "body": file.body}
        await conn.execute(insert(media).values(row).on_conflict_do_nothing())


async def read_media(conn: AsyncConnection, of: Iterable[Item]) -> list[MediaFile]:
    """Return the pictures of these items."""
    wanted = {medium.id for item in of for medium in item.media}
    if not wanted:
        return []
    found = await conn.execute(select(media).where(media.c.id.in_(wanted)).order_by(media.c.id))
    return [MediaFile(row.id, row.type, row.body) for row in found]


async def read_instrument(conn: AsyncConnection, instrument: str, version: int) -> Instrument:
    """Return a stored version of an instrument.

    Raises:
        ContentError: when the record does not have it.
    """
    where = f"Instrument {instrument} version {version}"
    document = await _document(conn, instrument, version)
    if document is None:
        raise ContentError(f"{where} is not in the record.")
    return instrument_from_document(document, where)


async def read_items(conn: AsyncConnection, instrument: Instrument) -> list[ItemRow]:
    """Return the items of an instrument's domains, by code, each with its integer."""
    codes = [domain.code for domain in instrument.domains]
    wanted = _items().where(items.c.domain_code.in_(codes)).order_by(items.c.code.collate("C"))
    return [_item(row) for row in await conn.execute(wanted)]


async def item_ids(conn: AsyncConnection) -> dict[str, int]:
    """Return the integer of every item by its code."""
    return {row.code: row.id for row in await conn.execute(select(items.c.code, items.c.id))}


async def _document(
    conn: AsyncConnection, instrument: str, version: int
) -> dict[str, object] | None:
    columns = instruments.c
    document: dict[str, object] | None = await conn.scalar(
        select(columns.document).where(columns.id == instrument, columns.version == version)
    )
    return document


def _upsert() -> Insert:
    new = insert(items)
    columns = [column.name for column in items.columns if column.name != "id"]
    return new.on_conflict_do_update(
        index_elements=["code"], set_={name: new.excluded[name] for name in columns}
    )


def _row(item: Item) -> dict[str, object]:
    return {
        "code": item.code,
        "revision": item.revision,
        "type": item.type,
        "domain_code": item.domain,
        "competence_code": item.competence,
        "difficulty": item.difficulty,
        "stem": item.stem,
        "options": [
            {"id": option.id, "text": option.text} | ({"fixed": True} if option.fixed else {})
            for option in item.options
        ],
        "key": item.key,
        "weight": item.weight,
        "rationale": item.rationale,
        "media": [asdict(medium) for medium in item.media] or None,
    }


def _items() -> Select[Any]:
    return select(items)


def _item(row: Row[Any]) -> ItemRow:
    return ItemRow(
        code=row.code,
        revision=row.revision,
        type=row.type,
        domain=row.domain_code,
        competence=row.competence_code,
        difficulty=row.difficulty,
        stem=row.stem,
        options=tuple(
            Option(option["id"], option["text"], fixed=option.get("fixed", False))
            for option in row.options
        ),
        key=row.key,
        weight=row.weight,
        rationale=row.rationale,
        media=tuple(Medium(**medium) for medium in row.media or ()),
        id=row.id,
    )
