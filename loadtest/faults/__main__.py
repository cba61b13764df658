"""``python -m loadtest.faults``: exit status 0 when nothing was lost; ``make faults`` calls it.

From the environment: SEED (2023) draws the schedules, QUICK=1 is the short form, SCENARIO names
those to be played (all of them; some take the place of what the same campaign found before), COUNTS
says how much of what (``redis=20,races=1000``), KEEP=1 leaves the installation's folder.
"""

import asyncio
import os
import signal
import sys
from types import FrameType
from typing import Any

import orjson
from rich.console import Console

from loadtest import machine
from loadtest.faults import size
from loadtest.faults.campaign import Campaign, run, table, together_with
from loadtest.faults.scenarios import SCENARIOS
from loadtest.server import RESULTS, RunError

DOCUMENT = RESULTS / "faults.json"
WIDTH = 150
FILES = 4096
INTERRUPTED = 130  # as the shell says it of Ctrl-C


def main() -> int:
    """Play the campaign; return 0 when every scenario ended as it must, else 1."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    signal.signal(signal.SIGTERM, _stop)

    def say(words: str) -> None:
        console.print(words, markup=False, soft_wrap=True)

    try:
        campaign = asked()
        machine.raise_file_limit(FILES)
        say(f"seed {campaign.seed}, {len(campaign.scenarios)} scenarios; {campaign.size}")
        earlier = _earlier(campaign)

        def keep(known: dict[str, Any]) -> dict[str, Any]:
            whole = together_with(earlier, known) if earlier else known
            RESULTS.mkdir(parents=True, exist_ok=True)
            DOCUMENT.write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2) + b"\n")
            return whole

        known = keep(asyncio.run(run(campaign, say, keep)))
    except (RunError, ValueError) as error:
        say(f"the faults could not be played: {error}")
        return 1
    except KeyboardInterrupt:
        say("stopped; the installation went with it")
        return INTERRUPTED
    return _conclude(known, console)


def asked() -> Campaign:
    """Read from the environment what is to be played.

    Raises:
        ValueError: when a name or a number will not do.
    """
    given = os.environ
    quick = given.get("QUICK", "") not in {"", "0"}
    wanted = given.get("SCENARIO", "").replace(",", " ").split()
    names = [scenario.id for scenario in SCENARIOS]
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise ValueError(
            f"SCENARIO: there is no {', '.join(unknown)}; there are {', '.join(names)}"
        )
    return Campaign(
        scenarios=[one for one in SCENARIOS if not wanted or one.id in wanted],
        seed=int(given.get("SEED") or 2023),
        quick=quick,
        size=size.parse(given.get("COUNTS", ""), size.QUICK if quick else size.LONG),
        keep=given.get("KEEP") == "1",
    )


def _earlier(campaign: Campaign) -> dict[str, Any] | None:
    """Return what an earlier campaign found, where some of its scenarios are to be played again."""
    if len(campaign.scenarios) == len(SCENARIOS) or not DOCUMENT.exists():
        return None
    found: dict[str, Any] = orjson.loads(DOCUMENT.read_bytes())
    return found


def _conclude(known: dict[str, Any], console: Console) -> int:
    console.print(table(known["scenarios"]))
    failed = [result["id"] for result in known["scenarios"] if not result["ok"]]
    verdict = f"NOT PASSED: {', '.join(failed)}" if failed else "passed"
    said = f"{verdict} in {known['seconds']:.0f} s; every figure is in {DOCUMENT}"
    console.print(said, markup=False, soft_wrap=True)
    return 1 if failed else 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that the installation goes with the run."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
