"""All SQL of forms. Callers own the transaction."""

from collections.abc import Mapping

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.forms.tables import forms

_SAVE = text(
    """
    INSERT INTO forms (event, sitting, form_id, blueprint_version, layout)
    SELECT :event, given.sitting, substr(split_part(given.layout, chr(10), 1), 2), :version,
           given.layout
    FROM unnest(CAST(:sittings AS bigint[]), CAST(:layouts AS text[])) AS given (sitting, layout)
    ON CONFLICT (event, sitting) DO NOTHING
    """
)


async def save_forms(
    conn: AsyncConnection, event: int, layouts: Mapping[int, str], *, blueprint_version: int
) -> None:
    """Keep the layouts of sittings (by number). A form that stands already is never replaced."""
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


async def layout_of(conn: AsyncConnection, event: int, sitting: int) -> str | None:
    """Return one sitting's layout, if a form was drawn for it."""
    return await conn.scalar(
        select(forms.c.layout).where(forms.c.event == event, forms.c.sitting == sitting)
    )
