"""Watches a run: what the participants report, the recorder's lag, who uses the cores."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Self

from app.kit import clock
from loadtest import machine, progress, samples
from loadtest.pulse import Beat, Beats
from loadtest.samples import Sample
from loadtest.server import Server

EVERY_S = 1.0
SAY_EVERY = 5  # samples
STUCK_S = 120.0  # longer than a participant waits for a reply


@dataclass(slots=True)
class Watch:
    """A thread that samples while the ``with`` block lasts, and says every few seconds how it goes.

    What it saw is left in ``folder``.
    """

    server: Server
    folder: Path
    say: Callable[[str], None]
    samples: list[Sample] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    _ends: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.samples.append(self._look())
        self._thread = threading.Thread(target=self._keep_looking, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        if self._thread:
            self._thread.join()
        self.samples.append(self._look())
        samples.write(self.folder, self.samples)

    def has_emptied(self, participants: int) -> bool:
        """Tell whether everybody has come, and nobody sits any longer."""
        return progress.standing(self.beats).is_over(participants)

    def is_stuck(self) -> bool:
        """Tell whether nobody has asked for anything for a long time."""
        return progress.quiet_s(self.beats, clock.now_ms()) > STUCK_S

    def _keep_looking(self) -> None:
        news = Beats(self.folder)
        since = 0
        while not self._ends.wait(EVERY_S):
            self.samples.append(self._look())
            self.beats += news.new()
            if len(self.samples) % SAY_EVERY == 1:
                self.say(progress.line(self.samples, self.beats, since))
                since = len(self.beats)

    def _look(self) -> Sample:
        try:
            _, lag = self.server.ask("/health/recorder")
        except (OSError, HTTPException, ValueError):
            lag = {}
        return Sample(
            at_ms=clock.now_ms(),
            lag_ms=lag.get("lag_ms"),
            lag_entries=lag.get("lag_entries"),
            cpu_s=machine.cpu_s(self.server.roots),
            busy_s=machine.busy_s(),
        )
