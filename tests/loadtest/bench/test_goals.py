"""A bench is held to its goals, and told in a table."""

from io import StringIO

import pytest
from rich.console import Console

from loadtest.bench import table
from loadtest.bench.goals import VOID, goals
from tests.loadtest.bench.forged import bench


def verdicts(**more: object) -> dict[str, bool]:
    return {goal.goal: goal.met for _, goal in goals(bench(**more))}


def shown(**more: object) -> str:
    console = Console(width=200, file=StringIO())
    with console.capture() as captured:
        table.show(bench(**more), console)
    return captured.get()


def test_every_goal_that_a_bench_measures_has_a_line() -> None:
    assert {number for number, _ in goals(bench())} == {"S1", "S5", "S6", "S9"}
    assert all(verdicts().values())


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("a save, acknowledged, in empty routes", {"save_ratio": 1.26}),
        ("a save, recorded, in empty routes", {"save_ratio_with_flush": 1.51}),
        ("a save among the most sittings, beside the fewest", {"flat_ratio": 1.11}),
        ("Redis a sitting", {"redis_bytes_a_sitting": 4097}),
        ("Postgres an answer with its log row", {"postgres_bytes_an_answer": 180.1}),
        ("CPU a row, flusher and Postgres", {"drain_us_a_row": {"flusher": 12, "postgres": 8.1}}),
        ("draining", {"drain_rows_s": 39_999}),
        ("from nothing to a served exam", {"from_nothing_s": 60.1}),
        ("started again", {"again_s": 3.1}),
        ("forms drawn and primed", {"prime_s": 20.1}),
    ],
)
def test_what_falls_short_is_short_and_the_rest_is_not(name: str, more: dict[str, object]) -> None:
    assert [goal for goal, met in verdicts(**more).items() if not met] == [name]


def test_a_void_figure_meets_nothing_and_is_called_void() -> None:
    found = {goal.goal: goal for _, goal in goals(bench(save_ratio=None))}
    void = found["a save, acknowledged, in empty routes"]
    assert (void.measured, void.met) == (VOID, False)


def test_the_table_tells_of_every_operation_and_of_void_ones() -> None:
    known = bench()["operations_us"] | {"submit": {"void": True, "generator": 0.93}}
    told = shown(operations_us=known, empty_us=None)
    rows = {line.split()[1]: line for line in told.splitlines() if line.startswith("│")}
    save = [cell.strip() for cell in rows["save"].strip("│").split("│")]
    assert save == ["save", "40", "20", "10", "5", "100", "1.20", "5,000", "20%"]
    assert "void" in rows["submit"]
    assert "93%" in rows["submit"]
    assert "void" in rows["an"]


def test_a_machine_that_others_used_is_told_of() -> None:
    assert "others had" not in shown()
    assert "others had 40%" in shown(cpu_share_elsewhere=0.4)
