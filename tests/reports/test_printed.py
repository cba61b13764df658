"""Results read as the press release did, and as JSON they keep both numbers."""

import io
import json

from rich.console import Console

from app.reports.printed import render, to_json
from tests.reports.builders import the_day


def printed() -> str:
    screen = io.StringIO()
    Console(width=120, file=screen).print(render(the_day()))
    return screen.getvalue()


def test_both_numbers_of_participation_are_printed() -> None:
    assert "10.303 dari 12.500 (82,4 %)" in printed()


def test_the_index_has_one_decimal_and_the_areas_two() -> None:
    text = printed()
    assert "Indeks       2,3\n" in text
    for area in ("2,50", "2,35", "2,10", "2,28"):
        assert area in text


def test_a_small_unit_is_printed_without_its_mean_and_a_name_is_no_markup() -> None:
    line = next(line for line in printed().splitlines() if "Dinas [bold]" in line)
    assert "–" in line
    assert "2,30" not in line


def test_the_json_has_the_figures_unrounded_and_as_shown() -> None:
    document = json.loads(to_json(the_day()))
    assert document["participation"] == {
        "numerator": 10_303,
        "denominator": 12_500,
        "percent": 82.4,
    }
    assert document["index"] == {"people": 10_303, "mean": 2.316, "shown": "2.3"}
    assert [area["shown"] for area in document["areas"]] == ["2.50", "2.35", "2.10", "2.28", "2.35"]
    assert [unit["index"]["shown"] for unit in document["units"]] == ["2.30", None, None]
    assert document["means_over"] == "people"
