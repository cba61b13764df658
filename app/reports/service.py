"""What can be asked about an event: its results, and the raw answers as a file."""

from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank import store as bank
from app.bank.model import Instrument
from app.kit.errors import OpsError
from app.reports import store
from app.reports.model import (
    AreaLine,
    BandLine,
    Mean,
    Results,
    Share,
    UnitLine,
    keep_back,
    mean,
)
from app.reports.store import EventFacts, Sum, UnitSums


async def results(conn: AsyncConnection, event_id: str) -> Results:
    """Return the event's figures from the results that are stored; nothing is scored here.

    Raises:
        OpsError: when there is no such event.
    """
    event = await _event(conn, event_id)
    instrument = await bank.read_instrument(conn, event.instrument_id, event.instrument_version)
    units = await store.unit_sums(
        conn, event.number, [domain.code for domain in instrument.domains]
    )
    counts = await store.band_counts(conn, event.number)
    assigned = sum(unit.assigned for unit in units)
    return Results(
        event=event_id,
        title=event.title,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        participation=Share(sum(unit.sealed for unit in units), event.target or assigned),
        scored=sum(unit.scored for unit in units),
        index=_mean([unit.index for unit in units]),
        index_places=instrument.scale.index_places,
        area_places=instrument.scale.domain_places,
        areas=_areas(instrument, units),
        bands=tuple(
            BandLine(band.code, band.label, counts.get(band.code, 0)) for band in instrument.bands
        ),
        units=keep_back([_unit(unit) for unit in units]),
    )


async def export_answers(conn: AsyncConnection, event_id: str, file: BinaryIO) -> int:
    """Write every answer that stands, as CSV in UTF-8, ordered by NIP and item; return the rows.

    Columns: nip, item (code), rev, value (canonical JSON text, ``null`` = cleared), flagged,
    sealed (the sitting's state). Streamed: the whole is never held in memory.

    Raises:
        OpsError: when there is no such event.
    """
    event = await _event(conn, event_id)
    return await store.copy_answers(conn, event.number, file)


async def _event(conn: AsyncConnection, event_id: str) -> EventFacts:
    event = await store.event_facts(conn, event_id)
    if event is None:
        raise OpsError(f"There is no event {event_id}.")
    return event


def _areas(instrument: Instrument, units: Sequence[UnitSums]) -> tuple[AreaLine, ...]:
    return tuple(
        AreaLine(domain.code, domain.name, _mean([unit.areas[at] for unit in units]))
        for at, domain in enumerate(instrument.domains)
    )


def _unit(unit: UnitSums) -> UnitLine:
    return UnitLine(
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        participation=Share(unit.sealed, unit.assigned),
        scored=unit.scored,
        index=_mean([unit.index]),
    )


def _mean(sums: Sequence[Sum]) -> Mean:
    total = sum((one.total for one in sums if one.total is not None), Decimal(0))
    return mean(total, sum(one.people for one in sums))
