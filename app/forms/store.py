"""All SQL of forms. Callers own the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.forms.pool import PoolItem, digest_of, from_listing, to_listing
from app.forms.tables import forms, pools

_SAVE = text(
    """
    INSERT INTO forms (event, sitting, form_id, blueprint_version, pool, layout)
    SELECT :event, given.sitting, substr(split_part(given.layout, chr(10), 1), 2), :version,
           :pool, given.layout
    FROM unnest(CAST(:sittings AS bigint[]), CAST(:layouts AS text[])) AS given (sitting, layout)
    ON CONFLICT (event, sitting) DO NOTHING
    """
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as the record has it: its text, and what it was drawn by and from."""

    layout: str
    blueprint_version: int
    pool: str
    """The digest of the pool."""
    items: tuple[PoolItem, ...]
    """The pool as it was then."""


async def save_forms(
    conn: AsyncConnection,
    event: int,
    layouts: Mapping[int, str],
    *,
    blueprint_version: int,
    pool: Sequence[PoolItem],
) -> None:
    """Keep the layouts of sittings (by number) and the pool that they were drawn from.

    A form that stands already is never replaced.
    """
    listing = to_listing(pool)
    digest = digest_of(listing)
    known = insert(pools).on_conflict_do_nothing()
    await conn.execute(known, {"digest": digest, "listing": listing})
    given = {
        "event": event,
        "version": blueprint_version,
        "pool": digest,
        "sittings": list(layouts),
        "layouts": list(layouts.values()),
    }
    await conn.execute(_SAVE, given)


async def layouts_of(conn: AsyncConnection, event: int) -> dict[int, str]:
    """Return the layout of every form of an event by sitting."""
    wanted = select(forms.c.sitting, forms.c.layout).where(forms.c.event == event)
    return {row.sitting: row.layout for row in await conn.execute(wanted)}


async def kept_form(conn: AsyncConnection, event: int, sitting: int) -> Kept | None:
    """Return one sitting's form, if one was drawn for it."""
    wanted = (
        select(forms.c.layout, forms.c.blueprint_version, forms.c.pool, pools.c.listing)
        .join(pools, pools.c.digest == forms.c.pool)
        .where(forms.c.event == event, forms.c.sitting == sitting)
    )
    row = (await conn.execute(wanted)).first()
    if row is None:
        return None
    return Kept(row.layout, row.blueprint_version, row.pool, tuple(from_listing(row.listing)))
