"""Plots as inline SVG: polylines or stacked areas over time, without a library or a script.

A plotting library (matplotlib with numpy: 30 MB and more) would be the largest part of the load
test's environment, for seven plots of one kind.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup, escape

WIDTH, HEIGHT = 420, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 8, 22
BASE = HEIGHT - BOTTOM
#: Okabe and Ito's colours, which people who see few colours tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#c9ced3", "#4d4d4d")
X_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600)
MOST_LABELS = 6
SMALLEST = 0.01  # what an axis shows at the least

Column = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot and its legend. ``svg`` fits the width that it is given."""

    title: str
    unit: str
    legend: list[tuple[str, str, str]]  # colour, name, highest value
    svg: Markup


def plot(
    title: str,
    unit: str,
    at_s: Sequence[float],
    lines: Mapping[str, Column],
    *,
    logarithmic: bool = False,
    stacked: bool = False,
) -> Plot:
    """Draw lines by name over seconds; a step without a value (None) leaves a gap."""
    drawn = _piled(lines) if stacked else lines
    most = max((v for column in drawn.values() for v in column if v is not None), default=0.0)
    axis = _Logarithmic(most) if logarithmic else _Linear(most)
    places = [_x(second, at_s) for second in at_s]
    floors: Column = [0.0] * len(at_s)
    shapes = []
    for colour, column in zip(COLOURS, drawn.values(), strict=False):
        for piece in _pieces(column):
            points = " ".join(f"{places[n]:.1f},{axis.y(column[n] or 0):.1f}" for n in piece)
            if stacked:
                back = " ".join(
                    f"{places[n]:.1f},{axis.y(floors[n] or 0):.1f}" for n in piece[::-1]
                )
                shapes.append(f'<polygon fill="{colour}" points="{points} {back}"/>')
            else:
                shapes.append(f'<polyline stroke="{colour}" points="{points}"/>')
        floors = column
    legend = [
        (colour, name, _number(max((v for v in column if v is not None), default=0.0)))
        for colour, (name, column) in zip(COLOURS, lines.items(), strict=False)
    ]
    grid = "".join((*_rows(axis), *_columns(at_s)))
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{grid}{''.join(shapes)}</svg>"
    )
    return Plot(title, unit, legend, Markup(svg))  # noqa: S704 - numbers, and the title escaped


class _Linear:
    """From nothing to a round number at or above ``most``."""

    def __init__(self, most: float) -> None:
        most = max(most or 1.0, SMALLEST)
        size = 10 ** floor(log10(most))
        step = next(s for s in (0.2, 0.25, 0.5, 1, 2, 2.5, 5) if most <= 4 * s * size) * size
        self.ticks = [step * n for n in range(ceil(most / step) + 1)]

    def y(self, value: float) -> float:
        return float(BASE - (BASE - TOP) * value / self.ticks[-1])


class _Logarithmic:
    """From a tenth to a power of ten above ``most``."""

    def __init__(self, most: float) -> None:
        self._decades = max(1, ceil(log10(max(most, 1.0)))) + 1
        self.ticks = [10.0 ** (n - 1) for n in range(self._decades + 1)]

    def y(self, value: float) -> float:
        return BASE - (BASE - TOP) * (log10(max(value, 0.1)) + 1) / self._decades


def _x(second: float, at_s: Sequence[float]) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * second / (at_s[-1] if at_s else 1)


def _piled(lines: Mapping[str, Column]) -> dict[str, Column]:
    """Return each line on top of those before it."""
    below = [0.0] * max((len(column) for column in lines.values()), default=0)
    piled: dict[str, Column] = {}
    for name, column in lines.items():
        below = [low + (value or 0.0) for low, value in zip(below, column, strict=True)]
        piled[name] = below
    return piled


def _pieces(column: Column) -> Iterator[list[int]]:
    """Yield the places of values that follow one another without a gap."""
    piece: list[int] = []
    for n, value in enumerate(column):
        if value is not None:
            piece.append(n)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _rows(axis: _Linear | _Logarithmic) -> Iterator[str]:
    for tick in axis.ticks:
        y = axis.y(tick)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{_number(tick)}</text>'


def _columns(at_s: Sequence[float]) -> Iterator[str]:
    end = at_s[-1] if at_s else 0
    step = next((step for step in X_STEPS_S if end <= MOST_LABELS * step), X_STEPS_S[-1])
    for second in range(0, int(end) + 1, step):
        x = _x(second, at_s)
        label = f"{second // 60}:{second % 60:02d}"
        yield f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{label}</text>'


def _number(value: float) -> str:
    """Return a number as short as it can be read."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"  # noqa: PLR2004
