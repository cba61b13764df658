"""``python -m loadtest --scenario day --participants 500``: exit status 0 when all was kept."""

import argparse
import os
import signal
import sys
from types import FrameType

import orjson
from rich.console import Console

from loadtest import day, result
from loadtest.plan import Tempo
from loadtest.stack import StackError

EVENT = "kukar-2023"
SCENARIOS = ("day",)
INTERRUPTED = 130  # as the shell says it of Ctrl-C


def main() -> int:
    """Run a scenario; return 0 when nothing was lost, wrong or failed, 1 otherwise."""
    asked = _parser().parse_args()
    console = Console(highlight=False)
    signal.signal(signal.SIGTERM, _stop)
    wish = day.Wish(
        event=EVENT,
        participants=asked.participants,
        seed=asked.seed,
        processes=asked.processes,
        tempo=Tempo(*asked.tempo) if asked.tempo else None,
        keep=asked.keep,
    )
    path = day.results_path(asked.scenario)
    path.unlink(missing_ok=True)  # an older run's figures are not this one's
    try:
        known = day.run(wish, console.print)
    except StackError as error:
        console.print(f"the run could not be finished: {error}", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped; the server went with the run")
        return INTERRUPTED
    path.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2) + b"\n")
    result.show(known, console)
    complaints = result.complaints(known)
    for complaint in complaints:
        console.print(f"not passed: {complaint}", markup=False)
    if result.is_bottleneck(known, asked.processes):
        console.print("void as a measurement: the load generator itself was the bottleneck")
    console.print(f"{'NOT PASSED' if complaints else 'passed'}; every figure is in {path}")
    return 1 if complaints else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m loadtest", description=__doc__)
    environ = os.environ.get
    parser.add_argument("--scenario", choices=SCENARIOS, default=environ("SCENARIO", "day"))
    parser.add_argument(
        "--participants", type=_positive, default=environ("PARTICIPANTS", "500"), metavar="N"
    )
    parser.add_argument("--seed", type=int, default=2023, help="another seed, another day")
    parser.add_argument(
        "--processes",
        type=_positive,
        default=environ("PROCESSES", "1"),
        metavar="N",
        help="Locust processes that share the participants",
    )
    parser.add_argument(
        "--tempo",
        type=float,
        nargs=2,
        metavar=("ARRIVE", "SIT"),
        help="seconds over which people arrive, and that a sitting takes",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        default=environ("KEEP") == "1",
        help="keep the run's folder, with the server's data and every reply (or KEEP=1)",
    )
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that the server goes with the run."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
