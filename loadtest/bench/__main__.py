"""``python -m loadtest.bench``; ``make bench`` calls it. ``QUICK=1``: the short form."""

import os
import resource
import signal
import sys
import time
from types import FrameType
from typing import Any

import orjson
from rich.console import Console

from app.kit import clock
from loadtest import machine
from loadtest.bench import table, wrk
from loadtest.bench.measure import SHORT, Bench, Size
from loadtest.bench.starting import seconds_to_start
from loadtest.server import RESULTS, RunError
from loadtest.stack import Stack

LOG_WIDTH = 120
INTERRUPTED = 130  # as the shell says it of Ctrl-C


def main() -> int:
    """Measure, write bench.json, print the table; return 0 unless something was refused or lost."""
    console = Console(
        highlight=False, record=True, width=None if sys.stdout.isatty() else LOG_WIDTH
    )
    signal.signal(signal.SIGTERM, _stop)
    quick = os.environ.get("QUICK", "") not in {"", "0"}
    try:
        wrk.find()
        known = _measured(Size() if not quick else SHORT, console)
    except RunError as error:
        console.print(f"no figures: {error}", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("stopped; the server went with it", markup=False)
        return INTERRUPTED
    document = RESULTS / "bench.json"
    RESULTS.mkdir(parents=True, exist_ok=True)
    document.write_bytes(
        orjson.dumps({**known, "short": quick}, option=orjson.OPT_INDENT_2) + b"\n"
    )
    table.show(known, console)
    page = document.with_suffix(".html")
    console.save_html(str(page))
    console.print(f"every figure is in {document}, this in {page}", markup=False, soft_wrap=True)
    return 0


def _measured(size: Size, console: Console) -> dict[str, Any]:
    began, busy = time.monotonic(), machine.busy_s()
    with Stack() as server:
        about = machine.describe(server.folder)
        starting = seconds_to_start(server)
        server.stop()
        server.start({"APP_WORKERS": "1"})  # as the empty route has
        console.print("the server is up, one web process", markup=False)
        figures = Bench(server, lambda words: console.print(words, markup=False)).run(size)
    seconds = time.monotonic() - began
    elsewhere_s = machine.busy_s() - busy - _ours_s()
    return {
        "at_ms": clock.now_ms(),
        "seconds": round(seconds),
        "machine": about,
        "cpu_share_elsewhere": round(elsewhere_s / seconds / (os.cpu_count() or 1), 2),
        **starting,
        **figures,
    }


def _ours_s() -> float:
    """Return the CPU seconds of this process and of all that it started and has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that the server goes with the bench."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
