"""The run for people at a terminal: the goals, the calls, the audit, what went wrong."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from loadtest.goals import OFFERED_SHARE, TIMES, is_full
from loadtest.scenarios import SCENARIOS
from loadtest.verdict import DISTURBANCE, is_bottleneck


def show(known: Mapping[str, Any], console: Console) -> None:
    """Print a run."""
    console.print(_figures(known))
    console.print(_calls(known))
    for line in audit_lines(known["audit"]):
        console.print(f"audit: {line}", markup=False, soft_wrap=True)
    for fault in [*known["faults"], *known.get("findings", ())]:
        console.print(f"fault: {fault}", markup=False, soft_wrap=True)
    console.print(_goals(known))
    for remark in remarks(known):
        console.print(remark, markup=False)


def audit_lines(audit: Mapping[str, Any] | None) -> list[str]:
    """Return the audit's rules, a line each."""
    return [
        f"{'differs' if rule['differences'] else 'holds  '}  {rule['name']}: {rule['checked']:,}"
        f" compared, {rule['differences']:,} differ"
        for rule in (audit or {}).get("rules", ())
    ]


def remarks(known: Mapping[str, Any]) -> list[str]:
    """Return what a reader of the figures must know."""
    said = []
    if is_bottleneck(known):
        share = known["generator_busiest"]
        said.append(f"void as a measurement: the load generator took {share:.0%} of a core")
    if known.get("offered_per_s", 0) < OFFERED_SHARE * known.get("wanted_per_s", 0):
        said.append(f"void as a measurement: less than {TIMES} times as much was offered")
    elsewhere = known["cpu_share_elsewhere"] or 0.0
    if elsewhere > DISTURBANCE:
        said.append(f"disturbed: {elsewhere:.0%} of the machine's CPU went elsewhere")
    if not is_full(known):
        people = SCENARIOS[known["scenario"]].people
        said.append(
            f"fewer than {people:,}: the goals for crowds, time and cost are not meant for it"
        )
    return said


def _figures(known: Mapping[str, Any]) -> Table:
    table = Table(title=f"The {known['scenario']}", show_header=False)
    for name, value in known.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            table.add_row(name, f"{value:,}")
    for name, seconds in known["server_cpu_s_by_process"].items():
        table.add_row(f"  CPU of {name}, s", f"{seconds:,}")
    return table


def _calls(known: Mapping[str, Any]) -> Table:
    columns = ("requests", "failed", "p50 ms", "p95 ms", "p99 ms", "p99 from sending")
    table = Table("call", title="The calls, since they were due")
    for column in columns:
        table.add_column(column, justify="right")
    for name, line in known["requests_by_name"].items():
        table.add_row(name, *(f"{value:,}" for value in line.values()))
    return table


def _goals(known: Mapping[str, Any]) -> Table:
    table = Table("goal", "wanted", "measured", "", title="The goals")
    for goal in known["goals"]:
        met = "met" if goal["met"] else "NOT MET"
        table.add_row(goal["goal"], goal["wanted"], goal["measured"], met)
    return table
