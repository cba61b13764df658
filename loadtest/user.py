"""Locust's side: the user that is a participant, the hall it sits in, the shape that ends the run.

Locust starts every user at once; each waits at the doors for its own moment of arrival. (A shape
that raises the number of users again and again would also replace those who have handed in.)
"""
# mypy: disable-error-code="no-untyped-call, untyped-decorator"
# (Locust ships types for a part of itself only)

import gc
import os
import platform
from time import perf_counter
from typing import ClassVar

import gevent  # type: ignore[import-untyped]
from gevent.event import Event  # type: ignore[import-untyped]
from locust import LoadTestShape, User, events, runners, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import WorkerRunner
from typing_extensions import override

from loadtest.connection import Address, Connection
from loadtest.journal import SUBMITTED, Fault, Journal
from loadtest.orders import CLOSED, ENDED, Orders, read_cards
from loadtest.pulse import BEFORE, RECONNECT, Pulse
from loadtest.scenarios import plan_of
from loadtest.sitter import Sitter
from loadtest.wire import HttpWire

BEAT_S = 1.0
PATIENCE = 3.0  # times the planned length of the run, until it is called stuck
SPARE_S = 120.0  # and so many seconds
runners.HEARTBEAT_LIVENESS = 60  # seconds that a busy worker may be silent, until Locust drops it


class Hall:
    """What a Locust process knows of the run, and the seats it has to fill."""

    def __init__(self, orders: Orders, url: str) -> None:
        self.orders = orders
        self.address = Address(url)
        self.cards = read_cards(orders.cards)
        self.plan = plan_of(orders.scenario, orders.seed, orders.participants, orders.tempo)
        mine = f"{platform.node()}-{os.getpid()}"
        self.journal = Journal(orders.folder / f"journal-{mine}.jsonl")
        self.pulse = Pulse(orders.folder / f"pulse-{mine}.jsonl")
        self.doors = Event()
        self._taken = 0
        self._counts_from = 0.0

    def take_seat(self, process: int) -> int:
        """Return the next participant of this Locust process, who may be one too many."""
        index = process + self._taken * self.orders.processes
        self._taken += 1
        return index

    def open_doors(self) -> None:
        """Let everybody in, and look for no garbage from now on.

        Participants hardly leave any that refers to itself, and a look at everything that ten
        thousand of them hold would keep each waiting for a tenth of a second.
        """
        gc.disable()
        self._counts_from = perf_counter() + self.plan.lead_s
        self.doors.set()

    def named(self, name: str) -> str:
        """Return under which name a call is counted now: what only prepares stands apart."""
        prepares = perf_counter() < self._counts_from and name != RECONNECT
        return BEFORE + name if prepares else name

    def write_down(self) -> None:
        """Write down what the participants noted, and what was counted."""
        self.journal.flush()
        self.pulse.beat()

    def keep_writing(self) -> None:
        """Write down again and again, beside the participants."""
        while True:
            gevent.sleep(BEAT_S)
            self.write_down()

    def is_closed(self) -> bool:
        """Wait until the day has been closed; False where nobody does that."""
        closed = self.orders.folder / CLOSED
        self.pulse.lingering += 1
        try:
            while self.orders.closes and not closed.exists():
                gevent.sleep(BEAT_S)
        finally:
            self.pulse.lingering -= 1
        return self.orders.closes


class Peserta(User):
    """A participant of the exam."""

    hall: ClassVar[Hall]

    @task
    def sit(self) -> None:
        """Arrive, sit the whole exam, leave."""
        hall, orders = self.hall, self.hall.orders
        index = hall.take_seat(self.environment.runner.worker_index)
        hall.doors.wait()
        if index < orders.participants:
            self._sit(hall, index)
        raise StopUser

    def _sit(self, hall: Hall, index: int) -> None:
        connection = Connection(hall.address)
        wire = HttpWire(connection, self._count, gevent.sleep, hall.pulse.woke)
        sitter = Sitter(
            hall.cards[index], hall.orders.event, hall.journal, wire, hall.is_closed
        )  # fmt: skip
        wire.pause(hall.plan.arrival_s(index))
        hall.pulse.arrived += 1
        try:
            ending = sitter.sit(hall.plan.steps(index))
            hall.pulse.submitted += ending == SUBMITTED
        except Exception as error:  # noqa: BLE001 - told to Locust, which else sits them again
            hall.journal.fault(Fault("exception", repr(error)))
            told = {"user_instance": self, "exception": error, "tb": error.__traceback__}
            self.environment.events.user_error.fire(**told)
        finally:
            hall.pulse.left += 1
            connection.close()

    def _count(
        self, name: str, took_ms: float, felt_ms: float | None, size: int, wrong: Exception | None
    ) -> None:
        name = self.hall.named(name)
        self.hall.pulse.count(name, took_ms, felt_ms, failed=wrong is not None)
        if wrong is not None:
            self.hall.journal.fault(Fault(name, repr(wrong)))
        self.environment.events.request.fire(
            request_type="HTTP",
            name=name,
            response_time=took_ms,
            response_length=size,
            exception=wrong,
            context={},
        )


class Everybody(LoadTestShape):
    """Everybody takes a seat at once; the run ends when the last has left."""

    def __init__(self) -> None:
        super().__init__()
        orders = Orders.given()
        each = -(-orders.participants // orders.processes)
        self._seats = each * orders.processes
        self._limit_s = SPARE_S + PATIENCE * (orders.tempo.arrive_s + orders.tempo.sit_s)
        self._filled = False

    @override
    def tick(self) -> tuple[int, float] | None:
        """Return how many users there should be, or None at the end."""
        sitting = self.get_current_user_count()
        self._filled = self._filled or sitting > 0
        if (self._filled and not sitting) or self.get_run_time() > self._limit_s:
            return None
        return self._seats, float(self._seats)


@events.init.add_listener
def _enter(environment: Environment, **_: object) -> None:
    """Prepare a process: the hall, and its notes."""
    hall = Peserta.hall = Hall(Orders.given(), str(environment.host))
    gevent.spawn(hall.keep_writing)
    environment.events.spawning_complete.add_listener(lambda **_: hall.open_doors())


@events.test_stop.add_listener
def _end(environment: Environment, **_: object) -> None:
    """Say that the test is over: with Locust's web page its processes go on."""
    if not isinstance(environment.runner, WorkerRunner):
        (Peserta.hall.orders.folder / ENDED).touch()


@events.quitting.add_listener
def _leave(**_: object) -> None:
    """Write down the last lines."""
    Peserta.hall.write_down()
