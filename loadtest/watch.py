"""Watches a run from outside: how far the record is behind, and who uses the cores."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from loadtest.machine import cpu_s
from loadtest.stack import Stack

EVERY_S = 0.5


@dataclass(slots=True)
class Watch:
    """A thread that samples while the ``with`` block lasts.

    ``lag_max_s`` is the oldest entry that was seen waiting for Postgres, in seconds;
    ``lag_max_entries`` the longest queue; ``blind`` counts samples that got no answer;
    ``server_cpu_s`` is what each of the server's processes used, known at the end.
    """

    stack: Stack
    say: Callable[[str], None]
    lag_max_s: float = 0.0
    lag_max_entries: int = 0
    blind: int = 0
    server_cpu_s: dict[str, float] = field(default_factory=dict)
    _cpu_before_s: dict[str, float] = field(default_factory=dict)
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._cpu_before_s = cpu_s(self.stack.roots)
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        if self._thread:
            self._thread.join()
        used = cpu_s(self.stack.roots)
        self.server_cpu_s = {
            name: seconds - self._cpu_before_s.get(name, 0.0) for name, seconds in used.items()
        }

    def _sample(self) -> None:
        began = time.monotonic()
        samples = 0
        while not self._end.wait(EVERY_S):
            samples += 1
            try:
                _, lag = self.stack.ask("/health/recorder")
            except (OSError, ValueError):
                self.blind += 1
                continue
            self.lag_max_s = max(self.lag_max_s, lag.get("lag_ms", 0) / 1000)
            self.lag_max_entries = max(self.lag_max_entries, lag.get("lag_entries", 0))
            if samples % 20 == 0:
                waiting = lag.get("lag_entries", 0)
                self.say(f"{time.monotonic() - began:5.0f} s  {waiting} entries on their way")
