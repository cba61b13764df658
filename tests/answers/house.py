"""An exam for tests that are not asynchronous: machines, and drawn requests."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar, cast

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.exam import PEOPLE, Device, Exam

T = TypeVar("T")


class House:
    """An exam on a loop of its own, for machines that are not asynchronous."""

    def __init__(self, opening: Callable[[], AbstractAsyncContextManager[Exam]]) -> None:
        self._opening = opening
        self._runner = asyncio.Runner()
        self._seats = 0
        self._enter()

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(doing)

    def newcomer(self) -> Device:
        """Return a device of somebody new, in a new exam when all have been."""
        if self._seats == PEOPLE:
            self.run(self._exam.__aexit__(None, None, None))
            self._enter()
        self._seats += 1
        return self.exam.newcomer()

    def play(self, machine: Callable[["House"], RuleBasedStateMachine]) -> None:
        """Let a machine try as many orders as ORDERS says; in the end the audit holds."""
        run_state_machine_as_test(
            cast("type[RuleBasedStateMachine]", lambda: machine(self)),
            settings=hypothesis(
                max_examples=int(os.environ.get("ORDERS", "20")),
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        self.run(self.exam.holds())

    def close(self) -> None:
        self.run(self._exam.__aexit__(None, None, None))
        self._runner.close()

    def _enter(self) -> None:
        self._exam = self._opening()
        self.exam = self.run(self._exam.__aenter__())
        self._seats = 0
