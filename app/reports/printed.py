"""Results for the terminal, in Indonesian, and as JSON for other programs."""

from collections.abc import Iterator
from decimal import Decimal

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.reports.model import SMALLEST_GROUP, Funnel, Mean, Results, Share
from app.scoring.model import shown

_NONE = "–"
_KEPT_BACK = "*"


def render(results: Results) -> RenderableType:
    """Return the figures as they are printed: the whole, the areas, the bands, a line a unit."""
    parts: list[RenderableType] = [
        Text(results.title, style="bold"),
        _whole_event(results),
        _areas(results),
        *([] if results.kept_back else [_bands(results)]),
        _units(results),
        *(Text(note, style="dim") for note in _notes(results)),
    ]
    return Group(*parts)


def to_json(results: Results) -> str:
    """Return the figures as JSON: means as numbers to twelve places, and as they are shown.

    A mean that is kept back, or of nobody, is null.
    """
    return orjson.dumps(_document(results), option=orjson.OPT_INDENT_2).decode()


def _document(results: Results) -> dict[str, object]:
    return {
        "event": results.event,
        "title": results.title,
        "instrument": {"id": results.instrument_id, "version": results.instrument_version},
        "target": results.target,
        "participation": _share_document(results.participation),
        "participation_of_registered": _share_document(results.funnel.participation),
        **_funnel_document(results.funnel),
        "outdated": results.outdated,
        "means_over": "people",
        "index": _mean_document(results.index, results.index_places),
        "areas": [
            {
                "code": area.code,
                "name": area.name,
                **_mean_document(area.mean, results.area_places),
            }
            for area in results.areas
        ],
        "bands": [
            {"code": band.code, "label": band.label, "people": band.people}
            for band in results.bands
        ],
        "kept_back": results.kept_back,
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "kind": unit.kind,
                "participation": _share_document(unit.funnel.participation),
                **_funnel_document(unit.funnel),
                "index": _mean_document(unit.index, results.area_places),
                "kept_back": unit.kept_back,
            }
            for unit in results.units
        ],
    }


def _share_document(share: Share) -> dict[str, object]:
    percent = share.percent
    return {
        "numerator": share.numerator,
        "denominator": share.denominator,
        "percent": None if percent is None else float(percent),
    }


def _funnel_document(funnel: Funnel) -> dict[str, object]:
    return {
        "registered": funnel.registered,
        "walk_ins": funnel.walk_ins,
        "started": funnel.started,
        "submitted": funnel.submitted,
        "scored": funnel.scored,
    }


def _mean_document(mean: Mean, places: int) -> dict[str, object]:
    return {
        "people": mean.people,
        "mean": None if mean.value is None else float(mean.value),
        "shown": None if mean.value is None else str(shown(mean.value, places)),
    }


def _table(title: str, *headings: str) -> Table:
    """Return a table without vertical lines: a unit's name is long, and a line a unit is wanted."""
    return Table(*headings, title=title, title_justify="left", box=SIMPLE_HEAD)


def _whole_event(results: Results) -> Table:
    funnel = results.funnel
    of_target = _share(results.participation)
    more = f", {_whole(funnel.walk_ins)} di antaranya tambahan" if funnel.walk_ins else ""
    rows = [
        ("Sasaran", _whole(results.target)),
        ("Terdaftar", _whole(funnel.registered) + more),
        ("Mulai", _whole(funnel.started)),
        ("Selesai", _whole(funnel.submitted)),
        ("Dinilai", _whole(funnel.scored)),
        ("Partisipasi", f"{of_target} sasaran"),
    ]
    if funnel.registered != results.target:
        rows.append(("", f"{_share(funnel.participation)} terdaftar"))
    rows.append(("Indeks", _mean(results.index, results.index_places, kept_back=results.kept_back)))
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        table.add_row(name, value)
    return table


def _areas(results: Results) -> Table:
    table = _table("Rata-rata area", "Area", "")
    table.add_column("Rata-rata", justify="right")
    for area in results.areas:
        table.add_row(
            area.code, area.name, _mean(area.mean, results.area_places, kept_back=results.kept_back)
        )
    return table


def _bands(results: Results) -> Table:
    table = _table("Sebaran kategori", "Kategori")
    table.add_column("Peserta", justify="right")
    table.add_column("%", justify="right")
    for band in results.bands:
        percent = Share(band.people, results.index.people).percent
        table.add_row(band.label, _whole(band.people), _decimal(percent))
    return table


def _units(results: Results) -> Table:
    table = _table("Rekapitulasi unit kerja", "Unit kerja")
    for heading in ("Terdaftar", "Mulai", "Selesai", "%", "Dinilai", "Indeks"):
        table.add_column(heading, justify="right")
    for unit in results.units:
        mean = _mean(unit.index, results.area_places, kept_back=unit.kept_back)
        table.add_row(Text(unit.name), *_counts(unit.funnel), mean)  # a name is never markup
    table.add_section()
    mean = _mean(results.index, results.area_places, kept_back=results.kept_back)
    table.add_row(f"Jumlah: {len(results.units)} unit", *_counts(results.funnel), mean)
    return table


def _counts(funnel: Funnel) -> tuple[str, ...]:
    return (
        _whole(funnel.registered),
        _whole(funnel.started),
        _whole(funnel.submitted),
        _decimal(funnel.participation.percent),
        _whole(funnel.scored),
    )


def _notes(results: Results) -> Iterator[str]:
    yield "Rata-rata dihitung atas peserta yang dinilai, bukan atas unit."
    if results.kept_back or any(unit.kept_back for unit in results.units):
        yield (
            f"{_KEPT_BACK} Kurang dari {SMALLEST_GROUP} peserta, atau unit yang akan membukanya: "
            "rata-rata tidak ditampilkan agar skor perorangan terjaga."
        )
    if results.outdated:
        yield (
            f"{_whole(results.outdated)} hasil dinilai dengan kunci sebelum bank soal berubah: "
            f"jalankan `serentak score {results.event}`."
        )


def _share(share: Share) -> str:
    whole = f"{_whole(share.numerator)} dari {_whole(share.denominator)}"
    return f"{_decimal(share.percent)} % = {whole}"


def _mean(mean: Mean, places: int, *, kept_back: bool) -> str:
    if mean.value is None:
        return _KEPT_BACK if kept_back else _NONE
    return _decimal(shown(mean.value, places))


def _whole(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _decimal(number: Decimal | None) -> str:
    return _NONE if number is None else str(number).replace(".", ",")
