"""Times and spans as people here say them, and as they type them into a form."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from app.pages.receipt import local_time
from app.settings import UTC_OFFSETS, TimeZone

_MINUTE_MS: Final = 60_000
_HOUR_MINUTES: Final = 60
_DAY_MINUTES: Final = 24 * 60


def moment(ms: int, now: int, zone: TimeZone) -> str:
    """Return a time to the minute, as near as it is: ``hari ini pukul 06.02 WITA``."""
    at, today = _local(ms, zone), _local(now, zone).date()
    nearby = {today: "hari ini", today - timedelta(1): "kemarin", today + timedelta(1): "besok"}
    day = nearby.get(at.date())
    if day is None:
        day = local_time(ms, zone).partition(" pukul")[0]
    return f"{day} pukul {at:%H.%M} {zone}"


def span(ms: int) -> str:
    """Return how long it is: ``2 jam 5 menit``, ``3 hari``; less than a minute is said so."""
    minutes = ms // _MINUTE_MS
    if minutes < 1:
        return "kurang dari 1 menit"
    if minutes >= 2 * _DAY_MINUTES:
        return f"{minutes // _DAY_MINUTES} hari"
    hours, rest = divmod(minutes, _HOUR_MINUTES)
    return " ".join([f"{hours} jam"] * bool(hours) + [f"{rest} menit"] * bool(rest))


def typed_time(day: str, clock: str, zone: TimeZone, *, is_end: bool = False) -> int | None:
    """Return a day and a time of day from a form, in milliseconds; None where no day was typed.

    Without a time it is the day's first moment; ``is_end``: the last of the minute, or of the day.

    Raises:
        ValueError: it is no day, or no time.
    """
    if not day.strip():
        return None
    spoken = clock.strip().replace(".", ":")
    at = time.fromisoformat(spoken) if spoken else time(23, 59) if is_end else time()
    on = date.fromisoformat(day.strip())
    found = datetime.combine(on, at.replace(tzinfo=None), _offset(zone))
    return int(found.timestamp()) * 1000 + (_MINUTE_MS - 1 if is_end else 0)


def hour_of(ms: int, zone: TimeZone) -> int:
    """Return the hour of the day there."""
    return _local(ms, zone).hour


def _local(ms: int, zone: TimeZone) -> datetime:
    return datetime.fromtimestamp(ms // 1000, _offset(zone))


def _offset(zone: TimeZone) -> timezone:
    return timezone(timedelta(hours=UTC_OFFSETS[zone]))
