"""What costs are held to: the figures of a bench against the product's goals."""

from collections.abc import Mapping
from typing import Any, Final

from loadtest.goals import Goal

VOID: Final = "void: the generator was the bottleneck"
ROWS_S: Final = 40_000

#: Goal, its name, the figure, the most it may be, its unit.
MOST: Final = (
    ("S1", "a save, acknowledged, in empty routes", "save_ratio", 1.25, "×"),
    ("S1", "a save, recorded, in empty routes", "save_ratio_with_flush", 1.5, "×"),
    ("S5", "a save among the most sittings, beside the fewest", "flat_ratio", 1.1, "×"),
    ("S5", "Redis a sitting", "redis_bytes_a_sitting", 4096, "bytes"),
    ("S5", "Postgres an answer with its log row", "postgres_bytes", 300, "bytes"),
    ("S6", "CPU a row, flusher and Postgres", "row_us", 20, "µs"),
    ("S9", "from nothing to a served exam", "from_nothing_s", 60, "s"),
    ("S9", "started again", "again_s", 3, "s"),
    ("S9", "forms drawn and primed", "prime_s", 20, "s"),
)


def goals(known: Mapping[str, Any]) -> list[tuple[str, Goal]]:
    """Return what is promised of costs, each with its number. A void figure meets nothing."""
    told = {
        **known,
        "row_us": sum(known["drain_us_a_row"][name] for name in ("flusher", "postgres")),
        "postgres_bytes": known["postgres_bytes_a_change"] + known["postgres_bytes_an_answer"],
    }
    lines = [
        (number, _at_most(name, told[figure], most, unit))
        for number, name, figure, most, unit in MOST
    ]
    rate = known["drain_rows_s"]
    wanted = f"at least {ROWS_S:,} rows/s"
    return [*lines, ("S6", Goal("draining", wanted, f"{rate:,} rows/s", rate >= ROWS_S))]


def _at_most(name: str, value: float | None, most: float, unit: str) -> Goal:
    wanted = f"at most {most:g} {unit}"
    if value is None:
        return Goal(name, wanted, VOID, met=False)
    return Goal(name, wanted, f"{value:,.4g} {unit}", value <= most)
