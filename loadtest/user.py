"""Locust's side: the user that is a participant, the hall it sits in, the shape that ends the run.

Locust starts every user at once; each waits at the doors for its own moment of arrival. (A shape
that raises the number of users again and again would also replace those who have handed in.)
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator"
# (Locust ships types for a part of itself only)

import os
from typing import ClassVar, cast

import gevent  # type: ignore[import-untyped]
import orjson
from gevent.event import Event  # type: ignore[import-untyped]
from locust import FastHttpUser, LoadTestShape, events, stats, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import WorkerRunner
from typing_extensions import override

from loadtest.connection import Connection, Pool
from loadtest.journal import Journal
from loadtest.orders import Orders, read_cards
from loadtest.plan import arrivals, kinds, steps
from loadtest.sitter import Sitter
from loadtest.wire import HttpWire

FLUSH_S = 0.5
FINE_BELOW_MS = 100
PATIENCE = 4.0  # times the planned length of the day, until the run is called stuck


class Hall:
    """What a Locust process knows of the day, and the seats it has to fill."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders
        self.cards = read_cards(orders.cards)
        self.kinds = kinds(orders.seed, orders.participants)
        self.arrivals = arrivals(orders.seed, orders.participants, orders.tempo.arrive_s)
        self.journal = Journal(orders.folder / f"journal-{os.getpid()}.jsonl")
        self.doors = Event()
        self._taken = 0

    def take_seat(self, process: int) -> int:
        """Return the next participant of this Locust process, who may be one too many."""
        index = process + self._taken * self.orders.processes
        self._taken += 1
        return index

    def keep_journal(self) -> None:
        """Write the journal down again and again, beside the participants."""
        while True:
            gevent.sleep(FLUSH_S)
            self.journal.flush()


class Peserta(FastHttpUser):
    """A participant of the exam."""

    hall: ClassVar[Hall]
    network_timeout = 60.0
    connection_timeout = 30.0
    concurrency = 1

    @task
    def sit(self) -> None:
        """Arrive, sit the whole exam, leave."""
        hall, orders = self.hall, self.hall.orders
        index = hall.take_seat(self.environment.runner.worker_index)
        hall.doors.wait()
        if index < orders.participants:
            gevent.sleep(hall.arrivals[index])
            plan = steps(orders.seed, index, hall.kinds[index], orders.tempo.sit_s)
            connection = self.connection()
            wire = HttpWire(connection, self._count, gevent.sleep)
            sitter = Sitter(hall.cards[index], orders.event, hall.journal, wire, gevent.sleep)
            try:
                sitter.sit(plan)
            except Exception as error:  # noqa: BLE001 - told to Locust, which else sits them again
                told = {"user_instance": self, "exception": error, "tb": error.__traceback__}
                self.environment.events.user_error.fire(**told)
            connection.close()
        raise StopUser

    def connection(self) -> Connection:
        """Return this user's connection, out of the pool of its own client."""
        client = self.client.client.clientpool.get_client(str(self.host))
        pool = client._connection_pool  # noqa: SLF001 - the one part wanted, and not public
        return Connection(cast("Pool", pool), f"{client.host}:{client.port}")

    def _count(self, name: str, ms: float, length: int, wrong: Exception | None) -> None:
        self.environment.events.request.fire(
            request_type="HTTP",
            name=name,
            response_time=ms,
            response_length=length,
            exception=wrong,
            context={},
        )


class Day(LoadTestShape):
    """Everybody takes a seat at once; the run ends when the last has left."""

    def __init__(self) -> None:
        super().__init__()
        orders = Orders.read()
        each = -(-orders.participants // orders.processes)
        self._seats = each * orders.processes
        self._limit_s = 60.0 + PATIENCE * (orders.tempo.arrive_s + orders.tempo.sit_s)
        self._filled = False

    @override
    def tick(self) -> tuple[int, float] | None:
        """Return how many users there should be, or None at the end."""
        sitting = self.get_current_user_count()
        self._filled = self._filled or sitting > 0
        if (self._filled and not sitting) or self.get_run_time() > self._limit_s:
            return None
        return self._seats, float(self._seats)


def to_tenths(ms: float) -> float:
    """Round a response time for Locust's histogram: a save takes a few milliseconds."""
    return round(ms, 1) if ms < FINE_BELOW_MS else float(round(ms))


@events.init.add_listener
def _enter(environment: Environment, **_: object) -> None:
    """Prepare a process: the hall, the journal, a histogram fine enough."""
    stats.bucket_response_time = to_tenths  # type: ignore[assignment]  # any number will do
    Peserta.hall = Hall(Orders.read())
    gevent.spawn(Peserta.hall.keep_journal)
    environment.events.spawning_complete.add_listener(lambda **_: Peserta.hall.doors.set())


@events.quitting.add_listener
def _leave(environment: Environment, **_: object) -> None:
    """Write down the journal's last lines and, where everything meets, what went wrong."""
    Peserta.hall.journal.flush()
    if isinstance(environment.runner, WorkerRunner):
        return
    faults: list[dict[str, object]] = [
        {"name": error.name, "error": str(error.error), "times": error.occurrences}
        for error in environment.stats.errors.values()
    ]
    if environment.runner:
        faults += [
            {"name": "exception", "error": error["msg"], "times": error["count"]}
            for error in environment.runner.exceptions.values()
        ]
    (Peserta.hall.orders.folder / "faults.json").write_bytes(orjson.dumps(faults))
