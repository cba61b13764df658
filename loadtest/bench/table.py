"""The figures for people at a terminal, beside the goals."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table

PROCESSES: Final = ("app", "valkey", "flusher", "postgres")


def show(known: Mapping[str, Any], console: Console) -> None:
    """Print a bench."""
    console.print(_operations(known))
    console.print(_goals(known))


def goals(known: Mapping[str, Any]) -> list[tuple[str, str, str, bool]]:
    """Return what is promised of costs: id, what was found, what was asked, whether it is met."""
    row_us = sum(known["drain_us_a_row"][name] for name in ("flusher", "postgres"))
    change = known["postgres_bytes_a_change"] + known["postgres_bytes_an_answer"]
    found: list[tuple[str, str, float, float, str]] = [
        ("S1", "a save / an empty route", known["save_ratio"], 1.25, "×"),
        ("S1", "the same, recorded", known["save_ratio_with_flush"], 1.5, "×"),
        ("S5", "Redis a sitting", known["redis_bytes_a_sitting"], 4096, "bytes"),
        ("S5", "Postgres an answer and its change", change, 300, "bytes"),
        ("S6", "flusher and Postgres a row", row_us, 20, "µs"),
    ]
    if "flat_ratio" in known:
        found.append(("S5", "a save among most / among fewest", known["flat_ratio"], 1.1, "×"))
    told = [
        (goal, f"{name}: {value:g} {unit}", f"≤ {most:g} {unit}", value <= most)
        for goal, name, value, most, unit in found
    ]
    rate = known["drain_rows_s"]
    return [*told, ("S6", f"draining: {rate:,} rows/s", "≥ 40,000 rows/s", rate >= 40_000)]  # noqa: PLR2004 - the goal's figure


def _operations(known: Mapping[str, Any]) -> Table:
    table = Table(
        "operation", *PROCESSES, "until recorded", "a second", title="CPU in µs an operation"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("an empty route", f"{known['empty_us']:.0f}", *[""] * 5)
    for name, cost in known["operations_us"].items():
        parts = (f"{cost.get(process, 0):.0f}" for process in PROCESSES)
        table.add_row(name, *parts, f"{cost['recorded']:.0f}", f"{cost['a_second']:,.0f}")
    return table


def _goals(known: Mapping[str, Any]) -> Table:
    table = Table("goal", "found", "asked", "", title="Against the goals")
    for goal, found, asked, met in goals(known):
        table.add_row(goal, found, asked, "met" if met else "short")
    return table
