"""Results for the terminal, in Indonesian, and as JSON for other programs."""

from decimal import Decimal

import orjson
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.reports.model import Mean, Results, Share
from app.scoring.model import shown

_NONE = "–"


def render(results: Results) -> RenderableType:
    """Return the figures as they are printed: the whole, the areas, the bands, a line a unit."""
    kept_back = any(unit.kept_back for unit in results.units)
    note = "Rata-rata dihitung atas peserta, bukan atas unit."
    if kept_back:
        note += (
            f" {_NONE} pada unit kecil: rata-rata tidak ditampilkan agar skor perorangan terjaga."
        )
    return Group(
        Text(results.title, style="bold"),
        Text(f"Partisipasi  {_share(results.participation)}"),
        Text(f"Dinilai      {_whole(results.scored)}"),
        Text(f"Indeks       {_mean(results.index, results.index_places)}"),
        _areas(results),
        _bands(results),
        _units(results),
        Text(note, style="dim"),
    )


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
        "participation": _share_document(results.participation),
        "scored": results.scored,
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
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "kind": unit.kind,
                "participation": _share_document(unit.participation),
                "scored": unit.scored,
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


def _mean_document(mean: Mean, places: int) -> dict[str, object]:
    return {
        "people": mean.people,
        "mean": None if mean.value is None else float(mean.value),
        "shown": None if mean.value is None else str(shown(mean.value, places)),
    }


def _areas(results: Results) -> Table:
    table = Table("Area", "", title="Rata-rata area", title_justify="left")
    table.add_column("Rata-rata", justify="right")
    for area in results.areas:
        table.add_row(area.code, area.name, _mean(area.mean, results.area_places))
    return table


def _bands(results: Results) -> Table:
    table = Table("Kategori", title="Sebaran kategori", title_justify="left")
    table.add_column("Peserta", justify="right")
    table.add_column("%", justify="right")
    for band in results.bands:
        percent = Share(band.people, results.index.people).percent
        table.add_row(band.label, _whole(band.people), _decimal(percent))
    return table


def _units(results: Results) -> Table:
    table = Table("Unit kerja", title="Rekapitulasi unit kerja", title_justify="left")
    for heading in ("Hadir", "Terdaftar", "%", "Dinilai", "Indeks"):
        table.add_column(heading, justify="right")
    for unit in results.units:
        table.add_row(
            Text(unit.name),  # a name is never read as markup
            _whole(unit.participation.numerator),
            _whole(unit.participation.denominator),
            _decimal(unit.participation.percent),
            _whole(unit.scored),
            _mean(unit.index, results.area_places),
        )
    return table


def _share(share: Share) -> str:
    whole = f"{_whole(share.numerator)} dari {_whole(share.denominator)}"
    return f"{whole} ({_decimal(share.percent)} %)"


def _mean(mean: Mean, places: int) -> str:
    return _NONE if mean.value is None else _decimal(shown(mean.value, places))


def _whole(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _decimal(number: Decimal | None) -> str:
    return _NONE if number is None else str(number).replace(".", ",")
