"""Instruments for tests of scoring: five areas on 1-4, in the published bands."""

from decimal import Decimal

from app.bank.model import Band, Blueprint, Domain, Instrument, Missing, Scale, Timing

AREAS = ("LD", "KK", "KR", "KD", "PM")
FOUR_BANDS = tuple(
    Band(code, code, Decimal(lower), Decimal(upper))
    for code, lower, upper in (
        ("I", "1", "1.75"),
        ("II", "1.75", "2.50"),
        ("III", "2.50", "3.25"),
        ("IV", "3.25", "4"),
    )
)


ZERO = Missing("zero")


def an_instrument(missing: Missing = ZERO) -> Instrument:
    """Return an instrument of five areas that weigh the same."""
    return Instrument(
        id="uji",
        version=1,
        title="Uji",
        framework="",
        domains=tuple(Domain(code, code, Decimal(1), ()) for code in AREAS),
        scale=Scale(Decimal(1), Decimal(4), index_places=1, domain_places=2),
        bands=FOUR_BANDS,
        cut_source="",
        missing=missing,
        timing=Timing(duration_ms=3_600_000, grace_ms=60_000),
        attempts=1,
        feedback="",
        pass_mark=None,
        blueprint=Blueprint(version=1, cells=()),
        sources={},
    )
