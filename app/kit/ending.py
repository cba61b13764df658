"""Ends tasks for certain: a cancellation that falls into a timeout can get lost."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

_CANCEL_S: Final = 0.2


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCEL_S)
