"""An instrument's file as an `Instrument`, with everything that must fit together checked.

The document that the record keeps is read by the same function, so a score can be computed years
later from what was in force then.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Final, get_args

from app.bank.model import (
    DIFFICULTIES,
    Band,
    Blueprint,
    Cell,
    Competence,
    Domain,
    Instrument,
    Missing,
    MissingPolicy,
    Scale,
    SourceMark,
    Timing,
)
from app.bank.reading import Part

_MINUTE_MS: Final = 60_000
_SECOND_MS: Final = 1_000
_LABELLED: Final = (
    "domains",
    "competences",
    "weights",
    "scale",
    "rounding",
    "bands",
    "missing",
    "timing",
    "attempts",
    "feedback",
    "pass_mark",
    "blueprint",
)


def instrument_from_part(file: Part) -> Instrument:
    """Read a whole instrument; raises `ContentError` for the first thing that does not fit."""
    domains = _domains(file)
    scale = _scale(file.part("scale"), file.part("rounding"))
    bands, cut_source = _bands(file.part("bands"), scale)
    rules = file.part("rules")
    pass_mark = rules.decimal_or_none("pass_mark")
    if pass_mark is not None and not scale.minimum <= pass_mark <= scale.maximum:
        raise rules.fault(f"'pass_mark' {pass_mark} is not on the scale")
    instrument = Instrument(
        id=file.text("id"),
        version=file.integer("version", least=1),
        title=file.text("title"),
        framework=file.text("framework"),
        domains=domains,
        scale=scale,
        bands=bands,
        cut_source=cut_source,
        missing=_missing(file.part("missing")),
        timing=_timing(file.part("timing")),
        attempts=rules.integer("attempts", least=1),
        feedback=rules.text("feedback"),
        pass_mark=pass_mark,
        blueprint=blueprint_from_part(file.part("blueprint"), domains),
        sources=_sources(file.part("sources")),
    )
    rules.end()
    file.end()
    return instrument


def instrument_from_document(document: Mapping[str, object], where: str) -> Instrument:
    """Read the document that the record kept; ``where`` names it in errors."""
    return instrument_from_part(Part(where, document))


def plain_document(document: Mapping[str, object]) -> dict[str, object]:
    """Return a file's content as JSON values for the record; decimals become texts, so exact."""
    plain: dict[str, object] = json.loads(json.dumps(document, default=_exact))
    return plain


def blueprint_from_part(part: Part, domains: tuple[Domain, ...]) -> Blueprint:
    """Read a blueprint, whose cells must name domains and difficulties of this instrument."""
    cells_part = part.part("cells")
    cells = []
    for domain in domains:  # their order, not the file's: JSON in the record keeps none
        if cells_part.has(domain.code):
            row = cells_part.part(domain.code)
            counts = [(level, row.integer(level)) for level in DIFFICULTIES if row.has(level)]
            cells += [Cell(domain.code, level, count) for level, count in counts if count]
            row.end()
    cells_part.end()
    cap = part.decimal_or_none("exposure_cap")
    if cap is not None and not 0 < cap <= 1:
        raise part.fault(f"'exposure_cap' must be above 0 and at most 1, not {cap}")
    blueprint = Blueprint(
        version=part.integer("version", least=1),
        cells=tuple(cells),
        anchors=tuple(part.texts("anchors")),
        enemies=tuple(tuple(group) for group in part.lists("enemies")),
        exposure_cap=cap,
    )
    if not blueprint.cells:
        raise part.fault("a form would have no items")
    part.end()
    return blueprint


def blueprint_document(blueprint: Blueprint) -> dict[str, object]:
    """Return a blueprint as a JSON object, in the shape of the file."""
    cells: dict[str, dict[str, int]] = {}
    for cell in blueprint.cells:
        cells.setdefault(cell.domain, {})[cell.difficulty] = cell.count
    cap = blueprint.exposure_cap
    return {
        "version": blueprint.version,
        "cells": cells,
        "anchors": list(blueprint.anchors),
        "enemies": [list(group) for group in blueprint.enemies],
        "exposure_cap": "none" if cap is None else str(cap),
    }


def _domains(file: Part) -> tuple[Domain, ...]:
    domains = []
    for part in file.parts("domains", "code"):
        weight = part.decimal("weight")
        if weight <= 0:
            raise part.fault(f"'weight' must be above 0, not {weight}")
        competences = []
        for row in part.parts("competences", "code"):
            competences.append(Competence(row.text("code"), row.text("name")))
            row.end()
        domains.append(Domain(part.text("code"), part.text("name"), weight, tuple(competences)))
        part.end()
    codes = [domain.code for domain in domains]
    inner = [competence.code for domain in domains for competence in domain.competences]
    for code in codes + inner:
        if (codes + inner).count(code) > 1:
            raise file.fault(f"the code {code!r} is used twice")
    if not domains:
        raise file.fault("an instrument needs a domain")
    return tuple(domains)


def _scale(scale: Part, rounding: Part) -> Scale:
    read = Scale(
        minimum=scale.decimal("minimum"),
        maximum=scale.decimal("maximum"),
        index_places=rounding.integer("index_places"),
        domain_places=rounding.integer("domain_places"),
    )
    if read.minimum >= read.maximum:
        raise scale.fault("'minimum' must be below 'maximum'")
    scale.end()
    rounding.end()
    return read


def _bands(part: Part, scale: Scale) -> tuple[tuple[Band, ...], str]:
    edges = [scale.minimum, *part.decimals("cuts"), scale.maximum]
    if any(lower >= upper for lower, upper in pairwise(edges)):
        raise part.fault("'cuts' must rise and lie inside the scale")
    labels = part.parts("labels", "code")
    if len(labels) != len(edges) - 1:
        raise part.fault(f"{len(edges) - 2} cuts make {len(edges) - 1} bands, not {len(labels)}")
    bands = []
    for label, (lower, upper) in zip(labels, pairwise(edges), strict=True):
        bands.append(Band(label.text("code"), label.text("label"), lower, upper))
        label.end()
    source = part.text("cut_source")
    part.end()
    return tuple(bands), source


def _missing(part: Part) -> Missing:
    policy: MissingPolicy = part.word("policy", get_args(MissingPolicy))
    minimum = part.integer("minimum", least=1) if policy == "minimum_answered" else 0
    part.end()
    return Missing(policy, minimum)


def _timing(part: Part) -> Timing:
    timing = Timing(
        duration_ms=part.integer("duration_minutes", least=1) * _MINUTE_MS,
        grace_ms=part.integer("grace_seconds") * _SECOND_MS,
    )
    part.end()
    return timing


def _sources(part: Part) -> dict[str, SourceMark]:
    marks: tuple[SourceMark, ...] = get_args(SourceMark)
    sources = {name: part.word(name, marks) for name in _LABELLED}
    part.end()
    return sources


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
