"""Cutting what is long into pieces of a bounded size."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(things: Iterable[T], most: int) -> Iterator[list[T]]:
    """Yield lists of at most ``most``, in order; none is empty."""
    rest = iter(things)
    while batch := list(islice(rest, most)):
        yield batch
