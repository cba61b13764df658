"""``python -m loadtest.report``; ``make results`` calls it. Writes RESULTS.md from the documents.

Every number in it was printed by a harness; what is missing was not run and is said to be missing.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.kit import clock
from loadtest.bench import table
from loadtest.report.capacity import derive
from loadtest.server import RESULTS, ROOT

HERE: Final = Path(__file__).parent
WRITTEN: Final = ROOT / "loadtest" / "RESULTS.md"
RUNS: Final = ("day", "doors", "deadline", "hold", "overload")
SIZES: Final = (10_303, 12_500)
MB: Final = 1e6


class Line(NamedTuple):
    """One goal: where it was measured, what was asked, what was found."""

    source: str
    goal: str
    wanted: str
    found: str
    met: bool


def main() -> int:
    """Write the results; return 1 where there is nothing to write of."""
    documents = {path.stem: orjson.loads(path.read_bytes()) for path in RESULTS.glob("*.json")}
    if not documents:
        print(f"nothing to write of: no harness has left a document in {RESULTS}")
        return 1
    WRITTEN.write_text(render(documents), encoding="utf-8")
    print(f"written: {WRITTEN}")
    return 0


def render(documents: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the results as Markdown. ``documents``: what the harnesses left, by name."""
    reasons: dict[str, str] = tomllib.loads((HERE / "reasons.toml").read_text())
    bench, faults = documents.get("bench"), documents.get("faults")
    lines = list(_lines(documents))
    machine = next(iter(documents.values()))["machine"]
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=False,  # noqa: S701 - Markdown, from our own documents
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["grouped"] = lambda number: f"{number:,.0f}"
    return environment.get_template("results.md.jinja").render(
        written=clock.now_ms(),
        machine=machine,
        lines=lines,
        short=[line for line in lines if not line.met],
        reasons=reasons,
        runs={name: documents[name] for name in RUNS if name in documents},
        missing=[name for name in (*RUNS, "bench", "faults") if name not in documents],
        bench=bench,
        processes=table.PROCESSES,
        capacities=[derive(bench, people) for people in SIZES] if bench else [],
        faults=faults,
        hold_cores=_cores_used(documents.get("hold")),
        mb=MB,
    )


def _cores_used(run: Mapping[str, Any] | None) -> float | None:
    """Return how many cores the server's processes used during the load."""
    return run["server_cpu_s"] / run["load_s"] if run else None


def _lines(documents: Mapping[str, Mapping[str, Any]]) -> Iterator[Line]:
    for name in RUNS:
        for goal in documents.get(name, {}).get("goals", ()):
            yield Line(name, goal["goal"], goal["wanted"], goal["measured"], goal["met"])
    if bench := documents.get("bench"):
        for number, found, wanted, met in table.goals(bench):
            yield Line("bench", number, wanted, found, met)


if __name__ == "__main__":
    sys.exit(main())
