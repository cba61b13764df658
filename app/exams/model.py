"""An exam event as plain values. Times are milliseconds since 1970 by the room's clock."""

from dataclasses import dataclass
from typing import Literal

from app.bank.model import Blueprint

Mode = Literal["open", "hall"]
"""Open window: a personal clock from one's own start. Hall: waves in rooms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One exam: an instrument, a window in time, the people who are to take part."""

    id: str
    title: str
    mode: Mode
    demo: bool
    instrument_id: str
    instrument_version: int
    blueprint: Blueprint
    opens_at: int
    closes_at: int
    duration_ms: int
    """The personal working time."""
    grace_ms: int
    """How long after a deadline saves still enter."""
    partitions: int
    """Fixed once the event is primed."""
    target: int
    """How many people were to take part: the denominator of participation."""
    room_pin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow(Event):
    """An event as the record has it."""

    number: int
    """The short number under which all its rows stand."""
    primed_at: int | None = None
