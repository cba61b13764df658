"""The figures for people at a terminal, beside the goals."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from loadtest.bench.goals import goals
from loadtest.verdict import DISTURBANCE

PROCESSES: Final = ("app", "valkey", "flusher", "postgres")


def show(known: Mapping[str, Any], console: Console) -> None:
    """Print a bench."""
    console.print(_operations(known))
    console.print(_goals(known))
    if known["cpu_share_elsewhere"] > DISTURBANCE:
        share = f"{known['cpu_share_elsewhere']:.0%}"
        console.print(f"others had {share} of this machine's CPU: measure again when it is quiet")


def _operations(known: Mapping[str, Any]) -> Table:
    titles = (*PROCESSES, "until recorded", "× empty", "a second", "wrk")
    table = Table("operation", *titles, title="CPU in µs an operation")
    for column in table.columns[1:]:
        column.justify = "right"
    empty = known["empty_us"]
    table.add_row("an empty route", "void" if empty is None else f"{empty:.0f}")
    for name, cost in known["operations_us"].items():
        if cost["void"]:
            table.add_row(name, "void", *[""] * (len(titles) - 2), f"{cost['generator']:.0%}")
            continue
        parts = (f"{cost[process]:.0f}" for process in PROCESSES)
        ratio = "void" if cost["ratio"] is None else f"{cost['ratio']:.2f}"
        rest = (f"{cost['recorded']:.0f}", ratio, f"{cost['a_second']:,.0f}")
        table.add_row(name, *parts, *rest, f"{cost['generator']:.0%}")
    return table


def _goals(known: Mapping[str, Any]) -> Table:
    table = Table("goal", "", "found", "asked", "", title="Against the goals")
    for number, goal in goals(known):
        table.add_row(number, goal.goal, goal.measured, goal.wanted, "met" if goal.met else "short")
    return table
