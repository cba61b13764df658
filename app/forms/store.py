"""All SQL of forms. Callers own the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.forms.pool import PoolItem, from_listing, to_listing
from app.forms.tables import forms, pools

_SAVE = text(
    """
    INSERT INTO forms (event, sitting, form_id, blueprint_version, layout)
    SELECT :event, given.sitting, substr(split_part(given.layout, chr(10), 1), 2), :version,
           given.layout
    FROM unnest(CAST(:sittings AS bigint[]), CAST(:layouts AS text[])) AS given (sitting, layout)
    ON CONFLICT (event, sitting) DO NOTHING
    """
)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as the record has it: its text, and the version of the blueprint that drew it."""

    layout: str
    blueprint_version: int


async def standing_pool(
    conn: AsyncConnection, event: int, blueprint_version: int, offered: Sequence[PoolItem]
) -> list[PoolItem]:
    """Return the pool that an event's forms are drawn from; the first that is offered stands.

    Who comes later draws from the same items as everybody before, however the bank has grown.
    """
    new = {"event": event, "blueprint_version": blueprint_version, "listing": to_listing(offered)}
    await conn.execute(insert(pools).on_conflict_do_nothing(), new)
    return await kept_pool(conn, event, blueprint_version)


async def kept_pool(conn: AsyncConnection, event: int, blueprint_version: int) -> list[PoolItem]:
    """Return the pool that an event's forms were drawn from; empty where none were."""
    wanted = select(pools.c.listing).where(
        pools.c.event == event, pools.c.blueprint_version == blueprint_version
    )
    return from_listing(await conn.scalar(wanted) or "")


async def all_pools(conn: AsyncConnection) -> list[tuple[int, list[PoolItem]]]:
    """Return every pool with its event's number."""
    rows = await conn.execute(select(pools).order_by(*pools.primary_key))
    return [(row.event, from_listing(row.listing)) for row in rows]


async def save_forms(
    conn: AsyncConnection, event: int, layouts: Mapping[int, str], *, blueprint_version: int
) -> None:
    """Keep the layouts of sittings (by number). A form that stands already is never replaced.

    Their pool stands already: see `standing_pool`.
    """
    given = {
        "event": event,
        "version": blueprint_version,
        "sittings": list(layouts),
        "layouts": list(layouts.values()),
    }
    await conn.execute(_SAVE, given)


async def layouts_of(conn: AsyncConnection, event: int) -> dict[int, str]:
    """Return the layout of every form of an event by sitting."""
    wanted = select(forms.c.sitting, forms.c.layout).where(forms.c.event == event)
    return {row.sitting: row.layout for row in await conn.execute(wanted)}


async def kept_form(conn: AsyncConnection, event: int, sitting: int) -> KeptForm | None:
    """Return one sitting's form, if one was drawn for it."""
    wanted = select(forms.c.layout, forms.c.blueprint_version).where(
        forms.c.event == event, forms.c.sitting == sitting
    )
    row = (await conn.execute(wanted)).first()
    return KeptForm(*row) if row else None
