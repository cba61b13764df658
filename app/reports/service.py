"""What can be asked about an event: its results, and files of all that they were made from."""

from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO

from sqlalchemy.ext.asyncio import AsyncConnection

from app.bank import store as bank
from app.bank.model import Instrument
from app.kit.errors import OpsError
from app.reports import sheets, store
from app.reports.model import (
    AreaLine,
    BandLine,
    Funnel,
    Mean,
    Results,
    UnitLine,
    guarded,
    mean,
)
from app.reports.store import EventFacts, Sum, UnitSums
from app.scoring.written_keys import digest_of_keys


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
    keys = digest_of_keys(await bank.read_items(conn, instrument))
    funnel = sum((_funnel(unit) for unit in units), Funnel(0, 0, 0, 0, 0))
    figures = Results(
        event=event_id,
        title=event.title,
        instrument_id=instrument.id,
        instrument_version=instrument.version,
        target=event.target or funnel.registered,
        funnel=funnel,
        outdated=await store.count_other_keys(conn, event.number, keys),
        index=_mean([unit.index for unit in units]),
        index_places=instrument.scale.index_places,
        area_places=instrument.scale.domain_places,
        areas=_areas(instrument, units),
        bands=tuple(
            BandLine(band.code, band.label, counts.get(band.code, 0)) for band in instrument.bands
        ),
        units=tuple(_unit(unit) for unit in units),
    )
    return guarded(figures)


async def export_answers(conn: AsyncConnection, event_id: str, file: BinaryIO) -> int:
    """Write every answer that stands, as CSV in UTF-8, ordered by NIP and item; return the rows.

    Columns: nip, item (code), rev, value (canonical JSON text, ``null`` = cleared), flagged,
    sealed (the sitting's state). Streamed: the whole is never held in memory.

    Raises:
        OpsError: when there is no such event.
    """
    event = await _event(conn, event_id)
    return await store.copy_answers(conn, event.number, file)


async def export_forms(conn: AsyncConnection, event_id: str, file: BinaryIO) -> int:
    """Write the items of every form, as CSV in UTF-8, by NIP and place; return the rows.

    With the answers and the instrument's files it is all that a score is made of; see
    `sheets.write_forms`.

    Raises:
        OpsError: when there is no such event.
    """
    event = await _event(conn, event_id)
    return await sheets.write_forms(store.forms_by_nip(conn, event.number), file)


async def export_results(conn: AsyncConnection, event_id: str, file: BinaryIO) -> int:
    """Write every person's result, as CSV in UTF-8, by NIP; return the rows.

    For the agency alone: a line is a person. See `sheets.write_results`.

    Raises:
        OpsError: when there is no such event.
    """
    event = await _event(conn, event_id)
    instrument = await bank.read_instrument(conn, event.instrument_id, event.instrument_version)
    areas = [domain.code for domain in instrument.domains]
    return await sheets.write_results(store.results_by_nip(conn, event.number), areas, file)


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
        funnel=_funnel(unit),
        index=_mean([unit.index]),
    )


def _funnel(unit: UnitSums) -> Funnel:
    return Funnel(unit.registered, unit.walk_ins, unit.started, unit.sealed, unit.scored)


def _mean(sums: Sequence[Sum]) -> Mean:
    total = sum((one.total for one in sums if one.total is not None), Decimal(0))
    return mean(total, sum(one.people for one in sums))
