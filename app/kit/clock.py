"""The one wall clock of the house; tests can hold it.

The exam's own time never comes from here: it comes from Redis ``TIME``, inside the functions.
"""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Milliseconds since 1970; held at ``held_at`` where a test sets it."""

    held_at: int | None = None

    def now_ms(self) -> int:
        """Return the time in milliseconds since 1970 (UTC)."""
        if self.held_at is not None:
            return self.held_at
        return time.time_ns() // 1_000_000


def now_ms() -> int:
    """Return the machine's time in milliseconds since 1970 (UTC)."""
    return Clock().now_ms()
