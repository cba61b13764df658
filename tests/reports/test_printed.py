"""Results read as the press release did, and as JSON they keep both numbers."""

import io
import json
from dataclasses import replace

from rich.console import Console

from app.reports.model import Funnel, Results
from app.reports.printed import render, to_json
from tests.reports.builders import a_unit, the_day


def printed(figures: Results | None = None) -> str:
    screen = io.StringIO()
    Console(width=120, file=screen).print(render(figures or the_day()))
    return screen.getvalue()


def line_of(text: str, beginning: str) -> str:
    return next(line for line in text.splitlines() if line.strip().startswith(beginning)).strip()


def test_both_numbers_of_participation_are_printed() -> None:
    text = printed()
    assert "82,4 % = 10.303 dari 12.500 sasaran" in text
    assert line_of(text, "Sasaran") == "Sasaran      12.500"
    assert line_of(text, "Selesai") == "Selesai      10.303"


def test_where_others_are_registered_than_were_meant_both_shares_are_printed() -> None:
    assert "terdaftar" not in printed().split("Rata-rata area")[0]
    line = a_unit("A", 10_303)
    more = replace(line, funnel=Funnel(12_507, 7, 11_000, 10_303, 10_303))
    text = printed(the_day(more))
    assert line_of(text, "Terdaftar") == "Terdaftar    12.507, 7 di antaranya tambahan"
    assert "82,4 % = 10.303 dari 12.500 sasaran" in text
    assert "82,4 % = 10.303 dari 12.507 terdaftar" in text


def test_the_index_has_one_decimal_and_the_areas_two() -> None:
    text = printed()
    assert line_of(text, "Indeks  ").split() == ["Indeks", "2,3"]
    for area in ("2,50", "2,35", "2,10", "2,28"):
        assert area in text


def test_a_unit_is_one_line_and_the_lines_have_their_sum() -> None:
    text = printed()
    assert line_of(text, "Dinas A").split()[2:] == [
        *("12.260", "10.290", "10.290", "83,9", "10.290", "2,30")
    ]
    assert line_of(text, "Jumlah: 3 unit").split()[3:] == [
        *("12.500", "10.303", "10.303", "82,4", "10.303", "2,32")
    ]


def test_a_small_unit_is_printed_without_its_mean_and_a_name_is_no_markup() -> None:
    text = printed()
    assert line_of(text, "Dinas [bold]").split()[2:] == ["120", "4", "4", "3,3", "4", "*"]
    assert "* Kurang dari 5 peserta" in text


def test_a_unit_of_which_nobody_came_has_no_mean_and_keeps_nothing_back() -> None:
    text = printed(the_day(a_unit("A", 100), a_unit("B", 0)))
    assert line_of(text, "Dinas B").endswith("–")
    assert "*" not in text


def test_a_day_of_few_people_shows_how_many_and_no_mean() -> None:
    text = printed(the_day(a_unit("A", 4)))
    assert line_of(text, "Indeks  ").split() == ["Indeks", "*"]
    assert "Sebaran kategori" not in text


def test_results_by_older_keys_are_named() -> None:
    assert "serentak score" not in printed()
    assert "4.120 hasil dinilai dengan kunci sebelum" in printed(the_day(outdated=4_120))


def test_the_json_has_the_figures_unrounded_and_as_shown() -> None:
    document = json.loads(to_json(the_day()))
    assert document["participation"] == {
        "numerator": 10_303,
        "denominator": 12_500,
        "percent": 82.4,
    }
    assert document["participation_of_registered"] == document["participation"]
    assert [document[name] for name in ("target", "registered", "walk_ins")] == [12_500, 12_500, 0]
    assert [document[name] for name in ("started", "submitted", "scored")] == [10_303] * 3
    assert document["outdated"] == 0
    assert document["kept_back"] is False
    assert document["index"] == {"people": 10_303, "mean": 2.316, "shown": "2.3"}
    assert [area["shown"] for area in document["areas"]] == ["2.50", "2.35", "2.10", "2.28", "2.35"]
    assert [unit["index"]["shown"] for unit in document["units"]] == ["2.30", None, None]
    assert document["means_over"] == "people"
