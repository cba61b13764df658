"""``python -m loadtest.report``; ``make results`` calls it. Writes RESULTS.md from the documents.

Every number in it was printed by a harness; what is missing was not run and is said to be missing.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from loadtest.bench.table import PROCESSES
from loadtest.faults.goals import RULE
from loadtest.plan import ITEMS
from loadtest.report.capacity import DOORS_S, derive
from loadtest.report.lines import RUNS, SOURCES, Document, is_small, lines, strangers
from loadtest.report.reasons import WrongReason, read, reason_of
from loadtest.server import RESULTS, ROOT
from loadtest.tempo import HEARTBEAT_S, ITEM_S
from loadtest.verdict import is_bottleneck

HERE: Final = Path(__file__).parent
WRITTEN: Final = ROOT / "loadtest" / "RESULTS.md"
SIZES: Final = (10_303, 12_500)


def main() -> int:
    """Write the results; return 1 where there is nothing to write of, or a reason will not do."""
    documents = {
        source: orjson.loads(path.read_bytes())
        for source in SOURCES
        if (path := RESULTS / f"{source}.json").exists()
    }
    if not documents:
        print(f"nothing to write of: no harness has left a document in {RESULTS}")
        return 1
    try:
        written = render(documents, (HERE / "reasons.toml").read_text(encoding="utf-8"))
    except WrongReason as error:
        print(error)
        return 1
    WRITTEN.write_text(written, encoding="utf-8")
    print(f"written: {WRITTEN}")
    return 0


def render(documents: Mapping[str, Document], reasons: str) -> str:
    """Return the results as Markdown.

    ``documents``: what the harnesses left, by name, one at least. ``reasons``: why goals are short.

    Raises:
        WrongReason: a reason will not do.
    """
    bench, hold = documents.get("bench"), documents.get("hold")
    found = list(lines(documents))
    said = read(reasons, found)
    about = next(documents[source] for source in SOURCES if source in documents)
    small = [source for source, document in documents.items() if is_small(source, document)]
    return _environment().get_template("results.md.jinja").render(
        machine=about["machine"],
        strangers=strangers(documents, about["machine"]),
        lines=found,
        short=[
            (line, reason_of(line, said, documents))
            for line in found
            if not line.goal.met and not line.small
        ],
        small=small,
        runs={name: documents[name] for name in RUNS if name in documents},
        void=[name for name in RUNS if name in documents and is_bottleneck(documents[name])],
        missing=[source for source in SOURCES if source not in documents],
        bench=bench,
        processes=PROCESSES,
        capacities={people: derive(bench, people) for people in SIZES} if bench else {},
        faults=documents.get("faults"),
        hold=hold,
        boards=documents.get("boards"),
        hold_cores=hold["server_cpu_s"] / hold["load_s"] if hold else None,
        pace={"asked": ITEMS, "item_s": ITEM_S, "beat_s": HEARTBEAT_S, "doors_s": DOORS_S},
        rule=RULE,
    )  # fmt: skip


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=False,  # noqa: S701 - Markdown, from our own documents
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["grouped"] = lambda number: f"{number:,.0f}"
    environment.filters["short"] = _short
    environment.filters["known"] = lambda value: "void" if value is None else value
    return environment


def _short(number: float) -> str:
    """Write a number with three figures at least, and no more behind the point than these take."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"  # noqa: PLR2004


if __name__ == "__main__":
    sys.exit(main())
