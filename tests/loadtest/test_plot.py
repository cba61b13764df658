import re
from xml.dom import minidom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.plot import HEIGHT, WIDTH, plot

VALUES = st.lists(
    st.one_of(st.none(), st.floats(min_value=0.0, max_value=1e7)), min_size=1, max_size=30
)


def shapes(svg: str, kind: str) -> list[list[tuple[float, float]]]:
    found = re.findall(rf'<{kind} [^>]*points="([^"]*)"', svg)
    return [
        [(float(x), float(y)) for x, y in (pair.split(",") for pair in points.split())]
        for points in found
    ]


@pytest.mark.parametrize("logarithmic", [False, True])
@given(values=VALUES)
def test_every_point_lies_on_the_plot(values: list[float | None], *, logarithmic: bool) -> None:
    at_s = [2 * (n + 1) for n in range(len(values))]
    made = plot("Title", "ms", at_s, {"p50": values}, logarithmic=logarithmic)
    minidom.parseString(str(made.svg))  # noqa: S318 - it is our own
    points = [point for line in shapes(made.svg, "polyline") for point in line]
    assert len(points) == sum(value is not None for value in values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)


def test_a_higher_value_stands_higher_and_a_later_one_further_right() -> None:
    (line,) = shapes(plot("T", "s", [2, 4, 6], {"lag": [1.0, 2.0, 4.0]}).svg, "polyline")
    assert [x for x, _ in line] == sorted(x for x, _ in line)
    assert [y for _, y in line] == sorted((y for _, y in line), reverse=True)


def test_where_nothing_was_seen_there_is_a_gap() -> None:
    made = plot("T", "s", [2, 4, 6, 8], {"lag": [1.0, None, 2.0, 3.0]})
    assert [len(line) for line in shapes(made.svg, "polyline")] == [1, 2]


def test_stacked_areas_stand_on_one_another() -> None:
    made = plot("T", "cores", [2, 4], {"app": [1.0, 1.0], "valkey": [1.0, 0.5]}, stacked=True)
    app, valkey = shapes(made.svg, "polygon")
    assert app[:2] == valkey[:1:-1]
    assert valkey[0][1] < app[0][1]


def test_the_legend_names_each_line_with_its_highest_value() -> None:
    made = plot(
        "T", "ms", [2, 4], {"p50": [1.25, None], "p99": [1234.0, 5.0], "none": [None, None]}
    )
    assert [(name, highest) for _, name, highest in made.legend] == [
        ("p50", "1.2"),
        ("p99", "1,234"),
        ("none", "0"),
    ]
    assert len({colour for colour, _, _ in made.legend}) == 3


def test_a_title_cannot_break_the_drawing() -> None:
    assert "<b>" not in plot('"><b>', "s", [2], {"x": [1.0]}).svg
