"""One run of the day: a server, participants, and the question whether all was kept."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from loadtest import journal, machine, reconcile, result
from loadtest.orders import VARIABLE, Orders
from loadtest.plan import Tempo, tempo_for
from loadtest.stack import RESULTS, ROOT, Stack, StackError
from loadtest.watch import Watch

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    event: str
    participants: int
    seed: int
    processes: int
    tempo: Tempo | None
    keep: bool


def run(wish: Wish, say: Say) -> dict[str, Any]:
    """Send the day through a server of its own and return what is known of it afterwards.

    1. Start the server and fetch the participants' cards.
    2. Let Locust play them; watch the recorder and the cores meanwhile.
    3. Wait until Postgres has everything that was acknowledged.
    4. Export the record, audit the stores, compare with every reply received.

    Raises:
        StackError: when the server or the load generator could not do its part.
    """
    with Stack(wish.event, keep=wish.keep) as stack:
        say(f"the server answers at {stack.url}, its data lies in {stack.folder}")
        orders = _orders(wish, stack)
        with Watch(stack, say) as watch:
            began = time.monotonic()
            client_cpu_s = _locust(orders, stack, say)
            ended = time.monotonic()
            drained_s = stack.await_record()
        counted = result.tally(_told(orders, "stats.json"), _told(orders, "faults.json"))
        evidence = reconcile.Evidence.of(journal.read(orders.folder))
        record = orders.folder / "record.csv"
        stack.asked("export", "answers", wish.event, "--csv", str(record))
        outcome = reconcile.reconcile(evidence, reconcile.read_record(record))
        say(f"the record was complete {drained_s:.1f} s after the last request")
        clock = result.Clock(
            wall_s=_wall_s(evidence, began, ended) + drained_s,
            server_cpu_s=watch.server_cpu_s,
            client_cpu_s=client_cpu_s,
            flush_lag_max_s=watch.lag_max_s,
            flush_lag_max_entries=watch.lag_max_entries,
        )
        known = result.document(
            wish.participants,
            evidence,
            outcome,
            counted,
            clock,
            _audit(stack, wish.event),
            machine.describe(stack.folder),
        )
        if result.complaints(known):
            shutil.copy(stack.folder / "serentak.log", RESULTS / "serentak.log")
        return known


def _orders(wish: Wish, stack: Stack) -> Orders:
    cards = stack.folder / "cards.csv"
    stack.asked(
        *("demo", "credentials", wish.event),
        *("--count", str(wish.participants), "--csv", str(cards)),
    )
    return Orders(
        event=wish.event,
        seed=wish.seed,
        participants=wish.participants,
        processes=wish.processes,
        tempo=wish.tempo or tempo_for(wish.participants),
        cards=cards,
        folder=stack.folder,
    )


def _locust(orders: Orders, stack: Stack, say: Say) -> float:
    """Let Locust play the participants until the last has left; return its CPU seconds."""
    say(f"{orders.participants} participants arrive over {orders.tempo.arrive_s:.0f} s")
    several = ["--processes", str(orders.processes)] if orders.processes > 1 else []
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
        [
            *(sys.executable, "-m", "locust", "--locustfile", "loadtest/locustfile.py"),
            *("--headless", "--only-summary", "--loglevel", "ERROR", "--host", stack.url),
            *("--json-file", str(orders.folder / "stats")),
            *several,
        ],
        cwd=ROOT,
        env=os.environ | {VARIABLE: str(orders.write())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        _, _, used = os.wait4(process.pid, 0)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if not (orders.folder / "stats.json").exists():
        raise StackError("Locust ended without its numbers: what it said stands above")
    return used.ru_utime + used.ru_stime


def _told(orders: Orders, name: str) -> list[dict[str, Any]]:
    """Return what Locust's processes left in the folder."""
    told: list[dict[str, Any]] = orjson.loads((orders.folder / name).read_bytes())
    return told


def _wall_s(evidence: reconcile.Evidence, began: float, ended: float) -> float:
    """Return the seconds from the first login to the last reply, by the participants' notes."""
    seatings = evidence.seatings.values()
    first = min((seated.began_s for seated in seatings), default=began)
    last = max((seated.ended_s for seated in seatings), default=ended)
    return last - first


def _audit(stack: Stack, event: str) -> Mapping[str, Any]:
    """Let the server compare its own stores: exit status, its lines and its JSON."""
    lines = stack.command("audit", event)
    told = stack.command("audit", event, "--json")
    try:
        found = orjson.loads(told.stdout)
    except orjson.JSONDecodeError:
        found = None
    said = (lines.stdout + (lines.stderr if lines.returncode else b"")).decode(errors="replace")
    return {
        "status": lines.returncode or told.returncode,
        "lines": [line for line in said.splitlines() if line.strip()],
        "json": found,
    }


def results_path(scenario: str) -> Path:
    """Return where a scenario's results are written."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    return RESULTS / f"{scenario}.json"
