"""Figures for tests of reports."""

from decimal import Decimal

from app.reports.model import (
    AreaLine,
    BandLine,
    Funnel,
    Mean,
    Results,
    UnitLine,
    guarded,
)


def a_unit(code: str, people: int, index: str = "2.3", registered: int = 120) -> UnitLine:
    """Return a unit of which ``people`` have an index."""
    mean = Mean(people, Decimal(index) if people else None)
    funnel = Funnel(registered, 0, people, people, people)
    return UnitLine(code, f"Dinas {code}", "dinas", funnel, mean)


def the_day(*units: UnitLine, target: int = 12_500, outdated: int = 0) -> Results:
    """Return the figures of the reference day, in three units unless others are given."""
    lines = units or (a_unit("A", 10_290, registered=12_260), a_unit("B", 9), a_unit("[bold]", 4))
    funnel = sum((unit.funnel for unit in lines), Funnel(0, 0, 0, 0, 0))
    areas = {"LD": "2.50", "KK": "2.35", "KR": "2.10", "KD": "2.28", "PM": "2.35"}
    people = funnel.scored
    figures = Results(
        event="kukar-2023",
        title="Indeks Kompetensi Digital",
        instrument_id="kukar-2023",
        instrument_version=1,
        target=target,
        funnel=funnel,
        outdated=outdated,
        index=Mean(people, Decimal("2.316")),
        index_places=1,
        area_places=2,
        areas=tuple(
            AreaLine(code, f"Area {code}", Mean(people, Decimal(mean)))
            for code, mean in areas.items()
        ),
        bands=(BandLine("cukup", "Cukup baik", people - 1), BandLine("baik", "Baik", 1)),
        units=lines,
    )
    return guarded(figures)
