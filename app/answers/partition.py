"""A partition of an event, as the recorder knows it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """``event`` is the event's number, ``tag`` the hash tag; ``items`` maps code → number."""

    event: int
    event_id: str
    partition: int
    tag: str
    items: Mapping[str, int]
