"""``python -m loadtest``: exit status 0 when all was kept; ``make kukar`` calls it."""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
from rich.console import Console

from loadtest import asked, page, show
from loadtest.judging import judge
from loadtest.run import run
from loadtest.server import RESULTS, RunError

LOG_WIDTH = 120
INTERRUPTED = 130  # as the shell says it of Ctrl-C


def main() -> int:
    """Run a scenario, or judge one; return 0 when nothing was lost, wrong or failed, else 1."""
    given = asked.parser(__doc__).parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else LOG_WIDTH)
    signal.signal(signal.SIGTERM, _stop)

    def say(words: str) -> None:
        console.print(words, markup=False, soft_wrap=True)

    try:
        if given.record:
            known: dict[str, Any] | None = judge(*asked.evidence(given))
        else:
            for kind in ("json", "html"):  # an older run's figures are not this one's
                _path(given.scenario, kind).unlink(missing_ok=True)
            known = run(asked.wish(given), say)
    except RunError as error:
        say(f"the run could not be finished: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; a server of the run's own went with it")
        return INTERRUPTED
    passed = known is None or _conclude(known, console)
    if known is None or not known["reconciled"]:
        say(asked.next_steps(given))
    return 0 if passed else 1


def _conclude(known: dict[str, Any], console: Console) -> bool:
    """Write the documents, print the run, and return whether it passed."""
    document = _path(known["scenario"], "json")
    document.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2) + b"\n")
    readable = _path(known["scenario"], "html")
    readable.write_text(page.render(known), encoding="utf-8")
    show.show(known, console)
    for complaint in known["complaints"]:
        console.print(f"not passed: {complaint}", markup=False)
    verdict = "passed" if known["reconciled"] else "nothing failed, but nothing is proven yet"
    verdict = "NOT PASSED" if known["complaints"] else verdict
    said = f"{verdict}; every figure is in {document}, the plots in {readable}"
    console.print(said, markup=False, soft_wrap=True)
    return not known["complaints"]


def _path(scenario: str, kind: str) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    return RESULTS / f"{scenario}.{kind}"


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that the server goes with the run."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
