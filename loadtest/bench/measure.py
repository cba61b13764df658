"""The measurements, one after another, and what the server's processes used meanwhile."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any, Final

import asyncpg
import psutil

from app.settings import Settings
from loadtest import machine
from loadtest.bench import wrk
from loadtest.bench.seats import EVENT, Copy, RoomOfBench, Seat, moved, write, write_cards
from loadtest.server import ROOT, RunError, Server, wait_until

Cpu = dict[str, float]
"""CPU seconds by process of the server."""

SAVING: Final = ("app", "valkey")
RECORDING: Final = ("flusher", "postgres")
READY_S: Final = 20


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured. ``held``: over how many open sittings saves are spread."""

    people: int = 2000
    rounds: int = 5
    saves_a_round: int = 20_000
    held: Sequence[int] = (1_000, 10_000, 100_000)
    saves_held: int = 30_000
    drained: int = 100_000


SHORT: Final = Size(500, 3, 2_500, (100, 1_000), 2_500, 5_000)


@dataclass(slots=True)
class Cost:
    """CPU of some operations, and how long they took."""

    operations: int
    cpu_s: Cpu
    seconds: float
    drained_cpu_s: Cpu = field(default_factory=dict)
    """The same until Postgres had everything, all processes of the server."""

    def us(self, *processes: str) -> float:
        """Return the CPU of an operation in microseconds: of these processes, or of all."""
        names = processes or tuple(self.cpu_s)
        return sum(self.cpu_s.get(name, 0.0) for name in names) / self.operations * 1e6

    def us_recorded(self) -> float:
        """Return the CPU of an operation by the whole server until it stands in Postgres."""
        return sum(self.drained_cpu_s.values()) / self.operations * 1e6


class Bench:
    """Measures one server. ``folder``: where the seats are written for wrk."""

    def __init__(self, server: Server, folder: Path, say: Callable[[str], None]) -> None:
        if server.data is None:
            raise RunError("a bench needs the server's own folder")
        self._server = server
        self._folder = folder
        self._say = say
        self._settings = Settings(data_dir=server.data)
        self._room = RoomOfBench(self._settings)
        self._seats: list[Seat] = []

    def run(self, size: Size) -> dict[str, Any]:
        """Measure everything; return the figures.

        Raises:
            RunError: when something was refused or not stored; no figure is worth anything then.
        """
        self._await_rest()
        empty, saves, operations = [], [], {}
        operations["login"] = self._logins(size.people)
        for kind in ("start", "form"):
            operations[kind] = self._each(kind, len(self._seats))
        fresh = self._room.copy_of(self._seats[0])
        with yardstick() as (url, pid):
            for n in range(size.rounds):
                empty.append(self._empty(url, pid, size.saves_a_round))
                saves.append(self._saves(size.saves_a_round))
                ratio = saves[-1].us(*SAVING) / empty[-1].us()
                self._say(f"round {n + 1} of {size.rounds}: a save costs {ratio:.2f} empty routes")
        operations["beat"] = self._each("beat", size.saves_a_round)
        operations["resume"] = self._each("resume", len(self._seats))
        sizes = self._sizes()
        drain = self._drain(size.drained)
        operations["submit"] = self._each("submit", len(self._seats))
        held = self._held(size, fresh)
        self._room.close()
        return {
            "empty_us": round(statistics.median(cost.us() for cost in empty), 1),
            "save_ratio": _ratio(empty, [cost.us(*SAVING) for cost in saves]),
            "save_ratio_with_flush": _ratio(empty, [cost.us_recorded() for cost in saves]),
            "rounds": [_described(cost) for cost in saves],
            "operations_us": {
                "save": _median_of(saves),
                **{name: _described(cost) for name, cost in operations.items()},
            },
            **sizes,
            **drain,
            **held,
        }

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
        grown = self._room.log_length() - before
        if grown != count:
            raise RunError(f"{count} saves were acknowledged, the log grew by {grown}")
        self._seats = moved(self._seats, count)
        return cost

    def _measured(self, kind: str, count: int, seats: Path, out: Path | None = None) -> Cost:
        """Make the requests; count the CPU until they are answered, and until they are recorded."""
        before, began = machine.cpu_s(self._server.roots), time.perf_counter()
        wrk.ask(self._server.url, kind, count, seats, out)
        seconds, used = time.perf_counter() - began, machine.cpu_s(self._server.roots)
        self._server.await_record()
        recorded = machine.cpu_s(self._server.roots)
        return Cost(count, _less(used, before), seconds, _less(recorded, before))

    def _empty(self, url: str, pid: int, count: int) -> Cost:
        path = self._folder / "seats"
        write(self._seats, path)
        before, began = machine.cpu_s({"empty": pid}), time.perf_counter()
        wrk.ask(url, "empty", count, path)
        seconds = time.perf_counter() - began
        return Cost(count, _less(machine.cpu_s({"empty": pid}), before), seconds)

    def _sizes(self) -> dict[str, Any]:
        """Return what a sitting takes in Redis, what an answer takes in Postgres."""
        self._say("sizes")
        rows, taken = asyncio.run(_record_size(self._settings))
        return {
            "redis_bytes_a_sitting": round(self._room.bytes_of(self._seats)),
            "answers_a_sitting": min(self._seats[0].n, len(self._seats[0].items)),
            "postgres_bytes_a_change": round(taken["answer_log"] / max(rows["answer_log"], 1), 1),
            "postgres_bytes_an_answer": round(taken["answers"] / max(rows["answers"], 1), 1),
        }

    def _drain(self, count: int) -> dict[str, Any]:
        """Hold the flusher, save, let it go; return how fast it records, at which cost."""
        self._say(f"{count:,} changes for the flusher to drain")
        with self._held_flusher():
            path = self._folder / "seats"
            write(self._seats, path)
            wrk.ask(self._server.url, "save", count, path)
            self._seats = moved(self._seats, count)
            before, began = machine.cpu_s(self._server.roots), time.perf_counter()
        self._server.await_record()
        seconds = time.perf_counter() - began
        used = _less(machine.cpu_s(self._server.roots), before)
        return {
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
        costs: dict[int, list[float]] = {held: [] for held in size.held}
        with self._held_flusher():
            seats = self._room.made_up(fresh, max(size.held))
            seats = self._warmed(seats)
            path = self._folder / "held"
            for _ in range(3):
                for held in size.held:
                    write(seats[:held], path)
                    before = machine.cpu_s(self._server.roots)
                    wrk.ask(self._server.url, "save", size.saves_held, path)
                    used = _less(machine.cpu_s(self._server.roots), before)
                    seats[:held] = moved(seats[:held], size.saves_held)
                    costs[held].append(Cost(size.saves_held, used, 0).us(*SAVING))
        least = statistics.median(costs[size.held[0]])
        most = statistics.median(costs[size.held[-1]])
        return {
            "save_us_by_sittings": {
                str(held): round(statistics.median(took), 1) for held, took in costs.items()
            },
            "flat_ratio": round(most / least, 3),
        }

    def _warmed(self, seats: list[Seat]) -> list[Seat]:
        path = self._folder / "held"
        write(seats, path)
        wrk.ask(self._server.url, "save", len(seats), path)
        return moved(seats, len(seats))

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


async def _record_size(settings: Settings) -> tuple[dict[str, int], dict[str, int]]:
    """Return rows and bytes, indexes included, of the tables that hold answers."""
    conn = await asyncpg.connect(settings.postgres_url.replace("+asyncpg", ""))
    try:
        rows, taken = {}, {}
        for table in ("answer_log", "answers"):
            rows[table] = await conn.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
            taken[table] = await conn.fetchval(
                "SELECT pg_total_relation_size($1::regclass) + coalesce(sum("
                "pg_total_relation_size(relid)), 0)::bigint FROM pg_partition_tree($1::regclass)"
                " WHERE relid <> $1::regclass",
                table,
            )
        return rows, taken
    finally:
        await conn.close()


def _less(after: Mapping[str, float], before: Mapping[str, float]) -> Cpu:
    return {name: seconds - before.get(name, 0.0) for name, seconds in after.items()}


def _ratio(empty: Sequence[Cost], costs: Sequence[float]) -> float:
    """Return the median over the rounds of what it costs in empty routes."""
    ratios = [cost / base.us() for base, cost in zip(empty, costs, strict=True)]
    return round(statistics.median(ratios), 3)


def _described(cost: Cost) -> dict[str, float]:
    """Return microseconds an operation by process; ``recorded``: all of them, to the record.

    What records comes after the reply, so it is counted until nothing was left to record.
    """
    told = {name: cost.us(name) for name in SAVING}
    late = {name: cost.drained_cpu_s.get(name, 0.0) / cost.operations * 1e6 for name in RECORDING}
    told |= {**late, "recorded": cost.us_recorded(), "a_second": cost.operations / cost.seconds}
    return {name: round(figure, 1) for name, figure in told.items()}


def _median_of(costs: Sequence[Cost]) -> dict[str, float]:
    described = [_described(cost) for cost in costs]
    return {
        name: round(statistics.median(one[name] for one in described), 1) for name in described[0]
    }
