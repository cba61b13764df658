"""One run: a server, participants, and what is needed to judge whether all was kept."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from app.kit import clock
from loadtest import machine
from loadtest.boards.entrance import prepare
from loadtest.boards.notes import SHOWING
from loadtest.boards.probes import PROBES
from loadtest.crowd import Crowd, Locust
from loadtest.judging import NOTES, judge
from loadtest.orders import CLOSED, VARIABLE, Orders, read_cards
from loadtest.result import Times
from loadtest.scenarios import BOARDS, SCENARIOS
from loadtest.server import RESULTS, ROOT, RunError, Server
from loadtest.stack import Stack
from loadtest.tempo import Tempo
from loadtest.watch import Watch

SPARE_FILES = 500  # open files of a process beside its connections
LOOK_S = 0.2
STOP_S = 30.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line.

    ``server``: one that runs already, with its participants' ``cards``; None: one of the run's own.
    ``processes``: Locust's, on all machines.
    """

    scenario: str
    event: str
    participants: int
    seed: int
    tempo: Tempo
    processes: int
    locust: Locust
    keep: bool
    server: Server | None = None
    cards: Path | None = None


def run(wish: Wish, say: Say) -> dict[str, Any] | None:
    """Send a scenario through a server and return what is known of it afterwards.

    None where this machine played only a part: the parts are judged together.

    1. Start a server, or look whether the given one takes saves; fetch the participants' cards.
    2. Let Locust (or the overload's sender) play them; watch the recorder and the cores.
    3. When the last has left, end the day as its operator would: hand in for whoever did not.
    4. Wait until Postgres has everything that was acknowledged, and whoever handed in is scored.
    5. Export the record, audit the stores, compare with every reply received.

    What a server elsewhere keeps to itself is not known afterwards; see :mod:`loadtest.judging`.

    Raises:
        RunError: when the server or the load generator could not do its part.
    """
    try:
        machine.raise_file_limit(wish.participants + SPARE_FILES)
    except ValueError as error:
        raise RunError(str(error)) from error
    with _server(wish) as (server, folder):
        orders = _orders(wish, server, folder)
        say(f"the server answers at {server.url}; what the run notes lies in {folder}")
        say(
            f"{orders.participants:,} participants arrive over {orders.tempo.arrive_s:.0f} s,"
            f" a sitting takes about {orders.tempo.sit_s:.0f} s"
        )
        with Watch(server, folder, say) as watch:
            times = _play(wish, orders, server, watch)
            if server.is_at_hand and wish.locust.role == "alone":
                times, results = _complete(wish, server, times)
        notes = {"times": times, "machine": machine.describe(folder)}
        (folder / NOTES).write_bytes(orjson.dumps(notes))
        if wish.locust.role != "alone":
            return None
        if not server.is_at_hand:
            return judge([folder])
        record = folder / "record.csv"
        server.asked("export", "answers", wish.event, "--csv", str(record))
        known = judge([folder], record, server.audit(wish.event), results)
        if known["complaints"] and isinstance(server, Stack):
            shutil.copy(server.log, RESULTS / "serentak.log")
        return known


@contextmanager
def _server(wish: Wish) -> Iterator[tuple[Server, Path]]:
    """Provide the server and the run's folder."""
    if wish.server is None:
        with Stack(keep=wish.keep) as stack:
            yield stack, stack.folder
        return
    if wish.locust.role != "worker":
        wish.server.require_ready()
    RESULTS.mkdir(parents=True, exist_ok=True)
    yield wish.server, Path(tempfile.mkdtemp(prefix=f"{wish.scenario}-", dir=RESULTS))


def _orders(wish: Wish, server: Server, folder: Path) -> Orders:
    cards = wish.cards
    if cards is None:
        cards = folder / "cards.csv"
        more = PROBES if wish.scenario == BOARDS else 0
        count = ("--count", str(wish.participants + more))
        server.asked("demo", "credentials", wish.event, *count, "--csv", str(cards))
    if len(read_cards(cards)) < wish.participants:
        raise RunError(f"{cards} has fewer than {wish.participants} participants")
    return Orders(
        scenario=wish.scenario,
        event=wish.event,
        seed=wish.seed,
        participants=wish.participants,
        processes=wish.processes,
        tempo=wish.tempo,
        cards=cards,
        folder=folder,
        target=wish.server.url if wish.server else "",
    )


def _play(wish: Wish, orders: Orders, server: Server, watch: Watch) -> Times:
    """Let Locust play the participants until the last has left, and close the day."""
    times = Times()
    with Crowd(orders, server.url, wish.locust) as crowd, _boards(orders, server):
        while crowd.is_here():
            time.sleep(LOOK_S)
            if watch.is_stuck():
                break  # whoever never came is missed in the verdict
            if orders.closes and not times.closed_ms and watch.has_emptied(orders.participants):
                times = _close(orders, server)
    return times if times.closed_ms or not orders.closes else _close(orders, server)


@contextmanager
def _boards(orders: Orders, server: Server) -> Iterator[None]:
    """Let boards be opened and closed beside the people, where the scenario is of them."""
    if orders.scenario != BOARDS:
        yield
        return
    prepare(server, orders.folder)
    log = orders.folder / "boards.log"
    apart = [server.also(SHOWING)] if isinstance(server, Stack) else []
    with log.open("wb") as file:
        watching = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-m", "loadtest.boards", server.url, *apart],
            cwd=ROOT,
            env=os.environ | {VARIABLE: str(orders.write())},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        try:
            watching.wait(STOP_S)  # its people write down what they had under way
        except subprocess.TimeoutExpired:
            watching.terminate()
        if watching.wait() not in {0, -signal.SIGTERM}:
            raise RunError(f"the boards ended before their time: {log.read_text()[-2000:]}")


def _close(orders: Orders, server: Server) -> Times:
    """Hand in for everybody who did not, as the operator does, and tell who waits for it.

    Whether there was somebody, and whether it was done, shows in the record.
    """
    server.command("act", "submit", "--event", orders.event, "--by", "loadtest", "--yes")
    (orders.folder / CLOSED).touch()
    return Times(closed_ms=clock.now_ms())


def _complete(wish: Wish, server: Server, times: Times) -> tuple[Times, dict[str, Any]]:
    """Wait until the record is complete and, where all handed in, everybody is scored."""
    server.await_record()
    times = replace(times, recorded_ms=clock.now_ms())
    if not SCENARIOS[wish.scenario].scores:
        return times, server.results(wish.event)
    results = server.await_scores(wish.event)
    return replace(times, scored_ms=clock.now_ms()), results
