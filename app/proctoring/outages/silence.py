"""When somebody was away: of each sitting its silences, without what was the server's. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.kit.ids import partition_of, sitting_from_text
from app.proctoring.board.gaps import Gap, parse_gaps
from app.proctoring.board.model import Glance

HAS_WORKED: Final = frozenset({"open", "paused", "sealed", "recorded"})


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on silences are an outage; times in milliseconds.

    ``silent_ms``: as the room (`sittings/live.lua`) and the board's page have it.
    ``together_ms``: devices are heard of at different moments before a cut, an idle one up to 72
    seconds before. ``least`` people, and ``share`` of those at work there. A gap of the server
    shorter than ``server_ms`` is no news to anybody.
    """

    silent_ms: int = 90_000
    together_ms: int = 90_000
    least: int = 3
    share: float = 0.4
    server_ms: int = 30_000


class Silence(NamedTuple):
    """Somebody was away; ``to`` is 0 while they are. ``own_ms``: without the server's gaps."""

    start: int
    to: int
    own_ms: int
    whose: Glance


def works_at(glance: Glance, at: int) -> bool:
    """Tell whether somebody was at work at a time, a pause included."""
    return (
        0 < glance.started_at <= at and glance.state in HAS_WORKED and not 0 < glance.sealed_at < at
    )


def reaches(gap: Gap, sitting: str, partitions: int) -> bool:
    """Tell whether the server was away for a sitting."""
    return partition_of(sitting_from_text(sitting), partitions) in gap.partitions


def silences(
    glances: Iterable[Glance], at: int, gaps: Sequence[Gap], partitions: int, limits: Limits
) -> list[Silence]:
    """Return all silences that are known at a time, the earliest first.

    Of each sitting these are two at the most: the last one that has ended, and the one that lasts.
    A silence that began with a gap of the server, or within one, begins where the gap ends; of one
    that is longer, the gap is no part of ``own_ms``: that time was given back already.
    """
    found: list[Silence] = []
    for glance in glances:
        lasts = glance.state == "open" and glance.seen_at > 0
        if not glance.away and not (lasts and at - glance.seen_at > limits.silent_ms):
            continue
        spells = parse_gaps(glance.away)
        if lasts:
            spells.append((max(glance.seen_at, glance.opened_at), 0))
        theirs = _over(gaps, glance.sitting, at, partitions)
        for spell in spells:
            silence = _silence(glance, *spell, at, theirs, limits)
            if silence is not None:
                found.append(silence)
    return sorted(found, key=lambda one: (one.start, one.whose.sitting))


def _over(gaps: Sequence[Gap], sitting: str, at: int, partitions: int) -> Sequence[tuple[int, int]]:
    return [(gap.start, gap.to or at) for gap in gaps if reaches(gap, sitting, partitions)]


def _silence(
    glance: Glance, start: int, to: int, at: int, gaps: Sequence[tuple[int, int]], limits: Limits
) -> Silence | None:
    for gap, over in gaps:
        if gap - limits.silent_ms <= start < over:
            start = over
    until = to or at
    own_ms = until - start - sum(max(0, min(over, until) - max(gap, start)) for gap, over in gaps)
    return Silence(start, to, own_ms, glance) if own_ms > limits.silent_ms else None
