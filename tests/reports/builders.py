"""Figures for tests of reports."""

from decimal import Decimal

from app.reports.model import (
    AreaLine,
    BandLine,
    Mean,
    Results,
    Share,
    UnitLine,
    keep_back,
)


def a_unit(code: str, people: int, index: str = "2.3", assigned: int = 120) -> UnitLine:
    """Return a unit of which ``people`` have an index."""
    mean = Mean(people, Decimal(index) if people else None)
    return UnitLine(code, f"Dinas {code}", "dinas", Share(people, assigned), people, mean)


def the_day() -> Results:
    """Return the figures of the reference day, in three units."""
    areas = {"LD": "2.50", "KK": "2.35", "KR": "2.10", "KD": "2.28", "PM": "2.35"}
    return Results(
        event="kukar-2023",
        title="Indeks Kompetensi Digital",
        instrument_id="kukar-2023",
        instrument_version=1,
        participation=Share(10_303, 12_500),
        scored=10_303,
        index=Mean(10_303, Decimal("2.316")),
        index_places=1,
        area_places=2,
        areas=tuple(
            AreaLine(code, f"Area {code}", Mean(10_303, Decimal(mean)))
            for code, mean in areas.items()
        ),
        bands=(BandLine("cukup", "Cukup baik", 9_000), BandLine("baik", "Baik", 1_303)),
        units=keep_back(
            [a_unit("A", 10_290, assigned=12_480), a_unit("B", 9), a_unit("[bold]", 4)]
        ),
    )
