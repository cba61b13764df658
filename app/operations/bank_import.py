"""A bank's files into the record, in one transaction: all of it or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.bank.model import Instrument, Item
from app.bank.reading import ContentError, all_faults
from app.bank.shipped import CONTENT, read_bank
from app.bank.store import SavedItems, read_items, save_instrument, save_items, save_media
from app.exams.store import all_events
from app.forms.plan import plan
from app.forms.pool import PoolItem, pool_of
from app.forms.store import all_pools
from app.kit import clock
from app.people.audit_log.chain import ChainKey
from app.people.audit_log.model import ITSELF, Actor, Entry
from app.people.audit_log.store import append


@dataclass(frozen=True, slots=True)
class BankImport:
    """What an import did; items by code."""

    instrument: str
    version: int
    instrument_is_new: bool
    items: SavedItems
    only_in_record: tuple[str, ...]
    """Items of these domains that the files lack: they stay, and are drawn like the others."""
    touched: dict[str, tuple[str, ...]]
    """Of events that draw from revised items: which those are."""


async def import_bank(
    record: AsyncEngine, key: ChainKey, folder: Path = CONTENT, *, actor: Actor = ITSELF
) -> BankImport:
    """Take over an instrument and its items.

    What it means for events whose forms are drawn: they keep instrument, blueprint, forms, and the
    items that those, and forms of people who come later, are drawn from. An item has one text and
    one key at a time, though: the room shows a revised text after the next prime or recover, and
    the next scoring marks by a revised key.

    Raises:
        ContentError: a file that cannot be used (all faults of the items at once), a content that
            changed without a higher version or revision, an item of drawn forms that would become
            another one (type, domain, options' ids).
        FormFault: no form could be drawn by this blueprint.
    """
    bank = read_bank(folder)
    async with record.begin() as conn:
        pools = await _pools(conn)
        _refuse_other_items(bank.items, pools)
        is_new = await save_instrument(conn, bank.instrument, bank.document)
        await save_media(conn, bank.media)
        saved = await save_items(conn, bank.items)
        held = await read_items(conn, bank.instrument)
        plan(bank.instrument.blueprint, pool_of(held))
        await append(conn, key, [_told(bank.instrument, saved, actor, is_new=is_new)])
    given = {item.code for item in bank.items}
    revised = set(saved.revised)
    touched = {
        event: tuple(item.code for item in pool if item.code in revised)
        for event, pool in pools.items()
    }
    return BankImport(
        instrument=bank.instrument.id,
        version=bank.instrument.version,
        instrument_is_new=is_new,
        items=saved,
        only_in_record=tuple(item.code for item in held if item.code not in given),
        touched={event: codes for event, codes in touched.items() if codes},
    )


def _told(instrument: Instrument, saved: SavedItems, actor: Actor, *, is_new: bool) -> Entry:
    """Return what was done for the audit log: items by code, never what is in them."""
    done = {
        "version": instrument.version,
        "instrument_is_new": is_new,
        "new": list(saved.new),
        "revised": list(saved.revised),
    }
    return actor.did("bank.import", clock.now_ms(), whom=f"instrument:{instrument.id}", after=done)


async def _pools(conn: AsyncConnection) -> dict[str, list[PoolItem]]:
    """Return the items that events' forms are drawn from, by the event's id."""
    ids = {event.number: event.id for event in await all_events(conn)}
    return {ids[number]: pool for number, pool in await all_pools(conn)}


def _refuse_other_items(given: Iterable[Item], pools: dict[str, list[PoolItem]]) -> None:
    """Refuse what would leave drawn forms with options that do not exist, or in another area."""
    drawn = [(event, item) for event, pool in pools.items() for item in pool]
    now = {item.code: item for item in pool_of(given)}
    faults = [
        ContentError(
            f"Item {was.code} is one that forms of event {event} are drawn from: type, domain and "
            "the options' ids must stay. Give the new item a code of its own."
        )
        for event, was in drawn
        if was.code in now and _identity(now[was.code]) != _identity(was)
    ]
    if faults:
        raise all_faults(faults)


def _identity(item: PoolItem) -> tuple[object, ...]:
    return item.type, item.domain, sorted(item.options), sorted(item.targets)
