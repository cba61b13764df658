"""``python -m loadtest.bench``; ``make bench`` calls it. ``QUICK=1``: the short form."""

import os
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
from loadtest.server import RESULTS, RunError
from loadtest.stack import Stack

LOG_WIDTH = 120
INTERRUPTED = 130  # as the shell says it of Ctrl-C


def main() -> int:
    """Measure, write bench.json, print the table; return 0 unless something was refused or lost."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else LOG_WIDTH)
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
    console.print(f"every figure is in {document}", markup=False, soft_wrap=True)
    return 0


def _measured(size: Size, console: Console) -> dict[str, Any]:
    began, busy = time.monotonic(), machine.busy_s()
    with Stack(settings={"APP_WORKERS": "1", "VALKEY_MAXMEMORY": "4gb"}) as server:
        about = machine.describe(server.folder)
        console.print("the server is up, one web process", markup=False)
        figures = Bench(
            server, server.folder, lambda words: console.print(words, markup=False)
        ).run(size)
    seconds = time.monotonic() - began
    return {
        "at_ms": clock.now_ms(),
        "seconds": round(seconds),
        "machine": about,
        "cpu_share": round((machine.busy_s() - busy) / seconds / (os.cpu_count() or 1), 2),
        **figures,
    }


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that the server goes with the bench."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
