"""The measurements, one after another, and what the server's processes used meanwhile."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any, Final

import psutil

from app.kit import binaries
from app.settings import Settings
from loadtest import machine
from loadtest.bench import record, wrk
from loadtest.bench.cost import (
    RECORDING,
    Cost,
    Round,
    by_sittings,
    described,
    figures,
    less,
    require_stored,
)
from loadtest.bench.seats import EVENT, Copy, RoomOfBench, Seat, moved, write, write_cards
from loadtest.bench.starting import seconds_to_prime
from loadtest.server import ROOT, RunError, Server, wait_until
from loadtest.stack import Stack

READY_S: Final = 20
DRAIN_S: Final = 120
DRAIN_LOOK_S: Final = 0.02
HELD_ROUNDS: Final = 3
GB: Final = 1e9


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured. ``held``: over how many open sittings saves are spread."""

    people: int = 2000
    rounds: int = 5
    saves_a_round: int = 20_000
    held: Sequence[int] = (1_000, 10_000, 100_000)
    saves_held: int = 20_000
    drained: int = 100_000
    primed: int = 12_500


SHORT: Final = Size(500, 3, 2_500, (100, 1_000), 2_500, 5_000, 500)


class Bench:
    """Measures one server; the seats are written into its folder for wrk."""

    def __init__(self, server: Stack, say: Callable[[str], None]) -> None:
        self._server = server
        self._folder = server.folder
        self._say = say
        self._settings = Settings(data_dir=server.folder / "data")
        self._room = RoomOfBench(self._settings)
        self._seats: list[Seat] = []

    def run(self, size: Size) -> dict[str, Any]:
        """Measure everything; return the figures.

        Raises:
            RunError: when something was refused or not stored; no figure is worth anything then.
        """
        self._await_rest()
        configuration = self._configuration()
        login = self._logins(size.people)
        entry = {kind: [self._each(kind, len(self._seats))] for kind in ("start", "form")}
        fresh = self._room.copy_of(self._seats[0])
        rounds = self._rounds(size)
        beat = self._each("beat", size.saves_a_round)
        resume = self._each("resume", len(self._seats))
        sizes = self._sizes()
        drain = self._drain(size.drained)
        submit = self._each("submit", len(self._seats))
        self._audit()
        self._say(f"priming {size.primed:,} sittings")
        prime_s = seconds_to_prime(self._server, self._settings, size.primed)
        held = self._held(size, fresh)
        self._room.close()
        known = figures(rounds)
        costs = {
            "save": [one.save for one in rounds],
            "beat": [beat],
            "login": [login],
            **entry,
            "resume": [resume],
            "submit": [submit],
        }
        operations = described(costs, known["empty_us"])
        operations["save"]["ratio"] = known["save_ratio_with_flush"]  # round by round
        return {
            **known,
            "operations_us": operations,
            **sizes,
            **drain,
            **held,
            "prime_s": round(prime_s, 1),
            "primed": size.primed,
            "configuration": configuration,
        }

    def _rounds(self, size: Size) -> list[Round]:
        """Let empty requests and saves take turns."""
        rounds = []
        with yardstick() as (url, pid):
            for n in range(size.rounds):
                empty = self._empty(url, pid, size.saves_a_round)
                files = self._room.files()
                save = self._saves(size.saves_a_round)
                made = Round(empty, save, self._room.files().more_than(files, save.operations))
                rounds.append(made)
                void = ", but wrk was the bottleneck: void" if made.is_void else ""
                self._say(
                    f"round {n + 1} of {size.rounds}: "
                    f"a save costs {made.ratio():.2f} empty routes{void}"
                )
        return rounds

    def _logins(self, people: int) -> Cost:
        cards, replies = self._folder / "cards.csv", self._folder / "replies"
        self._server.asked(
            "demo", "credentials", EVENT, "--count", str(people), "--csv", str(cards)
        )
        path = self._folder / "cards"
        cost = self._measured("login", write_cards(cards, path), path, replies)
        self._seats = self._room.entered(replies)
        return cost

    def _each(self, kind: str, count: int) -> Cost:
        path = self._folder / "seats"
        write(self._seats, path)
        return self._measured(kind, count, path)

    def _saves(self, count: int) -> Cost:
        before = self._room.log_length()
        cost = self._each("save", count)
        require_stored(count, self._room.log_length() - before)
        self._seats = moved(self._seats, count)
        return cost

    def _measured(self, kind: str, count: int, seats: Path, out: Path | None = None) -> Cost:
        """Make the requests; count the CPU until they are answered, and until they are recorded."""
        before = machine.cpu_s(self._server.roots)
        cost = self._answered(kind, count, seats, out)
        self._server.await_record()
        cost.drained_cpu_s = less(machine.cpu_s(self._server.roots), before)
        return cost

    def _answered(self, kind: str, count: int, seats: Path, out: Path | None = None) -> Cost:
        """Make the requests; count the CPU until they are answered."""
        before, began = machine.cpu_s(self._server.roots), time.perf_counter()
        generator_s = wrk.ask(self._server.url, kind, count, seats, out)
        seconds = time.perf_counter() - began
        used = less(machine.cpu_s(self._server.roots), before)
        return Cost(count, used, seconds, generator_s=generator_s)

    def _empty(self, url: str, pid: int, count: int) -> Cost:
        path = self._folder / "seats"
        write(self._seats, path)
        before, began = machine.cpu_s({"empty": pid}), time.perf_counter()
        generator_s = wrk.ask(url, "empty", count, path)
        seconds = time.perf_counter() - began
        used = less(machine.cpu_s({"empty": pid}), before)
        return Cost(count, used, seconds, generator_s=generator_s)

    def _sizes(self) -> dict[str, Any]:
        """Return what a sitting takes in Redis, what an answer takes in Postgres."""
        self._say("sizes")
        in_record = record.bytes_a_row(self._settings)
        return {
            "redis_bytes_a_sitting": round(self._room.bytes_of(self._seats)),
            "answers_a_sitting": min(self._seats[0].n, len(self._seats[0].items)),
            "postgres_bytes_a_change": round(in_record["answer_log"], 1),
            "postgres_bytes_an_answer": round(in_record["answers"], 1),
            "disk_free_gb": round(shutil.disk_usage(self._folder).free / GB, 1),
        }

    def _drain(self, count: int) -> dict[str, Any]:
        """Hold the flusher, save, let it go; return how fast it records, at which cost."""
        self._say(f"{count:,} changes for the flusher to drain")
        with self._held_flusher():
            path = self._folder / "seats"
            write(self._seats, path)
            wrk.ask(self._server.url, "save", count, path, connections=wrk.FILLING)
            self._seats = moved(self._seats, count)
            waited, waiting_bytes = self._room.waiting()
            require_stored(count, waited)
            before, began = machine.cpu_s(self._server.roots), time.perf_counter()
        if not wait_until(lambda: self._room.waiting()[0] == 0, DRAIN_S, DRAIN_LOOK_S):
            raise RunError(f"{count} changes are not recorded after {DRAIN_S} s")
        seconds = time.perf_counter() - began
        used = less(machine.cpu_s(self._server.roots), before)
        return {
            "redis_bytes_a_waiting_change": round(waiting_bytes / count, 1),
            "drain_rows_s": round(count / seconds),
            "drain_us_a_row": {
                name: round(used[name] / count * 1e6, 1) for name in (*RECORDING, "valkey")
            },
        }

    def _held(self, size: Size, fresh: Copy) -> dict[str, Any]:
        """Spread saves over more and more open sittings; return what one costs among how many.

        The made-up ones are in the room alone, so the flusher is held; the server is not used
        for anything after this.
        """
        self._say(f"saves over {', '.join(f'{one:,}' for one in size.held)} open sittings")
        costs: dict[int, list[Cost]] = {held: [] for held in size.held}
        with self._held_flusher():
            seats = self._room.made_up(fresh, max(size.held))
            seats = self._warmed(seats)
            path = self._folder / "held"
            for _ in range(HELD_ROUNDS):
                for held in size.held:
                    write(seats[:held], path)
                    costs[held].append(self._answered("save", size.saves_held, path))
                    seats[:held] = moved(seats[:held], size.saves_held)
        return by_sittings(costs)

    def _warmed(self, seats: list[Seat]) -> list[Seat]:
        path = self._folder / "held"
        write(seats, path)
        wrk.ask(self._server.url, "save", len(seats), path, connections=wrk.FILLING)
        return moved(seats, len(seats))

    def _configuration(self) -> dict[str, Any]:
        """Return what the figures were measured under.

        Raises:
            RunError: when something acknowledged might not be on disk.
        """
        room, held = self._room.configuration(), record.configuration(self._settings)
        wanted = {"appendonly": "yes", "appendfsync": "always", "fsync": "on"}
        weak = [name for name, value in wanted.items() if {**room, **held}.get(name) != value]
        if weak:
            raise RunError(f"the server would not keep what it acknowledges: {', '.join(weak)}")
        return {
            "web processes": 1,
            "partitions": self._room.partitions,
            "connections": wrk.CONNECTIONS,
            "Valkey's memory by": "jemalloc" if binaries.jemalloc() else "its own allocator",
            "Valkey": room,
            "Postgres": held,
        }

    def _audit(self) -> None:
        """Let the server compare its stores.

        Raises:
            RunError: when something acknowledged was lost.
        """
        self._server.await_record()
        found = self._server.audit(EVENT)
        if found["differences"]:
            raise RunError(f"the audit found {found['differences']} differences")

    def _await_rest(self) -> None:
        """Wait until all processes of the server have started."""
        wanted = {"app", "valkey", "flusher", "postgres", "sweeper"}
        if not wait_until(lambda: wanted <= self._server.roots.keys(), READY_S, 0.1):
            missing = wanted - self._server.roots.keys()
            raise RunError(f"not all of the server came up: {', '.join(sorted(missing))}")
        time.sleep(2)

    @contextmanager
    def _held_flusher(self) -> Iterator[None]:
        flusher = psutil.Process(self._server.roots["flusher"])
        flusher.send_signal(SIGSTOP)
        try:
            yield
        finally:
            flusher.send_signal(SIGCONT)


@contextmanager
def yardstick() -> Iterator[tuple[str, int]]:
    """Serve the empty route; yields its address and process id."""
    port = machine.free_port()
    server = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "loadtest.bench.empty", str(port)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        if not wait_until(lambda: _answers(url), READY_S, 0.1):
            raise RunError("the empty route did not come up")
        yield url, server.pid
    finally:
        server.terminate()
        server.wait()


def _answers(url: str) -> bool:
    with suppress(OSError):
        return Server(url).ask("/openapi.json")[0] == 200  # noqa: PLR2004
    return False
