"""Something that is made when it is first asked for, and once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """Calls ``make`` for who asks first; everybody gets what it made. A failure is tried again."""

    def __init__(self, make: Callable[[], Awaitable[T]]) -> None:
        self._make = make
        self._making: asyncio.Future[T] | None = None

    async def get(self) -> T:
        """Return it, and wait until it is made."""
        if self._making is None or (_failed(self._making)):
            self._making = asyncio.ensure_future(self._make())
        return await asyncio.shield(self._making)


def _failed(made: "asyncio.Future[T]") -> bool:
    return made.done() and (made.cancelled() or made.exception() is not None)
